import Base
import Deals
import Foundation
import Ledger
import Parley
import Store
import TestKit
import Testing

@Suite struct AfterAnswerTests {
  static let engines = [Dialect.Engine.sqlite, .postgres]
  static let noon = Moment(milliseconds: 1_795_176_000_000)
  private static let client = "0123456789abcdef0123456789abcdef"

  static func stage(
    _ engine: Dialect.Engine, clock: WallClock = .fixed(at: noon), credits: Int64 = 6,
    _ body: @escaping @Sendable (DealHouse) async throws -> Void
  ) async throws {
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: credits)
      try await body(stage)
      try await stage.booksAreRight()
      let doctor = try await house.program.doctor()
      #expect(doctor.code == 0, "\(doctor.text)")
    }
  }

  @Test(
    "A43, P17: the customer rates an answer that was paid for; both see it live and after a reload, and the last one counts",
    arguments: engines)
  func rating(engine: Dialect.Engine) async throws {
    try await Self.stage(engine) { stage in
      let (lina, emil, n) = try await stage.answered()
      #expect(try await lina.subscribe()["deal"]?["paid"]?.array?.compactMap { $0["n"]?.int } == [n])
      #expect(try await lina.rates(n, 4, "  ").name == "Done")
      let seen = try await emil.line.next("AnswerRated")
      #expect(seen["body"]?["of"]?.int == n && seen["body"]?["stars"]?.int == 4 && seen["body"]?["text"]?.string == "")
      #expect(seen["by"]?["kind"]?.string == "visitor")
      #expect(try await lina.line.next("AnswerRated")["body"]?["stars"]?.int == 4)
      #expect(try await lina.rates(n, 5, "Clear and kind").name == "Done")
      #expect(try await emil.line.next("AnswerRated")["body"]?["text"]?.string == "Clear and kind", "the expert reads the sentence")
      let head = try await lina.subscribe()["head"]?.int
      #expect(try await lina.rates(n, 5, "Clear and kind").name == "Done")
      #expect(try await lina.subscribe()["head"]?.int == head, "the same again says nothing")
      let entries = try await lina.subscribe()["entries"]?.array ?? []
      #expect(entries.last { $0["event"]?.string == "AnswerRated" }?["body"]?["stars"]?.int == 5)
      for path in ["/experts", "/experts/\(stage.site.id)/\(stage.emil.id)"] {
        let page = try await stage.get(path, as: nil).text
        #expect(page.contains("5.0") && page.contains("1 rating<"), "\(path)")
      }
      #expect(try await stage.get("/earnings", as: stage.emil).text.contains("5.0"), "A36")
    }
  }

  @Test(
    "A43: only its customer rates, only what was paid for, one to five stars, a sentence of 300 letters, for 48 hours", arguments: engines)
  func bounds(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await Self.stage(engine, clock: clock) { stage in
      let (lina, emil, n) = try await stage.answered()
      #expect(try await emil.rates(n, 5, on: lina.topic)["reason"]?.string == "notAllowed", "nobody rates themselves")
      let ada = try await stage.house.console(of: stage.house.person("Ada", [.administrator]))
      #expect(try await ada.rates(n, 5, on: lina.topic)["reason"]?.string == "notAllowed")
      for stars in [0, 6] { #expect(try await lina.rates(n, stars)["reason"]?.string == "notUnderstood") }
      #expect(try await lina.rates(n, 5, String(repeating: "x", count: 301))["reason"]?.string == "textTooLong")
      #expect(try await lina.rates(n - 1, 5)["reason"]?.string == "answerUnpaid", "a question is no answer")
      #expect(try await lina.rates(n + 7, 5)["reason"]?.string == "answerUnpaid")
      let free = try #require(try await emil.say("And tell the neighbours.", on: lina.topic)["n"]?.int)
      #expect(try await lina.rates(free, 5)["reason"]?.string == "answerUnpaid", "P17: what cost nothing is not rated")
      clock.advance(milliseconds: 48 * 3_600_000 + 1)
      let late = try await stage.asks(stage.lina)
      #expect(try await late.rates(n, 5)["reason"]?.string == "ratingClosed")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM answer_ratings") == 0)
    }
  }

  @Test(
    "P15, B63: a tip is earned at once, said in the thread and to the expert, and given once however often it is sent", arguments: engines)
  func tip(engine: Dialect.Engine) async throws {
    try await Self.stage(engine) { stage in
      let (lina, emil, n) = try await stage.answered()
      let earned = try await stage.earned(stage.emil)
      for _ in 1...3 { #expect(try await lina.tips(n, 2, client: Self.client).name == "Done") }
      let seen = try await emil.line.next("TipGiven")
      #expect(seen["body"]?["of"]?.int == n && seen["body"]?["units"]?.int == 2 && seen["body"]?["unit"]?.string == "credits")
      _ = try await lina.line.next("TipGiven")
      #expect(try await stage.wallet(stage.lina) == [3, 0], "six, less one question and two")
      #expect(try await stage.earned(stage.emil) == earned + 666, "no commission on tips unless the terms say so")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'TipGiven'") == 1)
      #expect(try await stage.get("/notices", as: stage.emil).text.contains("A tip from Lina"))
      let earnings = try await stage.get("/earnings", as: stage.emil).text
      #expect(earnings.contains("€6.66") && earnings.contains(">Tip<"), "\(earnings)")
      #expect(earnings.contains("<dt>Answered in time</dt><dd>1</dd>"), "a tip is no answer")
      let wallet = try await stage.get("/wallet", as: stage.lina).text
      #expect(wallet.contains(">Tip<") && wallet.contains("\u{2212}2 credits"))
    }
  }

  @Test("P15: a tip beyond the credit, of nothing, of too much, for a free answer or by a letter's link is refused", arguments: engines)
  func tipBounds(engine: Dialect.Engine) async throws {
    try await Self.stage(engine, credits: 3) { stage in
      let (lina, emil, n) = try await stage.answered()
      #expect(try await lina.tips(n, 3)["reason"]?.string == "creditMissing")
      for units in [0, -1, 1001] { #expect(try await lina.tips(n, units)["reason"]?.string == "amountInvalid") }
      let free = try #require(try await emil.say("And tell the neighbours.", on: lina.topic)["n"]?.int)
      #expect(try await lina.tips(free, 1)["reason"]?.string == "answerUnpaid")
      #expect(try await emil.tips(n, 1, on: lina.topic)["reason"]?.string == "notAllowed")
      #expect(try await stage.wallet(stage.lina) == [2, 0])
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'TipGiven'") == 0)
    }
  }

  @Test(
    "X3, P15: a tip counts towards what its giver wants to spend in a day; one that was given is no second spending", arguments: engines)
  func tipLimit(engine: Dialect.Engine) async throws {
    try await Self.stage(engine) { stage in
      let fields = ["unit": "credits", "credits-session": "", "credits-day": "3", "credits-month": ""]
      #expect(try await stage.post("/wallet/limits", as: stage.lina, fields).headers["location"] == "/wallet/limits?done=caps")
      let (lina, _, n) = try await stage.answered()
      #expect(try await lina.tips(n, 3)["reason"]?.string == "dayLimitReached")
      for _ in 1...2 { #expect(try await lina.tips(n, 2, client: Self.client).name == "Done") }
      #expect(try await lina.tips(n, 1)["reason"]?.string == "dayLimitReached")
      #expect(try await stage.wallet(stage.lina) == [3, 0])
    }
  }

  @Test("P15, B33: the terms say what the platform keeps of a tip", arguments: engines)
  func tipCommission(engine: Dialect.Engine) async throws {
    try await Self.stage(engine) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      let typed = [
        "paid": "yes", "unit": "credits", "price": "1", "commission": "20", "tipCommission": "10", "answerMinutes": "60",
        "noticeMinutes": "45", "openLimit": "10",
      ]
      let path = "/admin/terms/\(stage.site.id)"
      #expect(try await stage.post(path, as: ada, typed).status == 303)
      #expect(try await stage.post(path, as: ada, typed.merging(["tipCommission": "101"]) { $1 }).status == 422)
      let (lina, _, n) = try await stage.answered()
      let earned = try await stage.earned(stage.emil)
      #expect(try await lina.tips(n, 1).name == "Done")
      #expect(try await stage.earned(stage.emil) == earned + 300, "nine tenths of 3.33, to the nearest cent")
    }
  }

  @Test("A43: who is erased takes the sentence along; that an answer was rated, and the figures, stay", arguments: engines)
  func erased(engine: Dialect.Engine) async throws {
    try await Self.stage(engine) { stage in
      let (lina, _, n) = try await stage.answered()
      #expect(try await lina.rates(n, 5, "My name is Lina").name == "Done")
      let visitor = try #require(
        try await stage.house.program.store.read { try $0.row("SELECT visitor_id FROM conversations")?[0] as Int64? })
      try await stage.house.program.store.write { session in
        for table in Personal.tables where table.name == "entries" && table.rows.contains("visitor_id") {
          guard case .blanks(let blanks) = table.erasing else { continue }
          let sets = blanks.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
          try session.run("UPDATE entries SET \(sets) WHERE \(table.rows)", visitor)
        }
      }
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%Lina%'") == 0)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM answer_ratings WHERE stars = 5") == 1)
    }
  }
}

extension DealHouse {
  /// Lina asked, and Emil answered with the message whose number is the third.
  func answered() async throws -> (lina: Talker, emil: Talker, n: Int) {
    let lina = try await asks(self.lina)
    _ = try await lina.say("May I sublet?")
    let desk = try await answers(lina.topic)
    let n = try #require(try await desk.say("Yes, if your landlord agrees.", on: lina.topic)["n"]?.int)
    _ = try await lina.line.next("DealChanged") { $0["deal"]?["paid"]?.array?.isEmpty == false }
    return (lina, desk, n)
  }
}

extension Talker {
  func rates(_ n: Int, _ stars: Int, _ text: String = "", on topic: String? = nil) async throws -> LiveClient.Event {
    try await ask("rate", ["of": .number(Double(n)), "stars": .number(Double(stars)), "text": .string(text)], on: topic)
  }

  func tips(_ n: Int, _ units: Int, client: String = Secret().text, on topic: String? = nil) async throws -> LiveClient.Event {
    try await ask("tip", ["of": .number(Double(n)), "units": .number(Double(units)), "client": .string(client)], on: topic)
  }
}
