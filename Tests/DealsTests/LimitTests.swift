import Base
import Deals
import Foundation
import Ledger
import Store
import TestKit
import Testing

@testable import Brakes

/// What payers hold themselves to.
@Suite struct LimitTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  /// 2026-11-20.
  private static let noon = Moment(milliseconds: 1_795_176_000_000)
  private static let (hour, day): (Int64, Int64) = (3_600_000, 86_400_000)

  private func stage(
    _ engine: Dialect.Engine, clock: WallClock = .fixed(at: noon), credits: Int64 = 9,
    _ body: @escaping @Sendable (DealHouse) async throws -> Void
  ) async throws {
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: credits)
      try await body(stage)
      try await stage.booksAreRight()
    }
  }

  private func caps(_ stage: DealHouse, session: String = "", day: String = "", month: String = "") async throws -> WebAnswer {
    let fields = ["unit": "credits", "credits-session": session, "credits-day": day, "credits-month": month]
    return try await stage.post("/wallet/limits", as: stage.lina, fields)
  }

  private func page(_ stage: DealHouse) async throws -> String { try await stage.get("/wallet/limits", as: stage.lina).text.unfenced }

  @Test(
    "X3: a cap of a day is the payer's own day; what goes beyond is not said, with what is left and until when, and at midnight it begins anew",
    arguments: engines)
  func byDay(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      let me = stage.lina.id
      try await stage.house.program.store.write { try $0.run("UPDATE accounts SET time_zone = 'Asia/Tokyo' WHERE id = $1", me) }
      #expect(try await caps(stage, day: "2").headers["location"] == "/wallet/limits?done=caps")
      let lina = try await stage.asks(stage.lina)
      for words in ["May I sublet?", "For a year?"] { #expect(try await lina.say(words).name == "Acknowledged") }
      let refused = try await lina.say("And the garage?")
      #expect(refused["reason"]?.string == "dayLimitReached")
      let words = try #require(refused["text"]?.string)
      #expect(words.contains("0 of 2") && words.contains("2026-11-21 00:00 (Asia/Tokyo)"), "\(words)")
      #expect(try await stage.wallet(stage.lina) == [9, 2])
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'MessageSent'") == 2, "nothing was said")
      let shown = try await page(stage)
      #expect(shown.contains("2 of 2 spent.") && shown.contains("<meter min=\"0\" max=\"2\" value=\"2\""), "\(shown)")
      clock.advance(milliseconds: 3 * Self.hour)
      #expect(try await lina.say("And the garage?").name == "Acknowledged", "it is tomorrow in Tokyo")
      #expect(try await page(stage).contains("1 of 2 spent."))
    }
  }

  @Test("X3: what came back unanswered is not spent", arguments: engines)
  func released(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      _ = try await caps(stage, day: "1")
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      #expect(try await lina.say("Hello?")["reason"]?.string == "dayLimitReached")
      clock.advance(milliseconds: 61 * 60_000)
      _ = try await lina.line.next("QuestionReleased")
      #expect(try await lina.say("Hello?").name == "Acknowledged")
    }
  }

  @Test("X3: a cap of a conversation counts from its opening to its closing, and in each one for itself", arguments: engines)
  func bySession(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      _ = try await caps(stage, session: "1")
      let zoe = try await stage.house.person("Zoe", [.expert], at: [stage.site])
      let (lina, other) = (try await stage.asks(stage.lina), try await stage.asks(stage.lina, zoe))
      _ = try await lina.say("May I sublet?")
      #expect(try await lina.say("And the garage?")["reason"]?.string == "sessionLimitReached")
      #expect(try await other.say("May I build?").name == "Acknowledged")
      clock.advance(milliseconds: 60_000)
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await lina.say("And the garage?")["reason"]?.string == "sessionLimitReached", "what was taken is spent")
      #expect(try await emil.ask("close", on: lina.topic).name == "Done")
      clock.advance(milliseconds: 60_000)
      #expect(try await lina.say("And the garage?").name == "Acknowledged", "a new round")
    }
  }

  @Test("X3: a lower cap counts at once; a higher one and none count after 24 hours, and say so", arguments: engines)
  func loosening(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("One")
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      _ = try await caps(stage, month: "1")
      let refused = try await lina.say("Two")
      #expect(refused["reason"]?.string == "monthLimitReached")
      #expect(refused["text"]?.string?.contains("2026-12-01 00:00 (UTC)") == true, "what was spent before counts")
      _ = try await caps(stage, month: "2")
      #expect(try await page(stage).contains("2 counts from 2026-11-21 12:00 (UTC)."))
      #expect(try await lina.say("Two")["reason"]?.string == "monthLimitReached")
      // The same form once more changes nothing, and does not wait anew.
      clock.advance(milliseconds: 12 * Self.hour)
      _ = try await caps(stage, month: "2")
      #expect(try await page(stage).contains("2 counts from 2026-11-21 12:00 (UTC)."))
      clock.advance(milliseconds: 12 * Self.hour)
      #expect(try await lina.say("Two").name == "Acknowledged")
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await lina.say("Three")["reason"]?.string == "monthLimitReached")
      _ = try await caps(stage)
      #expect(try await page(stage).contains("No limit from 2026-11-22 12:00 (UTC)."))
      #expect(try await lina.say("Three")["reason"]?.string == "monthLimitReached")
      _ = try await caps(stage, month: "2")
      #expect(try await !page(stage).contains("No limit from"), "thought better of it")
      _ = try await caps(stage)
      clock.advance(milliseconds: Self.day)
      #expect(try await lina.say("Three").name == "Acknowledged")
    }
  }

  @Test("X3: a cap that is no whole number is refused, and what was typed stays", arguments: engines)
  func wrongFigures(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      for wrong in ["-1", "many", "1.5", "1000001"] {
        let answer = try await caps(stage, day: wrong)
        #expect(answer.status == 422 && answer.text.contains("value=\"\(wrong)\""), "\(wrong)")
      }
      #expect(try await stage.house.count("SELECT COUNT(*) FROM spending_caps") == 0)
      #expect(try await caps(stage, day: "0").status == 303)
      let lina = try await stage.asks(stage.lina)
      #expect(try await lina.say("One")["reason"]?.string == "dayLimitReached", "nothing at all is a cap, too")
    }
  }

  @Test("X3: in one thread its payer stops after so many more; other threads go on, and nobody else sets it", arguments: engines)
  func stopping(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      let zoe = try await stage.house.person("Zoe", [.expert], at: [stage.site])
      let (lina, other) = (try await stage.asks(stage.lina), try await stage.asks(stage.lina, zoe))
      _ = try await lina.say("Before")
      let conversation = lina.topic.dropFirst("chat.".count)
      let path = "/wallet/limits/threads/\(conversation)"
      func purse() async throws -> WebAnswer { try await stage.get("/wallet/threads/\(conversation)", as: stage.lina) }
      #expect(try await purse().json?["stop"]?.string == "Stop at …")
      #expect(try await stage.post(path, as: stage.emil, ["units": "1"]).status == 404)
      #expect(try await stage.get("/wallet/threads/\(conversation)", as: stage.emil).status == 404)
      #expect(try await stage.post(path, as: stage.lina, ["units": "x"]).status == 422)
      #expect(try await stage.post(path, as: stage.lina, ["units": "1"]).headers["location"] == "/conversations/\(conversation)")
      #expect(try await purse().json?["stop"]?.string == "Stops after 1 more credit")
      #expect(try await lina.say("One more").name == "Acknowledged")
      let refused = try await lina.say("And another")
      #expect(refused["reason"]?.string == "stopReached" && refused["text"]?.string?.contains("0 is left") == true)
      #expect(try await other.say("Elsewhere").name == "Acknowledged")
      _ = try await stage.post(path, as: stage.lina, ["units": "2"])
      #expect(try await stage.get(path, as: stage.lina).text.unfenced.contains("2 counts from 2026-11-21 12:00 (UTC)."))
      #expect(try await lina.say("And another")["reason"]?.string == "stopReached")
      clock.advance(milliseconds: Self.day)
      for words in ["Third", "Fourth"] { #expect(try await lina.say(words).name == "Acknowledged") }
      #expect(try await lina.say("Fifth")["reason"]?.string == "stopReached")
    }
  }

  @Test("X3: two threads of one payer at the same moment do not go beyond a cap together", arguments: engines)
  func together(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      _ = try await caps(stage, day: "3")
      var lines = [try await stage.asks(stage.lina)]
      for name in ["Zoe", "Theo", "Nora", "Bruno", "Mona", "Ida"] {
        lines.append(try await stage.asks(stage.lina, try await stage.house.person(name, [.expert], at: [stage.site])))
      }
      let said = try await withThrowingTaskGroup(of: String.self) { group in
        for line in lines { group.addTask { try await line.say("All at once").name } }
        return try await group.reduce(into: [String]()) { $0.append($1) }
      }
      #expect(said.count { $0 == "Acknowledged" } == 3 && said.count { $0 == "Refused" } == 4)
      #expect(try await stage.wallet(stage.lina) == [9, 3])
    }
  }

  @Test(
    "X3: who excluded themselves asks nothing until the end; what is open is answered, and nobody ends it early", arguments: engines)
  func excluded(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock, credits: 2) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      let lina = try await stage.asks(stage.lina)
      for words in ["One", "Two"] { _ = try await lina.say(words) }
      let low = "SELECT COUNT(*) FROM notices WHERE kind = 'creditLow' AND read_at IS NULL"
      #expect(try await stage.house.count(low) == 1)
      try await stage.give(3, to: stage.lina.id)
      let path = "/wallet/limits/exclusion"
      #expect(try await stage.post(path, as: stage.lina, ["span": "week"]).status == 422, "not without saying that one knows")
      #expect(try await stage.post(path, as: stage.lina, ["span": "ever", "sure": "yes"]).status == 422)
      #expect(try await stage.post(path, as: stage.lina, ["span": "week", "sure": "yes"]).status == 303)
      #expect(try await stage.house.count(low) == 0, "what invites to spend is no news any more")
      #expect(try await page(stage).contains("You take a break until 2026-11-27 12:00 (UTC)."))
      let refused = try await lina.say("Three")
      #expect(refused["reason"]?.string == "selfExcluded")
      #expect(refused["text"]?.string?.contains("2026-11-27 12:00 (UTC)") == true)
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await stage.wallet(stage.lina) == [3, 0], "open questions are answered and paid")
      // A shorter one after it ends nothing.
      _ = try await stage.post(path, as: stage.lina, ["span": "day", "sure": "yes"])
      clock.advance(milliseconds: 2 * Self.day)
      #expect(try await lina.say("Three")["reason"]?.string == "selfExcluded")
      let list = try await stage.get("/admin/exclusions", as: ada)
      #expect(list.text.contains("lina@parley.example") && list.text.contains("2026-11-27 12:00 UTC") && !list.text.contains("<form class"))
      #expect(try await stage.get("/admin/exclusions", as: stage.lina).status == 403)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'account.selfExcluded'") == 2)
      clock.advance(milliseconds: 5 * Self.day)
      #expect(try await lina.say("Three").name == "Acknowledged", "it ends by itself")
    }
  }

  @Test("X3: what is excluded lasts a day, a week, a month or six, by the calendar of the zone")
  func spans() {
    let ends = ExclusionSpan.allCases.map { $0.end(from: Self.noon, in: "Europe/Paris").text(in: "Europe/Paris") }
    #expect(
      ends
        == [
          "2026-11-21 13:00 (Europe/Paris)", "2026-11-27 13:00 (Europe/Paris)", "2026-12-20 13:00 (Europe/Paris)",
          "2027-05-20 13:00 (Europe/Paris)",
        ].map(\.leftToRight))
  }

  @Test("X3: tighter counts now, looser in a day, and what is no looser than a change that waits comes with it")
  func caps() {
    let now = Self.noon
    let (later, soon) = (now.adding(seconds: 86_400), now.adding(seconds: 3600))
    let five = Cap.none.asking(for: 5, at: now)
    #expect(five == Cap(units: 5) && five.limit(at: now) == 5)
    let nine = five.asking(for: 9, at: now)
    #expect(nine.limit(at: soon) == 5 && nine.limit(at: later) == 9 && nine.wanted == 9)
    let seven = nine.asking(for: 7, at: soon)
    #expect(seven.limit(at: soon) == 5 && seven.limit(at: later) == 7)
    let none = seven.asking(for: nil, at: soon)
    #expect(none.limit(at: later) == 5 && none.limit(at: soon.adding(seconds: 86_400)) == nil)
    #expect(none.asking(for: 3, at: soon) == Cap(units: 3), "a tighter one ends what waits")
  }
}

extension String {
  /// Without the signs that keep a date from being turned.
  var unfenced: String { replacing("\u{2066}", with: "").replacing("\u{2069}", with: "") }
}
