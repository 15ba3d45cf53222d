import Base
import Deals
import Ledger
import Store
import TestKit
import Testing

@Suite struct CreditEndTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_176_000_000)
  private static let day: Int64 = 86_400_000

  @Test("A33: credit that ends is told 30, 7 and 1 days before, each once, and one press extends it, once", arguments: engines)
  func ending(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: 0)
      let (ledger, deals, lina) = (house.program.ledger, house.program.deals, stage.lina.id)
      let sale = Sale(
        key: "purchase.1", about: "purchase.1", buyer: lina, units: Units(3, .credits), price: Money(1000, .euro), provider: "test",
        expiresAt: Self.noon.adding(seconds: 40 * 86_400))
      let lot = try await house.program.store.write { try ledger.settle(sale, at: Self.noon, in: $0) }
      func told() async throws -> Int {
        try await house.count("SELECT COALESCE(MAX(told_days), 0) FROM lots")
      }
      func move(days: Int64, until expected: Int) async throws {
        clock.advance(milliseconds: days * Self.day)
        for _ in 0..<100 where try await told() != expected { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await told() == expected)
      }
      try await move(days: 9, until: 0)
      try await move(days: 2, until: 30)
      let notices = try await stage.get("/notices", as: stage.lina)
      #expect(notices.text.contains("3 credits end on 2026-12-30"), "\(notices.text)")
      try await move(days: 23, until: 7)
      try await move(days: 5, until: 1)
      #expect(try await house.count("SELECT COUNT(*) FROM notices WHERE kind = 'creditEnds' AND read_at IS NULL") == 1)
      await #expect(throws: Refusal(.notFound)) { try await deals.extend(lot, of: stage.emil.id) }
      #expect(try await stage.get("/wallet", as: stage.lina).text.contains("/wallet/lots/\(lot)/extend"))
      #expect(try await stage.post("/wallet/lots/\(lot)/extend", as: stage.lina).status == 303)
      #expect(try await !stage.get("/wallet", as: stage.lina).text.contains("/extend"))
      #expect(try await house.count("SELECT COUNT(*) FROM notices WHERE kind = 'creditEnds' AND read_at IS NULL") == 0)
      await #expect(throws: Refusal(.creditExtended)) { try await deals.extend(lot, of: lina) }
      clock.advance(milliseconds: 2 * Self.day)
      try await Task.sleep(for: .milliseconds(200))
      #expect(try await stage.wallet(stage.lina) == [3, 0], "six months more")
      clock.advance(milliseconds: 190 * Self.day)
      for _ in 0..<100 where try await stage.wallet(stage.lina) != [0, 0] { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try await stage.wallet(stage.lina) == [0, 0])
      await #expect(throws: Refusal(.creditExtended)) { try await deals.extend(lot, of: lina) }
      try await stage.booksAreRight()
    }
  }
}
