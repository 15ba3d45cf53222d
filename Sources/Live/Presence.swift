import Base
import NIOCore
import Synchronization

/// Who is here: counts connections by key, and forgives short absences, because a page that is changed goes and comes back.
///
/// With several nodes it also knows who is on the others, as they tell it: somebody is here while any node has a connection.
///
/// A class, because connections and readers share it.
public final class Presence: Sendable {
  /// Somebody came, or is gone.
  public struct Change: Hashable, Sendable {
    public let key: String
    public let isHere: Bool
    /// Whether it was a connection of this node; other nodes tell their own.
    public let isOurs: Bool
  }

  /// Another node, as long as it runs.
  public struct Peer: Hashable, Sendable {
    public let number: Int
    /// A node that was started again is another one.
    public let run: Int64

    public init(number: Int, run: Int64) {
      self.number = number
      self.run = run
    }
  }

  private struct Place {
    var connections = 0
    /// Runs from the last leaving on.
    var lingering: Scheduled<Void>?
    /// Until when a glimpse of them counts.
    var seenUntil: NIODeadline?
    var elsewhere: Set<Peer> = []

    var isOurs: Bool { connections > 0 || lingering != nil || seenUntil != nil }
    var isHere: Bool { isOurs || !elsewhere.isEmpty }
  }

  private let places = Mutex<[String: Place]>([:])
  private let ownChanged = Hook<(@Sendable (_ key: String, _ isOurs: Bool) -> Void)?>(nil)
  public let linger: TimeAmount
  private let eventLoop: any EventLoop
  private let changed: @Sendable (Change) -> Void

  /// - Parameters:
  ///   - eventLoop: where timers run, and where `changed` is called, in order; it must not block.
  ///   - changed: told when a key appears that was not here, and when one has been gone for longer than `linger`.
  public init(linger: TimeAmount = .seconds(10), on eventLoop: any EventLoop, changed: @escaping @Sendable (Change) -> Void) {
    self.linger = linger
    self.eventLoop = eventLoop
    self.changed = changed
  }

  /// How many keys are here.
  public var count: Int { places.withLock { $0.count } }

  /// Who is here, in no order.
  public var keys: [String] { places.withLock { Array($0.keys) } }

  public func isHere(_ key: String) -> Bool { places.withLock { $0[key] != nil } }

  /// Whether it is a connection of this node.
  public func isOurs(_ key: String) -> Bool { places.withLock { $0[key]?.isOurs ?? false } }

  /// A connection of this key opened. Each needs its `left`.
  public func arrived(_ key: String) {
    change(key, byUs: true) { place in
      place.connections += 1
      place.lingering?.cancel()
      place.lingering = nil
    }
  }

  public func left(_ key: String) {
    change(key, byUs: true) { place in
      precondition(place.connections > 0, "Nobody leaves who did not arrive")
      place.connections -= 1
      if place.connections == 0 {
        place.lingering = eventLoop.scheduleTask(in: linger) { self.forget(key) }
        // What the connection knew is newer than what was glimpsed.
        place.seenUntil = nil
      }
    }
  }

  /// A sign of somebody who need have no connection: they are here for that long, or until a connection of theirs ends.
  public func glimpsed(_ key: String, for time: TimeAmount) {
    let until = eventLoop.now + time
    change(key, byUs: true) { $0.seenUntil = until }
    eventLoop.scheduleTask(deadline: until) { self.overlook(key) }
  }

  /// Who was glimpsed goes away, as after a connection: a page that is changed comes back.
  public func lostSight(of key: String) {
    guard places.withLock({ $0[key]?.seenUntil }) != nil else { return }
    glimpsed(key, for: linger)
  }

  private func overlook(_ key: String) {
    change(key, byUs: true) { place in
      if let until = place.seenUntil, until <= eventLoop.now { place.seenUntil = nil }
    }
  }

  /// A timer that was cancelled too late finds somebody here.
  private func forget(_ key: String) {
    change(key, byUs: true) { place in
      if place.connections == 0 { place.lingering = nil }
    }
  }

  // MARK: Other nodes

  /// While the program is plugged together: who tells the other nodes which keys are here. Called in order, and must not block.
  public func onOwnChange(_ tell: @escaping @Sendable (_ key: String, _ isOurs: Bool) -> Void) { ownChanged.set(tell) }

  public func arrived(_ key: String, at peer: Peer) { change(key, byUs: false) { $0.elsewhere.insert(peer) } }

  public func left(_ key: String, at peer: Peer) { change(key, byUs: false) { $0.elsewhere.remove(peer) } }

  /// All who are on other nodes, as these wrote it down; who is not among them is there no more.
  public func replaceElsewhere(with keys: [String: Set<Peer>]) {
    let known = places.withLock { $0.filter { !$0.value.elsewhere.isEmpty }.map(\.key) }
    for key in Set(known).union(keys.keys) { change(key, byUs: false) { $0.elsewhere = keys[key] ?? [] } }
  }

  /// Who is where, beside this node.
  public var elsewhere: [String: Set<Peer>] {
    places.withLock { $0.compactMapValues { $0.elsewhere.isEmpty ? nil : $0.elsewhere } }
  }

  /// The nodes that somebody is on, beside this one.
  public var peers: Set<Peer> { places.withLock { $0.values.reduce(into: []) { $0.formUnion($1.elsewhere) } } }

  /// The node is gone, and who was there with it.
  public func forget(_ peer: Peer) {
    let keys = places.withLock { $0.filter { $0.value.elsewhere.contains(peer) }.map(\.key) }
    for key in keys { left(key, at: peer) }
  }

  /// Told under the lock, so that the order of what is told is the order of what happened; it only queues.
  private func change(_ key: String, byUs: Bool, _ change: (inout Place) -> Void) {
    places.withLock { places in
      let before = places[key] ?? Place()
      var place = before
      change(&place)
      places[key] = place.isHere ? place : nil
      if place.isOurs != before.isOurs, let tell = ownChanged.function {
        eventLoop.execute { [isOurs = place.isOurs] in tell(key, isOurs) }
      }
      if place.isHere != before.isHere {
        eventLoop.execute { [changed, isHere = place.isHere] in changed(Change(key: key, isHere: isHere, isOurs: byUs)) }
      }
    }
  }
}
