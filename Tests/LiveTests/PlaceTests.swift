import NIOCore
import TestKit
import Testing

@testable import Live

/// Places: how many may be connected, how slowly they may speak, and how they are sent away.
@Suite struct PlaceTests {
  @Test("E20: above the limit of connections a request is answered with 503 and when to come back, and below it again as always")
  func full() async throws {
    try await LiveServer.run(limits: limits { $0.connections = 2 }) { server in
      let first = try await LiveClient.connect(port: server.port)
      let second = try await RawSocket.connect(port: server.port)
      second.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await second.received("a page")
      for request in ["GET /page HTTP/1.1\r\nHost: a\r\n\r\n", UpgradeTests.request()] {
        let third = try await RawSocket.connect(port: server.port)
        third.send(request)
        let answer = try await third.received("\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 503") && answer.lowercased().contains("retry-after: 10"))
      }
      try first.send(["event": "Echo"])
      _ = try await first.next("Echo")
      first.close()
      _ = try await first.closeCode()
      var isServed = false
      for _ in 1...200 where !isServed {
        try await Task.sleep(for: .milliseconds(20))
        let again = try await RawSocket.connect(port: server.port)
        again.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
        isServed = try await again.received("\r\n\r\n").hasPrefix("HTTP/1.1 200")
      }
      #expect(isServed)
    }
  }

  @Test("E20: who comes after those who are answered is let go of at once, and who does not ask is not waited for")
  func overrun() async throws {
    let limits = limits {
      $0.connections = 0
      $0.turnedAway = 1
      $0.turnAwayGrace = .milliseconds(300)
    }
    try await LiveServer.run(limits: limits) { server in
      let silent = try await RawSocket.connect(port: server.port)
      let next = try await RawSocket.connect(port: server.port)
      #expect(await next.isEnded())
      #expect(await silent.isEnded())
    }
  }

  @Test("E20: above the limit of memory nobody new is taken")
  func memory() async throws {
    try await LiveServer.run(limits: limits { $0.memoryBytes = 1 }) { server in
      let socket = try await RawSocket.connect(port: server.port)
      socket.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await socket.received("\r\n\r\n").hasPrefix("HTTP/1.1 503"))
    }
  }

  @Test("E20: a body that does not grow, and a later head that does not end, are not waited for")
  func slowRequests() async throws {
    let limits = limits {
      $0.head = .milliseconds(200)
      $0.bodyEvery = .milliseconds(200)
    }
    try await LiveServer.run(limits: limits) { server in
      let body = try await RawSocket.connect(port: server.port)
      body.send("POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nhel")
      let head = try await RawSocket.connect(port: server.port)
      head.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await head.received("a page")
      head.send("GET /pa")
      #expect(await body.isEnded())
      #expect(await head.isEnded())
    }
  }

  @Test("E20: a slow answer, and a pause between two requests, are no reason to let go")
  func patience() async throws {
    let limits = limits {
      $0.head = .milliseconds(100)
      $0.bodyEvery = .milliseconds(100)
    }
    try await LiveServer.run(limits: limits) { server in
      let socket = try await RawSocket.connect(port: server.port)
      socket.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await socket.received("at last")
      try await Task.sleep(for: .milliseconds(300))
      socket.send("POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
      _ = try await socket.received("hello")
      try await Task.sleep(for: .milliseconds(300))
      socket.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await socket.received("a page")
    }
  }

  @Test(
    "E20: a server that stops tells many clients over how many seconds to come back, and few nothing",
    arguments: [(1, ""), (2, "1"), (5, "2"), (12, "4")])
  func spread(clients: Int, reason: String) throws {
    let stage = Stage(limits: limits { $0.returnsPerSecond = 3 })
    let readers = try (0..<clients).map { _ in try stage.reader() }
    // The last one is told the same as the first, though the others are gone by then.
    for reader in readers { reader.quiesce() }
    for reader in readers {
      let closing = try reader.closing()
      #expect(closing?.code == 1001 && closing?.reason == reason)
    }
  }
}
