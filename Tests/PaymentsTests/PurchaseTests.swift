import Accounts
import Base
import Ledger
import Store
import TestKit
import Testing
import Web

@testable import Payments

/// Buying, and what follows from what the provider tells.
@Suite("Purchases", .serialized)
struct PurchaseTests {
  @Test("A8a, A8b, A8c: on sale in a new house are 3, 7 + 1 and 20 + 5 messages for 10, 20 and 50 euros", arguments: Shop.engines)
  func lists(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let packs = try await shop.store.read { try $0.packsOnSale() }
      let credits = packs.filter { $0.offer.unit == .credits && $0.plan == nil }.map {
        "\($0.offer.units) + \($0.offer.bonus): \($0.offer.price)"
      }
      #expect(credits == ["3 + 0: 10.00 EUR", "7 + 1: 20.00 EUR", "20 + 5: 50.00 EUR"])
    }
  }

  @Test("A7: an administrator puts the other price list on sale, and what was bought before keeps its price", arguments: Shop.engines)
  func otherList(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let before = try await shop.buy(7)
      let other = try #require(try await shop.store.read { try $0.priceLists() }.first { $0.unit == .credits && !$0.isOnSale })
      try await shop.payments.sell(other.id, true, by: shop.lina.id, from: .console)
      let packs = try await shop.store.read { try $0.packsOnSale() }.filter { $0.offer.unit == .credits }
      #expect(packs.map { "\($0.offer.total): \($0.offer.price)" } == ["3: 10.00 EUR", "7: 20.00 EUR"])
      #expect(try await shop.store.read { try $0.priceLists() }.count { $0.unit == .credits && $0.isOnSale } == 1)
      try await shop.tell(.paid, about: before)
      #expect(try await shop.credits() == 8)
    }
  }

  @Test("B26: a coin costs 500 millimes, and coins come into a wallet of their own", arguments: Shop.engines)
  func coins(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(50)
      #expect(purchase.offer.unit == .coins)
      #expect(purchase.offer.price == Money(25_000, .dinar))
      try await shop.tell(.paid, about: purchase)
      #expect(try await shop.credits(in: .coins) == 50)
      #expect(try await shop.credits() == 0)
    }
  }

  @Test("A16: a proved event pays, once, however often it comes; the bonus comes with it", arguments: Shop.engines)
  func paid(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      #expect(purchase.state == .pending)
      #expect(try await shop.credits() == 0)
      for _ in 0..<3 { try await shop.tell(.paid, about: purchase) }
      try await shop.tell(.paid, about: purchase, id: "another event of the same payment")
      #expect(try await shop.credits() == 8)
      let paid = try await shop.purchase(purchase.id)
      #expect(paid.state == .paid)
      #expect(paid.attention == nil)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM transfers WHERE kind = 'sale'") > 0)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM lots") == 1)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'purchasePaid'") == 1)
    }
  }

  @Test("A16: who sends an event at the same moment from many places pays once", arguments: Shop.engines)
  func storm(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(3)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask { try await shop.tell(.paid, about: purchase, id: "event \(number % 4)") }
        }
        try await group.waitForAll()
      }
      #expect(try await shop.credits() == 3)
    }
  }

  @Test("A15b: what is not signed with the provider's secret, or too long ago, says nothing", arguments: Shop.engines)
  func forged(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      let right = try shop.delivery(.paid, about: purchase)
      let others = [
        Delivery(signature: "", body: right.body), Delivery(signature: right.signature, body: right.body + [32]),
        Delivery(signature: "t=1,v1=00", body: right.body),
        Delivery(
          signature: WebhookSignature.signature(of: right.body, with: "whsec_other", at: machineTime()), body: right.body),
        Delivery(
          signature: WebhookSignature.signature(
            of: right.body, with: try #require(shop.payments.provider(.test) as? TestProvider).secret,
            at: machineTime().adding(seconds: -301)), body: right.body),
      ]
      for delivery in others {
        await #expect(throws: Refusal(.webhookInvalid)) { try await shop.payments.receive(delivery, from: .test) }
      }
      #expect(try await shop.credits() == 0)
      try await shop.payments.receive(right, from: .test)
      #expect(try await shop.credits() == 8)
    }
  }

  @Test("A15b: another amount than the one that was asked for is not credited, and somebody is to look at it", arguments: Shop.engines)
  func otherAmount(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(20, .test)
      try await shop.tell(.paid, about: purchase, minor: 1)
      #expect(try await shop.credits() == 0)
      let after = try await shop.purchase(purchase.id)
      #expect(after.attention == .amountDiffers)
      #expect(after.state == .pending)
      #expect(try await shop.store.read { try $0.purchases(PurchaseFilter(isWaiting: true, limit: 5)) }.map(\.id) == [purchase.id])
    }
  }

  @Test("A6: a second press of the button finds the purchase of the first one", arguments: Shop.engines)
  func doubleClick(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let order = shop.order(try await shop.pack(7))
      let (payments, lina) = (shop.payments, shop.lina.id)
      let made = try await withThrowingTaskGroup(of: PurchaseID.self) { group in
        for _ in 0..<8 { group.addTask { try await payments.buy(order, by: lina, in: .english).id } }
        return try await group.reduce(into: Set<PurchaseID>()) { $0.insert($1) }
      }
      #expect(made.count == 1)
      // The button of another pack on the same page is another purchase.
      let other = try await payments.buy(shop.order(try await shop.pack(3), key: order.formKey), by: lina, in: .english)
      #expect(!made.contains(other.id))
    }
  }

  @Test("A6: a price that changed, or was changed in the form, is not charged but shown again", arguments: Shop.engines)
  func stale(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let pack = try await shop.pack(7)
      let cheap = Offer(.credits, units: 7, bonus: 1, price: Money(100, .euro))
      let more = Offer(.credits, units: 700, bonus: 1, price: pack.offer.price)
      for shown in [cheap, more, nil] {
        let order = Order(pack: pack.id, shown: shown, provider: .test, byCard: false, keepsCard: false, formKey: Secret())
        await #expect(throws: Refusal(.priceChanged)) { try await shop.payments.buy(order, by: shop.lina.id, in: .english) }
      }
      var dearer = PackDraft(
        id: pack.id, position: 2, units: 7, bonus: 1, price: Money(2100, .euro), active: true, kind: .once, answer: nil, atOnce: nil)
      try await shop.payments.change(pack.list, name: "Dearer", validDays: nil, packs: [dearer], by: shop.lina.id, from: .console)
      await #expect(throws: Refusal(.priceChanged)) { try await shop.payments.buy(shop.order(pack), by: shop.lina.id, in: .english) }
      dearer = PackDraft(
        id: pack.id, position: 2, units: 7, bonus: 1, price: Money(2100, .euro), active: false, kind: .once, answer: nil, atOnce: nil)
      try await shop.payments.change(pack.list, name: "Gone", validDays: nil, packs: [dearer], by: shop.lina.id, from: .console)
      await #expect(throws: Refusal(.packNotOnSale)) { try await shop.payments.buy(shop.order(pack), by: shop.lina.id, in: .english) }
      #expect(try await shop.house.count("SELECT COUNT(*) FROM purchases") == 0)
    }
  }

  @Test("B37: every order in which payment and dispute are told leaves the same books", arguments: Shop.engines)
  func orders(engine: Dialect.Engine) async throws {
    let kinds: [TestProvider.Note.Kind] = [.paid, .disputed, .disputeLost]
    var ends: [Set<String>] = []
    for first in 0..<3 {
      for second in 0..<3 where second != first {
        let order = [kinds[first], kinds[second], kinds[3 - first - second]]
        let end = try await Shop.open(engine) { shop in
          let purchase = try await shop.buy(7)
          for kind in order { try await shop.tell(kind, about: purchase) }
          #expect(try await shop.purchase(purchase.id).state == .lost, "\(order)")
          #expect(try await shop.credits() == 0, "\(order)")
          return Set(try await shop.books().map { $0.replacing("\(shop.lina.id)", with: "Lina") })
        }
        ends.append(end)
      }
    }
    #expect(Set(ends).count == 1, "\(ends)")
  }

  @Test("B37: a dispute takes what is left, and gives it back when it is won", arguments: Shop.engines)
  func dispute(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      try await shop.tell(.paid, about: purchase)
      let before = try await shop.books()
      try await shop.tell(.disputed, about: purchase)
      #expect(try await shop.credits() == 0)
      #expect(try await shop.purchase(purchase.id).state == .disputed)
      try await shop.tell(.disputeWon, about: purchase)
      #expect(try await shop.credits() == 8)
      #expect(try await shop.books() == before)
    }
  }

  @Test("B37: an administrator refunds a part and then the rest; the money is paid out by the provider and told", arguments: Shop.engines)
  func refund(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      await #expect(throws: Refusal(.notRefundable)) {
        try await shop.payments.refund(1, of: purchase.id, by: shop.lina.id, from: .console)
      }
      try await shop.tell(.paid, about: purchase)
      #expect(try await shop.payments.refund(3, of: purchase.id, by: shop.lina.id, from: .console) == Money(750, .euro))
      #expect(try await shop.credits() == 5)
      await #expect(throws: Refusal.self) { try await shop.payments.refund(6, of: purchase.id, by: shop.lina.id, from: .console) }
      try await shop.until("the first refund is paid out") {
        try await shop.purchase(purchase.id).facts.refunds.values.allSatisfy { $0.state == .done }
      }
      #expect(try await shop.purchase(purchase.id).state == .partlyRefunded)
      #expect(try await shop.payments.refund(5, of: purchase.id, by: shop.lina.id, from: .console) == Money(1250, .euro))
      #expect(try await shop.purchase(purchase.id).state == .refunded)
      try await shop.until("both are told") {
        try await shop.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'purchaseRefunded'") == 2
      }
      #expect(try await shop.credits() == 0)
      // Nothing of it is left anywhere.
      #expect(try await shop.books() == [])
      #expect(try await shop.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'purchase.refunded'") == 2)
    }
  }

  @Test(
    "B37: a refund that the provider does not pay out comes back into the wallet, and somebody is to look at it", arguments: Shop.engines)
  func refundFails(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      try await shop.tell(.paid, about: purchase)
      try await shop.payments.refund(3, of: purchase.id, by: shop.lina.id, from: .console)
      let refund = try #require(try await shop.purchase(purchase.id).facts.refunds.keys.first)
      let event = ProviderEvent(
        id: "failed", kind: "refund.failed", fact: .refundFailed(refund, Money(750, .euro)), purchase: purchase.id, payment: nil)
      for _ in 0..<2 { try await shop.payments.record([event], from: .test) }
      #expect(try await shop.credits() == 8)
      let after = try await shop.purchase(purchase.id)
      #expect(after.attention == .refundFailed)
      #expect(after.state == .paid)
    }
  }

  @Test(
    "A14a, A14b: a transfer waits with its reference and is credited by hand, once, also when another amount came", arguments: Shop.engines)
  func transfer(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      // The house of the tests takes no transfers; a purchase of one is written as the shop would.
      let pack = try await shop.pack(7)
      let (id, other): (PurchaseID, PurchaseID) = (shop.house.program.ids.next(), shop.house.program.ids.next())
      let now = shop.house.program.clock.now
      let lina = shop.lina.id
      try await shop.store.write { session in
        for (id, reference) in [(id, "AAAA-BBBB"), (other, "CCCC-DDDD")] {
          var purchase = Purchase(
            id: id, buyer: lina, formKey: reference, reference: reference, pack: pack.id, offer: pack.offer, validDays: nil,
            provider: .bank, keepsCard: false, byCard: false, language: .english, createdAt: now, changedAt: now)
          purchase.facts.stage = .pending
          try session.insert(purchase)
        }
      }
      for _ in 0..<2 { try await shop.payments.credit(id, received: Money(2000, .euro), units: 8, by: lina, from: .console) }
      #expect(try await shop.credits() == 8)
      try await shop.payments.credit(other, received: Money(1000, .euro), units: 4, by: lina, from: .console)
      #expect(try await shop.credits() == 12)
      let odd = try await shop.purchase(other)
      #expect(odd.price == Money(1000, .euro))
      #expect(odd.state == .paid)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'purchase.credited'") == 2)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'transferCredited'") == 2)
      await #expect(throws: Refusal(.amountInvalid)) {
        try await shop.payments.credit(other, received: Money(0, .euro), units: 4, by: lina, from: .console)
      }
    }
  }

  @Test("A13: a card that was kept pays without its page, and its owner takes it away", arguments: Shop.engines)
  func keptCard(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let (payments, lina) = (shop.payments, shop.lina.id)
      let pack = try await shop.pack(3)
      await #expect(throws: Refusal(.cardNotKept)) {
        try await payments.buy(shop.order(pack, byCard: true), by: lina, in: .english)
      }
      let first = try await payments.buy(shop.order(pack, keepsCard: true), by: lina, in: .english)
      try await shop.tell(.paid, about: first)
      try await shop.until("the card is kept") { try await shop.store.read { try $0.savedCard(of: lina, at: .test) } != nil }
      let second = try await payments.buy(shop.order(pack, byCard: true), by: lina, in: .english)
      #expect(second.checkout?.address == nil)
      try await payments.forgetCard(of: lina, at: .test)
      #expect(try await shop.store.read { try $0.savedCard(of: lina, at: .test) } == nil)
    }
  }

  @Test("B32: a purchase that nobody pays is over after its time; one that is paid late all the same is paid", arguments: Shop.engines)
  func late(engine: Dialect.Engine) async throws {
    let clock = WallClock.system()
    try await Shop.open(engine, clock: clock) { shop in
      let purchase = try await shop.buy(3)
      clock.advance(milliseconds: 2 * 86_400_000)
      try await shop.until("it is over") { try await shop.purchase(purchase.id).state == .expired }
      try await shop.tell(.paid, about: purchase)
      #expect(try await shop.purchase(purchase.id).state == .paid)
      #expect(try await shop.credits() == 3)
    }
  }

  @Test("B65c: whoever began a payment and did not finish it is reminded once, and no longer when it is paid", arguments: Shop.engines)
  func reminder(engine: Dialect.Engine) async throws {
    let clock = WallClock.system()
    try await Shop.open(engine, clock: clock) { shop in
      let waits = "SELECT COUNT(*) FROM notices WHERE kind = 'purchaseWaits'"
      let purchase = try await shop.buy(3)
      #expect(try await shop.house.count(waits) == 0)
      clock.advance(milliseconds: 11 * 60_000)
      try await shop.until("a reminder came") { try await shop.house.count(waits) == 1 }
      clock.advance(milliseconds: 2 * 3_600_000)
      try await shop.tell(.paid, about: purchase)
      #expect(try await shop.house.count(waits) == 1)
      #expect(try await shop.house.count("\(waits) AND read_at IS NULL") == 0)
    }
  }
}

