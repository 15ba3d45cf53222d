import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Somebody else's web server, on a free port of this machine, with a record of what it was asked.
final class Peer: Sendable {
  struct Asked: Sendable {
    let method: String
    let path: String
    let headers: [String: String]
    let body: String
  }

  let port: Int
  private let record: Mutex<[Asked]>
  private let group: MultiThreadedEventLoopGroup

  var asked: [Asked] { record.withLock { $0 } }

  static func with(_ body: (Peer) async throws -> Void) async throws {
    let peer = try await Peer()
    do { try await body(peer) } catch {
      try await peer.group.shutdownGracefully()
      throw error
    }
    try await peer.group.shutdownGracefully()
  }

  private init() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let note = Recorder()
    let channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Answerer(note))
        }
      }
      .bind(host: "0.0.0.0", port: 0).get()
    self.group = group
    port = channel.localAddress?.port ?? 0
    record = Mutex([])
    note.tell = { [self] asked in record.withLock { $0.append(asked) } }
  }
}

/// Set once, before anybody connects.
private final class Recorder: @unchecked Sendable {
  var tell: @Sendable (Peer.Asked) -> Void = { _ in }
}

private final class Answerer: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let recorder: Recorder
  private var head: HTTPRequestHead?
  private var body = ""

  init(_ recorder: Recorder) { self.recorder = recorder }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): (self.head, body) = (head, "")
    case .body(let bytes): body += String(buffer: bytes)
    case .end: if let head { answer(head, context) }
    }
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
    recorder.tell(Peer.Asked(method: head.method.rawValue, path: head.uri, headers: headers, body: body))
    switch head.uri {
    case "/silence": break
    case "/large": reply(context, .ok, ["Transfer-Encoding": "chunked"], String(repeating: "x", count: 100_000))
    case "/announced": reply(context, .ok, ["Content-Length": "100000"], String(repeating: "x", count: 100_000))
    case "/cut":
      reply(context, .ok, ["Content-Length": "100"], "half", end: false)
      context.close(promise: nil)
    case let path where path.hasPrefix("/to?"):
      reply(context, .found, ["Location": String(path.dropFirst("/to?".count)), "Content-Length": "0"], "")
    default: reply(context, .created, ["Content-Length": "5", "X-Word": "one: two"], "hello")
    }
  }

  private func reply(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ headers: [String: String], _ text: String, end: Bool = true
  ) {
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: HTTPHeaders(headers.map { ($0.key, $0.value) }))
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !text.isEmpty { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil) }
    if end { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) } else { context.flush() }
  }
}
