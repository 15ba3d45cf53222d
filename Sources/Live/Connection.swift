import NIOCore
import Synchronization
import Wire

/// One open WebSocket, as its handler and the hub see it. Usable from anywhere; what one caller sends goes out in that order.
///
/// A class, because it is the identity of the connection.
public final class Connection: Sendable {
  public let eventLoop: any EventLoop
  /// The other end of the socket; behind a proxy that is the proxy.
  public let remoteAddress: SocketAddress?
  /// Nil once the connection has ended.
  let session: NIOLoopBoundBox<Session?>
  private let underWay = Atomic<Int>(0)

  convenience init(channel: any Channel) { self.init(on: channel.eventLoop, from: channel.remoteAddress) }

  /// Nobody needs to know where a poll comes from: who took the request has looked.
  init(on eventLoop: any EventLoop, from remoteAddress: SocketAddress?) {
    self.eventLoop = eventLoop
    self.remoteAddress = remoteAddress
    session = NIOLoopBoundBox(nil, eventLoop: eventLoop)
  }

  public func send(_ packet: Packet) {
    onLoop { $0.write(packet.bytes, as: .answer) }
  }

  public func send(_ frame: some Frame) { send(Packet(frame)) }

  /// Ends the connection with a code that tells the client what to do.
  public func close(_ code: CloseCode, reason: String = "") {
    onLoop { $0.close(code, reason: reason) }
  }

  /// The first message was a good hello: the time for it no longer runs.
  public func greeted() {
    onLoop { $0.isGreeted = true }
  }

  /// A command was taken that is answered later. While too many are, nothing more is read from the client: what it sends waits in its own
  /// buffers, and not in ours.
  public func began() { underWay.add(1, ordering: .relaxed) }

  /// Such a command was answered.
  public func ended() {
    let left = underWay.subtract(1, ordering: .relaxed).newValue
    precondition(left >= 0, "Only what began can end")
    if left == Limits.commandsUnderWay / 2 { onLoop { $0.readOn() } }
  }

  var isBusy: Bool { underWay.load(ordering: .relaxed) >= Limits.commandsUnderWay }

  /// A poll answers with what it has; a socket is left alone.
  func endPoll() {
    onLoop { $0.endPoll() }
  }

  func onLoop(_ act: @escaping @Sendable (Session) -> Void) {
    onLoopAnyway { session in if let session { act(session) } }
  }

  /// - Parameter act: given nil when the connection has ended.
  func onLoopAnyway(_ act: @escaping @Sendable (Session?) -> Void) {
    if eventLoop.inEventLoop { act(session.value) } else { eventLoop.execute { [session] in act(session.value) } }
  }
}
