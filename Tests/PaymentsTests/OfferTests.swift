import Access
import Accounts
import Base
import Foundation
import Ledger
import Store
import TestKit
import Testing
import Web

@testable import Payments

@Suite struct OfferTests {
  private static let day: Int64 = 86_400

  /// Who took part, and an administrator who makes offers.
  private struct Fair: Sendable {
    let shop: Shop
    let ada: House.Person

    var now: Moment { shop.house.program.clock.now }

    init(_ shop: Shop) async throws {
      self.shop = shop
      ada = try await shop.house.person("Ada", [.administrator], online: false)
    }

    func offer(
      _ units: Int64 = 7, price: Int64? = 1500, bonus: Int64 = 0, _ segment: Segment = Segment(), startsIn start: Int64 = 0,
      lasts: Int64 = day
    ) async throws -> SpecialOffer {
      let pack = try await shop.pack(units)
      let currency = pack.offer.price.currency
      let starts = now.adding(seconds: start)
      let offer = SpecialOffer(
        id: shop.house.program.ids.next(), name: "Winter", pack: pack.id, price: price.map { Money($0, currency) }, currency: currency,
        bonus: bonus, startsAt: starts, endsAt: starts.adding(seconds: lasts), segment: segment)
      try await shop.payments.make(offer, by: ada.id, from: .console)
      return offer
    }

    func isGathered(_ offer: SpecialOffer) async throws {
      try await shop.until("the recipients are written down") {
        try await shop.store.read { try $0.specialOffer(offer.id)?.gatheredAt != nil }
      }
    }

    func recipients(_ offer: SpecialOffer) async throws -> Set<AccountID> {
      let rows = try await shop.store.read { try $0.rows("SELECT account_id FROM offer_recipients WHERE offer_id = $1", offer.id) }
      return Set(rows.map { $0[0] })
    }

    func count(_ segment: Segment) async throws -> Int64 {
      let now = now
      return try await shop.store.read { try $0.count(segment, .credits, at: now) }
    }

    func order(_ offer: SpecialOffer, shown: Offer? = nil, id: SpecialOfferID?, key: Secret = Secret()) async throws -> Order {
      let pack = try await shop.pack(7)
      return Order(
        pack: pack.id, shown: shown ?? offer.offer(on: pack), provider: .test, byCard: false, keepsCard: false, formKey: key, special: id)
    }
  }

