import Base

extension Kinds {
  public enum PriceList {}
  public enum Pack {}
}

public typealias PriceListID = ID<Kinds.PriceList>
public typealias PackID = ID<Kinds.Pack>

/// What can be bought at once: so many units and a bonus on top, for a price.
public struct Pack: Hashable, Sendable {
  public static let unitLimit: Int64 = 1_000_000
  public static let priceLimitMinor: Int64 = 100_000_000

  public let id: PackID
  public var list: PriceListID
  public var position: Int64
  public var offer: Offer
  public var active: Bool
  /// Nil: it is bought once.
  public var plan: Plan?

  public init(id: PackID, list: PriceListID, position: Int64, offer: Offer, active: Bool = true, plan: Plan? = nil) {
    self.id = id
    self.list = list
    self.position = position
    self.offer = offer
    self.active = active
    self.plan = plan
  }
}

/// What somebody sees before they press the button, and is held to afterwards.
public struct Offer: Hashable, Sendable {
  public let unit: CreditUnit
  public let units: Int64
  public let bonus: Int64
  public let price: Money

  public init(_ unit: CreditUnit, units: Int64, bonus: Int64 = 0, price: Money) {
    self.unit = unit
    self.units = units
    self.bonus = bonus
    self.price = price
  }

  /// All of them, bonus included.
  public var total: Int64 { units + bonus }

  /// By how many per cent a unit costs less than in another offer; nil when it does not, or when the two cannot be compared.
  public func savingPercent(over other: Offer) -> Int? {
    guard unit == other.unit, price.currency == other.price.currency else { return nil }
    // price / total against other.price / other.total, without a division before the last.
    let (ours, theirs) = (price.minor * other.total, other.price.minor * total)
    guard theirs > ours else { return nil }
    let percent = Int((theirs - ours) * 100 / theirs)
    return percent > 0 ? percent : nil
  }
}

/// Packs that are sold together. Of a unit one list is on sale.
public struct PriceList: Hashable, Sendable {
  public static let nameLimit = 60
  public static let packLimit = 12
  /// More are not kept.
  public static let limit = 50

  public let id: PriceListID
  public var name: String
  public let unit: CreditUnit
  /// How many days what is bought lasts; nil for ever.
  public var validDays: Int64?
  public var isOnSale: Bool

  public init(id: PriceListID, name: String, unit: CreditUnit, validDays: Int64? = nil, isOnSale: Bool) {
    self.id = id
    self.name = name
    self.unit = unit
    self.validDays = validDays
    self.isOnSale = isOnSale
  }
}

/// The fixed rate of a coin: 500 millimes.
public enum Coin {
  public static let millimes: Int64 = 500

  public static func price(of coins: Int64) -> Money { Money(coins * millimes, .dinar) }
}
