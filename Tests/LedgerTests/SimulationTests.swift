import Base
import Foundation
import Ledger
import LedgerCore
import Store
import TestKit
import Testing

/// Seeded histories against `Book` as the judge. The store rolls back and reruns one write in ten, so every deed is also torn off in its middle.
@Suite struct LedgerSimulationTests {
  /// `PARLEY_SEEDS=FIRST:COUNT` runs others; a failure names its seed.
  static var seeds: [UInt64] {
    let words = ProcessInfo.processInfo.environment["PARLEY_SEEDS"]?.split(separator: ":").compactMap { UInt64($0) } ?? [1, 50]
    return (0..<words[1]).map { words[0] + $0 }
  }

  @Test(
    "B33, X1: after every deed of a random history no wallet is below zero, each hold is captured, released or open, and every unit sums to zero",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func histories(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      for seed in Self.seeds { try await History(seed: seed, bank: bank).run() }
    }
  }
}

private final class History {
  let seed: UInt64
  let bank: Bank
  var dice: Dice
  var book = Book()
  var now = Databases.start
  var customers: [AccountID] = []
  var experts: [AccountID] = []
  /// Deeds with a key, to be sent again.
  var sales: [(key: String, buyer: AccountID, units: Int64, price: Money, end: Moment?, gift: Bool)] = []

  init(seed: UInt64, bank: Bank) {
    self.seed = seed
    self.bank = bank
    dice = Dice(seed: seed)
  }

  func run() async throws {
    for _ in 0..<3 { customers.append(try await bank.person()) }
    for _ in 0..<2 { experts.append(try await bank.person()) }
    for step in 0..<40 {
      now = now.adding(seconds: Int64.random(in: 0...40_000, using: &dice))
      let owner = customers[Int.random(in: 0..<customers.count, using: &dice)]
      switch Int.random(in: 0..<12, using: &dice) {
      case 0, 1: try await sell(to: owner, step)
      case 2: try await sell(to: owner, step, gift: true)
      case 3: try await repeatSale()
      case 4, 5, 6: try await hold(of: owner)
      case 7, 8: try await settle(capture: true)
      case 9: try await settle(capture: false)
      case 10: try await refund()
      default: try await compensateOrExpire()
      }
      try await compare(step)
    }
    try await bank.store.write { [bank, now] in try bank.ledger.expireLots(at: now, in: $0) }
    book.expire(at: now)
    try await compare(40)
    let findings = try await bank.findings()
    #expect(findings.isEmpty, "seed \(seed): \(findings)")
  }

  private func sell(to buyer: AccountID, _ step: Int, gift: Bool = false) async throws {
    let currency = Bool.random(using: &dice) ? Currency.euro : .dinar
    let sale = (
      key: "sale.\(seed).\(step).\(buyer)", buyer: buyer, units: Int64.random(in: 1...9, using: &dice),
      price: Money(Int64.random(in: gift ? 0...900 : 1...900, using: &dice), currency),
      end: Bool.random(using: &dice) ? now.adding(seconds: Int64.random(in: 1...300_000, using: &dice)) : nil, gift: gift
    )
    sales.append(sale)
    let lot = try await credit(sale)
    book.lots.append(
      Book.Lot(
        id: lot, owner: buyer, currency: currency, origin: gift ? "gift" : "purchase", expires: sale.end,
        units: Book.split(sale.price.minor, into: sale.units)))
  }

  private func credit(_ sale: (key: String, buyer: AccountID, units: Int64, price: Money, end: Moment?, gift: Bool)) async throws -> LotID {
    let now = now
    guard sale.gift else { return try await bank.buys(sale.units, for: sale.price, sale.buyer, key: sale.key, at: now, until: sale.end) }
    let gift = Gift(
      key: sale.key, about: "promotion", owner: sale.buyer, units: Units(sale.units, .credits), worth: sale.price, expiresAt: sale.end)
    return try await bank.store.write { [bank] in try bank.ledger.give(gift, at: now, in: $0) }
  }

  /// A webhook that comes once more, out of its order.
  private func repeatSale() async throws {
    guard let sale = sales.randomElement(using: &dice) else { return }
    let lot = try await credit(sale)
    #expect(book.lots.contains { $0.id == lot }, "seed \(seed): a second delivery answers the same")
  }

