import Base

extension Kinds {
  public enum SpecialOffer {}
}

public typealias SpecialOfferID = ID<Kinds.SpecialOffer>

/// A pack for less, or with more on top, for some customers and for some time (A45a).
struct SpecialOffer: Hashable, Sendable {
  static let nameLimit = 60

  enum State: String, Sendable {
    case planned, running, ended
  }

  let id: SpecialOfferID
  let name: String
  let pack: PackID
  /// Instead of the pack's; nil where only the bonus is another one.
  let price: Money?
  let currency: Currency
  /// On top of what the pack brings.
  let bonus: Int64
  let startsAt: Moment
  let endsAt: Moment
  var endedAt: Moment?
  let segment: Segment
  /// Up to which account the recipients are written down.
  var gatheredTo: AccountID?
  var gatheredAt: Moment?

  func state(at now: Moment) -> State {
    if endedAt != nil || endsAt <= now { return .ended }
    return startsAt > now ? .planned : .running
  }

  /// What it makes of a pack; nil when the pack became cheaper than it, or is sold in another currency by now.
  func offer(on pack: Pack) -> Offer? {
    let usual = pack.offer
    guard pack.plan == nil, usual.price.currency == currency else { return nil }
    let price = price ?? usual.price
    guard price.minor < usual.price.minor || bonus > 0 && price.minor == usual.price.minor else { return nil }
    return Offer(usual.unit, units: usual.units, bonus: usual.bonus + bonus, price: price)
  }
}

/// Whom an offer is for. All of it holds together; experts have no categories yet, so a website stands for one.
struct Segment: Hashable, Sendable {
  enum Bought: String, CaseIterable, Sendable {
    case any, never
    /// Longer ago than so many days.
    case before
    /// Within so many days.
    case within
  }

  enum Balance: String, CaseIterable, Sendable {
    case any, atMost, atLeast
  }

  var bought = Bought.any
  var boughtDays: Int64 = 30
  var balance = Balance.any
  /// Free units of the pack's kind.
  var balanceUnits: Int64 = 0
  /// Where somebody asked; nil for anywhere or nowhere.
  var site: SiteID?
}

/// What a pack costs somebody now.
struct PackPrice: Hashable, Sendable {
  let offer: Offer
  /// What it usually is, where this is special.
  let usual: Offer?
  let special: SpecialOffer?

  init(_ pack: Pack, _ specials: [SpecialOffer] = []) {
    let found = specials.compactMap { special in special.offer(on: pack).map { (special, $0) } }
    // The one with the cheapest unit.
    let best = found.min { left, right in
      (left.1.price.minor * right.1.total, left.0.id.rawValue) < (right.1.price.minor * left.1.total, right.0.id.rawValue)
    }
    offer = best?.1 ?? pack.offer
    usual = best == nil ? nil : pack.offer
    special = best?.0
  }

  /// What as many units would cost more in the pack as it usually is.
  var saved: Int64 {
    guard let usual else { return 0 }
    return max(0, usual.price.minor * offer.total / usual.total - offer.price.minor)
  }
}
