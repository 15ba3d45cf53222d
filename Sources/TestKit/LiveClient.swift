import NIOCore
import NIOPosix
import NIOWebSocket

/// A client of `/live` in a test. It answers nothing by itself: pings are events like all others.
///
/// A class, because it is the identity of the connection.
public final class LiveClient: Sendable {
  /// The server answered the upgrade with another status.
  public struct NotUpgraded: Error, Equatable {
    public let status: Int
    public init(status: Int) { self.status = status }
  }

  /// One message of the server.
  public struct Event: Sendable, CustomStringConvertible {
    public let text: String
    public let json: JSON
    public var name: String { json["event"]?.string ?? "" }
    public var description: String { text }
    public subscript(key: String) -> JSON? { json[key] }
  }

  public let channel: any Channel
  private let events: Inbox<Event>
  private let closes: Inbox<UInt16?>
  private let pongs: Inbox<[UInt8]>

  private init(channel: any Channel, events: Inbox<Event>, closes: Inbox<UInt16?>, pongs: Inbox<[UInt8]>) {
    self.channel = channel
    self.events = events
    self.closes = closes
    self.pongs = pongs
  }

  /// Connects to this machine.
  ///
  /// - Parameters:
  ///   - host: what the `Host` header says; names are not looked up.
  ///   - receiveBuffer: the size of the socket's buffer, for clients that read slowly.
  public static func connect(
    port: Int, path: String = "/live", host: String = "127.0.0.1", origin: String? = nil, cookie: String? = nil,
    headers: [(String, String)] = [], receiveBuffer: Int? = nil
  ) async throws -> LiveClient {
    let group = MultiThreadedEventLoopGroup.singleton
    let loop = group.any()
    let (events, closes, pongs) = (Inbox<Event>(eventLoop: loop), Inbox<UInt16?>(eventLoop: loop), Inbox<[UInt8]>(eventLoop: loop))
    let upgraded = loop.makePromise(of: Void.self)
    var bootstrap = ClientBootstrap(group: loop).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let receiver = LiveReceiver(upgraded: upgraded) { frame in
          switch frame {
          case .text(let text): if let json = try? JSON(parsing: text) { events.put(Event(text: text, json: json)) }
          case .pong(let payload): pongs.put(payload)
          case .close(let code): closes.put(code)
          case .end:
            events.finish()
            closes.finish()
            pongs.finish()
          }
        }
        try channel.pipeline.syncOperations.addHandler(receiver)
      }
    }
    if let receiveBuffer { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer) }
    let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
    let lines =
      ["GET \(path) HTTP/1.1", "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
      + ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="] + (origin.map { ["Origin: \($0)"] } ?? [])
      + (cookie.map { ["Cookie: \($0)"] } ?? []) + headers.map { "\($0): \($1)" }
    try await channel.writeAndFlush(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n"))
    try await upgraded.futureResult.get()
    return LiveClient(channel: channel, events: events, closes: closes, pongs: pongs)
  }

  public func send(_ text: String) { send(.text, Array(text.utf8)) }

  /// `client.send(["do": "hello", "protocol": 1])`
  public func send(_ json: JSON) throws { send(try json.text) }

  public func next(
    within time: TimeAmount = .seconds(5), where isMeant: @escaping @Sendable (Event) -> Bool = { _ in true }
  ) async throws -> Event {
    try await events.take(within: time, "event", where: isMeant)
  }

  /// The next event of this name that is meant; others stay for later.
  public func next(
    _ name: String, within time: TimeAmount = .seconds(5), where isMeant: @escaping @Sendable (Event) -> Bool = { _ in true }
  ) async throws -> Event {
    try await events.take(within: time, name) { $0.name == name && isMeant($0) }
  }

  /// What has come and was not taken.
  public func takeAll() -> [Event] { events.takeAll() }

  /// The code with which the server ended the connection; nil when its close frame had none.
  public func closeCode(within time: TimeAmount = .seconds(5)) async throws -> UInt16? {
    try await closes.take(within: time, "close frame") { _ in true }
  }

  public func pong(within time: TimeAmount = .seconds(5)) async throws -> [UInt8] {
    try await pongs.take(within: time, "pong") { _ in true }
  }

  /// Says goodbye as a browser does.
  public func close(_ code: UInt16 = 1000) { send(.connectionClose, [UInt8(code >> 8), UInt8(code & 0xFF)]) }

  /// Ends the connection without a word, as a lost network does.
  public func cut() { channel.close(promise: nil) }

  /// Stops reading, so that the server's queue fills, or goes on.
  public func read(_ isReading: Bool) async throws { try await channel.setOption(.autoRead, value: isReading).get() }

  /// Any frame, for clients that do not behave.
  public func send(_ opcode: WebSocketOpcode, _ payload: [UInt8], fin: Bool = true, rsv1: Bool = false, masked: Bool = true) {
    let key: WebSocketMaskingKey? = masked ? [0x5A, 0x01, 0xF0, 0x7C] : nil
    var data = ByteBuffer(bytes: payload)
    if let key { data.webSocketMask(key) }
    let first = UInt8(fin ? 0x80 : 0) | UInt8(rsv1 ? 0x40 : 0) | UInt8(webSocketOpcode: opcode)
    let mask: UInt8 = masked ? 0x80 : 0
    var bytes = ByteBuffer(bytes: [first])
    switch payload.count {
    case ..<126: bytes.writeInteger(mask | UInt8(payload.count))
    case ...0xFFFF:
      bytes.writeInteger(mask | 126)
      bytes.writeInteger(UInt16(payload.count))
    default:
      bytes.writeInteger(mask | 127)
      bytes.writeInteger(UInt64(payload.count))
    }
    if let key { bytes.writeBytes(key) }
    bytes.writeBuffer(&data)
    channel.writeAndFlush(bytes, promise: nil)
  }

  public func send(raw bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
}