  @Test("A45a: a segment is last purchase, balance and website together; who is in it is counted as it is sent", arguments: Shop.engines)
  func segments(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Databases.start)
    try await Shop.open(engine, clock: clock) { shop in
      let fair = try await Fair(shop)
      let nora = try await shop.house.person("Nora", [], online: false)
      let omar = try await shop.house.person("Omar", [], online: false)
      _ = try await shop.house.person("Clara", online: false)
      let old = try await shop.buy(3, by: nora.id)
      try await shop.tell(.paid, about: old)
      clock.advance(milliseconds: 40 * Self.day * 1000)
      let new = try await shop.buy(7, by: omar.id)
      try await shop.tell(.paid, about: new)
      #expect(try await fair.count(Segment()) == 3, "customers, and nobody of the team")
      #expect(try await fair.count(Segment(bought: .never)) == 1)
      #expect(try await fair.count(Segment(bought: .before, boughtDays: 30)) == 1)
      #expect(try await fair.count(Segment(bought: .within, boughtDays: 30)) == 1)
      #expect(try await fair.count(Segment(bought: .within, boughtDays: 60)) == 2)
      #expect(try await fair.count(Segment(balance: .atMost, balanceUnits: 3)) == 2)
      #expect(try await fair.count(Segment(balance: .atLeast, balanceUnits: 4)) == 1)
      #expect(try await fair.count(Segment(bought: .within, boughtDays: 60, balance: .atMost, balanceUnits: 3)) == 1)
      let site = try await shop.house.site()
      #expect(try await fair.count(Segment(site: site.id)) == 0)
      let (visitor, thread, now) = (
        shop.house.program.ids.next(Kinds.Visitor.self), shop.house.program.ids.next(Kinds.Conversation.self), fair.now
      )
      try await shop.store.write { session in
        try session.run(
          """
          INSERT INTO visitors (id, site_id, key_digest, account_id, address, language, device, browser, system, first_visit_at, last_visit_at,
            visits)
          VALUES ($1, $2, $3, $4, '', 'en', 'desktop', '', '', $5, $5, 1)
          """, visitor, site.id, Secret().digest, nora.id, now)
        try session.run(
          """
          INSERT INTO conversations (id, site_id, visitor_id, revision, head, public_head, state, active_at, asked, created_at)
          VALUES ($1, $2, $3, 1, 1, 1, 'closed', $4, 1, $4)
          """, thread, site.id, visitor, now)
      }
      #expect(try await fair.count(Segment(site: site.id)) == 1)
      let offer = try await fair.offer(price: 1500, bonus: 0, Segment(bought: .before, boughtDays: 30, site: site.id))
      try await fair.isGathered(offer)
      #expect(try await fair.recipients(offer) == [nora.id])
    }
  }

  @Test(
    "A45a: who gets an offer buys once at its price, keeps it when the balance changes, and others cannot name it", arguments: Shop.engines)
  func price(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let fair = try await Fair(shop)
      let nora = try await shop.house.person("Nora", [], online: false)
      let first = try await shop.buy(3, by: nora.id)
      try await shop.tell(.paid, about: first)
      let offer = try await fair.offer(price: 1500, bonus: 2, Segment(bought: .never, balance: .atMost, balanceUnits: 0))
      try await fair.isGathered(offer)
      #expect(try await fair.recipients(offer) == [shop.lina.id])
      let page = try await shop.ask("GET", "/buy", as: shop.lina).text
      for words in [
        "€15.00", "<span class=\"unseen\">instead of </span>€20.00", "+3 free", "Your price until", "You get 10 message credits",
      ] {
        #expect(page.contains(words), "\(words)")
      }
      #expect(try await !shop.ask("GET", "/buy", as: nora).text.contains("€15.00"))
      let given = Given(
        id: shop.house.program.ids.next(), owner: shop.lina.id, occasion: .reason, reason: "Sorry", units: 5, unit: .credits,
        worth: Money(500, .euro))
      let now = fair.now
      try await shop.store.write { try shop.payments.give(given, at: now, in: $0) }
      #expect(try await shop.ask("GET", "/buy", as: shop.lina).text.contains("€15.00"), "the balance changed, the price did not")

      // A foreign one, one that was left out, and one that was made up.
      await #expect(throws: Refusal(.priceChanged)) {
        try await shop.payments.buy(fair.order(offer, id: offer.id), by: nora.id, in: .english)
      }
      await #expect(throws: Refusal(.priceChanged)) {
        try await shop.payments.buy(fair.order(offer, id: nil), by: shop.lina.id, in: .english)
      }
      let cheap = Offer(.credits, units: 7, bonus: 3, price: Money(1, .euro))
      await #expect(throws: Refusal(.priceChanged)) {
        try await shop.payments.buy(fair.order(offer, shown: cheap, id: offer.id), by: shop.lina.id, in: .english)
      }
      let bought = try await shop.payments.buy(fair.order(offer, id: offer.id), by: shop.lina.id, in: .english)
      let again = try await shop.payments.buy(fair.order(offer, id: offer.id), by: shop.lina.id, in: .english)
      #expect(again.id == bought.id, "what was begun under it goes on")
      try await shop.tell(.paid, about: bought)
      #expect(try await shop.credits() == 15)
      // Ten credits for 15.00, bonus included, at 1.50 each.
      #expect(try await shop.house.count("SELECT worth_minor FROM lots WHERE units = 10") == 1500)
      await #expect(throws: Refusal(.priceChanged)) {
        try await shop.payments.buy(fair.order(offer, id: offer.id), by: shop.lina.id, in: .english)
      }
      #expect(try await !shop.ask("GET", "/buy", as: shop.lina).text.contains("€15.00"), "once")
      let result = try await shop.store.read { try $0.result(of: offer.id) }
      #expect(result == OfferResult(recipients: 1, bought: 1, costMinor: 1000), "ten at 2.50 less 15.00")
      #expect(try await Ledger.examine(shop.store).findings.isEmpty)
    }
  }

  @Test("A45a: an offer that ends while somebody pays keeps what was begun, and begins nothing more", arguments: Shop.engines)
  func ends(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Databases.start)
    try await Shop.open(engine, clock: clock) { shop in
      let fair = try await Fair(shop)
      let offer = try await fair.offer(startsIn: 3600)
      #expect(try await !shop.ask("GET", "/buy", as: shop.lina).text.contains("€15.00"), "it has not begun")
      clock.advance(milliseconds: 3_601_000)
      try await fair.isGathered(offer)
      let begun = try await shop.payments.buy(fair.order(offer, id: offer.id), by: shop.lina.id, in: .english)
      try await shop.payments.end(offer.id, by: fair.ada.id, from: .console)
      await #expect(throws: Refusal(.priceChanged)) {
        try await shop.payments.buy(fair.order(offer, id: offer.id, key: Secret()), by: shop.lina.id, in: .english)
      }
      #expect(try await !shop.ask("GET", "/buy", as: shop.lina).text.contains("€15.00"))
      try await shop.tell(.paid, about: begun, minor: 1500)
      #expect(try await shop.purchase(begun.id).state == .paid)
      #expect(try await shop.credits() == 8)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM notices WHERE kind = 'offer' AND read_at IS NULL") == 0)
    }
  }

  @Test("A45a, X3: who excluded themselves hears of no offer and sees none; afterwards the price is there", arguments: Shop.engines)
  func excluded(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Databases.start)
    try await Shop.open(engine, clock: clock) { shop in
      let fair = try await Fair(shop)
      let (now, lina) = (fair.now, shop.lina.id)
      try await shop.store.write { session in
        try session.run(
          "INSERT INTO self_exclusions (id, account_id, span, starts_at, ends_at) VALUES (1, $1, 'day', $2, $3)", lina, now,
          now.adding(seconds: Self.day))
      }
      let offer = try await fair.offer(lasts: 3 * Self.day)
      try await fair.isGathered(offer)
      #expect(try await fair.recipients(offer) == [lina])
      #expect(try await shop.house.count("SELECT COUNT(*) FROM notices WHERE kind = 'offer'") == 0)
      #expect(try await !shop.ask("GET", "/buy", as: shop.lina).text.contains("€15.00"))
      clock.advance(milliseconds: (Self.day + 1) * 1000)
      #expect(try await shop.ask("GET", "/buy", as: shop.lina).text.contains("€15.00"))
    }
  }

  @Test(
    "A45a: everybody in the segment is told by the bell, and by letter only who bought before and proved the address",
    arguments: Shop.engines)
  func told(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let fair = try await Fair(shop)
      let nora = try await shop.house.person("Nora", [], online: false)
      let omar = try await shop.house.person("Omar", [], online: false)
      for buyer in [nora, omar] { try await shop.tell(.paid, about: try await shop.buy(3, by: buyer.id)) }
      let now = fair.now
      // Lina proved hers and bought nothing; Omar bought and proved nothing.
      try await shop.store.write { session in
        for account in [nora.id, shop.lina.id] { try session.run("UPDATE accounts SET confirmed_at = $2 WHERE id = $1", account, now) }
      }
      let offer = try await fair.offer()
      try await fair.isGathered(offer)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM notices WHERE kind = 'offer'") == 3)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'offer'") == 1)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'offer' AND address = 'nora@parley.example'") == 1)
      #expect(try await shop.ask("GET", "/notices", as: omar).text.contains("An offer for you: 8 message credits"))

      // The letter's own link ends letters of offers and no others.
      let stop = shop.house.program.notifications.stopAddress(.offer, of: nora.id).dropFirst(House.origin.count)
      let page = try await shop.ask("GET", String(stop), as: nora).text
      #expect(page.contains("An offer for me"))
      #expect(try await shop.post(String(stop), [], from: String(stop), as: nora).status == 200)
      _ = try await fair.offer(3, price: 500)
      try await shop.until("the second one is told") {
        try await shop.house.count("SELECT COUNT(*) FROM notices WHERE kind = 'offer'") == 6
      }
      #expect(try await shop.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'offer'") == 1)
      let wanted = try await shop.store.read { try shop.house.program.notifications.wantsLetter(.purchasePaid, nora.id, in: $0) }
      #expect(wanted)
      let forged = String(stop).replacing(".offer.", with: ".gift.")
      #expect(try await shop.ask("GET", forged, as: nora).status == 410)
    }
  }

  @Test("A45a: recipients are written down in batches, each once", arguments: Shop.engines)
  func batches(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let fair = try await Fair(shop)
      let (ids, now) = (shop.house.program.ids, fair.now)
      try await shop.store.write { session in
        for number in 0..<450 {
          let draft = AccountDraft(
            name: "Customer \(number)", email: "c\(number)@parley.example", pseudonym: "C", avatar: .fern, roles: [], language: .english)
          try session.run(
            """
            INSERT INTO accounts (id, email, email_key, name, name_key, is_agent, is_manager, is_administrator, is_expert, pseudonym,
              avatar, language, status, active, created_at)
            VALUES ($1, $2, $2, $3, $3, $4, $4, $4, $4, 'C', 'fern', 'en', 'offline', $5, $6)
            """, ids.next(Kinds.Account.self), draft.email, draft.name, false, true, now)
        }
      }
      let offer = try await fair.offer()
      try await fair.isGathered(offer)
      #expect(try await fair.recipients(offer).count == 451)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM notices WHERE kind = 'offer'") == 451)
    }
  }

  @Test("A45a: an administrator counts the segment, makes an offer, sees what it cost and ends it early", arguments: Shop.engines)
  func pages(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let fair = try await Fair(shop)
      let pack = try await shop.pack(7)
      let (from, until) = (fair.now.minuteText, fair.now.adding(seconds: Self.day).minuteText)
      let fields = [
        ("name", "Winter"), ("pack", "\(pack.id)"), ("price", "12,50"), ("bonus", ""), ("from", from), ("until", until),
        ("bought", "never"),
        ("boughtDays", "30"), ("balance", "any"), ("balanceUnits", "0"), ("site", ""),
      ]
      func post(_ deed: String, _ changed: [String: String] = [:]) async throws -> WebAnswer {
        try await shop.post(
          "/admin/offers", fields.map { ($0.0, changed[$0.0] ?? $0.1) } + [("do", deed)], from: "/admin/offers/new", as: fair.ada)
      }
      #expect(try await post("preview").text.contains("1 customer is in this segment now"))
      for (field, value) in [("price", "20"), ("price", ""), ("name", ""), ("until", from), ("bonus", "many")] {
        #expect(try await post("make", [field: value]).status == 422, "\(field) \(value)")
      }
      #expect(try await shop.house.count("SELECT COUNT(*) FROM offers") == 0)
      let made = try #require(try await post("make").headers["location"])
      let path = String(made.prefix { $0 != "?" })
      try await shop.until("it is running") { try await shop.ask("GET", path, as: fair.ada).text.contains("Recipients</dt><dd>1</dd>") }
      let page = try await shop.ask("GET", "/buy?pack=\(pack.id)", as: shop.lina).text
      let answer = try await shop.ask(
        "POST", "/buy",
        [
          ("form_token", try Shop.field("form_token", in: page)), ("pack", try Shop.field("pack", in: page)),
          ("shown", try Shop.field("shown", in: page)), ("purchase", try Shop.field("purchase", in: page)),
          ("offer", try Shop.field("offer", in: page)), ("way", "test"),
        ], as: shop.lina)
      #expect(answer.headers["location"]?.hasPrefix("/wallet/purchases/") == true, "\(answer.text.prefix(300))")
      let purchase = try #require(try await shop.store.read { try $0.purchases(PurchaseFilter(buyer: shop.lina.id, limit: 1)).first })
      try await shop.tell(.paid, about: purchase)
      #expect(try await shop.ask("GET", "/admin/offers", as: fair.ada).text.contains("€7.50"))
      #expect(
        try await shop.ask("GET", path, as: fair.ada).text.contains("8 message credits for €12.50, instead of 8 message credits for €20.00")
      )
      #expect(try await shop.post("\(path)/end", [], from: path, as: fair.ada).status == 303)
      #expect(try await shop.ask("GET", path, as: fair.ada).text.contains(">ended<"))
      #expect(try await shop.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed IN ('offer.made', 'offer.ended')") == 2)
      #expect(try await shop.ask("GET", "/admin/offers", as: shop.lina).status == 403)
    }
  }
}
