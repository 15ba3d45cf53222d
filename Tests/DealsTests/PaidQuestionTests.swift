import Base
import Deals
import Store
import TestKit
import Testing

@Suite struct PaidQuestionTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let (first, second) = ("0123456789abcdef0123456789abcdef", "123456789abcdef0123456789abcdef0")
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  private func stage(
    _ engine: Dialect.Engine, clock: WallClock = .fixed(at: noon), credits: Int64 = 3, openLimit: Int64 = 10,
    _ body: @escaping @Sendable (DealHouse) async throws -> Void
  ) async throws {
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: credits, openLimit: openLimit)
      try await body(stage)
      try await stage.booksAreRight()
      let doctor = try await house.program.doctor()
      #expect(doctor.code == 0, "\(doctor.text)")
    }
  }

  @Test("A17, B28, B29, B31, B33: a question sets one credit aside, its answer takes it and gives the expert 80 of 100", arguments: engines)
  func answered(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      #expect(try await lina.say("May I sublet?").name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [3, 1], "A17: what is shown falls at once")
      #expect(try await stage.earned(stage.emil) == 0)
      #expect(try await lina.say("For a year, I mean.").name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [3, 2])
      let emil = try await stage.answers(lina.topic)
      #expect(try await emil.say("Yes, if your landlord agrees.", on: lina.topic).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [1, 0], "an answer takes every older hold of its thread")
      #expect(try await stage.earned(stage.emil) == 2 * 266, "80 of 100 of 3.33, to the nearest cent, twice")
      #expect(try await stage.house.program.store.read { try $0.posted(.revenue, "EUR") } == 2 * 67)
      #expect(try await emil.say("And tell the neighbours.", on: lina.topic).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [1, 0], "what an expert adds costs nothing")
    }
  }

  @Test("A16, A19, A27, A29: both sides see live what waits until when, who is there, and what is left", arguments: engines)
  func live(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      let bell = try await stage.house.console(of: stage.lina)
      let wallet = try await bell.subscribe("wallet.\(stage.lina.id)")
      #expect(wallet["wallets"]?.array?.first?["free"]?.int == 3)
      let desk = try await stage.house.console(of: stage.emil)
      _ = try await desk.subscribe("threads.\(stage.emil.id)")
      let due = Int(Self.noon.milliseconds + 3_600_000)
      _ = try await lina.say("May I sublet?")
      let deal = try await lina.line.next("DealChanged") { $0["deal"]?["open"]?.int == 1 }["deal"]
      #expect(deal?["dueAt"]?.int == due && deal?["noticeAt"]?.int == due - 900_000 && deal?["asked"]?.int == 1)
      #expect(deal?["unit"]?.string == "credits" && deal?["price"]?.int == 1)
      #expect(deal?["expert"]?["name"]?.string == "Emil" && deal?["expert"]?["status"]?.string == "online")
      let left = try await bell.line.next("WalletChanged") { $0["wallet"]?["held"]?.int == 1 }["wallet"]
      #expect(left?["unit"]?.string == "credits" && left?["free"]?.int == 2 && left?["units"]?.int == 3)
      let row = try await desk.line.next("NewVisitorJoined") { $0["row"]?["deal"]?["open"]?.int == 1 }["row"]
      #expect(row?["deal"]?["dueAt"]?.int == due, "A35: who answers sees the deadline")
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      _ = try await lina.line.next("DealChanged") { $0["deal"]?["open"]?.int == 0 }
      _ = try await bell.line.next("WalletChanged") { $0["wallet"]?["units"]?.int == 2 }
      _ = try await desk.line.next("ConversationChanged") { $0["row"]?["deal"] == .null }
      let again = try await lina.subscribe()
      #expect(again["deal"]?["open"]?.int == 0 && again["deal"]?["asked"]?.int == 1)
    }
  }

  @Test(
    "A18, A20, X1: at 45 minutes it takes longer, at the hour the credit is back by itself, and a late answer is free", arguments: engines)
  func unanswered(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      let n = try #require(try await lina.subscribe()["head"]?.int)
      clock.advance(milliseconds: 44 * 60_000)
      clock.advance(milliseconds: 60_000)
      #expect(try await lina.line.next("AnswerLate")["body"]?["of"]?.int == n)
      #expect(try await stage.wallet(stage.lina) == [3, 1])
      clock.advance(milliseconds: 15 * 60_000)
      #expect(try await lina.line.next("QuestionReleased")["body"]?["of"]?.int == n)
      #expect(try await stage.wallet(stage.lina) == [3, 0])
      let notices = try await stage.get("/notices", as: stage.lina)
      #expect(notices.text.contains("Emil did not answer in time: your credit is back"))
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Sorry, I was held up: yes.", on: lina.topic)
      #expect(try await stage.wallet(stage.lina) == [3, 0])
      #expect(try await stage.earned(stage.emil) == 0)
      #expect(!lina.line.takeAll().contains { $0.name == "AnswerLate" }, "said once")
    }
  }

  @Test("A18: an answer a moment after its deadline takes nothing, even where the credit was not yet given back", arguments: engines)
  func tooLate(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      let emil = try await stage.answers(lina.topic)
      try await stage.house.program.store.write { try $0.run("UPDATE holds SET deadline_at = $1", Self.noon) }
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await stage.earned(stage.emil) == 0)
    }
  }

  @Test("A17, B27: without credit nothing is said and nothing is lost; the same message twice is paid once", arguments: engines)
  func missing(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 1) { stage in
      let lina = try await stage.asks(stage.lina)
      #expect(try await lina.say("May I sublet?", client: Self.first).name == "Acknowledged")
      #expect(try await lina.say("May I sublet?", client: Self.first).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [1, 1])
      let refused = try await lina.say("And the garage?", client: Self.second)
      #expect(refused.name == "Refused" && refused["reason"]?.string == "creditMissing")
      #expect(refused["text"]?.string?.contains("what you wrote is kept") == true)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE client_id = '\(Self.second)'") == 0)
      try await stage.give(1, to: stage.lina.id)
      #expect(try await lina.say("And the garage?", client: Self.second).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [2, 2])
    }
  }

  @Test("X1: an expert's intake closes when no further promise fits, and opens with an answer", arguments: engines)
  func intake(engine: Dialect.Engine) async throws {
    try await stage(engine, openLimit: 1) { stage in
      let nora = try await stage.house.person("Nora", [])
      try await stage.give(2, to: nora.id)
      let (lina, other) = (try await stage.asks(stage.lina), try await stage.asks(nora))
      #expect(try await lina.say("May I sublet?").name == "Acknowledged")
      #expect(try await other.say("May I build?")["reason"]?.string == "intakeFull")
      #expect(try await stage.get("/experts", as: nil).text.contains("Takes no more questions just now"))
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await other.say("May I build?").name == "Acknowledged")
    }
  }

  @Test("A39: nobody but the two reads a paid thread: no manager, no administrator, no other expert, no other customer", arguments: engines)
  func closed(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("Something private")
      let conversation = String(lina.topic.dropFirst("chat.".count))
      let others = [
        try await stage.house.person("Mona", [.manager]), try await stage.house.person("Ada", [.administrator]),
        try await stage.house.person("Bruno", [.agent], at: [stage.site]), try await stage.house.person("Zoe", [.expert], at: [stage.site]),
        try await stage.house.person("Theo", []),
      ]
      for person in others {
        let desk = try await stage.house.console(of: person)
        for topic in [lina.topic, "threads.\(stage.emil.id)", "threads.\(stage.emil.id)@\(stage.site.id)", "wallet.\(stage.lina.id)"] {
          #expect(try await desk.subscribe(topic).name == "Refused", "\(person.id) \(topic)")
        }
        let list = try await desk.subscribe("visitors.\(stage.site.id)")
        #expect(list["rows"]?.array?.isEmpty ?? true)
        let history = try await stage.get("/api/v1/chats/\(conversation)/entries", as: person)
        #expect(history.status == 404, "\(history.status)")
        #expect(try await stage.get("/conversations/\(conversation)", as: person).status == 404)
      }
      let desk = try await stage.house.console(of: stage.emil)
      let own = try await desk.subscribe("threads.\(stage.emil.id)")
      #expect(own["rows"]?.array?.first?["last"]?["text"]?.string == "Something private")
      let here = try await desk.subscribe("threads.\(stage.emil.id)@\(stage.site.id)")
      #expect(here["rows"]?.array?.count == 1)
      #expect(try await desk.subscribe("threads.\(stage.emil.id)@1")["rows"]?.array?.isEmpty == true)
      #expect(try await stage.get("/console", as: stage.emil).status == 200)
      let home = try await desk.subscribe("agent.\(stage.emil.id)")
      #expect(home["sites"]?.array?.first?["team"]?.bool == false && home["sites"]?.array?.first?["mayWrite"]?.bool == true)
    }
  }

  @Test("X1: a thread with an open question is closed by nobody; afterwards it is", arguments: engines)
  func closing(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      let emil = try await stage.answers(lina.topic)
      #expect(try await emil.ask("close", on: lina.topic)["reason"]?.string == "answerDue")
      #expect(try await lina.ask("close")["reason"]?.string == "answerDue")
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await emil.ask("close", on: lina.topic).name == "Done")
      #expect(try await lina.say("Thank you. One more thing?").name == "Acknowledged", "one thread for life")
      #expect(try await stage.wallet(stage.lina) == [2, 1])
    }
  }

  @Test("X6, B50a: who asks the same expert again comes back to the same thread, also with two presses at once", arguments: engines)
  func forLife(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let path = "/experts/\(stage.site.id)/\(stage.emil.id)/ask"
      let places = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<4 { group.addTask { try await stage.post(path, as: stage.lina).headers["location"] } }
        return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
      }
      #expect(places.count == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM conversations WHERE expert_id IS NOT NULL") == 1)
      #expect(try await stage.post(path, as: stage.emil).status == 403, "nobody asks themselves")
      let stranger = try await stage.house.person("Zoe", [.expert])
      #expect(try await stage.post("/experts/\(stage.site.id)/\(stranger.id)/ask", as: stage.lina).status == 404)
    }
  }

  @Test(
    "A21, A22, A23: an answer reaches who is there at once, and who has left by letter, with its author and every word", arguments: engines)
  func letters(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await lina.line.next("MessageSent") { $0["by"]?["kind"]?.string == "agent" }["body"]?["text"]?.string == "Yes.")
      lina.line.close()
      var hasLeft = false
      for _ in 0..<100 where !hasLeft {
        try await Task.sleep(for: .milliseconds(50))
        hasLeft = emil.line.takeAll().contains { $0["people"]?["visitor"]?["online"] == .bool(false) }
      }
      #expect(hasLeft)
      _ = try await emil.say("If your landlord agrees in writing.", on: lina.topic)
      clock.advance(milliseconds: 61_000)
      let folder = stage.house.program.mail.folder
      for _ in 0..<100 where folder?.letters().isEmpty ?? true { try await Task.sleep(for: .milliseconds(50)) }
      let letter = try #require(folder?.letters().first)
      #expect(letter.to.contains("lina@parley.example"), "\(letter.to)")
      #expect(letter.plain.contains("Emil") && letter.plain.contains("If your landlord agrees in writing."))
    }
  }

  @Test("A25, A28, B51b: own threads are listed by date and by expert, with what was last said", arguments: engines)
  func list(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      let zoe = try await stage.house.person("Zoe", [.expert], at: [stage.site])
      _ = try await stage.asks(stage.lina, zoe).say("To Zoe, first")
      clock.advance(milliseconds: 60_000)
      _ = try await stage.asks(stage.lina).say("To Emil")
      clock.advance(milliseconds: 60_000)
      _ = try await stage.asks(stage.lina, zoe).say("To Zoe, last")
      func order(_ path: String) async throws -> Bool {
        let text = try await stage.get(path, as: stage.lina).text
        let (first, second) = (text.firstRange(of: "<b>Emil</b>"), text.firstRange(of: "<b>Zoe</b>"))
        let (emil, other) = (try #require(first), try #require(second))
        #expect(text.contains("To Zoe, last"))
        return emil.lowerBound < other.lowerBound
      }
      #expect(try await !order("/conversations"), "the latest first")
      #expect(try await order("/conversations?order=expert"))
    }
  }

  @Test("A34, A35, B51b: an expert says online or offline, and finds what waits with its deadline", arguments: engines)
  func panel(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let desk = try await stage.house.console(of: stage.emil)
      let lina = try await stage.asks(stage.lina)
      #expect(try await desk.ask("status", ["status": "offline"]).name == "Done")
      _ = try await lina.line.next("DealChanged") { $0["deal"]?["expert"]?["status"]?.string == "offline" }
      #expect(try await lina.say("May I sublet?").name == "Acknowledged", "who sends to somebody offline was told so first")
      let rows = try await desk.subscribe("threads.\(stage.emil.id)")["rows"]?.array
      #expect(rows?.first?["chat"]?["state"]?.string == "waiting" && rows?.first?["deal"]?["open"]?.int == 1)
      #expect(try await desk.ask("status", ["status": "online"]).name == "Done")
      _ = try await lina.line.next("DealChanged") { $0["deal"]?["expert"]?["status"]?.string == "online" }
    }
  }

  @Test(
    "B65b, B64a: whoever sends the last question that the credit is enough for is told to recharge, until there is more", arguments: engines
  )
  func recharge(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 2) { stage in
      let low = "SELECT COUNT(*) FROM notices WHERE kind = 'creditLow' AND read_at IS NULL"
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      #expect(try await stage.house.count(low) == 0)
      _ = try await lina.say("And the garage?")
      #expect(try await stage.house.count(low) == 1)
      let notices = try await stage.get("/notices", as: stage.lina)
      #expect(notices.text.contains("Your credit is not enough for another question") && notices.text.contains("href=\"/buy\""))
      try await stage.give(3, to: stage.lina.id)
      _ = try await lina.say("One more.")
      #expect(try await stage.house.count(low) == 0)
    }
  }

  @Test("X1, A18: an expert who no longer answers gets no question, and a website that became free charges nothing", arguments: engines)
  func over(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      let terms = Terms(id: stage.house.program.ids.next(), site: stage.site.id, price: Units(1, .credits))
      try await stage.house.program.store.write { try $0.write(terms, isFree: true, by: nil, at: Self.noon) }
      #expect(try await lina.say("Is this free?").name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [3, 0])
      try await stage.house.program.sites.unassign(stage.emil.id, at: stage.site.id, by: nil, from: .console)
      let refused = try await lina.say("Are you there?")
      #expect(refused["reason"]?.string == "expertGone")
      #expect(try await stage.get("/experts", as: nil).text.contains("Nobody can be asked yet"))
    }
  }
}
