import Base
import Live
import Logging
import NIOCore
import Store
import Synchronization

/// Several nodes as one house: who is on the others, and what to do when the bus may have lost something.
///
/// - `NodeBus` takes publications and signals to the other nodes, over a `Carrier`: `PostgresCarrier`, `NATSCarrier`.
/// - Presence is rows: what changed is written once a second, a heartbeat every five; signals on the bus only make it quicker. A node that
///   ended without a word is gone fifteen seconds after its last heartbeat.
/// - Any doubt about the bus ends in `lookAgain`: what this node's connections follow is compared with the database.
///
/// `docs/decisions/0016-several-nodes.md` says for everything that is kept in memory why it is right on several nodes.
///
/// A class, because the bus and the loops of `run` share it.
public final class Nodes: Sendable {
  /// What has to be looked at again.
  public enum Look: Sendable {
    /// The ends of the logs: while nothing comes in.
    case heads
    /// Everything that signals and publications may have told.
    case everything
  }

  public static let beatSeconds = 5
  /// How long a node lives after its last heartbeat.
  public static let lifeSeconds: Int64 = 15
  /// Rows of nodes that are silent for longer are removed.
  static let rowsSeconds: Int64 = 60
  static let pulseMilliseconds = 1000
  static let writeMilliseconds: Int64 = 1000
  static let rowsAtOnce = 500
  static let lookMilliseconds: Int64 = 200
  /// Longer than a change takes to be written, so that the second look sees what the first one came too early for.
  static let secondLookMilliseconds: Int64 = 2500
  /// Between two looks, however much is lost.
  static let restMilliseconds = 500
  static let lookWithoutBusMilliseconds = 2000

  private let bus: NodeBus
  private let store: any Store
  private let presence: Presence
  private let lookAgain: @Sendable (Look) async -> Void
  private let logger: Logger
  private let changes = Gatherer<String, Bool>(waitMilliseconds: writeMilliseconds, atOnce: rowsAtOnce) { $1 }
  private let doubts = Gatherer<Bool, Bool>(waitMilliseconds: lookMilliseconds, atOnce: 1) { $1 }
  private let secondLooks = Gatherer<Bool, Bool>(waitMilliseconds: secondLookMilliseconds, atOnce: 1) { $1 }
  private let peers = Mutex(Peers())

  /// What was heard of the others since the rows were last read.
  private struct Peers {
    /// When each was last heard, by our own clock that nobody sets.
    var heardAt: [Presence.Peer: ContinuousClock.Instant] = [:]
    /// Said good-bye: until when who was there is waited for elsewhere.
    var leaving: [Presence.Peer: ContinuousClock.Instant] = [:]
    /// Signals that may be newer than the rows.
    var recent: [String: [Presence.Peer: (isHere: Bool, at: ContinuousClock.Instant)]] = [:]
    /// Whether the last heartbeat of ours was written: without it nobody else's may have been either.
    var hasBeaten = false
  }

  /// - Parameter lookAgain: compares what this node's connections were told with the database.
  public init(
    bus: NodeBus, store: any Store, presence: Presence, lookAgain: @escaping @Sendable (Look) async -> Void, logger: Logger
  ) {
    self.bus = bus
    self.store = store
    self.presence = presence
    self.lookAgain = lookAgain
    self.logger = logger
    presence.onOwnChange { [changes, bus] key, isOurs in
      bus.signal(isOurs ? "here" : "gone", Array(key.utf8))
      changes.note(key, isOurs)
    }
    bus.hear("here") { [weak self] peer, key in self?.heard(peer, String(decoding: key, as: UTF8.self), isHere: true) }
    bus.hear("gone") { [weak self] peer, key in self?.heard(peer, String(decoding: key, as: UTF8.self), isHere: false) }
    bus.hear("pulse") { [weak self] peer, _ in self?.heard(peer) }
    bus.hear("up") { [weak self] peer, _ in self?.cameUp(peer) }
    bus.hear("down") { [weak self] peer, _ in self?.goesDown(peer) }
    bus.onDoubt { [doubts] in doubts.note(true, true) }
  }

  /// Learns who is on the other nodes, before the first connection.
  public func prepare() async throws {
    let me = bus.me
    try await store.write { session in
      // The number's rows of before: its run has ended.
      try session.run("DELETE FROM node_presences WHERE node = $1", Int64(me.number))
      try session.beat(me)
    }
    bus.isAlone = try await store.read { try $0.livePeers() }.subtracting([me]).isEmpty
    bus.start()
    // Before the first connection, so that the others tell this node everything from then on.
    bus.signal("up")
    try await readPresences()
  }