/// What payers hold themselves to, where they buy.
@Suite("Buying and breaks", .serialized)
struct BreakTests {
  @Test(
    "X3: who takes a break buys nothing, neither anew nor what they began; money that comes late is still theirs",
    arguments: Shop.engines)
  func excluded(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_176_000_000))
    try await Shop.open(engine, clock: clock) { shop in
      let begun = try await shop.buy(3)
      let page = try await shop.ask("GET", "/buy", as: shop.lina).text
      let fields = try ["pack", "shown", "purchase"].map { ($0, try Shop.field($0, in: page)) } + [("way", "test")]
      let limits = "/wallet/limits"
      #expect(try await shop.post("\(limits)/exclusion", [("span", "day"), ("sure", "yes")], from: limits, as: shop.lina).status == 303)
      let end = "\u{2066}2026-11-21 12:00 (UTC)\u{2069}"
      let told = "You take a break until \(end)."
      let closed = try await shop.ask("GET", "/buy", as: shop.lina).text
      #expect(closed.contains(told) && closed.contains("€20.00") && !closed.contains("name=\"way\""), "prices may be read")
      let refused = try await shop.post("/buy", fields, from: limits, as: shop.lina)
      #expect(refused.status == 403 && refused.text.contains(told))
      #expect(try await shop.house.count("SELECT COUNT(*) FROM purchases") == 1)
      await #expect(throws: Refusal(.selfExcluded, arguments: ["until": end])) { _ = try await shop.buy(7) }
      let way = try await shop.ask("GET", "/wallet/purchases/\(begun.id)/pay", as: shop.lina)
      #expect(way.status == 403 && way.text.contains(told))
      try await shop.tell(.paid, about: begun)
      #expect(try await shop.credits() == 3)
      clock.advance(milliseconds: 86_400_000)
      _ = try await shop.buy(7)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM purchases") == 2)
    }
  }
}
