import Base
import LedgerCore
import Store

/// Where a service's price goes back to.
public enum ReturnWay: Hashable, Sendable {
  /// A lot of its own, which may end.
  case wallet(until: Moment?)
  /// The lots that the units were taken from, as if they had not been used: from there a purchase can be refunded.
  case lots
}

/// What was paid for a service goes back to who paid it, whole or in part; never more than was taken.
extension Ledger {
  /// Gives the payer back what a captured hold took, from those who earned it. The same key again changes nothing.
  ///
  /// - Parameters:
  ///   - units: how many; nil for what is left of it.
  ///   - key: under which it happens once; nil where once for the hold is enough.
  /// - Throws: `notRefundable` when so many are not left.
  /// - Returns: what came back, by the lot in which it lies now; nothing when it was given back before.
  @discardableResult public func compensate(
    _ hold: Hold, units: Int64? = nil, key: String? = nil, by way: ReturnWay = .wallet(until: nil), at now: Moment, in session: any Session
  ) throws -> [LotPart] {
    let (payer, unit) = (hold.payer, hold.units.unit)
    try session.takeWallet(of: payer, in: unit)
    let key = key ?? "compensation.\(hold.id)"
    guard try !session.isRecorded(key), let current = try session.hold(hold.id) else { return [] }
    let lots = try session.returnable(of: current)
    let wanted = units ?? lots.reduce(0) { $0 + $1.free.units }
    guard wanted > 0 || units != nil else { return [] }
    guard wanted > 0, let parts = lots.take(wanted) else { throw Refusal(.notRefundable) }
    let before = try session.returned(of: hold.id)
    for part in parts { try session.noteReturn(part, of: hold.id) }
    let groups = Dictionary(grouping: parts, by: \.currency).sorted { $0.key.code < $1.key.code }
    return try groups.enumerated().flatMap { index, group -> [LotPart] in
      let (currency, parts) = group
      let part = parts.reduce(into: FreeUnits(units: 0, worthMinor: 0)) {
        $0.units += $1.part.units
        $0.worthMinor += $1.part.worthMinor
      }
      let worth = Money(part.worthMinor, currency)
      let entry = Entry.compensation(
        Units(part.units, unit), worth: worth, before: before[currency], to: payer, from: hold.payee, commission: hold.commission,
        key: index == 0 ? key : "\(key).\(currency)", about: hold.about)
      switch way {
      case .wallet(let end):
        let lot = Lot(owner: payer, units: Units(part.units, unit), worth: worth, origin: "refund", about: hold.about, expiresAt: end)
        return [LotPart(lot: try add(entry, lot, hold: hold.id, at: now, in: session), part: part, currency: currency)]
      case .lots:
        for part in parts { try session.putBack(part, at: now) }
        try session.move(payer, unit, posted: part.units, held: 0)
        try record(entry, hold: hold.id, at: now, in: session)
        tell(payer, unit, in: session)
        return parts
      }
    }
  }
}

extension Session {
  /// How many units of a hold can still be given back.
  public func returnableUnits(of hold: Hold) throws -> Int64 { try returnable(of: hold).reduce(0) { $0 + $1.free.units } }

  /// Where what a hold took had come from: "purchase.123", "promotion".
  public func origins(of hold: Hold) throws -> [String] {
    try rows(
      """
      SELECT DISTINCT o.about
      FROM hold_lots l
      JOIN lots o ON o.id = l.lot_id
      WHERE l.hold_id = $1
      ORDER BY o.about
      """, hold.id
    ).map { $0[0] }
  }

  /// What a captured hold took and still has, in the order of its lots: of one that was taken in part and released in part, the first ones.
  fileprivate func returnable(of hold: Hold) throws -> [FreeLot] {
    // What a subscription included, or a promotion paid, was the house's: there is nothing of the payer's in it.
    guard hold.captured > 0, hold.open == 0, hold.subscription == nil, hold.kind != .promotion else { return [] }
    var captured = hold.captured
    return try rows(
      """
      SELECT l.lot_id, l.units, l.worth_minor, l.returned_units, l.returned_worth_minor, o.currency
      FROM hold_lots l
      JOIN lots o ON o.id = l.lot_id
      WHERE l.hold_id = $1
      ORDER BY l.lot_id
      """, hold.id
    ).compactMap { row in
      var whole = FreeUnits(units: row[1], worthMinor: row[2])
      let taken = whole.take(captured)
      captured -= taken.units
      let (units, worth): (Int64, Int64) = (row[3], row[4])
      guard taken.units > units else { return nil }
      return FreeLot(
        id: row[0], free: FreeUnits(units: taken.units - units, worthMinor: taken.worthMinor - worth), currency: Currency(stored: row[5]))
    }
  }

  /// What was given back of a hold, in each currency.
  fileprivate func returned(of hold: HoldID) throws -> [Currency: Money] {
    let found = try rows(
      """
      SELECT o.currency, CAST(SUM(l.returned_worth_minor) AS BIGINT)
      FROM hold_lots l
      JOIN lots o ON o.id = l.lot_id
      WHERE l.hold_id = $1
      GROUP BY o.currency
      """, hold)
    return Dictionary(uniqueKeysWithValues: found.map { (Currency(stored: $0[0]), Money($0[1], Currency(stored: $0[0]))) })
  }

  fileprivate func noteReturn(_ part: LotPart, of hold: HoldID) throws {
    try run(
      """
      UPDATE hold_lots
      SET returned_units = returned_units + $3, returned_worth_minor = returned_worth_minor + $4
      WHERE hold_id = $1 AND lot_id = $2
      """, hold, part.lot, part.part.units, part.part.worthMinor)
  }

  /// Puts units back into the lot that they came from; one that has ended stays a while.
  func putBack(_ part: LotPart, at now: Moment) throws {
    try run(
      """
      UPDATE lots
      SET free_units = free_units + $2, free_worth_minor = free_worth_minor + $3,
        expires_at = CASE WHEN expires_at <= $4 THEN $5 ELSE expires_at END
      WHERE id = $1
      """, part.lot, part.part.units, part.part.worthMinor, now, now.adding(seconds: Ledger.graceSeconds))
  }
}
