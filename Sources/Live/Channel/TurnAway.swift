import NIOCore
import NIOExtras
import NIOHTTP1

/// Answers the one request of a connection for which there is no place: 503, and when to come back.
final class TurnAway: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let grace: TimeAmount
  private var deadline: Scheduled<Void>?
  private var isAnswered = false

  init(grace: TimeAmount) { self.grace = grace }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: grace) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data), !isAnswered else { return }
    isAnswered = true
    let headers: HTTPHeaders = [
      "Retry-After": String(Limits.retryAfterSeconds), "Content-Length": "0", "Connection": "close", "Cache-Control": "no-store",
    ]
    let answer = HTTPResponseHead(version: head.version, status: .serviceUnavailable, headers: headers)
    context.write(wrapOutboundOut(.head(answer)), promise: nil)
    // Only our half: bytes of the client that nobody reads would otherwise take the answer away with them. The grace ends the rest.
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.close(mode: .output, promise: nil)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent, ChannelEvent.inputClosed: context.close(promise: nil)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
