import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// Stands in front of the requests of a connection: lets them through to HTTP, or makes the connection a WebSocket.
///
/// Proxies ask for a WebSocket on a connection that has carried plain requests before, so the gate stays for as long as HTTP is spoken.
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
    /// HTTP is spoken; so many answers are not written yet.
    case plain(due: Int)
    /// A wish to upgrade waits for the answers to the requests before it.
    case waiting(due: Int, held: [HTTPServerRequestPart])
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
  /// What speaks HTTP behind this handler, and goes when that is over.
  private var http: [any RemovableChannelHandler] = []

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
    let part = unwrapInboundIn(data)
    switch (state, part) {
    case (.silent, .head(let head)), (.plain(due: 0), .head(let head)): begin(head, [part], context)
    case (.plain(let due), .head(let head)) where head.wishesToUpgrade: state = .waiting(due: due, held: [part])
    case (.plain(let due), .head):
      state = .plain(due: due + 1)
      context.fireChannelRead(data)
    case (.waiting(let due, var held), _):
      held.append(part)
      state = .waiting(due: due, held: held)
    case (.asked(let upgrade, var held), _):
      held.append(part)
      state = .asked(upgrade, held: held)
    case (.silent, _), (.plain, _), (.refused, _), (.done, _): context.fireChannelRead(data)
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
    case .plain, .waiting, .refused, .done: context.fireErrorCaught(error)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch (state, unwrapOutboundIn(data)) {
    case (.refused, .head(var head)) where head.status.code >= 200:
      head.headers.replaceOrAdd(name: "Connection", value: "close")
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case (.plain(let due), .end):
      state = .plain(due: due - 1)
      context.write(data, promise: promise)
    case (.waiting(let due, let held), .end):
      state = .waiting(due: due - 1, held: held)
      context.write(data, promise: promise)
      if due == 1, case .head(let head) = held[0] { begin(head, held, context) }
    default: context.write(data, promise: promise)
    }
  }

  private func begin(_ head: HTTPRequestHead, _ parts: [HTTPServerRequestPart], _ context: ChannelHandlerContext) {
    guard let upgrade = UpgradeRequest(head, path: endpoint.path) else {
      return goOn(with: parts, wishesToUpgrade: head.wishesToUpgrade, context)
    }
    state = .asked(upgrade, held: parts)
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
    if http.isEmpty {
      do { try speakHTTP(context) } catch {
        settle(failing: error)
        return context.close(promise: nil)
      }
    }
    state = wishesToUpgrade ? .refused : .plain(due: 1)
    for part in parts { context.fireChannelRead(wrapInboundOut(wishesToUpgrade ? part.asLastOfConnection : part)) }
    context.fireChannelReadComplete()
  }

  private func speakHTTP(_ context: ChannelHandlerContext) throws {
    let idle = Duration.nanoseconds(hub.limits.idleHTTP.nanoseconds)
    http = [
      RequestPatience(hub.limits), HTTP1ToHTTPServerCodec(secure: false), HTTPConnectionStateHandler(idleTimeout: idle, logger: logger),
    ]
    try context.pipeline.syncOperations.addHandlers(http)
    let channel = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
      wrappingChannelSynchronously: context.channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    settle(.http(channel))
  }

  /// The order matters: the answer goes out through the encoder, then whatever understands HTTP goes, and what the client has
  /// already sent after its request falls from the old decoder into the new one.
  private func becomeWebSocket(_ upgrade: UpgradeRequest, _ handler: any ConnectionHandler, _ context: ChannelHandlerContext) {
    state = .done
    context.writeAndFlush(wrapOutboundOut(.head(upgrade.acceptance)), promise: nil)
    do {
      let pipeline = context.pipeline.syncOperations
      pipeline.removeHandler(encoder, promise: nil)
      let hasSpokenHTTP = !http.isEmpty
      for handler in http { pipeline.removeHandler(handler, promise: nil) }
      // Whoever read requests learns that there are no more.
      if hasSpokenHTTP { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
      let frames = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: hub.limits.messageBytes))
      try pipeline.addHandler(frames, position: .after(self))
      settle(.webSocket)
      let session = Session(handler, channel: context.channel, hub: hub)
      try pipeline.addHandler(session, position: .after(frames))
      if hasSpokenHTTP { try pipeline.addHandler(SpentHTTP(), position: .after(session)) }
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

/// Stands between a session and the end of HTTP that NIO leaves in the pipeline of a connection that had plain requests before.
private final class SpentHTTP: ChannelDuplexHandler {
  typealias InboundIn = Never
  typealias OutboundIn = Never

  func handlerAdded(context: ChannelHandlerContext) { context.read() }

  /// What is left behind reads no more, so nobody else asks for the next bytes.
  func channelReadComplete(context: ChannelHandlerContext) { context.read() }

  /// It closes its direction once it has heard that no more requests come; the session still speaks.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode == .output { promise?.succeed() } else { context.close(mode: mode, promise: promise) }
  }
}

extension HTTPRequestHead {
  fileprivate var wishesToUpgrade: Bool { headers.contains(name: "upgrade") }
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
