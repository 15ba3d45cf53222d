import Base
import Store
import Synchronization
import TestKit
import Testing

@testable import Texting

@Suite("What telephones and the gateway say")
struct ReceivingTests {
  private static let phone = "+33612345678"

  @Test(
    "C14: an answer goes to the conversation that the telephone and our number carried last, exactly once",
    arguments: Dialect.Engine.allCases)
  func answers(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let emil = try await desk.person("Emil", at: Self.phone)
      let (first, second) = (try await desk.conversation(), try await desk.conversation())
      // What is taken is written in the same transaction: a row of the test's own stands for it.
      desk.texting.onAnswer(locking: { _ in [] }) { session, answer in
        try session.run(
          "INSERT INTO tries (key, count, window_ends_at) VALUES ($1, 1, $2)", "\(answer.conversation).\(answer.account).\(answer.text)",
          answer.at)
      }
      try await desk.say("From the first", to: emil, about: first)
      try await desk.say("From the second", to: emil, about: second)
      let (one, two) = (desk.gateway.texts[desk.gateway.texts.count - 2].from, desk.gateway.texts[desk.gateway.texts.count - 1].from)
      #expect(one != two)
      for _ in 0..<3 { try await desk.hear("To the first", from: Self.phone, on: one, sid: "SM-1") }
      try await desk.hear("To the second", from: Self.phone, on: two, sid: "SM-2")
      let taken = try await desk.house.program.store.read {
        try $0.rows("SELECT key FROM tries WHERE key LIKE '%.To the %' ORDER BY key").map { $0[0] as String }
      }
      #expect(taken == ["\(first).\(emil.id).To the first", "\(second).\(emil.id).To the second"].sorted())
      #expect(try await desk.outcomes() == ["taken", "taken"])
    }
  }

  @Test("C14: what the conversation refuses is noted and changes nothing", arguments: Dialect.Engine.allCases)
  func refused(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let emil = try await desk.person("Emil", at: Self.phone)
      desk.texting.onAnswer(locking: { _ in [] }) { session, answer in
        try session.run("INSERT INTO tries (key, count, window_ends_at) VALUES ('half', 1, $1)", answer.at)
        throw Refusal(.readOnly)
      }
      try await desk.say("A question", to: emil, about: desk.conversation())
      for _ in 0..<2 { try await desk.hear("Too late", from: Self.phone, on: TextDesk.numbers[0], sid: "SM-1") }
      #expect(try await desk.outcomes() == ["refused"])
      #expect(try await desk.house.count("SELECT COUNT(*) FROM tries WHERE key = 'half'") == 0)
    }
  }

  @Test("C14: a telephone that is nobody's, or that nothing was sent to, is counted and told nothing")
  func unknown() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let emil = try await desk.person("Emil", at: Self.phone)
      desk.texting.onAnswer(locking: { _ in [] }) { _, _ in Issue.record("Nobody was asked anything") }
      let before = desk.gateway.texts.count
      for from in ["+33699999999", "nonsense", Self.phone] { try await desk.hear("Hello?", from: from, on: TextDesk.numbers[0]) }
      try await desk.say("A question", to: emil, about: desk.conversation())
      try await desk.hear("On another number", from: Self.phone, on: "+12025550199")
      try await desk.work()
      #expect(try await desk.outcomes() == ["dropped", "dropped", "dropped", "dropped"])
      #expect(desk.gateway.texts.count == before + 1)
    }
  }

  @Test("C14: an answer to a notice lands in no conversation")
  func notice() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let emil = try await desk.person("Emil", at: Self.phone)
      desk.texting.onAnswer(locking: { _ in [] }) { _, _ in Issue.record("It was an answer to a notice") }
      func tell(_ key: String) async throws {
        try await desk.house.program.store.write { [texting = desk.texting] session in
          try texting.postNotice("Credit runs out", link: "https://chat.example.com/notices", to: emil.id, key: key, in: session)
        }
        try await desk.work()
      }
      try await desk.say("A question", to: emil, about: desk.conversation())
      try await tell("1")
      let sent = try #require(desk.gateway.texts.last)
      #expect(sent.body == "Credit runs out https://chat.example.com/notices" && sent.from == TextDesk.numbers[1])
      try await desk.hear("Thanks", from: Self.phone, on: sent.from)
      #expect(try await desk.outcomes() == ["dropped"])
      try await desk.say("Another", to: emil, about: desk.conversation())
      let before = desk.gateway.texts.count
      try await tell("2")
      #expect(desk.gateway.texts.count == before, "both numbers are a conversation's: the notice comes another way")
    }
  }

  @Test("B9: STOP ends everything for that telephone, START begins again; both may come twice", arguments: Dialect.Engine.allCases)
  func stopping(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let emil = try await desk.person("Emil", at: Self.phone)
      let conversation = try await desk.conversation()
      for _ in 0..<2 { try await desk.hear("Stop", from: Self.phone, on: TextDesk.numbers[1], sid: "SM-1") }
      #expect(try await desk.texting.phoneState(of: emil.id).phone?.stoppedAt != nil)
      #expect(try await !desk.say("A question", to: emil, about: conversation))
      try await desk.hear("start", from: Self.phone, on: TextDesk.numbers[1], sid: "SM-2")
      // A late repetition of what was taken before changes nothing.
      try await desk.hear("Stop", from: Self.phone, on: TextDesk.numbers[1], sid: "SM-1")
      #expect(try await desk.say("A question", to: emil, about: conversation))
      #expect(try await desk.outcomes() == ["started", "stopped"])
    }
  }

  @Test("B9: what was posted before STOP does not leave after it")
  func stoppedMeanwhile() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let emil = try await desk.person("Emil", at: Self.phone)
      desk.gateway.answers(500)
      try await desk.say("A question", to: emil, about: desk.conversation())
      try await desk.hear("STOP", from: Self.phone, on: TextDesk.numbers[0])
      desk.clock.advance(milliseconds: 60_000)
      try await desk.work()
      #expect(try await desk.fates() == ["sent", "dropped"])
    }
  }

  @Test("C14: a webhook counts by its signature over our public address alone; another secret, field, place or account is refused")
  func signatures() async throws {
    try await TextDesk.open(.sqlite) { desk in
      _ = try await desk.person("Emil", at: Self.phone)
      let gateway = desk.webhooks()
      let fields = [("MessageSid", "SM-1"), ("From", Self.phone), ("To", TextDesk.numbers[0]), ("Body", "STOP\r\n")]
      #expect(try await desk.tell("/webhooks/texts", fields, secret: "another", to: gateway).status == .badRequest)
      let bare = try await gateway.ask(.post, "/webhooks/texts", [.contentType: "application/x-www-form-urlencoded"], body: "MessageSid=1")
      #expect(bare.status == .badRequest)
      #expect(try await desk.tell("/webhooks/texts", fields + [("AccountSid", "AC9")], to: gateway).status == .badRequest)
      #expect(try await desk.outcomes() == [])
      let answer = try await desk.tell("/webhooks/texts", fields, to: gateway)
      #expect(answer.status == .ok && answer.body.hasSuffix("<Response/>") && answer.headers[.contentType]?.hasPrefix("text/xml") == true)
      #expect(try await desk.outcomes() == ["stopped"])
      #expect(try await desk.tell("/webhooks/texts", [("MessageSid", "SM-2")], to: gateway).status == .badRequest)
    }
  }

  @Test("C14: the last word about a text stays, in whatever order it is told, and however often", arguments: Dialect.Engine.allCases)
  func deliveries(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let emil = try await desk.person("Emil", at: Self.phone)
      let (gateway, conversation) = (desk.webhooks(), try await desk.conversation())
      func tell(_ status: String, _ text: ScriptedGateway.Text, _ sid: String) async throws {
        let path = String(text.callback.dropFirst(House.origin.count))
        let fields = [("MessageSid", sid), ("MessageStatus", status)] + (status == "undelivered" ? [("ErrorCode", "30003")] : [])
        #expect(try await desk.tell(path, fields, to: gateway).status == .noContent)
      }
      try await desk.say("A question", to: emil, about: conversation)
      let (code, question) = (desk.gateway.texts[0], desk.gateway.texts[1])
      try await tell("undelivered", code, "SM1")
      // Of another text, as its name says.
      try await tell("undelivered", question, "SM9")
      for status in ["sent", "delivered", "sent", "delivered", "undelivered"] { try await tell(status, question, "SM2") }
      #expect(try await desk.fates() == ["failed", "delivered"])
      #expect(try await desk.house.count("SELECT COUNT(*) FROM texts WHERE code = 30003") == 1)
    }
  }
}
