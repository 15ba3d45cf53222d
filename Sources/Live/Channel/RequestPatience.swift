import NIOCore
import NIOHTTP1

/// Lets go of a plain connection whose requests come so slowly that they only hold a place: each head within a time, each body at a pace.
///
/// The first head is the `UpgradeGate`'s. It waits for no answer of the program, which may take its time.
final class RequestPatience: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case idle
    /// Bytes came that are no whole head.
    case head
    case body
  }

  private let limits: Limits
  private var state = State.idle
  private var hasReadPart = false
  private var isReading = false
  private var bodyBytes = 0
  private var bodyBegan = NIODeadline.now()
  /// What there was when it was last looked at.
  private var seenBytes = 0
  private var deadline: Scheduled<Void>?

  init(_ limits: Limits) { self.limits = limits }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasReadPart = true
    switch unwrapInboundIn(data) {
    case .head:
      state = .body
      bodyBytes = 0
      bodyBegan = .now()
      watchBody(context)
    case .body(let bytes):
      bodyBytes += bytes.readableBytes
      if bodyBytes > limits.bodyLimit { return context.close(promise: nil) }
    case .end:
      state = .idle
      deadline?.cancel()
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if !hasReadPart, state == .idle {
      state = .head
      let channel = context.channel
      deadline = context.eventLoop.scheduleTask(in: limits.head) { channel.close(promise: nil) }
    }
    hasReadPart = false
    isReading = false
    context.fireChannelReadComplete()
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    context.fireChannelInactive()
  }

  /// Whoever is not read from cannot be quicker: then the program is still busy with what came before.
  func read(context: ChannelHandlerContext) {
    isReading = true
    context.read()
  }

  private func watchBody(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    seenBytes = bodyBytes
    let bound = NIOLoopBound((patience: self, context: context), eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: limits.bodyEvery) {
      let (patience, context) = bound.value
      patience.judge(context)
    }
  }

  private func judge(_ context: ChannelHandlerContext) {
    guard state == .body else { return }
    let isSlow = isReading && bodyBytes - seenBytes < limits.bodyBytes
    if isSlow || .now() - bodyBegan > limits.bodyTime { context.close(promise: nil) } else { watchBody(context) }
  }
}
