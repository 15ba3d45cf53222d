import HTTPTypes
import Hummingbird
import Live
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// A real server on a free port, with a router that answers at every path.
struct LiveServer: Sendable {
  typealias Admit = @Sendable (HTTPRequest, SocketAddress?) async -> Admission

  let port: Int
  let hub: Hub
  /// Ends it as SIGTERM does.
  let stop: @Sendable () async -> Void

  /// Runs a server for the length of `body`, which ends it or leaves that to us.
  static func run(
    limits: Limits = Limits(), bus: any Bus = LocalBus(),
    admit: @escaping Admit = { _, _ in .accept(Echo()) },
    _ body: @escaping @Sendable (LiveServer) async throws -> Void
  ) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let hub = Hub(group: group, bus: bus, limits: limits)
    let router = Router()
    router.get("/live") { request, _ in "the router, \(request.headers[.upgrade] ?? "no upgrade")" }
    router.get("/page") { _, _ in "a page" }
    router.get("/slow") { _, _ in
      try await Task.sleep(for: .milliseconds(400))
      return "at last"
    }
    router.post("/page") { request, _ in String(buffer: try await request.body.collect(upTo: 1000)) }
    let port = group.any().makePromise(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let application = Application(
      router: router, server: liveServer(LiveEndpoint(admit: admit), hub: hub),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0), backlog: Limits.backlog),
      onServerRunning: { port.succeed($0.localAddress?.port ?? 0) }, eventLoopGroupProvider: .shared(group), logger: logger)
    let services = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await services.run() }
      let server = LiveServer(port: try await port.futureResult.get(), hub: hub) { await services.triggerGracefulShutdown() }
      try await body(server)
      await server.stop()
      try await tasks.waitForAll()
    }
  }
}

/// The limits of every day but for what a test changes.
func limits(_ change: (inout Limits) -> Void) -> Limits {
  var limits = Limits()
  change(&limits)
  return limits
}

/// Says everything back.
final class Echo: ConnectionHandler {
  func opened(_ connection: Connection) { connection.greeted() }
  func received(_ text: ByteBuffer, on connection: Connection) { connection.send(Packet(json: Array(text.readableBytesView))) }
  func received(binary: ByteBuffer, on connection: Connection) { connection.send(Packet(binary: Array(binary.readableBytesView))) }
  func fellBehind(_ gap: Gap, on connection: Connection) {}
  func closed(_ connection: Connection) {}
}

/// Keeps what happens to its connection, and joins the rooms that it is told.
final class Guest: ConnectionHandler {
  let name: String
  let connection = Mutex<Connection?>(nil)
  let isClosed = Mutex(false)
  private let hub: @Sendable () -> Hub?
  private let greets: Bool

  init(_ name: String = "guest", greets: Bool = true, hub: @escaping @Sendable () -> Hub? = { nil }) {
    self.name = name
    self.greets = greets
    self.hub = hub
  }

  func opened(_ connection: Connection) {
    self.connection.withLock { $0 = connection }
    if greets { connection.greeted() }
  }

  /// The text is the topic.
  func received(_ text: ByteBuffer, on connection: Connection) {
    guard let hub = hub() else { return }
    let ticket = hub.join(String(buffer: text), as: .everybody, on: connection)
    hub.resume(ticket, on: connection, answer: [Packet(json: Array(#"{"event":"Joined"}"#.utf8))])
  }

  func fellBehind(_ gap: Gap, on connection: Connection) {}

  func closed(_ connection: Connection) {
    self.connection.withLock { $0 = nil }
    isClosed.withLock { $0 = true }
  }
}
