import NIOCore
import NIOExtras
import NIOWebSocket
import Wire

/// The WebSocket end of a channel: everything here happens on its event loop.
///
/// It writes finished bytes: nothing stands between it and the socket that would encode them again.
final class Session: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Purpose {
    /// What the client asked for itself.
    case answer
    /// What others made happen.
    case delivery
  }

  private enum State { case open, closing, closed }

  /// Where what is said goes. One word, because there is one for each of ten thousand connections.
  private enum End {
    case none
    case socket(ChannelHandlerContext)
    case poll(Poll)
  }

  let handler: any ConnectionHandler
  let connection: Connection
  private let loopHub: LoopHub
  private let limits: Limits
  private var state = State.open
  var isOpen: Bool { state == .open }
  private var end = End.none
  private var context: ChannelHandlerContext? { if case .socket(let context) = end { context } else { nil } }
  private var assembler: MessageAssembler
  private var closeDeadline: Scheduled<Void>?
  /// What was written since the socket took no more.
  private var stuckDeliveryBytes = 0
  private var stuckAnswerBytes = 0

  /// Subscriptions by topic. The hub owns them; they are kept here to be found without a search.
  var memberships: [String: Membership] = [:]
  var flushIsDue = false
  private var readIsHeld = false
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

  /// A session without a socket, whose bytes a poll keeps.
  init(_ handler: any ConnectionHandler, poll: Poll, on eventLoop: any EventLoop, hub: Hub) {
    self.handler = handler
    connection = Connection(on: eventLoop, from: nil)
    loopHub = hub.loopHub(of: eventLoop)
    limits = hub.limits
    assembler = MessageAssembler(limitBytes: 0)
    end = .poll(poll)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    // Little at once, and after each read the question whether there may be more: what one read brings is taken whole.
    let buffers = AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 512, maximum: Limits.readBytes)
    try? context.channel.syncOptions?.setOption(.recvAllocator, value: buffers)
    try? context.channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
    end = .socket(context)
    open()
  }

  /// Where there is no channel to be added to.
  func begin() {
    guard case .poll(let poll) = end else { return }
    open()
    poll.begin(connection)
  }

  private func open() {
    connection.session.value = self
    loopHub.add(self)
    handler.opened(connection)
  }

  func handlerRemoved(context: ChannelHandlerContext) { finish() }

  func channelInactive(context: ChannelHandlerContext) {
    finish()
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

  func read(context: ChannelHandlerContext) {
    if connection.isBusy { readIsHeld = true } else { context.read() }
  }

  /// The client may go on: until now it could not be heard.
  func readOn() {
    guard readIsHeld, let context else { return }
    readIsHeld = false
    heardAt = .now()
    context.read()
  }

  /// Whether nothing was heard since `deadline`, though it would have been.
  func isSilent(since deadline: NIODeadline) -> Bool { heardAt < deadline && !readIsHeld }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      stuckDeliveryBytes = 0
      stuckAnswerBytes = 0
    }
    context.fireChannelWritabilityChanged()
  }

  /// Queues bytes; the hub flushes all that was written in one turn of the loop together.
  func write(_ bytes: ByteBuffer, as purpose: Purpose) {
    guard state == .open else { return }
    guard let context else { return keep(bytes) }
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

  /// Who waits for an answer is there as long as the request is.
  private func keep(_ bytes: ByteBuffer) {
    guard case .poll(let poll) = end else { return }
    heardAt = .now()
    poll.take(bytes, on: connection)
  }

  func flush() {
    flushIsDue = false
    context?.flush()
  }

  func close(_ code: CloseCode, reason: String = "") {
    guard state == .open else { return }
    if case .poll = end { return endPoll(code) }
    leave()
    write(close: Packet.close(code.rawValue, reason: reason), thenEnd: false)
    endSoon(code == .tooSlow ? limits.slowCloseGrace : limits.closeGrace)
  }

  func endPoll(_ code: CloseCode? = nil) {
    guard state == .open, case .poll(let poll) = end else { return }
    finish()
    poll.end(code)
    // No channel holds it, and a membership that is being told something points at it without holding it.
    let alive = NIOLoopBound(self, eventLoop: connection.eventLoop)
    connection.eventLoop.execute { withExtendedLifetime(alive) {} }
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

  private func finish() {
    guard state != .closed else { return }
    leave()
    state = .closed
    closeDeadline?.cancel()
    end = .none
    connection.session.value = nil
  }
}
