import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Wire

/// Live connections: WebSockets beside the router on one port, and the hub that carries what happens to whoever subscribed.
///
/// - `liveServer` makes the server for Hummingbird's `Application`; `LiveEndpoint` says who may connect.
/// - A `ConnectionHandler` answers for one connection; `Connection` is what it talks through.
/// - The `Hub` joins connections to topics and delivers `Publication`s, which travel between nodes on a `Bus`.
/// - `Presence` counts who is here. `Limits` names every limit.
///
/// No task, lock or actor is on the way of a message: it is encoded once, handed to each event loop and written by a plain loop.
/// `docs/protocol.md` says what the messages are; nothing in this target knows them except the heartbeat.
public struct LiveEndpoint: Sendable {
  public let path: String
  /// Asked once for each upgrade, before it is answered. The connection's own work starts with `opened`.
  ///
  /// Middleware does not run for an upgrade, so `Origin` and the cookie are checked here and nowhere else.
  public let admit: @Sendable (_ request: HTTPRequest, _ remoteAddress: SocketAddress?) async -> Admission

  public init(path: String = "/live", admit: @escaping @Sendable (HTTPRequest, SocketAddress?) async -> Admission) {
    self.path = path
    self.admit = admit
  }
}

public enum Admission: Sendable {
  case accept(any ConnectionHandler)
  /// The request goes on to the router as a plain one, whose route says why.
  case refuse
}

/// Answers for one connection. Everything is called on the connection's event loop, in order, and must not block it.
public protocol ConnectionHandler: AnyObject, Sendable {
  /// Called once, first. Until `Connection.greeted()` is called the connection has `Limits.hello` to introduce itself.
  func opened(_ connection: Connection)
  /// A whole text message, known to be UTF-8.
  func received(_ text: ByteBuffer, on connection: Connection)
  /// A whole message that is no text; only where `Limits.takesBinary` says so.
  func received(binary: ByteBuffer, on connection: Connection)
  /// A log went on without this connection: read it after `gap.position`, then `Hub.resume` with `gap.ticket`. A state is read whole.
  func fellBehind(_ gap: Gap, on connection: Connection)
  /// Called once, last, after `opened`. Nothing can be sent any more and all subscriptions are gone.
  func closed(_ connection: Connection)
}

extension ConnectionHandler {
  public func received(binary: ByteBuffer, on connection: Connection) { connection.close(.onlyText) }
}

/// What a member missed.
public struct Gap: Sendable {
  public let ticket: Ticket
  /// The last number of the log that the member was sent.
  public let position: Int64
  /// Whether more than numbered entries may be missing.
  public let isOfAll: Bool
}

/// The server for `Application(router:server:)`: HTTP as usual, and the endpoint's WebSockets.
///
/// The hub must stand on the `Application`'s event loop group, and `ApplicationConfiguration(backlog:)` should be `Limits.backlog`.
/// A request context gets the remote address from its source: `init(source:) { address = source.channel.remoteAddress }`.
public func liveServer(_ endpoint: LiveEndpoint, hub: Hub) -> HTTPServerBuilder {
  HTTPServerBuilder { responder in LiveChannel(responder: responder, endpoint: endpoint, hub: hub) }
}
