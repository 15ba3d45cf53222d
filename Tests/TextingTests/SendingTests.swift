import Base
import Store
import TestKit
import Testing

@testable import Texting

@Suite("Texts on their way out")
struct SendingTests {
  @Test("C14: a text of one key leaves once, and what it said is gone from the database", arguments: Dialect.Engine.allCases)
  func once(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let emil = try await desk.person("Emil", at: "+33612345678")
      let conversation = try await desk.conversation()
      for _ in 0..<2 { #expect(try await desk.say("Is it safe?", to: emil, about: conversation, key: "5.1")) }
      #expect(desk.gateway.texts.filter { $0.body == "Is it safe?" }.count == 1)
      #expect(try await desk.fates() == ["sent", "sent"])
      #expect(try await desk.house.count("SELECT COUNT(*) FROM texts WHERE content IS NOT NULL") == 0)
    }
  }

  @Test("C14: without a telephone nothing is put down")
  func nobody() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let emil = try await desk.house.person("Emil", [])
      #expect(try await !desk.say("Is it safe?", to: emil, about: desk.conversation()))
      #expect(try await desk.fates() == [])
    }
  }

  @Test(
    "C14: a gateway that is busy or away is asked again, not before it wants; what it refuses is not", arguments: Dialect.Engine.allCases)
  func trouble(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let emil = try await desk.person("Emil", at: "+33612345678")
      let conversation = try await desk.conversation()
      desk.gateway.answers(429, headers: [("Retry-After", "120")])
      try await desk.say("First", to: emil, about: conversation)
      desk.clock.advance(milliseconds: 100_000)
      try await desk.work()
      #expect(desk.gateway.texts.filter { $0.body == "First" }.count == 1)
      desk.gateway.answers(500)
      desk.clock.advance(milliseconds: 30_000)
      try await desk.work()
      desk.clock.advance(milliseconds: 60_000)
      try await desk.work()
      #expect(desk.gateway.texts.filter { $0.body == "First" }.count == 3)
      desk.gateway.answers(400, #"{"code": 21211, "message": "Invalid 'To' Phone Number: +33612345678", "status": 400}"#)
      try await desk.say("Second", to: emil, about: conversation)
      desk.clock.advance(milliseconds: 3_600_000)
      try await desk.work()
      #expect(desk.gateway.texts.filter { $0.body == "Second" }.count == 1)
      #expect(try await desk.fates() == ["sent", "sent", "failed"])
      #expect(try await desk.house.count("SELECT COUNT(*) FROM texts WHERE code = 21211") == 1)
    }
  }

  @Test(
    "C14: of a text that will not come it is told once, whoever found out: the gateway at once or later, STOP, or time",
    arguments: Dialect.Engine.allCases)
  func lost(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let emil = try await desk.person("Emil", at: "+33612345678")
      let conversation = try await desk.conversation()
      desk.texting.onLoss { session, conversation, now in
        try session.run(
          "INSERT INTO tries (key, count, window_ends_at) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE SET count = tries.count + 1",
          "lost.\(conversation)", now.adding(seconds: 30 * 86_400))
      }
      func losses() async throws -> Int {
        try await desk.house.count("SELECT COALESCE(CAST(SUM(count) AS BIGINT), 0) FROM tries WHERE key = 'lost.\(conversation)'")
      }
      func isLost(_ key: String) async throws -> Bool {
        try await desk.house.program.store.read { [texting = desk.texting] in try texting.isLost(key, in: $0) }
      }
      try await desk.say("Arrives", to: emil, about: conversation, key: "1")
      let browser = desk.webhooks()
      let ids = try await desk.house.program.store.read { try $0.rows("SELECT id, sid FROM texts WHERE kind = 'message'") }
      let (id, sid): (TextMessageID, String) = (try #require(ids.first)[0], try #require(ids.first)[1])
      for status in ["delivered", "failed"] {
        _ = try await desk.tell("/webhooks/texts/\(id)", [("MessageSid", sid), ("MessageStatus", status)], to: browser)
      }
      #expect(try await losses() == 0, "the first word is the last")
      desk.gateway.answers(400, #"{"code": 21211}"#)
      try await desk.say("Refused", to: emil, about: conversation, key: "2")
      #expect(try await losses() == 1)
      desk.gateway.answers(500)
      try await desk.say("Stopped", to: emil, about: conversation, key: "3")
      try await desk.hear("STOP", from: "+33612345678", on: TextDesk.numbers[0])
      desk.clock.advance(milliseconds: 60_000)
      try await desk.work()
      #expect(try await losses() == 2)
      try await desk.hear("START", from: "+33612345678", on: TextDesk.numbers[0])
      desk.gateway.answers(401)
      try await desk.say("Too late", to: emil, about: conversation, key: "4")
      desk.clock.advance(milliseconds: 86_400_000)
      try await desk.work()
      #expect(try await losses() == 3)
      #expect(try await [isLost("1"), isLost("2"), isLost("3"), isLost("4")] == [false, true, true, true])
    }
  }

  @Test("C14: what could not leave within a day leaves no more")
  func tooLate() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let emil = try await desk.person("Emil", at: "+33612345678")
      desk.gateway.answers(401)
      try await desk.say("Is it safe?", to: emil, about: desk.conversation())
      desk.clock.advance(milliseconds: 86_400_000)
      try await desk.work()
      #expect(desk.gateway.texts.filter { $0.body == "Is it safe?" }.count == 1)
      #expect(try await desk.fates() == ["sent", "dropped"])
    }
  }

  @Test("B9: a telephone that the gateway says has ended texts gets none until it wants them again")
  func ended() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let emil = try await desk.person("Emil", at: "+33612345678")
      let conversation = try await desk.conversation()
      desk.gateway.answers(400, #"{"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400}"#)
      try await desk.say("First", to: emil, about: conversation)
      #expect(try await !desk.say("Second", to: emil, about: conversation))
      try await desk.hear("START", from: "+33612345678", on: TextDesk.numbers[0])
      #expect(try await desk.say("Third", to: emil, about: conversation))
    }
  }

  @Test(
    "C14: a conversation keeps its number; with more conversations than numbers the next one waits until one was silent for a week",
    arguments: Dialect.Engine.allCases)
  func numbers(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let emil = try await desk.person("Emil", at: "+33612345678")
      var talks: [ConversationID] = []
      for _ in 0..<3 { talks.append(try await desk.conversation()) }
      for (talk, text) in [(0, "a"), (1, "b"), (0, "c")] { #expect(try await desk.say(text, to: emil, about: talks[talk])) }
      #expect(try await !desk.say("d", to: emil, about: talks[2]), "no answer of Emil's lands in another thread")
      let left = desk.gateway.texts.suffix(3).map { TextDesk.numbers.firstIndex(of: $0.from) }
      #expect(left == [0, 1, 0])
      let now = try await desk.house.program.store.read { session in
        try TextDesk.numbers.map {
          try session.carried(on: $0, to: desk.texting.seal.digest(of: try #require(PhoneNumber("+33612345678"))))
        }
      }
      #expect(now == [talks[0], talks[1]])
    }
  }
}
