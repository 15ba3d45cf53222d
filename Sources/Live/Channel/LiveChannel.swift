import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Sets up an accepted connection: its requests go to the router until one makes it a WebSocket.
struct LiveChannel: HTTPChannelHandler {
  let responder: Responder
  let endpoint: LiveEndpoint
  let hub: Hub

  /// The connection, and what becomes of it.
  struct Value: ServerChildChannelValue {
    let channel: any Channel
    let outcome: EventLoopFuture<Outcome>
  }

  enum Outcome: Sendable {
    case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
    /// From here on the handlers of the channel do everything: no task waits for it.
    case webSocket
    /// There is no place for it; its answer is on the way.
    case turnedAway
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      var limits = NIOHTTPDecoderLimitConfiguration()
      limits.maxHeaderFieldSize = hub.limits.headerBytes
      limits.maxHeaderListSize = hub.limits.headerBytes
      let encoder = HTTPResponseEncoder()
      let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
      // A connection keeps one such buffer for good; it grows where more is read.
      let buffers = AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 512, maximum: 65_536)
      try channel.syncOptions?.setOption(.recvAllocator, value: buffers)
      switch hub.admissions.admit(channel) {
      case .welcome: break
      case .full:
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, TurnAway(grace: hub.limits.turnAwayGrace)])
        return Value(channel: channel, outcome: channel.eventLoop.makeSucceededFuture(.turnedAway))
      case .overrun:
        channel.close(promise: nil)
        return Value(channel: channel, outcome: channel.eventLoop.makeSucceededFuture(.turnedAway))
      }
      let outcome = channel.eventLoop.makePromise(of: Outcome.self)
      let gate = UpgradeGate(endpoint: endpoint, hub: hub, encoder: encoder, decoder: decoder, logger: logger, outcome: outcome)
      try channel.pipeline.syncOperations.addHandlers([encoder, decoder, gate])
      return Value(channel: channel, outcome: outcome.futureResult)
    }
  }

  func handle(value: Value, logger: Logger) async {
    await withTaskCancellationHandler {
      // A connection that ends before its first request fails the outcome; there is nothing left to do for it.
      guard case .http(let channel) = try? await value.outcome.get() else { return }
      await handleHTTP(asyncChannel: channel, logger: logger)
    } onCancel: {
      value.channel.close(promise: nil)
    }
  }
}