  /// Works until the task is cancelled, and then says good-bye.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in await changes.run { await self.write($0) } }
      group.addTask { [self] in
        await doubts.run { _ in
          await self.lookAgain(.everything)
          await self.lookAtPresences()
          self.secondLooks.note(true, true)
          try? await Task.sleep(for: .milliseconds(Self.restMilliseconds))
        }
      }
      group.addTask { [self] in await secondLooks.run { _ in await self.lookAtPresences() } }
      group.addTask { [self] in await every(milliseconds: Self.beatSeconds * 1000) { await self.beat() } }
      group.addTask { [self] in await every(milliseconds: Self.pulseMilliseconds) { self.pulse() } }
      group.addTask { [self] in
        await every(milliseconds: Self.lookWithoutBusMilliseconds) { if !self.bus.isUp { await self.lookAgain(.heads) } }
      }
      await group.waitForAll()
    }
    bus.signal("down")
    let me = bus.me
    await trying("take leave of the other nodes") { [self] in try await store.write { try $0.end(me) } }
  }

  /// After the last write.
  public func close() { bus.close() }

  // MARK: Signals

  private func heard(_ peer: Presence.Peer, _ key: String, isHere: Bool) {
    let isLeaving = peers.withLock { peers in
      peers.heardAt[peer] = .now
      peers.recent[key, default: [:]][peer] = (isHere, .now)
      return peers.leaving[peer] != nil
    }
    if isHere { presence.arrived(key, at: peer) } else if !isLeaving { presence.left(key, at: peer) }
  }

  private func heard(_ peer: Presence.Peer) {
    peers.withLock { $0.heardAt[peer] = .now }
    bus.isAlone = false
  }

  /// A node that has the number of another one is in its place: that one ended without a word.
  private func cameUp(_ peer: Presence.Peer) {
    heard(peer)
    let before = peers.withLock { peers in peers.heardAt.keys.filter { $0.number == peer.number && $0 != peer } }
    for old in before { goesDown(old) }
  }

  /// Whoever was there comes to another node: they count as here as long as anybody who changes the page.
  private func goesDown(_ peer: Presence.Peer) {
    let linger = Duration.nanoseconds(presence.linger.nanoseconds)
    peers.withLock { peers in
      peers.heardAt[peer] = nil
      peers.leaving[peer] = .now + linger
    }
  }

  // MARK: Rows

  private func beat() async {
    do {
      let me = bus.me
      try await store.write { session in try session.beat(me) }
      let hadBeaten = peers.withLock { peers in
        defer { peers.hasBeaten = true }
        return peers.hasBeaten
      }
      if hadBeaten { try await dropSilent() }
    } catch {
      peers.withLock { $0.hasBeaten = false }
      logger.warning("The heartbeat of this node was not written", metadata: ["error": "\(error)"])
    }
  }

  /// Ends who is on nodes that neither the database nor the bus has heard of for a while.
  private func dropSilent() async throws {
    let alive = try await store.read { try $0.livePeers() }
    let now = ContinuousClock.now
    let gone = peers.withLock { peers in
      peers.heardAt = peers.heardAt.filter { alive.contains($0.key) || $0.value > now - .seconds(Self.lifeSeconds) }
      return presence.peers.subtracting(alive).subtracting(peers.heardAt.keys).subtracting(peers.leaving.keys)
    }
    for peer in gone { presence.forget(peer) }
    bus.isAlone = alive.subtracting([bus.me]).isEmpty && peers.withLock { $0.heardAt.isEmpty }
  }

  private func pulse() {
    bus.signal("pulse")
    let now = ContinuousClock.now
    let left = peers.withLock { peers in
      let left = peers.leaving.filter { $0.value <= now }.map(\.key)
      for peer in left { peers.leaving[peer] = nil }
      peers.recent = peers.recent.compactMapValues { heard in
        let fresh = heard.filter { $0.value.at > now - .milliseconds(2 * Self.writeMilliseconds) }
        return fresh.isEmpty ? nil : fresh
      }
      return left
    }
    for peer in left { presence.forget(peer) }
  }

  private func readPresences() async throws {
    let me = bus.me
    var read = try await store.read { try $0.presences(without: me) }
    peers.withLock { peers in
      for (key, heard) in peers.recent {
        for (peer, state) in heard {
          if state.isHere { read[key, default: []].insert(peer) } else { read[key]?.remove(peer) }
        }
      }
      let leaving = Set(peers.leaving.keys)
      guard !leaving.isEmpty else { return }
      for (key, places) in presence.elsewhere where !places.isDisjoint(with: leaving) {
        read[key, default: []].formUnion(places.intersection(leaving))
      }
    }
    presence.replaceElsewhere(with: read)
  }

  private func lookAtPresences() async { await trying("read who is on other nodes") { [self] in try await readPresences() } }

  private func write(_ batch: [String: Bool]) async {
    let me = bus.me
    do {
      try await store.write(urgency: .background) { session in try session.writePresences(batch, of: me) }
    } catch {
      logger.warning("Who is here could not be written", metadata: ["error": "\(error)"])
      // Again with what is true by then: a row that stays would be somebody who never goes.
      for key in batch.keys { changes.note(key, presence.isOurs(key)) }
      try? await Task.sleep(for: .milliseconds(Self.restMilliseconds))
    }
  }

  // MARK: Time

  private func every(milliseconds: Int, _ work: @Sendable () async -> Void) async {
    while !Task.isCancelled {
      do { try await Task.sleep(for: .milliseconds(milliseconds)) } catch { return }
      await work()
    }
  }

  private func trying(_ what: String, _ work: @Sendable () async throws -> Void) async {
    do {
      try await work()
    } catch {
      logger.warning("Could not \(what)", metadata: ["error": "\(error)"])
    }
  }
}
