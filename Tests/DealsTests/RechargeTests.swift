import Base
import Deals
import Foundation
import Ledger
import Store
import TestKit
import Testing

@testable import Payments

/// Wallets that are filled by themselves.
@Suite struct RechargeTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  /// 2026-11-20.
  private static let noon = Moment(milliseconds: 1_795_176_000_000)
  private static let hour: Int64 = 3_600_000

  private func stage(
    _ engine: Dialect.Engine, clock: WallClock = .fixed(at: noon), credits: Int64 = 3, card: String? = "test",
    _ body: @escaping @Sendable (DealHouse) async throws -> Void
  ) async throws {
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: credits)
      if let card { try await keep(card, stage) }
      try await body(stage)
      try await stage.booksAreRight()
      let doctor = try await house.program.doctor()
      #expect(doctor.code == 0, "\(doctor.text)")
    }
  }

  private func keep(_ method: String, _ stage: DealHouse) async throws {
    let card = SavedCard(customer: "test", method: method, brand: "Test", lastDigits: "4242")
    let owner = stage.lina.id
    try await stage.house.program.store.write { try $0.save(card, of: owner, at: .test, Self.noon) }
  }

  /// The pack of three, for 10.00 EUR.
  private func pack(_ stage: DealHouse) async throws -> Pack {
    let packs = try await stage.house.program.store.read { try $0.packsOnSale() }
    return try #require(packs.first { $0.offer.units == 3 && $0.plan == nil && $0.offer.unit == .credits })
  }

  private func form(_ stage: DealHouse, below: Int64, most: Int64) async throws -> WebAnswer {
    let pack = try await pack(stage)
    return try await stage.post(
      "/wallet/recharge", as: stage.lina,
      [
        "unit": "credits", "pack": "\(pack.id).\(ShownOffer.text(pack.offer))", "below-credits": "\(below)", "most-credits": "\(most)",
        "do": "set",
      ])
  }

  private func set(_ stage: DealHouse, below: Int64 = 2, most: Int64 = 3) async throws {
    #expect(try await form(stage, below: below, most: most).headers["location"] == "/wallet?done=rechargeSet")
  }

  private func rule(_ stage: DealHouse) async throws -> Recharge? {
    let owner = stage.lina.id
    return try await stage.house.program.store.read { try $0.recharge(of: owner, in: .credits) }
  }

  private func isUnderWay(_ stage: DealHouse) async throws -> Bool {
    let owner = stage.lina.id
    return try await stage.house.program.store.read { try $0.rechargeBegan(of: owner, in: .credits) != nil }
  }

  private func bought(_ stage: DealHouse) async throws -> Int {
    try await stage.house.count("SELECT COUNT(*) FROM purchases WHERE by_recharge")
  }

  private func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
    for _ in 0..<200 {
      if try await isSo() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("never: \(what)")
  }

  private struct Case: Sendable {
    let free: Int64
    var made: [Int64] = []
    var braked: Int64?
    var stop: Recharge.Stop?
    var isFlying = false
    let step: RechargeStep
  }

  @Test("C9a: it buys when too little is free, one at a time, so often a day, and never while its owner brakes or has to come")
  func steps() {
    let at = { (hours: Int64) in Self.noon.adding(seconds: hours * 3600) }
    let cases = [
      Case(free: 5, step: .nothing), Case(free: 4, step: .buy), Case(free: 0, step: .buy), Case(free: 0, stop: .declined, step: .nothing),
      Case(free: 0, isFlying: true, step: .nothing), Case(free: 0, braked: 7, step: .wait(until: at(7))),
      Case(free: 0, made: [-1], step: .buy), Case(free: 0, made: [-3, -1], step: .wait(until: at(21))),
      Case(free: 0, made: [-25, -1], step: .buy), Case(free: 0, made: [-20, -3, -1], step: .wait(until: at(21))),
      Case(free: 5, made: [-3, -1], braked: 7, step: .nothing),
    ]
    for each in cases {
      var recharge = Recharge(
        id: ID(rawValue: 1), owner: ID(rawValue: 2), unit: .credits, pack: ID(rawValue: 3),
        offer: Offer(.credits, units: 3, bonus: 0, price: Money(1000, .euro)), provider: .test, below: 5, most: 2)
      recharge.stop = each.stop
      if each.isFlying { recharge.purchase = ID(rawValue: 4) }
      #expect(
        recharge.step(free: each.free, made: each.made.map(at), brakedUntil: each.braked.map(at), at: Self.noon) == each.step, "\(each)")
    }
  }

  @Test(
    "C9a, X3: a question that makes the wallet low has the pack bought with the kept card, once, so often in 24 hours, and told with its receipt",
    arguments: engines)
  func recharges(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock, credits: 2) { stage in
      try await set(stage, below: 2, most: 2)
      #expect(try await bought(stage) == 0, "two are free")
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      try await until("it is recharged") { try await stage.wallet(stage.lina) == [5, 1] }
      #expect(try await !isUnderWay(stage))
      #expect(try await stage.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'purchasePaid'") == 1)
      let page = try await stage.get("/wallet", as: stage.lina).text
      #expect(page.contains("<small class=\"why\">Automatic recharge</small>"), "\(page)")
      for words in ["And the garage?", "And the roof?", "And the cellar?"] { _ = try await lina.say(words) }
      try await until("it is recharged again") { try await stage.wallet(stage.lina) == [8, 4] }
      for words in ["One", "Two", "Three"] { _ = try await lina.say(words) }
      try await until("they wait") { try await stage.wallet(stage.lina) == [8, 7] }
      try await until("it rests") { try await !isUnderWay(stage) }
      try await Task.sleep(for: .milliseconds(200))
      #expect(try await bought(stage) == 2, "not more than twice")
      #expect(try await stage.get("/wallet", as: stage.lina).text.contains("2 times in the last 24 hours"))
      // The questions come back, so all of it is free again when the day is over, and nothing is bought.
      clock.advance(milliseconds: 2 * Self.hour)
      try await until("the questions came back") { try await stage.wallet(stage.lina) == [8, 0] }
      clock.advance(milliseconds: 22 * Self.hour + 1000)
      try await Task.sleep(for: .milliseconds(200))
      #expect(try await bought(stage) == 2)
      #expect(try await rule(stage)?.stop == nil)
    }
  }

  @Test("C9a: many questions at once begin one recharge; twenty threads of the wallet are counted one after the other", arguments: engines)
  func storm(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 9) { stage in
      try await set(stage, below: 9, most: 1)
      let (payments, owner) = (stage.house.program.payments, stage.lina.id)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            let lina = try await stage.asks(stage.lina)
            _ = try await lina.say("May I?")
          }
        }
        try await group.waitForAll()
      }
      try await until("it is recharged") { try await stage.wallet(stage.lina)[0] == 12 }
      try await Task.sleep(for: .milliseconds(200))
      #expect(try await bought(stage) == 1)
      #expect(try await payments.store.read { try $0.purchases(PurchaseFilter(buyer: owner, limit: 9)) }.map(\.state) == [.paid])
    }
  }

  @Test(
    "C9a, P16: a card that is refused stops it, and its owner is told; paid once by hand it goes on", arguments: engines)
  func refused(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock, credits: 1, card: TestProvider.fadingCard) { stage in
      // It is low already: it looks at once.
      try await set(stage)
      try await until("it has stopped") { try await rule(stage)?.stop == .declined }
      #expect(try await !isUnderWay(stage))
      #expect(try await stage.wallet(stage.lina) == [1, 0])
      let notices = try await stage.get("/notices", as: stage.lina).text
      let purchase = try #require(try await rule(stage)?.purchase)
      #expect(
        notices.contains("Your automatic recharge has stopped: 3 message credits") && notices.contains("/wallet/purchases/\(purchase)"))
      let page = try await stage.get("/wallet", as: stage.lina).text
      #expect(page.contains("your bank wants to see you") && page.contains("href=\"/wallet/purchases/\(purchase)\""))
      let lina = try await stage.asks(stage.lina)
      _ = try await lina.say("May I sublet?")
      // By hand it has a page again.
      let pay = "/wallet/purchases/\(purchase)/pay"
      #expect(try await stage.post(pay, as: stage.lina).headers["location"] == pay)
      #expect(try await stage.get(pay, as: stage.lina).headers["location"] == "/pay/test/\(purchase)")
      clock.advance(milliseconds: 48 * Self.hour)
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await bought(stage) == 1, "nothing is tried again")
      let provider = try #require(stage.house.program.payments.provider(.test) as? TestProvider)
      let note = TestProvider.Note(id: "by hand", kind: .paid, purchase: purchase, minor: 1000, currency: .euro)
      try await stage.house.program.payments.receive(try provider.delivery(of: note), from: .test)
      let after = try #require(try await rule(stage))
      #expect(after.stop == nil && after.purchase == nil)
      #expect(try await stage.wallet(stage.lina)[0] == 4)
    }
  }

  @Test(
    "C9a, X3: nothing is bought in a break or beyond the cap of the day, for another price, or without the card", arguments: engines)
  func held(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock, credits: 3) { stage in
      let fields = ["unit": "credits", "credits-session": "", "credits-day": "2", "credits-month": ""]
      #expect(try await stage.post("/wallet/limits", as: stage.lina, fields).headers["location"] == "/wallet/limits?done=caps")
      let lina = try await stage.asks(stage.lina)
      for words in ["May I sublet?", "For a year?"] { _ = try await lina.say(words) }
      try await set(stage, below: 3)
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await bought(stage) == 0, "the day is spent")
      #expect(try await !isUnderWay(stage))
      // The questions come back, and then the day is another one; nothing is low now, so the next question decides.
      clock.advance(milliseconds: 2 * Self.hour)
      try await until("they came back") { try await stage.wallet(stage.lina) == [3, 0] }
      clock.advance(milliseconds: 11 * Self.hour)
      // The pack is sold at another price: that is asked about first.
      let pack = try await pack(stage)
      try await stage.house.program.store.write { try $0.run("UPDATE packs SET price_minor = 1100 WHERE id = $1", pack.id) }
      _ = try await lina.say("And the garage?")
      try await until("it asks") { try await rule(stage)?.stop == .packChanged }
      #expect(try await bought(stage) == 0)
      try await set(stage, below: 3)
      try await until("it is recharged at the new price") { try await stage.wallet(stage.lina)[0] == 6 }
      // The card goes, and it with it.
      #expect(try await stage.post("/wallet/card", as: stage.lina, ["provider": "test"]).status == 303)
      #expect(try await rule(stage) == nil)
      let refused = try await form(stage, below: 3, most: 1)
      #expect(refused.status == 422 && refused.text.contains("This card is not kept any more"))
    }
  }

  @Test("C9a: what is set must be whole, on sale and as it was shown; nobody sets another one's", arguments: engines)
  func form(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 5) { stage in
      for (below, most) in [(0, 1), (10_001, 1), (1, 0), (1, 11)] as [(Int64, Int64)] {
        let refused = try await form(stage, below: below, most: most)
        #expect(refused.status == 422 && refused.text.contains("This is not an amount that can be used here"))
        #expect(refused.text.contains("value=\"\(below)\"") && refused.text.contains("value=\"\(most)\""), "what was typed stays")
      }
      let pack = try await pack(stage)
      let cheaper = Offer(.credits, units: 3, bonus: 0, price: Money(1, .euro))
      let wish = ["unit": "credits", "pack": "\(pack.id).\(ShownOffer.text(cheaper))", "below-credits": "1", "most-credits": "1"]
      let refused = try await stage.post("/wallet/recharge", as: stage.lina, wish)
      #expect(refused.status == 422 && refused.text.contains("The price is another one now") && refused.text.contains("Switch it on"))
      #expect(refused.text.contains("role=\"alert\""))
      try await set(stage)
      #expect(try await stage.get("/wallet", as: stage.lina).text.contains("Switch it off"))
      #expect(try await !stage.get("/wallet", as: stage.emil).text.contains("Switch it off"))
      #expect(try await stage.post("/wallet/recharge", as: stage.emil, ["unit": "credits", "do": "end"]).status == 303)
      #expect(try await rule(stage) != nil)
      let ended = try await stage.post("/wallet/recharge", as: stage.lina, ["unit": "credits", "do": "end"])
      #expect(ended.headers["location"] == "/wallet?done=rechargeEnded")
      #expect(try await rule(stage) == nil)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed LIKE 'recharge.%'") == 2)
    }
  }
}
