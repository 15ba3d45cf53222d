import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// Stands in front of the first request of a connection: lets it through to HTTP, or makes the connection a WebSocket.
///
/// It is also the only one who watches a connection that has not said anything yet, which would otherwise stay for ever and hold up the
/// end of the server. NIO's own upgrade handler is not used: it swallows the head of a refused upgrade, which every plain request with
/// `Upgrade: h2c` is.
final class UpgradeGate: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case silent
    /// The endpoint was asked; what arrives meanwhile waits.
    case asked(UpgradeRequest, held: [HTTPServerRequestPart])
    /// The request went on as a plain one. It is the last of its connection: the decoder does not read on after a wish to upgrade.
    case refused
    case done
  }

  private let endpoint: LiveEndpoint
  private let hub: Hub
  private let encoder: HTTPResponseEncoder
  private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private let logger: Logger
  private let outcome: EventLoopPromise<LiveChannel.Outcome>
  private var state = State.silent
  private var deadline: Scheduled<Void>?
  private var readIsHeld = false

  init(
    endpoint: LiveEndpoint, hub: Hub, encoder: HTTPResponseEncoder, decoder: ByteToMessageHandler<HTTPRequestDecoder>, logger: Logger,
    outcome: EventLoopPromise<LiveChannel.Outcome>
  ) {
    self.endpoint = endpoint
    self.hub = hub
    self.encoder = encoder
    self.decoder = decoder
    self.logger = logger
    self.outcome = outcome
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: hub.limits.prelude) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { settle(failing: ChannelError.eof) }

  func channelInactive(context: ChannelHandlerContext) {
    settle(failing: ChannelError.eof)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (state, unwrapInboundIn(data)) {
    case (.silent, .head(let head)): begin(head, context)
    case (.asked(let upgrade, var held), let part):
      held.append(part)
      state = .asked(upgrade, held: held)
    case (.silent, _), (.refused, _), (.done, _): context.fireChannelRead(data)
    }
  }

  /// Who has asked for an upgrade waits for the answer; a client that goes on talking fills its own buffers, not ours.
  func read(context: ChannelHandlerContext) {
    if case .asked = state { readIsHeld = true } else { context.read() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch (state, event) {
    case (.silent, is ChannelShouldQuiesceEvent), (.asked, is ChannelShouldQuiesceEvent), (.silent, ChannelEvent.inputClosed),
      (.asked, ChannelEvent.inputClosed):
      context.close(promise: nil)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch state {
    case .silent where error is HTTPParserError:
      let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0"]
      context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      context.close(promise: nil)
    case .silent, .asked: context.close(promise: nil)
    case .refused, .done: context.fireErrorCaught(error)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .refused = state, case .head(var head) = unwrapOutboundIn(data), head.status.code >= 200 else {
      return context.write(data, promise: promise)
    }
    head.headers.replaceOrAdd(name: "Connection", value: "close")
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard let upgrade = UpgradeRequest(head, path: endpoint.path) else {
      return goOn(with: [.head(head)], wishesToUpgrade: head.headers.contains(name: "upgrade"), context)
    }
    state = .asked(upgrade, held: [.head(head)])
    let address = context.remoteAddress
    let answer = context.eventLoop.makeFutureWithTask { [endpoint] in await endpoint.admit(upgrade.request, address) }
    answer.assumeIsolated().whenComplete { result in self.answered(try? result.get(), context) }
  }

  private func answered(_ admission: Admission?, _ context: ChannelHandlerContext) {
    guard case .asked(let upgrade, let held) = state else { return }
    // The whole channel is asked to read: this handler's own context may be gone by then.
    let channel = context.channel
    switch admission {
    case .accept(let handler): becomeWebSocket(upgrade, handler, context)
    case .refuse, nil: goOn(with: held, wishesToUpgrade: true, context)
    }
    if readIsHeld { channel.read() }
  }

  private func goOn(with parts: [HTTPServerRequestPart], wishesToUpgrade: Bool, _ context: ChannelHandlerContext) {
    do {
      let pipeline = context.pipeline.syncOperations
      try pipeline.addHandler(RequestPatience(hub.limits))
      try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
      let idle = Duration.nanoseconds(hub.limits.idleHTTP.nanoseconds)
      try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: idle, logger: logger))
      let channel = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
        wrappingChannelSynchronously: context.channel, configuration: .init(isOutboundHalfClosureEnabled: true))
      settle(.http(channel))
    } catch {
      settle(failing: error)
      return context.close(promise: nil)
    }
    state = wishesToUpgrade ? .refused : .done
    for part in parts { context.fireChannelRead(wrapInboundOut(wishesToUpgrade ? part.asLastOfConnection : part)) }
    context.fireChannelReadComplete()
    if !wishesToUpgrade { context.pipeline.syncOperations.removeHandler(self, promise: nil) }
  }

  /// The order matters: the answer goes out through the encoder, then whatever understands HTTP goes, and what the client has
  /// already sent after its request falls from the old decoder into the new one.
  private func becomeWebSocket(_ upgrade: UpgradeRequest, _ handler: any ConnectionHandler, _ context: ChannelHandlerContext) {
    state = .done
    context.writeAndFlush(wrapOutboundOut(.head(upgrade.acceptance)), promise: nil)
    do {
      let pipeline = context.pipeline.syncOperations
      pipeline.removeHandler(encoder, promise: nil)
      try pipeline.addHandler(ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: hub.limits.messageBytes)))
      settle(.webSocket)
      try pipeline.addHandler(Session(handler, channel: context.channel, hub: hub))
      pipeline.removeHandler(self, promise: nil)
      pipeline.removeHandler(decoder, promise: nil)
    } catch {
      settle(failing: error)
      context.close(promise: nil)
    }
  }

  private func settle(_ outcome: LiveChannel.Outcome) {
    deadline?.cancel()
    deadline = nil
    self.outcome.succeed(outcome)
  }

  /// Without effect once the outcome is known.
  private func settle(failing error: any Error) {
    deadline?.cancel()
    deadline = nil
    state = .done
    outcome.fail(error)
  }
}

extension HTTPServerRequestPart {
  /// The same without the wish to upgrade, and with the wish to end the connection, which the server then follows.
  fileprivate var asLastOfConnection: HTTPServerRequestPart {
    guard case .head(var head) = self else { return self }
    head.headers.remove(name: "upgrade")
    head.headers.replaceOrAdd(name: "connection", value: "close")
    return .head(head)
  }
}
