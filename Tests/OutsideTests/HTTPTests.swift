import Testing

@testable import Outside

@Suite struct HTTPTests {
  private let outside = Outside()

  private func question(_ peer: Peer, _ path: String, _ method: String = "GET", reach: Reach = .anywhere) -> HTTPQuestion {
    HTTPQuestion(method, "http://127.0.0.1:\(peer.port)\(path)", reach: reach)
  }

  @Test("A request arrives as it was asked, and its answer comes back whole")
  func whole() async throws {
    try await Peer.with { peer in
      var asked = question(peer, "/a/../b?c=d%20e", "PUT")
      asked.headers = [("X-Key", "k"), ("X-Empty", "")]
      asked.body = Array("grüße".utf8)
      let answer = try await outside.ask(asked)
      #expect(answer.status == 201)
      #expect(answer.body == Array("hello".utf8))
      #expect(answer.header("x-word") == "one: two")
      let seen = try #require(peer.asked.first)
      #expect(seen.method == "PUT" && seen.path == "/a/../b?c=d%20e" && seen.body == "grüße")
      #expect(seen.headers["x-key"] == "k" && seen.headers["x-empty"] == "" && seen.headers["expect"] == nil)
    }
  }

  @Test("An empty body is sent as one, and many questions are asked at once")
  func many() async throws {
    try await Peer.with { peer in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<100 {
          group.addTask {
            var asked = question(peer, "/\(number)", "POST")
            asked.body = []
            return try await outside.ask(asked).status
          }
        }
        for try await status in group { #expect(status == 201) }
      }
      #expect(Set(peer.asked.map(\.path)).count == 100)
      #expect(peer.asked.allSatisfy { $0.headers["content-length"] == "0" })
    }
  }

  @Test("A longer answer than wanted is cut off, whether it says its length or not", arguments: ["/large", "/announced"])
  func sizeLimit(path: String) async throws {
    try await Peer.with { peer in
      var asked = question(peer, path)
      asked.answerLimitBytes = 99_999
      await #expect(throws: OutsideFailure.tooLarge(limitBytes: 99_999)) { try await outside.ask(asked) }
      asked.answerLimitBytes = 100_000
      let whole = try await outside.ask(asked)
      #expect(whole.body.count == 100_000)
    }
  }

  @Test("Who says nothing is not waited for longer than was said")
  func timeout() async throws {
    try await Peer.with { peer in
      var asked = question(peer, "/silence")
      asked.totalSeconds = 1
      await #expect(throws: OutsideFailure.timedOut) { try await outside.ask(asked) }
    }
  }

  @Test("A question of a cancelled task ends at once")
  func cancelled() async throws {
    try await Peer.with { peer in
      let asked = question(peer, "/silence")
      let task = Task { try await outside.ask(asked) }
      while peer.asked.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test("A connection that breaks, and one that nobody takes, are told apart")
  func broken() async throws {
    try await Peer.with { peer in
      await #expect {
        try await outside.ask(question(peer, "/cut"))
      } throws: {
        if case OutsideFailure.cut = $0 { true } else { false }
      }
    }
    await #expect {
      try await outside.ask(HTTPQuestion("GET", "http://127.0.0.1:1/", reach: .anywhere))
    } throws: {
      if case OutsideFailure.unreachable = $0 { true } else { false }
    }
  }

  @Test(
    "No stranger's address leads into the private network, however it is written",
    arguments: ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433", "0x7f.1"])
  func guarded(host: String) async throws {
    try await Peer.with { peer in
      let asked = HTTPQuestion("GET", "http://\(host):\(peer.port)/", reach: .publicNetwork)
      await #expect(throws: OutsideFailure.privateAddress) { try await outside.ask(asked) }
      #expect(peer.asked.isEmpty)
    }
  }

  @Test("A connection that was allowed into the private network is not there for one that is not")
  func notReused() async throws {
    try await Peer.with { peer in
      _ = try await outside.ask(question(peer, "/first"))
      await #expect(throws: OutsideFailure.privateAddress) { try await outside.ask(question(peer, "/second", reach: .publicNetwork)) }
      #expect(peer.asked.map(\.path) == ["/first"])
    }
  }

  @Test("A redirect is followed as often as was said, but never into the private network")
  func redirects() async throws {
    try await Peer.with { peer in
      // For this test the private network is 127.0.0.2 alone.
      let outside = Outside(isPrivate: { $0 == [127, 0, 0, 2] })
      defer { outside.close() }
      var asked = question(peer, "/to?http://127.0.0.2:\(peer.port)/inside", reach: .publicNetwork)
      let told = try await outside.ask(asked)
      #expect(told.status == 302)
      asked.redirectLimit = 1
      await #expect(throws: OutsideFailure.privateAddress) { try await outside.ask(asked) }
      #expect(!peer.asked.contains { $0.path == "/inside" })
      asked.url = "http://127.0.0.1:\(peer.port)/to?http://127.0.0.1:\(peer.port)/fine"
      let followed = try await outside.ask(asked)
      #expect(followed.body == Array("hello".utf8))
      asked.url = "http://127.0.0.1:\(peer.port)/to?/to?/fine"
      await #expect(throws: OutsideFailure.tooManyRedirects) { try await outside.ask(asked) }
      asked.url = "http://127.0.0.1:\(peer.port)/to?file:///etc/hostname"
      await #expect(throws: OutsideFailure.self) { try await outside.ask(asked) }
    }
  }

  @Test("A question that may go into the private network follows no redirect")
  func noRedirects() async throws {
    try await Peer.with { peer in
      var asked = question(peer, "/to?http://127.0.0.1:\(peer.port)/inside")
      asked.redirectLimit = 3
      let answer = try await outside.ask(asked)
      #expect(answer.status == 302)
      #expect(peer.asked.count == 1)
    }
  }

  @Test(
    "What is no address of the web, or would break a header, is never sent",
    arguments: [
      ("GET", "file:///etc/passwd", "v"), ("GET", "gopher://127.0.0.1/", "v"), ("GET", "http://a.example/\r\nX: y", "v"), ("GET", "", "v"),
      ("GET", "http://a.example/", "one\r\nX-Two: two"), ("GET /x", "http://a.example/", "v"),
    ])
  func unsendable(method: String, url: String, value: String) async throws {
    let asked = HTTPQuestion(method, url, headers: [("X-One", value)], reach: .anywhere)
    await #expect {
      try await outside.ask(asked)
    } throws: {
      if case OutsideFailure.notSendable = $0 { true } else { false }
    }
  }
}
