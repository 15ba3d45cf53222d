import Base
import Ledger
import Store
import TestKit
import Testing

@Suite struct GivingBackTests {
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  @Test(
    "B37, B33: whatever the parts, all that goes back takes exactly what was earned, and never more than was taken",
    arguments: [Dialect.Engine.sqlite, .postgres], 1...4)
  func parts(engine: Dialect.Engine, seed: Int) async throws {
    try await Bank.open(engine) { bank in
      var dice = Dice(seed: UInt64(seed))
      let (lina, emil, now) = (try await bank.person(), try await bank.person(), Self.noon)
      // Worth that divides badly, out of two lots in two currencies.
      try await bank.buys(7, for: Money(1000, .euro), lina, key: "purchase.1", at: now, until: now.adding(seconds: 86_400))
      try await bank.buys(5, for: Money(4999, .dinar), lina, key: "purchase.2", at: now)
      let wish = HoldWish(
        payer: lina, payee: emil, units: Units(10, .credits), commission: 3333, terms: nil, conversation: ID(rawValue: 7), n: 3,
        deadline: now)
      func tip() async throws -> HoldID? {
        try await bank.store.write { [ledger = bank.ledger] in try ledger.tip(wish, key: "tip.1", at: now, in: $0) }
      }
      let id = try #require(try await tip())
      #expect(try await tip() == nil, "P15: the same tip once more gives nothing")
      #expect(try await bank.has(lina) == [2, 0])
      let hold = try #require(try await bank.store.read { try $0.hold(id) })
      for currency in [Currency.euro, .dinar] { #expect(try await bank.earned(emil, currency) > 0) }
      var left = Int64(10)
      while left > 0 {
        let (units, way): (Int64, ReturnWay) = (
          min(left, Int64.random(in: 1...4, using: &dice)), Bool.random(using: &dice) ? .lots : .wallet(until: nil)
        )
        let key = "refund.\(left)"
        for _ in 1...2 {
          _ = try await bank.store.write { [ledger = bank.ledger] in
            try ledger.compensate(hold, units: units, key: key, by: way, at: now, in: $0)
          }
        }
        left -= units
        #expect(try await bank.store.read { try $0.returnableUnits(of: hold) } == left, "the same once more gives nothing")
        let more = left + 1
        await #expect(throws: Refusal(.notRefundable)) {
          try await bank.store.write { [ledger = bank.ledger] in
            try ledger.compensate(hold, units: more, key: "more", at: now, in: $0)
          }
        }
      }
      for currency in [Currency.euro, .dinar] { #expect(try await bank.earned(emil, currency) == 0) }
      for unit in ["EUR", "TND"] { #expect(try await bank.store.read { try $0.posted(.revenue, unit) } == 0) }
      #expect(try await bank.has(lina) == [12, 0])
      #expect(try await bank.findings().isEmpty)
    }
  }
}
