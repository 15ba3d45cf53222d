import Base
import LedgerCore
import TestKit
import Testing

@Suite struct MoneyTests {
  struct Sharing: Sendable {
    let total: Int64
    let weights: [Int64]
    let shares: [Int64]
  }

  private static let sharings: [Sharing] = [
    Sharing(total: 1000, weights: [8000, 2000], shares: [800, 200]),
    Sharing(total: 333, weights: [8000, 2000], shares: [266, 67]),
    Sharing(total: 1, weights: [8000, 2000], shares: [1, 0]),
    Sharing(total: 0, weights: [1, 1], shares: [0, 0]),
    Sharing(total: 10, weights: [1, 1, 1], shares: [4, 3, 3]),
    Sharing(total: 2000, weights: [1, 1, 1, 1, 1, 1, 1], shares: [286, 286, 286, 286, 286, 285, 285]),
    Sharing(total: .max, weights: [1, 1], shares: [.max / 2 + 1, .max / 2]),
  ]

  @Test("B33: shares are parts of the whole, to the last cent", arguments: sharings)
  func sharing(case sharing: Sharing) {
    #expect(divided(sharing.total, by: sharing.weights) == sharing.shares)
  }

  @Test("B33: dividing loses nothing and gives nobody more than one unit above their part, whatever the numbers")
  func dividingHolds() {
    var dice = Dice(seed: 4)
    for _ in 0..<5000 {
      let weights = (0..<Int.random(in: 1...9, using: &dice)).map { _ in Int64.random(in: 0...10_000, using: &dice) }
      guard weights.contains(where: { $0 > 0 }) else { continue }
      let total = Int64.random(in: 0...100_000_000, using: &dice)
      let shares = divided(total, by: weights)
      #expect(shares.reduce(0, +) == total)
      let sum = weights.reduce(0, +)
      for (share, weight) in zip(shares, weights) { #expect(abs(share * sum - total * weight) < sum) }
    }
  }

  @Test("A8b: a unit of a pack is worth the price over all its units, bonus included")
  func worthOfAPack() {
    var pack = FreeUnits(units: 8, worthMinor: 2000)
    #expect(pack.take(1) == FreeUnits(units: 1, worthMinor: 250))
    var odd = FreeUnits(units: 3, worthMinor: 1000)
    #expect([odd.take(1), odd.take(1), odd.take(1)].map(\.worthMinor) == [334, 333, 333])
    #expect(odd == FreeUnits(units: 0, worthMinor: 0))
    #expect(odd.take(1) == FreeUnits(units: 0, worthMinor: 0))
  }

  @Test("A33: lots that end first are used first, and a wish that they do not cover takes nothing")
  func firstEndingFirst() {
    let lots = [
      FreeLot(id: LotID(rawValue: 1), free: FreeUnits(units: 2, worthMinor: 500), currency: .euro),
      FreeLot(id: LotID(rawValue: 2), free: FreeUnits(units: 5, worthMinor: 1000), currency: .euro),
    ]
    #expect(lots.take(3)?.map(\.lot.rawValue) == [1, 2])
    #expect(lots.take(3)?.map(\.part) == [FreeUnits(units: 2, worthMinor: 500), FreeUnits(units: 1, worthMinor: 200)])
    #expect(lots.take(8) == nil)
  }

  @Test("B26: amounts are written with the decimals of their currency")
  func words() throws {
    let yen = try #require(Currency(code: "JPY"))
    #expect(Money(1000, .euro).description == "10.00 EUR")
    #expect(Money(-5, .euro).description == "-0.05 EUR")
    #expect(Money(500, .dinar).description == "0.500 TND")
    #expect(Money(6387, .dinar).description == "6.387 TND")
    #expect(Money(7, yen).description == "7 JPY")
  }

  @Test("B33: every kind of entry is balanced in each unit")
  func balanced() {
    let (ada, emil) = (AccountID(rawValue: 1), AccountID(rawValue: 2))
    let (three, price) = (Units(3, .credits), Money(1000, .euro))
    let entries: [Entry] = [
      .sale(three, for: price, to: ada, through: "test", key: "a", about: "x"),
      .gift(three, worth: price, to: ada, key: "b", about: "x"),
      .gift(three, worth: Money(0, .euro), to: ada, key: "c", about: "x"),
      .hold(three, of: ada, key: "d", about: "x"),
      .capture(three, of: ada, worth: [price, Money(7, .dinar)], to: emil, commission: 2000, key: "e", about: "x"),
      .release(three, of: ada, key: "f", about: "x"),
      .tip(three, of: ada, worth: [price, Money(7, .dinar)], to: emil, commission: 500, key: "m", about: "x"),
      .expiry(three, worth: price, of: ada, key: "g", about: "x"),
      .refund(three, worth: price, of: ada, through: "test", key: "h", about: "x"),
      .compensation(three, worth: price, to: ada, from: emil, commission: 2000, key: "i", about: "x"),
      .chargeback(three, worth: price, used: Money(5, .euro), of: ada, through: "test", key: "j", about: "x"),
      .chargebackWon(three, worth: price, used: Money(5, .euro), of: ada, through: "test", key: "k", about: "x"),
      .chargebackLost(price, by: ada, from: [(emil, Money(300, .euro))], key: "l", about: "x"),
      .month(three, worth: price, of: ada, key: "n", about: "x"),
      .included(three, worth: price, to: ada, key: "o", about: "x"),
      .includedBack(three, worth: price, of: ada, key: "p", about: "x"),
      .payout(price, tax: Money(190, .euro), to: emil, key: "q", about: "x"),
      .payoutPaid(price, withheld: Money(150, .euro), to: emil, key: "r", about: "x"),
      .payoutReturned(price, withheld: Money(150, .euro), to: emil, key: "t", about: "x"),
      .payoutFailed(price, tax: Money(0, .euro), to: emil, key: "s", about: "x"),
    ]
    #expect(Set(entries.map(\.kind)) == Set(Entry.Kind.allCases))
    for entry in entries {
      var balances = Balances()
      for line in entry.lines { balances.apply(line) }
      #expect(balances.sums().values.allSatisfy { $0 == 0 }, "\(entry.kind)")
    }
  }

  @Test("B28, B29: what is held stays until it is captured or voided")
  func phases() {
    let (ada, emil) = (AccountID(rawValue: 1), AccountID(rawValue: 2))
    var balances = Balances()
    func write(_ entry: Entry) { for line in entry.lines { balances.apply(line) } }
    write(.sale(Units(3, .credits), for: Money(1000, .euro), to: ada, through: "test", key: "a", about: "x"))
    write(.hold(Units(1, .credits), of: ada, key: "b", about: "x"))
    #expect(balances[.wallet(ada), "credits"].posted == 3)
    #expect(balances[.wallet(ada), "credits"].held == 1)
    write(.capture(Units(1, .credits), of: ada, worth: [Money(334, .euro)], to: emil, commission: 2000, key: "c", about: "x"))
    #expect(balances[.wallet(ada), "credits"].posted == 2)
    #expect(balances[.wallet(ada), "credits"].held == 0)
    #expect(balances[.earnings(emil), "EUR"].posted == 267)
    #expect(balances[.revenue, "EUR"].posted == 67)
    write(.hold(Units(1, .credits), of: ada, key: "d", about: "x"))
    write(.release(Units(1, .credits), of: ada, key: "e", about: "x"))
    #expect(balances[.wallet(ada), "credits"].posted == 2)
    #expect(balances[.wallet(ada), "credits"].held == 0)
  }
}
