import Base
import Outside
import Store
import Synchronization
import TestKit
import Testing

@testable import Mail

@Suite struct BounceTests {
  /// A desk whose letters go to a server that answers like this.
  private func withServer(
    _ engine: Dialect.Engine, _ reply: @escaping SMTPPeer.Reply, _ body: (Desk, SMTPPeer) async throws -> Void
  ) async throws {
    try await SMTPPeer.with(reply) { peer in
      let server = SMTPServer(url: "smtp://127.0.0.1:\(peer.port)", needsTLS: false)
      try await Desk.open(engine, way: .server(server)) { desk in try await body(desk, peer) }
    }
  }

  private func fate(_ desk: Desk) async throws -> String? {
    try await desk.store.read { try $0.row("SELECT fate FROM letters ORDER BY id DESC").map { row -> String in row[0] } }
  }

  @Test(
    "E87a: an address that the server refuses for good is kept as undeliverable until a letter reaches it",
    arguments: Dialect.Engine.allCases)
  func bounced(engine: Dialect.Engine) async throws {
    let isThere = Mutex(false)
    let reply: SMTPPeer.Reply = { line in line.hasPrefix("RCPT") && !isThere.withLock { $0 } ? "550 5.1.1 no such user" : nil }
    try await withServer(engine, reply) { desk, peer in
      let outcomes = Mutex<[LetterOutcome]>([])
      desk.mail.settled.subscribe { outcome in outcomes.withLock { $0.append(outcome) } }
      try await desk.send(.trial(to: .ines(), key: "1"))
      #expect(outcomes.withLock { $0.map(\.fate) } == [.bounced(code: 550, text: "5.1.1 no such user")])
      #expect(try await fate(desk) == "bounced")
      let known = try await desk.undeliverable("INES@reader.example")
      #expect(known == Undeliverable(code: 550, text: "5.1.1 no such user", at: desk.clock.now))
      isThere.withLock { $0 = true }
      try await desk.send(.trial(to: .ines(), key: "2"))
      #expect(peer.letters.count == 1)
      #expect(try await desk.undeliverable() == nil)
    }
  }

  @Test(
    "E87a: who is asked to come back later, at any step, comes back later", arguments: ["EHLO", "MAIL", "RCPT", "DATA", "."],
    Dialect.Engine.allCases)
  func later(step: String, engine: Dialect.Engine) async throws {
    let isWell = Mutex(false)
    let reply: SMTPPeer.Reply = { line in
      (line.hasPrefix(step) || step == "EHLO" && line.hasPrefix("HELO")) && !isWell.withLock { $0 } ? "451 4.7.1 later" : nil
    }
    try await withServer(engine, reply) { desk, peer in
      try await desk.send(.trial(to: .ines(), key: "1"))
      #expect(peer.letters.isEmpty)
      #expect(try await fate(desk) == "posted")
      isWell.withLock { $0 = true }
      #expect(try await desk.runner.runDue() == 0)
      desk.clock.advance(milliseconds: JobRetries.patient.firstPauseSeconds * 1000)
      #expect(try await desk.runner.runDue() == 1)
      #expect(peer.letters.count == 1)
      #expect(try await fate(desk) == "delivered")
    }
  }

  @Test("E87a: what is wrong with us is tried again, because the owner puts it right", arguments: ["MAIL", "EHLO"])
  func us(step: String) async throws {
    let reply: SMTPPeer.Reply = { line in line.hasPrefix(step) || line.hasPrefix("HELO") ? "550 5.7.1 not you" : nil }
    try await withServer(.sqlite, reply) { desk, _ in
      try await desk.send(.trial(to: .ines(), key: "1"))
      #expect(try await fate(desk) == "posted")
      #expect(try await desk.undeliverable() == nil)
    }
  }

  @Test(
    "E87a: a letter that is refused for what it is is given up, and its recipient stays deliverable", arguments: Dialect.Engine.allCases)
  func refused(engine: Dialect.Engine) async throws {
    let reply: SMTPPeer.Reply = { $0 == "." ? "554 5.7.1 looks like spam" : nil }
    try await withServer(engine, reply) { desk, _ in
      let outcomes = Mutex<[LetterOutcome]>([])
      desk.mail.settled.subscribe { outcome in outcomes.withLock { $0.append(outcome) } }
      try await desk.send(.trial(to: .ines(), key: "1"))
      #expect(try await fate(desk) == "abandoned")
      #expect(outcomes.withLock { $0.map(\.fate) } == [.abandoned])
      #expect(try await desk.undeliverable() == nil)
    }
  }

  @Test("E87a: a mailbox that is refused only after the letter was read bounces too")
  func refusedLate() async throws {
    let reply: SMTPPeer.Reply = { $0 == "." ? "552 5.2.2 mailbox full" : nil }
    try await withServer(.sqlite, reply) { desk, _ in
      try await desk.send(.trial(to: .ines(), key: "1"))
      #expect(try await fate(desk) == "bounced")
    }
  }

  @Test("E87a: when nobody takes the letter in all tries it is given up, and can be sent by hand later")
  func abandoned() async throws {
    let reply: SMTPPeer.Reply = { $0.hasPrefix("RCPT") ? "450 4.2.1 not now" : nil }
    try await withServer(.sqlite, reply) { desk, _ in
      try await desk.send(.trial(to: .ines(), key: "1"))
      for _ in 1..<JobRetries.patient.limit {
        desk.clock.advance(milliseconds: JobRetries.patient.longestPauseSeconds * 1000)
        try await desk.runner.runDue()
      }
      #expect(try await fate(desk) == "abandoned")
      let dead = try await desk.store.read { [jobs = desk.mail.jobs] in try jobs.dead(limit: 5, in: $0) }
      #expect(dead.map(\.kind) == ["letters.send"])
    }
  }
}
