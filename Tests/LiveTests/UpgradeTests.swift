import Live
import NIOCore
import Synchronization
import TestKit
import Testing

/// How connections begin and end: the upgrade, the router beside it, deadlines, and the end of the server.
@Suite struct UpgradeTests {
  static func request(path: String = "/live", _ headers: [String] = []) -> String {
    let standard = [
      "Host: 127.0.0.1", "Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    return (["GET \(path) HTTP/1.1"] + standard + headers).joined(separator: "\r\n") + "\r\n\r\n"
  }

  @Test("E20: a refused upgrade goes on to the router, which answers, and the connection ends")
  func refused() async throws {
    let refuse: LiveServer.Admit = { _, _ in .refuse }
    try await LiveServer.run(admit: refuse) { server in
      await #expect(throws: LiveClient.NotUpgraded(status: 200)) { try await LiveClient.connect(port: server.port) }
      let socket = try await RawSocket.connect(port: server.port)
      socket.send(Self.request())
      let answer = try await socket.received("the router, no upgrade")
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      #expect(answer.lowercased().contains("connection: close"))
      #expect(await socket.isEnded())
    }
  }

  @Test("E20: who may connect is decided by the request's headers and address")
  func admission() async throws {
    let admit: LiveServer.Admit = { request, address in
      let isOurs = request.headerFields[.origin] == "http://ours.example" && request.headerFields[.cookie] == "session=1"
      return isOurs && address?.ipAddress == "127.0.0.1" && request.authority == "ours.example" ? .accept(Echo()) : .refuse
    }
    try await LiveServer.run(admit: admit) { server in
      let client = try await LiveClient.connect(
        port: server.port, host: "ours.example", origin: "http://ours.example", cookie: "session=1")
      try client.send(["event": "Echo"])
      _ = try await client.next("Echo")
      await #expect(throws: LiveClient.NotUpgraded(status: 200)) {
        try await LiveClient.connect(port: server.port, host: "ours.example", origin: "http://theirs.example", cookie: "session=1")
      }
    }
  }

  @Test(
    "E2a: a request that asks for another upgrade is answered as a plain one",
    arguments: [
      ("GET /page HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n", "a page"),
      ("POST /page HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello", "hello"),
      (request(path: "/page"), "a page"),
      (request().replacing("Version: 13", with: "Version: 12"), "the router, no upgrade"),
      (request().replacing("ZQ==", with: "Z"), "the router, no upgrade"),
      (request(["Content-Length: 2"]) + "{}", "the router, no upgrade"),
    ])
  func otherUpgrades(request: String, answer: String) async throws {
    try await LiveServer.run { server in
      let socket = try await RawSocket.connect(port: server.port)
      socket.send(request)
      #expect(try await socket.received(answer).hasPrefix("HTTP/1.1 200"))
      #expect(await socket.isEnded())
    }
  }

