import Base
import Store
import TestKit
import Testing

@testable import Texting

@Suite("Whose telephone it is")
struct PhoneTests {
  private static let number = "+33612345678"

  @Test(
    "B9: a number is proved by the code that was sent there, and lies sealed: no row, page or log names it",
    arguments: Dialect.Engine.allCases)
  func proving(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let lina = try await desk.house.person("Lina", [])
      try await desk.ask("+33 6 12 34 56 78", as: lina)
      let sent = try #require(desk.gateway.texts.last)
      #expect(sent.to == Self.number && TextDesk.numbers.contains(sent.from) && sent.body.hasPrefix("Harbour: "))
      #expect(sent.question.url == "https://gateway.example/2010-04-01/Accounts/\(TextDesk.account)/Messages.json")
      #expect(sent.callback.hasPrefix("\(House.origin)/webhooks/texts/"))
      #expect(try await desk.texting.phoneState(of: lina.id).phone == nil, "nothing counts before the code came back")
      try await desk.prove("\(desk.code.prefix(3)) \(desk.code.suffix(3))", as: lina)
      let state = try await desk.texting.phoneState(of: lina.id)
      #expect(state.phone?.hint == "78" && state.proof == nil)
      let rows = try await desk.house.program.store.read { session in
        try ["phones", "phone_proofs", "texts", "tries", "audit_lines", "jobs"].flatMap { table in
          try session.rows("SELECT * FROM \(table)").map { "\(table) \($0.values)" }
        }
      }
      let digits = Array("612345678".utf8).map { "\($0)" }.joined(separator: ", ")
      #expect(!rows.isEmpty && !rows.contains { $0.contains("612345678") || $0.contains(digits) })
      #expect(try await desk.house.count("SELECT COUNT(*) FROM texts WHERE content IS NOT NULL") == 0)
      try await desk.texting.removePhone(of: desk.signedIn(lina), from: TextDesk.place)
      #expect(try await desk.house.count("SELECT COUNT(*) FROM phones") == 0)
    }
  }

  @Test("B9: five wrong codes and the right one opens nothing any more; neither does one that is ten minutes old")
  func guessing() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let lina = try await desk.house.person("Lina", [])
      try await desk.ask(Self.number, as: lina)
      let right = desk.code
      let wrong = right == "000000" ? "111111" : "000000"
      for _ in 0..<5 {
        await #expect(throws: Refusal(.formInvalid, fields: ["code": .wrongTextCode])) { try await desk.prove(wrong, as: lina) }
      }
      await #expect(throws: Refusal(.codeExpired)) { try await desk.prove(right, as: lina) }
      desk.clock.advance(milliseconds: 61_000)
      try await desk.ask(Self.number, as: lina)
      let second = desk.code
      desk.clock.advance(milliseconds: 601_000)
      await #expect(throws: Refusal(.codeExpired)) { try await desk.prove(second, as: lina) }
      #expect(try await desk.house.count("SELECT COUNT(*) FROM phones") == 0)
    }
  }

  @Test("B9: one code a minute, three a day to one number and five to one account: a stranger's telephone does not ring all day")
  func limits() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let (lina, bo) = (try await desk.house.person("Lina", []), try await desk.house.person("Bo", []))
      try await desk.ask(Self.number, as: lina)
      await #expect(throws: Refusal(.tooFast, retryAfterSeconds: 60)) {
        try await desk.texting.sendCodeAgain(to: desk.signedIn(lina), from: TextDesk.place)
      }
      desk.clock.advance(milliseconds: 60_000)
      try await desk.texting.sendCodeAgain(to: desk.signedIn(lina), from: TextDesk.place)
      desk.clock.advance(milliseconds: 60_000)
      try await desk.ask(Self.number, as: bo)
      desk.clock.advance(milliseconds: 60_000)
      let refusal = await #expect(throws: Refusal.self) { try await desk.ask(Self.number, as: bo) }
      #expect(refusal?.reason == .tooManyTries)
      #expect(desk.gateway.texts.count == 3)
      desk.clock.advance(milliseconds: 86_400_000)
      try await desk.ask(Self.number, as: bo)
      #expect(desk.gateway.texts.count == 4)
    }
  }

  @Test("B9: what is no number is refused before anything is sent")
  func nonsense() async throws {
    try await TextDesk.open(.sqlite) { desk in
      let lina = try await desk.house.person("Lina", [])
      await #expect(throws: Refusal(.formInvalid, fields: ["phone": .phoneInvalid])) { try await desk.ask("0612", as: lina) }
      #expect(desk.gateway.texts.isEmpty)
    }
  }

  @Test("B9: who proves a number has it, and whoever had it before has it no more", arguments: Dialect.Engine.allCases)
  func takenOver(engine: Dialect.Engine) async throws {
    try await TextDesk.open(engine) { desk in
      let lina = try await desk.person("Lina", at: Self.number)
      let conversation = try await desk.conversation()
      try await desk.say("A question", to: lina, about: conversation)
      desk.clock.advance(milliseconds: 61_000)
      let bo = try await desk.person("Bo", at: Self.number)
      #expect(try await desk.texting.phoneState(of: lina.id).phone == nil)
      #expect(try await desk.texting.phoneState(of: bo.id).phone?.hint == "78")
      // What the telephone answers is no longer Lina's.
      try await desk.hear("My answer", from: Self.number, on: TextDesk.numbers[0])
      #expect(try await desk.outcomes() == ["dropped"])
    }
  }
}
