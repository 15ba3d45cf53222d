import NIOCore

/// Reads the answer to the upgrade and then the server's frames.
final class LiveReceiver: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  enum Received: Sendable {
    case text(String)
    case pong([UInt8])
    case close(UInt16?)
    case end
  }

  private let upgraded: EventLoopPromise<Void>
  private let receive: @Sendable (Received) -> Void
  private var buffer = ByteBuffer()
  private var isUpgraded = false

  init(upgraded: EventLoopPromise<Void>, receive: @escaping @Sendable (Received) -> Void) {
    self.upgraded = upgraded
    self.receive = receive
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var more = unwrapInboundIn(data)
    buffer.writeBuffer(&more)
    if !isUpgraded { readHead(context) }
    while isUpgraded, let frame = readFrame() { receive(frame) }
    buffer.discardReadBytes()
  }

  func channelInactive(context: ChannelHandlerContext) {
    upgraded.fail(ChannelError.eof)
    receive(.end)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func readHead(_ context: ChannelHandlerContext) {
    guard let end = buffer.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)),
      let head = buffer.readString(length: end.upperBound - buffer.readerIndex)
    else { return }
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    // The proof for the key that every test client sends, from RFC 6455, 1.3.
    guard status == 101, head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") else {
      upgraded.fail(LiveClient.NotUpgraded(status: status))
      return context.close(promise: nil)
    }
    isUpgraded = true
    upgraded.succeed()
  }

  /// A server's frames are whole and not masked; anything else makes the test fail for want of an event.
  private func readFrame() -> Received? {
    let view = buffer.readableBytesView
    guard view.count >= 2 else { return nil }
    let first = view[view.startIndex]
    var head = 2
    var length = Int(view[view.startIndex + 1])
    if length == 126 {
      guard let long: UInt16 = buffer.getInteger(at: buffer.readerIndex + 2) else { return nil }
      (head, length) = (4, Int(long))
    } else if length == 127 {
      guard let long: UInt64 = buffer.getInteger(at: buffer.readerIndex + 2) else { return nil }
      (head, length) = (10, Int(long))
    }
    guard buffer.readableBytes >= head + length else { return nil }
    buffer.moveReaderIndex(forwardBy: head)
    guard var payload = buffer.readSlice(length: length) else { return nil }
    switch first {
    case 0x81: return .text(String(buffer: payload))
    case 0x8A: return .pong(Array(payload.readableBytesView))
    case 0x88: return .close(payload.readInteger())
    default: return .end
    }
  }
}