  @Test("E2a: plain requests share the port and keep their connection")
  func keepAlive() async throws {
    try await LiveServer.run { server in
      let socket = try await RawSocket.connect(port: server.port)
      for number in 1...3 {
        let body = "body \(number)"
        socket.send("POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        _ = try await socket.received(body)
      }
    }
  }

  @Test("E20: a frame that comes in one piece with the upgrade is not lost")
  func gluedFrame() async throws {
    let admit: LiveServer.Admit = { _, _ in
      try? await Task.sleep(for: .milliseconds(30))
      return .accept(Echo())
    }
    try await LiveServer.run(admit: admit) { server in
      let socket = try await RawSocket.connect(port: server.port)
      socket.send(Array(Self.request().utf8) + [0x81, 0x85, 0, 0, 0, 0] + Array("hello".utf8))
      let answer = try await socket.received("hello")
      #expect(answer.hasPrefix("HTTP/1.1 101"))
    }
  }

  @Test(
    "E79c: a connection that has carried plain requests becomes a WebSocket, as proxies that keep their connections want it",
    arguments: [["/page", "/page"], ["/slow"]])
  func upgradeOfKeptConnection(pages: [String]) async throws {
    let admit: LiveServer.Admit = { _, _ in
      try? await Task.sleep(for: .milliseconds(30))
      return .accept(Echo())
    }
    try await LiveServer.run(limits: limits { $0.idleHTTP = .milliseconds(600) }, admit: admit) { server in
      let socket = try await RawSocket.connect(port: server.port)
      // All in one piece: the answers come in the order of the requests.
      for page in pages { socket.send("GET \(page) HTTP/1.1\r\nHost: a\r\n\r\n") }
      socket.send(Self.request())
      let answers = try await socket.received("HTTP/1.1 101")
      #expect(answers.ranges(of: "HTTP/1.1 200").count == pages.count)
      // Longer than a plain connection may be idle, and than one reading takes.
      for word in ["hello", "again", "still"] {
        socket.send([0x81, 0x85, 0, 0, 0, 0] + Array(word.utf8))
        _ = try await socket.received(word)
        try await Task.sleep(for: .milliseconds(300))
      }
      await server.stop()
      #expect(await socket.isEnded())
    }
  }

  @Test("E79c: a refused upgrade of a kept connection is answered by the router, and the connection ends", arguments: [false, true])
  func refusedOnKeptConnection(isOther: Bool) async throws {
    let refuse: LiveServer.Admit = { _, _ in .refuse }
    try await LiveServer.run(admit: refuse) { server in
      let socket = try await RawSocket.connect(port: server.port)
      socket.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      socket.send(isOther ? Self.request(path: "/page") : Self.request())
      let answers = try await socket.received(isOther ? "a page" : "the router, no upgrade")
      let ends = answers.lowercased().split(separator: "connection: close")
      #expect(ends.count == 2 && ends[0].contains("at last"), "only the last answer ends the connection")
      #expect(await socket.isEnded())
    }
  }

  @Test("E2a: what is no HTTP is told so")
  func garbage() async throws {
    try await LiveServer.run { server in
      let socket = try await RawSocket.connect(port: server.port)
      socket.send("what is this?\r\n\r\n")
      _ = try await socket.received("HTTP/1.1 400")
      #expect(await socket.isEnded())
    }
  }

  @Test("E2a: who says nothing, or one letter at a time, is let go", arguments: [false, true])
  func silentConnection(isTalking: Bool) async throws {
    try await LiveServer.run(limits: limits { $0.prelude = .milliseconds(200) }) { server in
      let socket = try await RawSocket.connect(port: server.port)
      for letter in isTalking ? "GET /page HTTP/1.1\r\nHost: a\r\nX: 1".map(String.init) : [] {
        socket.send(letter)
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(await socket.isEnded(within: .seconds(2)))
    }
  }

  @Test("E2a: an idle plain connection is let go")
  func idleConnection() async throws {
    try await LiveServer.run(limits: limits { $0.idleHTTP = .milliseconds(200) }) { server in
      let socket = try await RawSocket.connect(port: server.port)
      socket.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await socket.received("a page")
      #expect(await socket.isEnded(within: .seconds(2)))
    }
  }

  @Test("E20: who does not say hello in time is let go, however much it says")
  func helloLess() async throws {
    let limits = limits { $0.hello = .milliseconds(200) }
    let admit: LiveServer.Admit = { _, _ in .accept(Guest(greets: false)) }
    try await LiveServer.run(limits: limits, admit: admit) { server in
      let client = try await LiveClient.connect(port: server.port)
      client.send("not a hello")
      #expect(try await client.closeCode(within: .seconds(2)) == 1008)
    }
  }

  @Test("E20: the server pings and lets go who is not heard")
  func heartbeat() async throws {
    let limits = limits {
      $0.pingEvery = .milliseconds(50)
      $0.silence = .seconds(1)
    }
    try await LiveServer.run(limits: limits) { server in
      let client = try await LiveClient.connect(port: server.port)
      let ping = try await client.next("Ping")
      #expect(ping["heads"] == [:])
      #expect(try await client.closeCode() == 1008)
    }
  }

  @Test("E20: the server stops at once, telling its clients, with silent and idle connections open")
  func stopping() async throws {
    let stopped = Mutex(ContinuousClock.now)
    let guest = Guest()
    let admit: LiveServer.Admit = { _, _ in .accept(guest) }
    try await LiveServer.run(admit: admit) { server in
      let client = try await LiveClient.connect(port: server.port)
      let silent = try await RawSocket.connect(port: server.port)
      let halfway = try await RawSocket.connect(port: server.port)
      halfway.send("GET /page HT")
      let idle = try await RawSocket.connect(port: server.port)
      idle.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await idle.received("a page")
      stopped.withLock { $0 = .now }
      await server.stop()
      #expect(try await client.closeCode(within: .seconds(1)) == 1001)
      client.close(1001)
      #expect(await silent.isEnded(within: .seconds(1)))
      #expect(await halfway.isEnded(within: .seconds(1)))
      #expect(await idle.isEnded(within: .seconds(1)))
    }
    #expect(ContinuousClock.now - stopped.withLock { $0 } < .seconds(2))
    #expect(guest.isClosed.withLock { $0 })
  }

  @Test("E20: a client that does not answer the goodbye does not hold up the end")
  func stoppingStubbornClient() async throws {
    let limits = limits { $0.closeGrace = .milliseconds(200) }
    try await LiveServer.run(limits: limits) { server in
      let client = try await LiveClient.connect(port: server.port)
      await server.stop()
      #expect(try await client.closeCode(within: .seconds(1)) == 1001)
    }
  }
}
