import Base
import Ledger
import Store
import TestKit
import Testing

@testable import Payments

@Suite struct SubscriptionTests {
  private static let noon = Moment(milliseconds: 1_795_176_000_000)
  private static let day: Int64 = 86_400_000

  private func stage(_ engine: Dialect.Engine, _ body: @escaping @Sendable (Shop, WallClock) async throws -> Void) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await Shop.open(engine, clock: clock) { shop in
      try await body(shop, clock)
      let doctor = try await shop.house.program.doctor()
      #expect(doctor.code == 0, "\(doctor.text)")
    }
  }

  private func plan(_ shop: Shop, unlimited: Bool) async throws -> Pack {
    let packs = try await shop.store.read { try $0.packsOnSale() }
    return try #require(packs.first { $0.plan != nil && ($0.plan?.unlimited != nil) == unlimited })
  }

  private func subscribe(_ shop: Shop, unlimited: Bool, fades: Bool = false) async throws -> Subscription {
    let pack = try await plan(shop, unlimited: unlimited)
    let purchase = try await shop.payments.buy(shop.order(pack), by: shop.lina.id, in: .english)
    #expect(purchase.keepsCard, "a month is paid with the card that paid the first one")
    let note = TestProvider.Note(
      id: "paid.\(purchase.id)", kind: .paid, purchase: purchase.id, minor: pack.offer.price.minor, currency: .euro, fades: fades)
    let provider = try #require(shop.payments.provider(.test) as? TestProvider)
    for _ in 1...2 { try await shop.payments.receive(try provider.delivery(of: note), from: .test) }
    try await shop.until("the card is kept") { try await shop.store.read { try $0.savedCard(of: shop.lina.id, at: .test) } != nil }
    return try #require(try await shop.store.read { try $0.subscription(of: shop.lina.id, serving: .credits) })
  }

  private func current(_ shop: Shop, _ id: SubscriptionID) async throws -> Subscription {
    try #require(try await shop.store.read { try $0.subscription(id) })
  }

  @Test("A42: a subscription of credits brings them every month, until its owner ends it", arguments: Shop.engines)
  func credits(engine: Dialect.Engine) async throws {
    try await stage(engine) { shop, clock in
      let begun = try await subscribe(shop, unlimited: false)
      #expect(try await shop.credits() == 10)
      #expect(begun.paidUntil == Self.noon.adding(months: 1) && begun.renews)
      await #expect(throws: Refusal(.subscriptionRunning)) {
        try await shop.payments.buy(shop.order(try await plan(shop, unlimited: true)), by: shop.lina.id, in: .english)
      }
      let page = try await shop.ask("GET", "/wallet", as: shop.lina).text
      #expect(page.contains("10 message credits every month") && page.contains("renews on"))
      let stranger = try await shop.house.person("Mara", [], online: false)
      let ended = "/wallet/subscriptions/\(begun.id)"
      #expect(try await shop.post(ended, [("do", "end")], from: "/buy", as: stranger).status == 404)
      let answer = try await shop.post(ended, [("do", "end")], from: "/wallet", as: shop.lina)
      #expect(answer.headers["location"] == "/wallet?done=ends")
      #expect(try await shop.ask("GET", "/wallet?done=ends", as: shop.lina).text.contains("ends on"))
      #expect(try await shop.post(ended, [("do", "goOn")], from: "/wallet", as: shop.lina).headers["location"] == "/wallet?done=goesOn")
      // A day before the month is over the next one is paid, once.
      clock.advance(milliseconds: begun.paidUntil.milliseconds - Self.noon.milliseconds - Self.day + 1000)
      try await shop.until("a second month is paid") { try await shop.credits() == 20 }
      #expect(try await current(shop, begun.id).paidUntil == Self.noon.adding(months: 2))
      clock.advance(milliseconds: 2 * Self.day)
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await shop.credits() == 20)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM purchases WHERE state = 'paid'") == 2)
      // A bank transfer cannot pay every month.
      await #expect(throws: Refusal.self) {
        try await shop.payments.buy(shop.order(try await plan(shop, unlimited: true), .bank), by: shop.lina.id, in: .english)
      }
      try await shop.payments.setRenewing(begun.id, false, by: shop.lina.id)
      clock.advance(milliseconds: 31 * Self.day)
      try await shop.until("it has ended") { try await current(shop, begun.id).endedAt != nil }
      #expect(try await shop.credits() == 20)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM notices WHERE kind = 'subscriptionEnded'") == 1)
    }
  }

  @Test("A42: a card that is declined is tried three times and told of; what was paid stays until its end", arguments: Shop.engines)
  func declined(engine: Dialect.Engine) async throws {
    try await stage(engine) { shop, clock in
      let begun = try await subscribe(shop, unlimited: true, fades: true)
      #expect(try await shop.credits(in: .months) == 1)
      clock.advance(milliseconds: begun.paidUntil.milliseconds - Self.noon.milliseconds - Self.day + 1000)
      for tries in Int64(1)...3 {
        try await shop.until("try \(tries)") {
          let declined = try await shop.house.count("SELECT COUNT(*) FROM purchases WHERE state = 'declined'")
          return try await current(shop, begun.id).tries == tries && declined == tries
        }
        #expect(try await shop.house.count("SELECT COUNT(*) FROM notices WHERE kind = 'subscriptionUnpaid'") == 1)
        if tries < 3 {
          #expect(try await shop.store.read { try $0.included(for: shop.lina.id, in: .credits, at: clock.now) } != nil)
          clock.advance(milliseconds: Self.day / 2 + 1000)
        }
      }
      clock.advance(milliseconds: 2 * 3_600_000)
      try await shop.until("it has ended") { try await current(shop, begun.id).endedAt != nil }
      clock.advance(milliseconds: 120_000)
      try await shop.until("the month is earned") { try await shop.credits(in: .months) == 0 }
      let books = try await shop.books()
      #expect(books.contains("revenue 4900 EUR"), "\(books)")
      #expect(try await shop.store.read { try $0.included(for: shop.lina.id, in: .credits, at: clock.now) } == nil)
      // A month that is paid by hand after all goes on from that day.
      let last = try #require(try await shop.store.read { try $0.lastPurchase(of: begun.id) })
      try await shop.tell(.paid, about: last)
      let back = try await current(shop, begun.id)
      #expect(back.endedAt == nil && back.renews && back.paidUntil == clock.now.adding(months: 1))
      #expect(try await shop.store.read { try $0.included(for: shop.lina.id, in: .credits, at: clock.now) } != nil)
    }
  }

  @Test("X3, A42: in a break nothing is renewed: what was paid lasts, and then it ends", arguments: Shop.engines)
  func inBreak(engine: Dialect.Engine) async throws {
    try await stage(engine) { shop, clock in
      let begun = try await subscribe(shop, unlimited: false)
      clock.advance(milliseconds: begun.paidUntil.milliseconds - Self.noon.milliseconds - 3 * Self.day)
      let limits = "/wallet/limits"
      #expect(try await shop.post("\(limits)/exclusion", [("span", "week"), ("sure", "yes")], from: limits, as: shop.lina).status == 303)
      clock.advance(milliseconds: 2 * Self.day + 1000)
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await shop.house.count("SELECT COUNT(*) FROM purchases") == 1)
      #expect(try await current(shop, begun.id).endedAt == nil, "what was paid lasts")
      clock.advance(milliseconds: Self.day)
      try await shop.until("it has ended") { try await current(shop, begun.id).endedAt != nil }
      #expect(try await shop.house.count("SELECT COUNT(*) FROM purchases") == 1)
      #expect(try await shop.credits() == 10)
    }
  }

  @Test("A42, B37: a month that was paid back or taken back is not asked for again", arguments: Shop.engines)
  func refunded(engine: Dialect.Engine) async throws {
    try await stage(engine) { shop, clock in
      let begun = try await subscribe(shop, unlimited: true)
      let purchase = try #require(try await shop.store.read { try $0.lastPurchase(of: begun.id) })
      let back = try await shop.payments.refund(1, of: purchase.id, by: shop.lina.id, from: .console)
      #expect(back == Money(4900, .euro))
      #expect(try await current(shop, begun.id).renews == false)
      #expect(try await shop.store.read { try $0.included(for: shop.lina.id, in: .credits, at: clock.now) } == nil)
      clock.advance(milliseconds: 40 * Self.day)
      try await shop.until("it has ended") { try await current(shop, begun.id).endedAt != nil }
      #expect(try await shop.house.count("SELECT COUNT(*) FROM purchases") == 1)
    }
  }

  @Test(
    "A42: the shop shows what renews with what it asks for, an administrator adds such packs, and what they are stays",
    arguments: Shop.engines)
  func pages(engine: Dialect.Engine) async throws {
    try await stage(engine) { shop, _ in
      let pack = try await plan(shop, unlimited: true)
      let shown = try await shop.ask("GET", "/buy?pack=\(pack.id)", as: shop.lina).text
      #expect(shown.contains("As many questions as you like, 3 at a time"))
      #expect(shown.contains("now and then every month"))
      #expect(!shown.contains("Keep my card"), "it is kept in any case, and said so")
      let ines = try await shop.house.person("Ines", [.administrator], online: false)
      let path = "/admin/packs/\(pack.list)"
      let page = try await shop.ask("GET", path, as: ines).text
      #expect(page.contains("Every month, answers without a limit"))
      func save(_ more: [(String, String)]) async throws -> WebAnswer {
        try await shop.post(path, [("name", "With bonus"), ("pack", "new")] + more, from: path, as: ines)
      }
      let month = [("kind-new", "unlimited"), ("price-new", "59.00"), ("currency-new", "EUR"), ("position-new", "9"), ("active-new", "on")]
      #expect(try await save(month).status == 422, "what an answer counts for is missing")
      #expect(try await save(month + [("answer-new", "2.50"), ("atOnce-new", "5")]).status == 303)
      let made = try #require(try await shop.store.read { try $0.packsOnSale() }.first { $0.offer.price == Money(5900, .euro) })
      #expect(made.offer.unit == .months && made.plan?.unlimited == Plan.Unlimited(answer: Money(250, .euro), atOnce: 5))
      let changed = [
        ("name", "With bonus"), ("pack", "\(made.id)"), ("kind-\(made.id)", "unlimited"), ("price-\(made.id)", "55.00"),
        ("currency-\(made.id)", "EUR"), ("position-\(made.id)", "9"), ("answer-\(made.id)", "2.50"), ("atOnce-\(made.id)", "4"),
        ("active-\(made.id)", "on"),
      ]
      #expect(try await shop.post(path, changed, from: path, as: ines).status == 303)
      let after = try #require(try await shop.store.read { try $0.pack(made.id) })
      #expect(after.plan?.unlimited?.atOnce == 4 && after.offer == Offer(.months, units: 1, price: Money(5500, .euro)))
    }
  }
}
