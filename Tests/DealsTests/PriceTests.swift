import Accounts
import Base
import Ledger
import LedgerCore
import Pricing
import Store
import TestKit
import Testing

@testable import Deals
@testable import Payments

@Suite struct PriceTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  private func stage(
    _ engine: Dialect.Engine, credits: Int64 = 3, clock: WallClock = .fixed(at: noon),
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

  private func sellForCoins(_ stage: DealHouse) async throws {
    let program = stage.house.program
    let terms = Terms(id: program.ids.next(), site: stage.site.id, price: Units(10, .coins), videoPrice: 25, expertsSetPrices: true)
    let gift = Gift(
      key: "gift.coins", about: "promotion", owner: stage.lina.id, units: Units(100, .coins), worth: Money(50_000, .dinar), expiresAt: nil)
    let (ledger, now) = (program.ledger, program.clock.now)
    try await program.store.write { session in
      try session.write(terms, by: nil, at: now)
      try ledger.give(gift, at: now, in: session)
    }
  }

  @Test("B12: an expert sets the price of an answer in coins; it is shown before sending, and held as it was agreed", arguments: engines)
  func own(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await sellForCoins(stage)
      let store = stage.house.program.store
      let page = "/experts/\(stage.site.id)/\(stage.emil.id)"
      #expect(try await stage.get(page, as: stage.lina).text.contains("10 coins"))
      #expect(try await stage.post("/earnings/prices", as: stage.emil, ["text": "0", "video": "x"]).status == 422)
      #expect(try await stage.post("/earnings/prices", as: stage.emil, ["text": "40", "video": "90"]).status == 303)
      let shown = try await stage.get(page, as: stage.lina).text
      #expect(shown.contains("40 coins") && shown.contains("90 coins"), "B12: both prices, before anything is sent")
      let lina = try await stage.asks(stage.lina)
      #expect(try await lina.subscribe()["deal"]?["price"]?.int == 40)
      #expect(try await lina.say("May I sublet?").name == "Acknowledged")
      let wallet = try await store.read { try $0.wallet(of: stage.lina.id, in: .coins) }
      #expect(wallet.units == 100 && wallet.held == 40)
      #expect(try await lina.subscribe()["deal"]?["held"]?.int == 40)
      let conversation = try #require(ConversationID(String(lina.topic.dropFirst(5))))
      let hold = try #require(try await store.read { try $0.openHolds(in: conversation) }.first)
      #expect(hold.quote == #"{"unit":"coins","lines":[{"clause":"expertText","units":40}]}"#)
      // Who wants more later gets it for later questions.
      #expect(try await stage.post("/earnings/prices", as: stage.emil, ["text": "50", "video": ""]).status == 303)
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await store.read { try $0.wallet(of: stage.lina.id, in: .coins).units } == 60)
      #expect(try await store.read { try $0.posted(.earnings(stage.emil.id), "TND") } == 16_000, "80 of 100 of 40 coins")
      #expect(try await stage.get("/earnings/prices", as: stage.lina).status == 403)
    }
  }

  @Test("B12, A17: who was shown another price is told the new one, and nothing is charged or said", arguments: engines)
  func agreed(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await sellForCoins(stage)
      let lina = try await stage.asks(stage.lina)
      #expect(try await stage.post("/earnings/prices", as: stage.emil, ["text": "40", "video": ""]).status == 303)
      let message: [String: JSON] = ["text": "May I sublet?", "client": "0123456789abcdef0123456789abcdef"]
      func send(_ price: Double) async throws -> LiveClient.Event {
        try await lina.ask("send", message.merging(["price": .number(price)]) { $1 })
      }
      let refused = try await send(10)
      #expect(refused.name == "Refused" && refused["reason"]?.string == "answerPriceChanged")
      #expect(refused["text"]?.string?.contains("40") == true)
      _ = try await lina.line.next("DealChanged") { $0["deal"]?["price"]?.int == 40 }
      #expect(try await stage.house.program.store.read { try $0.wallet(of: stage.lina.id, in: .coins).held } == 0)
      #expect(try await send(40).name == "Acknowledged")
      #expect(try await send(10).name == "Acknowledged", "the same again is known")
      #expect(try await stage.house.program.store.read { try $0.wallet(of: stage.lina.id, in: .coins).held } == 40)
    }
  }

  @Test("B12: message credits cost one each; a website that sells them cannot let experts set prices", arguments: engines)
  func credits(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      #expect(try await stage.post("/earnings/prices", as: stage.emil, ["text": "40", "video": ""]).status == 303)
      #expect(try await stage.get("/earnings/prices", as: stage.emil).text.contains("None of your websites lets experts name prices yet"))
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      #expect(try await stage.wallet(stage.lina) == [3, 1])
      let ines = try await stage.house.person("Ines", [.administrator])
      let typed = [
        "paid": "yes", "unit": "credits", "price": "1", "videoPrice": "3", "commission": "20", "answerMinutes": "60", "noticeMinutes": "45",
        "openLimit": "10",
      ]
      let both = try await stage.post(
        "/admin/terms/\(stage.site.id)", as: ines, typed.merging(["expertsSetPrices": "yes"]) { $1 })
      #expect(both.status == 422 && both.text.contains("A message credit is one answer"))
      #expect(try await stage.post("/admin/terms/\(stage.site.id)", as: ines, typed).status == 303)
      #expect(try await stage.house.program.store.read { try $0.terms(at: stage.site.id)?.videoPrice } == 3)
    }
  }

  @Test("X3: what a subscription includes is not spent of a limit; a break stops it, too", arguments: engines)
  func includedAndLimits(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await subscribe(stage)
      let limits = ["unit": "credits", "credits-session": "1", "credits-day": "1", "credits-month": "1"]
      #expect(try await stage.post("/wallet/limits", as: stage.lina, limits).status == 303)
      let lina = try await stage.asks(stage.lina)
      for text in ["One.", "Two.", "Three.", "Four, which is hers."] { #expect(try await lina.say(text).name == "Acknowledged", "\(text)") }
      #expect(try await lina.say("Five.")["reason"]?.string == "sessionLimitReached")
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      #expect(try await lina.say("Included again.").name == "Acknowledged")
      #expect(try await stage.post("/wallet/limits/exclusion", as: stage.lina, ["span": "day", "sure": "yes"]).status == 303)
      #expect(try await lina.say("In a break.")["reason"]?.string == "selfExcluded")
    }
  }

  /// Lina has a month in which answers are included, three at a time.
  @discardableResult private func subscribe(_ stage: DealHouse) async throws -> PurchaseID {
    let payments = stage.house.program.payments
    let packs = try await stage.house.program.store.read { try $0.packsOnSale() }
    let pack = try #require(packs.first { $0.plan?.unlimited != nil })
    let order = Order(pack: pack.id, shown: pack.offer, provider: .test, byCard: false, keepsCard: false, formKey: Secret())
    let purchase = try await payments.buy(order, by: stage.lina.id, in: .english)
    let provider = try #require(payments.provider(.test) as? TestProvider)
    let note = TestProvider.Note(
      id: "paid", kind: .paid, purchase: purchase.id, minor: pack.offer.price.minor, currency: pack.offer.price.currency)
    try await payments.receive(try provider.delivery(of: note), from: .test)
    return purchase.id
  }

  @Test("A42, B37: a month is given back by its buyer as long as nothing was asked for in it", arguments: engines)
  func givenBack(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let used = try await subscribe(stage)
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      let payments = stage.house.program.payments
      await #expect(throws: Refusal(.notRefundable)) { try await payments.giveBack(used, by: stage.lina.id, from: .console) }
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes.", on: lina.topic)
      await #expect(throws: Refusal(.notRefundable)) { try await payments.giveBack(used, by: stage.lina.id, from: .console) }
      #expect(try await stage.house.program.store.read { try $0.wallet(of: stage.lina.id, in: .months).units } == 1)
    }
  }

  @Test("A42, B37: a month that was not used goes back whole, and is not renewed", arguments: engines)
  func unused(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let purchase = try await subscribe(stage)
      try await stage.house.program.payments.giveBack(purchase, by: stage.lina.id, from: .console)
      let store = stage.house.program.store
      #expect(try await store.read { try $0.wallet(of: stage.lina.id, in: .months).units } == 0)
      #expect(try await store.read { try $0.subscription(of: stage.lina.id, serving: .credits)?.renews } == false)
    }
  }

  @Test(
    "A42: a subscription includes answers: they cost nothing, the expert earns as ever, and what nobody answers leaves nothing",
    arguments: engines)
  func included(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      try await subscribe(stage)
      let lina = try await stage.asks(stage.lina)
      let shown = try await stage.get("/experts/\(stage.site.id)/\(stage.emil.id)", as: stage.lina)
      #expect(shown.text.contains("Included in your subscription"))
      let deal = try await lina.subscribe()["deal"]
      #expect(deal?["price"]?.int == 0 && deal?["included"]?.bool == true)
      for text in ["One.", "Two.", "Three."] { #expect(try await lina.say(text).name == "Acknowledged") }
      #expect(try await stage.wallet(stage.lina) == [6, 3], "three of the house's beside her own three")
      #expect(try await lina.subscribe()["deal"]?["held"]?.int == 0, "nothing of hers is set aside")
      // The fourth at a time is hers to pay.
      let fourth = try await lina.subscribe()["deal"]
      #expect(fourth?["price"]?.int == 1 && fourth?["included"]?.bool == false)
      #expect(try await lina.say("Four.").name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [6, 4])
      let emil = try await stage.answers(lina.topic)
      _ = try await emil.say("Yes, four times.", on: lina.topic)
      #expect(try await stage.wallet(stage.lina) == [2, 0])
      #expect(try await stage.earned(stage.emil) == 3 * 160 + 266)
      #expect(try await lina.say("Five.").name == "Acknowledged")
      clock.advance(milliseconds: 3_601_000)
      _ = try await lina.line.next("DealChanged") { $0["deal"]?["open"]?.int == 0 && $0["deal"]?["asked"]?.int == 5 }
      #expect(try await stage.wallet(stage.lina) == [2, 0], "what was included and not answered is no credit")
      #expect(try await stage.house.program.store.read { try $0.posted(.included, "EUR") } == -600)
      // Without her card the month ends, and the price is hers again.
      #expect(try await stage.post("/wallet/card", as: stage.lina, ["provider": "test"]).status == 303)
      clock.advance(milliseconds: 32 * 86_400_000)
      #expect(try await lina.subscribe()["deal"]?["price"]?.int == 1)
    }
  }
}
