import NIOCore
import NIOEmbedded
import NIOExtras
import Synchronization
import TestKit

@testable import Live

/// A hub on an event loop that stands still, and readers without sockets.
final class Stage {
  let loop = EmbeddedEventLoop()
  let bus = LossyBus()
  let hub: Hub

  init(limits: Limits = Limits()) { hub = Hub(group: loop, bus: bus, limits: limits) }

  func reader(isGreeted: Bool = true) throws -> Reader { try Reader(hub: hub, loop: loop, isGreeted: isGreeted) }

  func publish(n: Int64, publicAfter: Int64? = nil, onlyTeam: Bool = false) {
    let team = Publication.Entry(after: n - 1, json: Self.json(n))
    hub.publish(.entry("chat.5", n: n, everybody: onlyTeam ? nil : .init(after: publicAfter ?? n - 1, json: Self.json(n)), team: team))
  }

  /// Looks at the deadlines as the heartbeat would after this time; the connections' own time is the machine's.
  func beat(after time: TimeAmount) {
    hub.loopHub(of: loop).beat(at: .now() + time)
    loop.run()
  }

  static func json(_ n: Int64) -> [UInt8] { Array(#"{"n":\#(n)}"#.utf8) }
  static func packet(_ n: Int64) -> Packet { Packet(json: json(n)) }

  /// A connection whose output is looked at instead of sent.
  final class Reader {
    let handler = Reading()
    let flushes = FlushCounter()
    let connection: Connection
    private let hub: Hub
    private let channel: EmbeddedChannel

    init(hub: Hub, loop: EmbeddedEventLoop, isGreeted: Bool) throws {
      self.hub = hub
      channel = EmbeddedChannel(loop: loop)
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      let session = Session(handler, channel: channel, hub: hub)
      try channel.pipeline.syncOperations.addHandlers([flushes, session])
      connection = session.connection
      if isGreeted { connection.greeted() }
    }

    func join(_ topic: String, as audience: Audience = .everybody) -> Ticket { hub.join(topic, as: audience, on: connection) }

    func resume(_ ticket: Ticket, answer: [Packet], position: Int64) {
      hub.resume(ticket, on: connection, answer: answer, position: position)
    }

    /// The messages that were flushed since the last look.
    func take() throws -> [JSON] {
      try frames().filter { $0.first == 0x81 }.map { frame in
        let start = frame[1] < 126 ? 2 : frame[1] == 126 ? 4 : 10
        return try JSON(parsing: String(decoding: frame[start...], as: UTF8.self))
      }
    }

    func numbers() throws -> [Int] { try take().compactMap { $0["n"]?.int } }

    func closeCode() throws -> UInt16? {
      try frames().first { $0.first == 0x88 }.map { UInt16($0[2]) << 8 | UInt16($0[3]) }
    }

    /// The line is cut.
    func goes() { channel.close(promise: nil) }

    /// The server begins to stop.
    func quiesce() { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }

    func closing() throws -> (code: UInt16, reason: String)? {
      try frames().first { $0.first == 0x88 }.map { (UInt16($0[2]) << 8 | UInt16($0[3]), String(decoding: $0[4...], as: UTF8.self)) }
    }

    private func frames() throws -> [[UInt8]] {
      var frames: [[UInt8]] = []
      while let buffer = try channel.readOutbound(as: ByteBuffer.self) { frames.append(Array(buffer.readableBytesView)) }
      return frames
    }
  }

  final class Reading: ConnectionHandler {
    private let gaps = Mutex<[Gap]>([])

    func takeGaps() -> [Gap] {
      gaps.withLock { gaps in
        defer { gaps = [] }
        return gaps
      }
    }

    func opened(_ connection: Connection) {}
    func received(_ text: ByteBuffer, on connection: Connection) {}
    func fellBehind(_ gap: Gap, on connection: Connection) { gaps.withLock { $0.append(gap) } }
    func closed(_ connection: Connection) {}
  }

  final class FlushCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    private(set) var count = 0

    func reset() { count = 0 }

    func flush(context: ChannelHandlerContext) {
      count += 1
      context.flush()
    }
  }
}

/// A bus that loses what it is told to lose.
final class LossyBus: Bus {
  private let inner = LocalBus()
  private let isLosing = Mutex(false)

  func lose(_ isLosing: Bool) { self.isLosing.withLock { $0 = isLosing } }

  func publish(_ publication: Publication) {
    if !isLosing.withLock({ $0 }) { inner.publish(publication) }
  }

  func subscribe(_ receive: @escaping @Sendable (Publication) -> Void) { inner.subscribe(receive) }
}
