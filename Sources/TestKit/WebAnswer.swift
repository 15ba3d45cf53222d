import Foundation
import NIOCore
import NIOPosix

/// What a program answered over a connection of its own, byte for byte.
public struct WebAnswer: Sendable {
  public let status: Int
  public let headers: [String: String]
  public let body: Data
  /// What the browser shall keep, by name; of a name the last.
  public let cookies: [String: String]

  public var text: String { String(decoding: body, as: UTF8.self) }
  public var json: JSON? { try? JSON(parsing: text) }

  /// The body; what came in pieces, put together (RFC 9112, 7.1).
  public var content: Data {
    guard headers["transfer-encoding"] == "chunked" else { return body }
    var (rest, whole) = (body, Data())
    while let end = rest.range(of: Data("\r\n".utf8)),
      let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0
    {
      let start = end.upperBound
      whole += rest[start..<start + size]
      rest = rest[(start + size + 2)...]
    }
    return whole
  }
  public var reason: String? { json?["reason"]?.string }

  /// Asks, and reads until the other side closes.
  public static func of(
    _ method: String, _ path: String, port: Int, _ headers: [String: String] = [:], body: Data = Data(), promising length: Int? = nil
  ) async throws -> WebAnswer {
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    let whole = loop.makePromise(of: ByteBuffer.self)
    let channel = try await ClientBootstrap(group: loop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(whole)) }
      }
      .connect(host: "127.0.0.1", port: port).get()
    var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost:8080", "Accept: application/json", "Connection: close"]
    lines += headers.map { "\($0.key): \($0.value)" }
    if method == "POST" || length != nil { lines.append("Content-Length: \(length ?? body.count)") }
    var request = ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
    request.writeBytes(body)
    channel.writeAndFlush(request, promise: nil)
    if let length, length > body.count {
      // The sender's line breaks in the middle of it.
      try await Task.sleep(for: .milliseconds(200))
      try? await channel.close()
    }
    let timer = loop.scheduleTask(in: .seconds(20)) { whole.fail(Silence()) }
    defer { timer.cancel() }
    return try WebAnswer(try await whole.futureResult.get())
  }

  public struct Silence: Error {}

  private init(_ buffer: ByteBuffer) throws {
    let bytes = Data(buffer.readableBytesView)
    guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { throw Silence() }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
    var headers: [String: String] = [:]
    var cookies: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = parts[1]
      let pair = parts[1].prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
      if parts[0].lowercased() == "set-cookie", let name = pair.first { cookies[name] = pair.count == 2 ? pair[1] : "" }
    }
    self.headers = headers
    self.cookies = cookies
    body = bytes[end.upperBound...]
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let whole: EventLoopPromise<ByteBuffer>
    private var bytes = ByteBuffer()

    init(_ whole: EventLoopPromise<ByteBuffer>) { self.whole = whole }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var more = unwrapInboundIn(data)
      bytes.writeBuffer(&more)
    }
    func channelInactive(context: ChannelHandlerContext) { whole.succeed(bytes) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
