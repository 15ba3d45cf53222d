import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection of a test, which may say whatever it likes.
///
/// A class, because it is the identity of the connection.
public final class RawSocket: Sendable {
  public let channel: any Channel
  private let text = Mutex("")
  private let arrivals: Inbox<String>

  private init(channel: any Channel, arrivals: Inbox<String>) {
    self.channel = channel
    self.arrivals = arrivals
  }

  public static func connect(port: Int) async throws -> RawSocket {
    let group = MultiThreadedEventLoopGroup.singleton
    let arrivals = Inbox<String>(eventLoop: group.any())
    let channel = try await ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Reader(arrivals: arrivals)) }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return RawSocket(channel: channel, arrivals: arrivals)
  }

  public func send(_ text: String) { send(Array(text.utf8)) }
  public func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
  public func close() { channel.close(promise: nil) }

  /// All that was received so far, once it contains `part`.
  public func received(_ part: String, within time: TimeAmount = .seconds(5)) async throws -> String {
    while true {
      let sofar = text.withLock { $0 }
      if sofar.contains(part) { return sofar }
      let more = try await arrivals.take(within: time, "\(part) after \(sofar)") { _ in true }
      text.withLock { $0 += more }
    }
  }

  /// Whether the other side ends the connection in time.
  public func isEnded(within time: TimeAmount = .seconds(5)) async -> Bool {
    let ended = channel.eventLoop.makePromise(of: Bool.self)
    let timer = channel.eventLoop.scheduleTask(in: time) { ended.succeed(false) }
    channel.closeFuture.whenComplete { _ in
      timer.cancel()
      ended.succeed(true)
    }
    return (try? await ended.futureResult.get()) ?? false
  }

  private final class Reader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let arrivals: Inbox<String>

    init(arrivals: Inbox<String>) { self.arrivals = arrivals }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { arrivals.put(String(buffer: unwrapInboundIn(data))) }
    func channelInactive(context: ChannelHandlerContext) { arrivals.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
