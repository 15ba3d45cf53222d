import Live
import Logging
import Synchronization

/// The bus of several nodes: what is published here is delivered here at once, and taken to the others by a `Carrier`.
///
/// It may lose anything and says so (`onDoubt`): each node numbers its parcels, so a hole is found with the next one, and `pulse` sees to it
/// that there is a next one soon. What happens then is told by the database, in `Nodes`.
///
/// A class, because publishers, receivers and the carrier's threads share it.
public final class NodeBus: Bus {
  public typealias Hearer = @Sendable (_ sender: Presence.Peer, _ body: [UInt8]) -> Void

  public let me: Presence.Peer
  private let carrier: any Carrier
  private let outbox: Outbox
  private let logger: Logger
  private let book = Mutex(PeerBook())
  private let isConnected = Mutex(false)
  private let alone = Atomic<Bool>(false)
  private let receivers = Mutex<[@Sendable (Publication) -> Void]>([])
  private let hearers = Mutex<[String: Hearer]>([:])
  private let doubters = Mutex<[@Sendable () -> Void]>([])

  public init(as me: Presence.Peer, over carrier: any Carrier, logger: Logger) {
    self.me = me
    self.carrier = carrier
    self.logger = logger
    outbox = Outbox(sender: me, carrier: carrier, logger: logger)
  }

  public func publish(_ publication: Publication) {
    tellHere(publication)
    if !alone.load(ordering: .acquiring) { outbox.add(.publication(publication)) }
  }

  /// While no other node runs nothing is published to any. Signals are: by them nodes hear of each other.
  public var isAlone: Bool {
    get { alone.load(ordering: .acquiring) }
    set {
      // What was not told is a hole like any other.
      if alone.exchange(newValue, ordering: .acquiringAndReleasing), !newValue { outbox.skip() }
    }
  }

  public func tellHere(_ publication: Publication) {
    for receive in receivers.withLock({ $0 }) { receive(publication) }
  }

  public func subscribe(_ receive: @escaping @Sendable (Publication) -> Void) { receivers.withLock { $0.append(receive) } }

  /// Tells the other nodes something that they keep in memory. Whatever it says may come twice, and late.
  public func signal(_ name: String, _ body: [UInt8] = []) { outbox.add(.signal(name: name, body: body)) }

  /// Hears the signals of other nodes with this name, on a thread that it must not block. One hearer for each name.
  public func hear(_ name: String, _ hearer: @escaping Hearer) { hearers.withLock { $0[name] = hearer } }

  /// Told when something may have been lost. It must not block.
  public func onDoubt(_ tell: @escaping @Sendable () -> Void) { doubters.withLock { $0.append(tell) } }

  /// Whether anything comes in from the other nodes.
  public var isUp: Bool { isConnected.withLock { $0 } }

  /// Begins to listen. Once, after everybody has subscribed.
  public func start() {
    carrier.listen { [weak self] in
      self?.receive($0)
    } connected: { [weak self] in
      self?.connected($0)
    }
  }

  public func close() {
    outbox.close()
    carrier.close()
  }

  private func connected(_ isConnected: Bool) {
    let was = self.isConnected.withLock { connected in
      defer { connected = isConnected }
      return connected
    }
    guard was != isConnected else { return }
    logger.notice("\(isConnected ? "The bus is there" : "The bus is gone; the database is asked meanwhile")")
    if isConnected { doubt() }
  }

  private func doubt() { for tell in doubters.withLock({ $0 }) { tell() } }

  private func receive(_ bytes: UnsafeRawBufferPointer) {
    do throws(NotUnderstood) {
      var words = WordReader(bytes)
      let parcel = try Parcel(&words)
      guard parcel.sender.number != me.number else { return }
      let finding = book.withLock { $0.note(parcel) }
      if finding == .afterGap { doubt() }
      while !words.isAtEnd {
        switch try Message(&words) {
        // What is older than what was told already is in the log, or in the snapshot that its hole made everybody read.
        case .publication(let publication): if finding != .old { tellHere(publication) }
        case .signal(let name, let body): hearers.withLock { $0[name] }?(parcel.sender, body)
        }
      }
    } catch {
      // A node of another version while they are restarted one after the other.
      doubt()
    }
  }
}