  private func hold(of payer: AccountID) async throws {
    let (count, payee) = (Int64.random(in: 1...4, using: &dice), experts[Int.random(in: 0..<experts.count, using: &dice)])
    var after = book
    let enough = after.hold(Int(count), of: payer, for: payee, id: ID(rawValue: 1), at: now)
    do {
      let hold = try await bank.holds(count, of: payer, for: payee, at: now)
      #expect(enough, "seed \(seed): more was set aside than there was")
      _ = book.hold(Int(count), of: payer, for: payee, id: hold.id, at: now)
    } catch let refusal as Refusal {
      #expect(refusal.reason == .creditMissing && !enough, "seed \(seed): \(refusal)")
    }
  }

  private func settle(capture: Bool) async throws {
    guard let index = book.holds.indices.randomElement(using: &dice) else { return }
    let (id, now) = (book.holds[index].id, now)
    let hold = try #require(try await bank.store.read { try $0.hold(id) })
    // Also those that are settled already: that changes nothing.
    try await bank.store.write { [bank] session in
      if capture { try bank.ledger.capture(hold, at: now, in: session) } else { try bank.ledger.release(hold, at: now, in: session) }
    }
    if capture { book.capture(index) } else { book.release(index, at: now) }
  }

  private func refund() async throws {
    guard let index = book.lots.indices.filter({ book.lots[$0].origin == "purchase" }).randomElement(using: &dice) else { return }
    let (lot, now) = (book.lots[index], now)
    let count = Int64.random(in: 1...3, using: &dice)
    let key = "refund.\(seed).\(lot.id).\(now.milliseconds)"
    do {
      let given = try await bank.store.write { [bank] in
        try bank.ledger.refund(lot.id, units: count, through: "test", key: key, about: "purchase", at: now, in: $0)
      }
      let expected = lot.units.prefix(Int(count)).reduce(0, +)
      #expect(given == Money(expected, lot.currency) && lot.units.count >= count, "seed \(seed)")
      book.lots[index].units.removeFirst(Int(count))
      let again = try await bank.store.write { [bank] in
        try bank.ledger.refund(lot.id, units: count, through: "test", key: key, about: "purchase", at: now, in: $0)
      }
      #expect(again == given, "seed \(seed): the same refund once more answers the same")
    } catch let refusal as Refusal {
      #expect(refusal.reason == .creditUsed && lot.units.count < count, "seed \(seed): \(refusal)")
    }
  }

  private func compensateOrExpire() async throws {
    let now = now
    guard let index = book.holds.indices.filter({ book.holds[$0].state == .captured }).randomElement(using: &dice) else {
      try await bank.store.write { [bank] in try bank.ledger.expireLots(at: now, in: $0) }
      return book.expire(at: now)
    }
    let id = book.holds[index].id
    let hold = try #require(try await bank.store.read { try $0.hold(id) })
    let lots = try await bank.store.write { [bank] in try bank.ledger.compensate(hold, at: now, in: $0) }
    book.holds[index].state = .compensated
    let units = book.holds[index].units
    let grouped = Dictionary(grouping: units, by: \.currency).sorted { $0.key.code < $1.key.code }
    #expect(lots.count == grouped.count)
    for (lot, (currency, parts)) in zip(lots, grouped) {
      let worth = parts.reduce(0) { $0 + $1.worth }
      book.lots.append(
        Book.Lot(
          id: lot.lot, owner: hold.payer, currency: currency, origin: "refund", expires: nil,
          units: Book.split(worth, into: Int64(parts.count))
        ))
      book.earn(parts, hold.payee, sign: -1)
    }
  }

  private func compare(_ step: Int) async throws {
    for owner in customers {
      let (wallet, expected) = (try await bank.wallet(owner), book.balance(of: owner))
      #expect((wallet.units, wallet.held) == (expected.units, expected.held), "seed \(seed), step \(step)")
    }
    for expert in experts {
      for currency in [Currency.euro, .dinar] {
        let earned = try await bank.earned(expert, currency)
        #expect(earned == book.earnings[expert]?[currency.code] ?? 0, "seed \(seed), step \(step): earnings")
      }
    }
  }
}
