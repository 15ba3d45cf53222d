import Live
import NIOCore
import Synchronization
import TestKit
import Testing

/// Delivery through real sockets: to all, in order, and not held up by the slow ones.
@Suite struct DeliveryTests {
  /// Runs a server whose clients join the topic that they send.
  private func withServer(limits: Limits = Limits(), _ body: @escaping @Sendable (LiveServer) async throws -> Void) async throws {
    let box = HubBox()
    let admit: LiveServer.Admit = { request, _ in
      .accept(Guest(request.headerFields[.cookie] ?? "") { box.hub.withLock { $0 } })
    }
    try await LiveServer.run(limits: limits, admit: admit) { server in
      box.hub.withLock { $0 = server.hub }
      try await body(server)
    }
  }

  private func join(_ server: LiveServer, _ topic: String, name: String = "guest") async throws -> LiveClient {
    let client = try await LiveClient.connect(port: server.port, cookie: name, receiveBuffer: 8192)
    client.send(topic)
    _ = try await client.next("Joined")
    return client
  }

  private static func event(_ number: Int, padding: Int = 0) -> [UInt8] {
    Array(#"{"event":"Tick","number":\#(number),"padding":"\#(String(repeating: "p", count: padding))"}"#.utf8)
  }

  @Test("E20: everybody in a topic gets every message in order, on all event loops, and nobody else does")
  func fanOut() async throws {
    try await withServer { server in
      var clients: [LiveClient] = []
      for _ in 0..<12 { clients.append(try await join(server, "hall")) }
      let outsider = try await join(server, "street")
      #expect(try await server.hub.members(of: "hall") == 12)
      for number in 0..<500 { server.hub.publish(.event("hall", json: Self.event(number))) }
      for client in clients {
        for number in 0..<500 { #expect(try await client.next()["number"]?.int == number) }
      }
      #expect(outsider.takeAll().isEmpty)
      clients[0].close()
      _ = try await clients[0].closeCode()
      #expect(try await server.hub.members(of: "hall") == 11)
    }
  }

  @Test("X4: who sends faster than answers come is not read on, and everything sent arrives in the end")
  func impatientSender() async throws {
    let slow = SlowAnswerer()
    let admit: LiveServer.Admit = { _, _ in .accept(slow) }
    try await LiveServer.run(admit: admit) { server in
      let client = try await LiveClient.connect(port: server.port)
      let padding = String(repeating: "p", count: 100)
      let sent = 20_000
      for number in 0..<sent { client.send(#"{"event":"Echo","number":\#(number),"padding":"\#(padding)"}"#) }
      // What one read brings comes on top of what may be under way.
      try await slow.settles()
      #expect(slow.taken < 1000)
      #expect(slow.taken >= 64)
      slow.answerAll()
      for number in 0..<sent { #expect(try await client.next()["number"]?.int == number) }
    }
  }

  @Test("E20: a slow reader is closed with 1013 while the others get everything")
  func slowReader() async throws {
    var limits = Limits()
    limits.queueBytes = 256 * 1024
    try await withServer(limits: limits) { server in
      let slow = try await join(server, "hall")
      let quick = try await join(server, "hall")
      try await slow.read(false)
      for number in 0..<2000 {
        server.hub.publish(.event("hall", json: Self.event(number, padding: 8000)))
        let event = try await quick.next()
        #expect(event["number"]?.int == number)
      }
      #expect(try await server.hub.members(of: "hall") == 1)
      try await slow.read(true)
      #expect(try await slow.closeCode() == 1013)
      let numbers = slow.takeAll().compactMap { $0["number"]?.int }
      #expect(numbers == Array(0..<numbers.count))
      #expect(numbers.count < 2000)
    }
  }

  @Test("E20: connections whose right was taken away are closed, the others stay")
  func revoke() async throws {
    try await withServer { server in
      let banned = try await join(server, "hall", name: "banned")
      let other = try await join(server, "hall", name: "other")
      server.hub.revoke { ($0 as? Guest)?.name == "banned" }
      #expect(try await banned.closeCode() == 4401)
      server.hub.publish(.event("hall", json: Self.event(1)))
      #expect(try await other.next("Tick")["number"]?.int == 1)
      #expect(banned.takeAll().isEmpty)
    }
  }
}

/// Where the handlers of a test find the hub of their server, which is made after them.
final class HubBox: Sendable {
  let hub = Mutex<Hub?>(nil)
}

/// Takes commands and answers them when it is told to.
private final class SlowAnswerer: ConnectionHandler {
  private struct State {
    var taken = 0
    var waiting: [(ByteBuffer, Connection)] = []
    var isQuick = false
  }

  private let state = Mutex(State())

  var taken: Int { state.withLock { $0.taken } }

  /// Waits until nothing more is taken.
  func settles() async throws {
    var before = -1
    while before != taken || taken == 0 {
      before = taken
      try await Task.sleep(for: .milliseconds(300))
    }
  }

  /// On the loop of the connection, where the next ones are taken: they must not be answered before these.
  func answerAll() {
    guard let loop = state.withLock({ $0.waiting.first?.1.eventLoop }) else { return }
    loop.execute { [self] in
      let waiting = state.withLock { state in
        state.isQuick = true
        defer { state.waiting = [] }
        return state.waiting
      }
      for (text, connection) in waiting { answer(text, on: connection) }
    }
  }

  func opened(_ connection: Connection) { connection.greeted() }

  func received(_ text: ByteBuffer, on connection: Connection) {
    connection.began()
    let isQuick = state.withLock { state in
      state.taken += 1
      if !state.isQuick { state.waiting.append((text, connection)) }
      return state.isQuick
    }
    if isQuick { answer(text, on: connection) }
  }

  private func answer(_ text: ByteBuffer, on connection: Connection) {
    connection.send(Packet(json: Array(text.readableBytesView)))
    connection.ended()
  }

  func fellBehind(_ gap: Gap, on connection: Connection) {}
  func closed(_ connection: Connection) {}
}
