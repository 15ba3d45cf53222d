import Base
import Store

/// A lot that ends soon.
public struct EndingLot: Sendable, Hashable {
  public let id: LotID
  public let owner: AccountID
  public let units: Units
  public let end: Moment
  /// The notice that is due: so many days before the end.
  public let days: Int64
}

/// Credit that ends is said to end, and can be extended once (A33).
extension Ledger {
  /// The days before a lot's end at which its owner is told.
  public static let noticeDays: [Int64] = [30, 7, 1]
  /// From the first notice on.
  public static let extensionWindowSeconds: Int64 = 30 * 86_400
  /// Half a year.
  public static let extensionSeconds: Int64 = 183 * 86_400
  static let endingAtOnce = 200

  /// Lots whose owners have to be told now; they count as told.
  public func takeEnding(at now: Moment, in session: any Session) throws -> [EndingLot] {
    let horizon = now.adding(seconds: (Self.noticeDays.max() ?? 0) * 86_400)
    let found = try session.rows(
      """
      SELECT id, account_id, unit, free_units, expires_at, told_days
      FROM lots
      WHERE free_units > 0 AND unit <> 'months' AND expires_at > $1 AND expires_at <= $2
      ORDER BY expires_at, id
      LIMIT 5000
      """, now, horizon)
    let due = found.compactMap { row -> EndingLot? in
      let (end, told): (Moment, Int64?) = (row[4], row[5])
      guard let days = Self.noticeDays.filter({ end <= now.adding(seconds: $0 * 86_400) }).min(), told.map({ days < $0 }) ?? true else {
        return nil
      }
      return EndingLot(id: row[0], owner: row[1], units: Units(row[3], CreditUnit(stored: row[2])), end: end, days: days)
    }.prefix(Self.endingAtOnce)
    for lot in due { try session.run("UPDATE lots SET told_days = $2 WHERE id = $1", lot.id, lot.days) }
    return Array(due)
  }

  /// Extends a lot that has an end, once, for nothing.
  ///
  /// - Throws: `notFound` for who does not own it, `creditExtended` for a second time, `creditOver` for what has ended or is used up.
  /// - Returns: its new end.
  @discardableResult
  public func extend(_ lot: LotID, of owner: AccountID, at now: Moment, in session: any Session) throws -> Moment {
    guard let found = try session.lot(lot), found.owner == owner, found.unit != .months else { throw Refusal(.notFound) }
    try session.takeWallet(of: owner, in: found.unit)
    guard let row = try session.row("SELECT free_units, expires_at, extended_at FROM lots WHERE id = $1", lot) else {
      throw Refusal(.notFound)
    }
    let (units, end, extended): (Int64, Moment?, Moment?) = (row[0], row[1], row[2])
    guard extended == nil else { throw Refusal(.creditExtended) }
    guard let end, end > now, units > 0 else { throw Refusal(.creditOver) }
    let later = end.adding(seconds: Self.extensionSeconds)
    try session.run("UPDATE lots SET expires_at = $2, extended_at = $3, told_days = NULL WHERE id = $1", lot, later, now)
    tell(owner, found.unit, in: session)
    return later
  }
}
