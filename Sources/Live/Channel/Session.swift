import NIOCore
import NIOExtras
import NIOWebSocket
import Wire

/// The WebSocket end of a channel: everything here happens on its event loop.
///
/// It writes finished bytes: nothing stands between it and the socket that would encode them again.
final class Session: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = ByteBuffer

  enum Purpose {
    /// What the client asked for itself.
    case answer
    /// What others made happen.
    case delivery
  }

  private enum State { case open, closing, closed }

  let handler: any ConnectionHandler
  let connection: Connection
  private let loopHub: LoopHub
  private let limits: Limits
  private var state = State.open
  private var context: ChannelHandlerContext?
  private var assembler: MessageAssembler
  private var closeDeadline: Scheduled<Void>?
  /// What was written since the socket took no more.
  private var stuckDeliveryBytes = 0
  private var stuckAnswerBytes = 0

  /// Subscriptions by topic. The hub owns them; they are kept here to be found without a search.
  var memberships: [String: Membership] = [:]
  var flushIsDue = false
  var isGreeted = false
  private(set) var openedAt = NIODeadline.now()
  private(set) var heardAt = NIODeadline.now()
  var pingedAt = NIODeadline.now()

  init(_ handler: any ConnectionHandler, channel: any Channel, hub: Hub) {
    self.handler = handler
    connection = Connection(channel: channel)
    loopHub = hub.loopHub(of: channel.eventLoop)
    limits = hub.limits
    assembler = MessageAssembler(limitBytes: hub.limits.messageBytes, takesBinary: hub.limits.takesBinary)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    connection.session.value = self
    loopHub.add(self)
    handler.opened(connection)
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard state != .closed else { return }
    heardAt = .now()
    switch (state, assembler.take(unwrapInboundIn(data))) {
    case (.open, .text(let text)): handler.received(text, on: connection)
    case (.open, .binary(let bytes)): handler.received(binary: bytes, on: connection)
    case (.open, .ping(let payload)): write(Packet.pong(payload), as: .answer)
    case (.open, .close(let code)):
      leave()
      write(close: Packet.close(code, reason: ""), thenEnd: true)
    case (.open, .violation(let code)): close(code)
    case (.closing, .close): context.close(promise: nil)
    default: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case NIOWebSocketError.invalidFrameLength: close(.tooLarge)
    case is NIOWebSocketError: close(.protocolError)
    // The decoder has given up after the first error; the close frame is on its way.
    case is ByteToMessageDecoderError where state == .closing: break
    default: context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent where state == .closing: endSoon(limits.closeGrace)
    case is ChannelShouldQuiesceEvent: close(.serverStops, reason: loopHub.spread)
    // Nobody reads the answers of a client that only sends, so half a connection is none.
    case ChannelEvent.inputClosed: context.close(promise: nil)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      stuckDeliveryBytes = 0
      stuckAnswerBytes = 0
    }
    context.fireChannelWritabilityChanged()
  }

  /// Queues bytes; the hub flushes all that was written in one turn of the loop together.
  func write(_ bytes: ByteBuffer, as purpose: Purpose) {
    guard state == .open, let context else { return }
    if !context.channel.isWritable {
      switch purpose {
      case .answer: stuckAnswerBytes += bytes.readableBytes
      case .delivery: stuckDeliveryBytes += bytes.readableBytes
      }
      guard stuckDeliveryBytes <= limits.queueBytes, stuckAnswerBytes <= limits.answerQueueBytes else { return close(.tooSlow) }
    }
    context.write(wrapOutboundOut(bytes), promise: nil)
    loopHub.flushSoon(self)
  }

  func flush() {
    flushIsDue = false
    context?.flush()
  }

  func close(_ code: CloseCode, reason: String = "") {
    guard state == .open else { return }
    leave()
    write(close: Packet.close(code.rawValue, reason: reason), thenEnd: false)
    endSoon(code == .tooSlow ? limits.slowCloseGrace : limits.closeGrace)
  }

  /// From here on nobody is told anything, and nothing is delivered.
  private func leave() {
    guard state == .open else { return }
    state = .closing
    loopHub.remove(self)
    // Not at once: the handler may be in the middle of a call in which it closed the connection itself.
    connection.eventLoop.execute { [handler, connection] in handler.closed(connection) }
  }

  private func write(close bytes: ByteBuffer, thenEnd: Bool) {
    guard let context else { return }
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    // The server ends the TCP connection first (RFC 6455, 7.1.1). Writes are in order, so the frame goes before.
    if thenEnd { context.close(promise: nil) }
  }

  private func endSoon(_ grace: TimeAmount) {
    guard let context else { return }
    closeDeadline?.cancel()
    let channel = context.channel
    closeDeadline = context.eventLoop.scheduleTask(in: grace) { channel.close(promise: nil) }
  }

  private func end() {
    guard state != .closed else { return }
    leave()
    state = .closed
    closeDeadline?.cancel()
    context = nil
    connection.session.value = nil
  }
}
