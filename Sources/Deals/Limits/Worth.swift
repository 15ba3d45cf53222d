import Base
import Brakes
import Ledger
import Payments
import Store

extension Session {
  /// What units are worth in the currency that their payer reads: that of the lots that would be used first, or where there are not enough what
  /// the cheapest pack asks for as many.
  ///
  /// - Returns: nil for who chose no currency, and where a rate is missing or nothing is on sale.
  func worth(of units: Units, for payer: AccountID, at now: Moment) throws -> RoughAmount? {
    guard units.count > 0, let own = try ownCurrency(of: payer) else { return nil }
    if let parts = try freeLots(of: payer, in: units.unit, at: now).take(units.count) {
      return own.rough(parts.map { Money($0.part.worthMinor, $0.currency) })
    }
    let amounts = try packsOnSale().filter { $0.offer.unit == units.unit && $0.plan == nil }.compactMap { pack -> RoughAmount? in
      let (packs, rest) = units.count.quotientAndRemainder(dividingBy: pack.offer.total)
      let part = divided(pack.offer.price.minor, by: [rest, pack.offer.total - rest])[0]
      let minor = pack.offer.price.minor * packs + part
      return own.rough(Money(minor, pack.offer.price.currency))
    }
    return amounts.min { $0.money < $1.money }
  }
}
