import Base

/// What is left of a lot, and what it is worth.
///
/// Units are worth what was paid for all of them, divided by largest remainder: the first ones taken are worth the one more. What comes back
/// adds its own worth again, so that a lot's worth is always the sum of its units'.
public struct FreeUnits: Hashable, Sendable {
  public var units: Int64
  public var worthMinor: Int64

  public init(units: Int64, worthMinor: Int64) {
    self.units = units
    self.worthMinor = worthMinor
  }

  /// Takes up to `wanted` units out.
  public mutating func take(_ wanted: Int64) -> FreeUnits {
    guard units > 0, wanted > 0 else { return FreeUnits(units: 0, worthMinor: 0) }
    let taken = min(wanted, units)
    let worth = worthMinor / units * taken + min(taken, worthMinor % units)
    units -= taken
    worthMinor -= worth
    return FreeUnits(units: taken, worthMinor: worth)
  }
}

/// A lot that can be taken from.
public struct FreeLot: Hashable, Sendable {
  public let id: LotID
  public let free: FreeUnits
  public let currency: Currency

  public init(id: LotID, free: FreeUnits, currency: Currency) {
    self.id = id
    self.free = free
    self.currency = currency
  }
}

/// What is taken out of one lot.
public struct LotPart: Hashable, Sendable {
  public let lot: LotID
  public let part: FreeUnits
  public let currency: Currency

  public init(lot: LotID, part: FreeUnits, currency: Currency) {
    self.lot = lot
    self.part = part
    self.currency = currency
  }
}

extension [FreeLot] {
  /// Takes units in the order of the lots: those that end first are used first.
  ///
  /// - Returns: nil when there are not enough.
  public func take(_ wanted: Int64) -> [LotPart]? {
    var left = wanted
    var parts: [LotPart] = []
    for lot in self where left > 0 {
      var free = lot.free
      let part = free.take(left)
      guard part.units > 0 else { continue }
      left -= part.units
      parts.append(LotPart(lot: lot.id, part: part, currency: lot.currency))
    }
    return left == 0 ? parts : nil
  }
}
