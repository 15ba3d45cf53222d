import Base
import Deals
import Store
import TestKit
import Testing

@Suite struct DealPageTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]

  @Test(
    "A18, A27, B51a: the page of an expert says what an answer costs, until when it is promised, and who is not there", arguments: engines)
  func experts(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house)
      let list = try await stage.get("/experts", as: nil)
      #expect(list.status == 200 && list.text.contains("Emil") && list.text.contains("1 credit<"))
      let page = try await stage.get("/experts/\(stage.site.id)/\(stage.emil.id)", as: stage.lina)
      #expect(page.text.contains("Within 60 minutes") && page.text.contains("Ask a question"))
      #expect(page.text.contains("Not online just now"), "nobody is there without a console")
      let signedOut = try await stage.get("/experts/\(stage.site.id)/\(stage.emil.id)", as: nil)
      #expect(signedOut.text.contains("/sign-in?next=") && !signedOut.text.contains("Ask a question"))
      #expect(try await stage.get("/experts/\(stage.site.id)/\(stage.lina.id)", as: nil).status == 404)
    }
  }

  @Test(
    "C13, A18: who is not there is shown with what a message costs that is left for them, and until when it is answered", arguments: engines
  )
  func experts(away engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house)
      let terms = Terms(id: house.program.ids.next(), site: stage.site.id, price: Units(1, .credits), offlinePrice: 4)
      try await house.program.store.write { try $0.write(terms, by: nil, at: house.program.clock.now) }
      let path = "/experts/\(stage.site.id)/\(stage.emil.id)"
      #expect(try await stage.get("/experts", as: nil).text.contains("4 credits<"))
      let away = try await stage.get(path, as: stage.lina).text
      #expect(away.contains("An offline message costs") && away.contains("4 credits<") && away.contains("Within 24 hours"), "\(away)")
      #expect(away.contains("Emil may decline it") && !away.contains("Within 60 minutes"))
      let desk = try await house.console(of: stage.emil)
      let there = try await stage.get(path, as: stage.lina).text
      #expect(there.contains("An answer costs") && there.contains("1 credit<") && there.contains("Within 60 minutes"), "\(there)")
      let (site, now) = (stage.site.id, house.program.clock.now)
      try await house.program.store.write {
        try $0.run("INSERT INTO site_features (site_id, feature, is_on, changed_at) VALUES ($1, 'paidQuestions', $2, $3)", site, false, now)
      }
      #expect(try await !stage.get(path, as: stage.lina).text.contains("Within "), "C20c: nothing is promised where nothing is answered")
      _ = desk
    }
  }

  @Test("A26, P16: the shop begins with what is paid with in the thread that somebody comes from, and nobody else's", arguments: engines)
  func shop(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house)
      let terms = Terms(id: house.program.ids.next(), site: stage.site.id, price: Units(1, .coins))
      try await house.program.store.write { try $0.write(terms, by: nil, at: house.program.clock.now) }
      let lina = try await stage.asks(stage.lina)
      let thread = try #require(lina.topic.split(separator: ".").last)
      let path = "/buy?back=%2Fconversations%2F\(thread)"
      let coins = try await stage.get(path, as: stage.lina)
      #expect(coins.text.contains("You get 50 coins") && coins.cookies["parley-thread"] != nil, "\(coins.text)")
      #expect(try await stage.get("/buy", as: stage.lina).text.contains("You get 8 message credits"))
      let ben = try await house.person("Ben", [])
      #expect(try await stage.get(path, as: ben).text.contains("You get 8 message credits"))
      #expect(try await stage.get("/buy?back=%2F%2Felsewhere.example", as: stage.lina).cookies["parley-thread"] == nil)
    }
  }

  @Test("B33, A36: an administrator sets price, share and promise; old questions keep what was agreed", arguments: engines)
  func terms(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: 5)
      let ada = try await house.person("Ada", [.administrator])
      let path = "/admin/terms/\(stage.site.id)"
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      let typed = [
        "paid": "yes", "unit": "credits", "price": "2", "commission": "12,5", "answerMinutes": "30", "noticeMinutes": "20",
        "openLimit": "4",
      ]
      #expect(try await stage.post(path, as: ada, typed).status == 303)
      #expect(try await stage.post(path, as: stage.lina, typed).status == 403)
      let page = try await stage.get(path, as: ada)
      #expect(page.text.contains("value=\"12.50\"") && page.text.contains("value=\"30\""))
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await stage.earned(stage.emil) == 266, "agreed at 20 percent")
      _ = try await lina.say("And the garage?")
      #expect(try await stage.wallet(stage.lina) == [4, 2], "two credits from now on")
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await stage.earned(stage.emil) == 266 + 583, "seven eighths of 6.66")
      for (field, wrong) in [
        ("price", "0"), ("price", "x"), ("commission", "100.001"), ("commission", "-1"), ("noticeMinutes", "30"), ("openLimit", "1001"),
      ] {
        let answer = try await stage.post(path, as: ada, typed.merging([field: wrong]) { $1 })
        #expect(answer.status == 422 && answer.text.contains("A number within the limits"), "\(field) \(wrong)")
        #expect(answer.text.contains("value=\"\(wrong)\""), "what was typed stays")
      }
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.termsChanged'") == 1)
      let own = try await stage.get("/earnings", as: stage.emil)
      #expect(own.text.contains("€8.49") && own.text.contains("Lina"), "\(own.text)")
      #expect(try await stage.get("/earnings", as: stage.lina).status == 403)
      try await stage.booksAreRight()
    }
  }

  @Test("A37: an expert reads the guidelines, says so, and is asked no more; nobody else is", arguments: engines)
  func guidelines(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house)
      let ask = "Before your first answer, read the guidelines"
      #expect(try await stage.get("/earnings", as: stage.emil).text.contains(ask))
      #expect(try await stage.get("/guidelines", as: stage.emil).text.contains("a question alone is no answer"))
      #expect(try await stage.post("/guidelines", as: stage.emil).status == 303)
      #expect(try await stage.get("/guidelines", as: stage.emil).text.contains("You have read this."))
      #expect(try await !stage.get("/earnings", as: stage.emil).text.contains(ask))
      #expect(try await stage.get("/guidelines", as: stage.lina).status == 403)
      #expect(try await stage.post("/guidelines", as: stage.lina).status == 403)
    }
  }
}
