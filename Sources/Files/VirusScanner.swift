import Base
import NIOCore
import NIOPosix

/// clamd, asked about every file that comes in. When it is configured and does not answer, nothing comes in.
public struct VirusScanner: Sendable {
  /// For one file, from the first byte to the word about it.
  static let seconds: Int64 = 60
  static let pieceBytes = 65_536
  static let answerLimit = 4096

  private enum Address: Sendable {
    case socket(String)
    case host(String, port: Int)
  }

  private let address: Address

  /// Reads `/run/clamav/clamd.ctl` or `scanner.example:3310`; nil for anything else.
  public init?(_ text: String) {
    if text.hasPrefix("/") {
      address = .socket(text)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port),
      colon > text.startIndex
    else { return nil }
    address = .host(String(text[..<colon]), port: port)
  }

  /// Whether the scanner found nothing.
  ///
  /// - Throws: whatever kept it from saying so.
  public func isClean(_ path: String) async throws -> Bool {
    guard let file = try await Landing.blocking({ try DiskFile(path) }) else { throw Unclear(answer: "no file") }
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    let answer = loop.makePromise(of: String.self)
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(5)).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answer(answer)) }
    }
    let channel: any Channel
    do {
      channel =
        switch address {
        case .socket(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
        case .host(let name, let port): try await bootstrap.connect(host: name, port: port).get()
        }
    } catch {
      answer.fail(error)
      throw error
    }
    let alarm = loop.scheduleTask(in: .seconds(Self.seconds)) { channel.close(promise: nil) }
    defer {
      alarm.cancel()
      channel.close(promise: nil)
    }
    // When the scanner has enough it answers and closes: then its answer counts, not that the rest could not be sent.
    try? await send(file, over: channel)
    return try Self.verdict(try await answer.futureResult.get())
  }

  private func send(_ file: any StoredFile, over channel: any Channel) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: "zINSTREAM\0"))
    var next: Int64 = 0
    while next < file.bytes {
      let piece = try await file.read(at: next, count: Self.pieceBytes)
      guard piece.readableBytes > 0 else { break }
      next += Int64(piece.readableBytes)
      var frame = ByteBuffer(integer: UInt32(piece.readableBytes))
      frame.writeImmutableBuffer(piece)
      try await channel.writeAndFlush(frame)
    }
    try await channel.writeAndFlush(ByteBuffer(integer: UInt32(0)))
  }

  private static func verdict(_ answer: String) throws -> Bool {
    if answer == "stream: OK" { return true }
    if answer.hasPrefix("stream: "), answer.hasSuffix(" FOUND") { return false }
    throw Unclear(answer: answer)
  }

  /// The scanner is there and says neither yes nor no: a file above its limit, a fault of its own.
  public struct Unclear: Error, CustomStringConvertible {
    public let answer: String
    public var description: String { "The virus scanner says “\(answer)”" }
  }

  /// Gathers the one line of the answer, which ends with a zero.
  private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<String>
    private var bytes: [UInt8] = []

    init(_ promise: EventLoopPromise<String>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes += unwrapInboundIn(data).readableBytesView
      if bytes.contains(0) || bytes.count > VirusScanner.answerLimit { finish(context) }
    }
    func channelInactive(context: ChannelHandlerContext) { finish(context) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func finish(_ context: ChannelHandlerContext) {
      promise.succeed(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
      context.close(promise: nil)
    }
  }
}
