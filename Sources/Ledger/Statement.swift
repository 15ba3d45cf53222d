import Base
import LedgerCore
import Store

/// What a customer reads of the own books.
public struct StatementLine: Sendable, Hashable {
  public let entry: LedgerEntryID
  public let kind: Entry.Kind
  /// By how much more or less was free after it: the units of all lines come to what is free.
  public let units: Int64
  /// It is still set aside.
  public let isPending: Bool
  public let about: String
  /// What it was set aside for; nil for what is no service.
  public let hold: HoldID?
  public let service: Hold.Kind?
  public let at: Moment
}

/// Units that came together.
public struct LotView: Sendable, Hashable {
  public let id: LotID
  public let owner: AccountID
  public let origin: String
  public let about: String
  public let units: Int64
  public let free: Int64
  /// What of its worth is free.
  public let freeWorth: Money
  public let worth: Money
  public let acquiredAt: Moment
  public let expiresAt: Moment?
  public let extendedAt: Moment?

  /// Within a month of its end, once.
  public func canBeExtended(at now: Moment) -> Bool {
    guard let expiresAt, extendedAt == nil, free > 0 else { return false }
    return expiresAt > now && expiresAt <= now.adding(seconds: Ledger.extensionWindowSeconds)
  }
}

extension Session {
  /// The lines of a wallet, newest first. What was taken, all or in part, stands there once: that it was set aside before, and that the rest
  /// came free with it, is no news then.
  ///
  /// - Parameter before: the entry that a page before ended with.
  public func statement(of owner: AccountID, in unit: CreditUnit, before: LedgerEntryID? = nil, limit: Int = 50) throws -> [StatementLine] {
    let account = BookAccount.wallet(owner).name
    return try rows(
      """
      SELECT t.entry_id, t.kind, t.amount, t.phase, t.about, t.at, t.credit, t.hold_id, h.kind, h.captured, h.settled_at
      FROM transfers t
      LEFT JOIN holds h ON h.id = t.hold_id
      WHERE (t.debit = $1 OR t.credit = $1) AND t.unit = $2 AND t.entry_id < $3
        AND NOT (t.phase IN ('held', 'voided') AND h.captured > 0 AND h.settled_at IS NOT NULL)
      ORDER BY t.entry_id DESC, t.line DESC
      LIMIT $4
      """, account, unit.rawValue, before?.rawValue ?? Int64.max, limit
    ).map { row in
      guard let kind = Entry.Kind(rawValue: row[1]), let phase = Entry.Line.Phase(rawValue: row[3]) else {
        preconditionFailure("A line has a kind and a phase of ours")
      }
      let (amount, taken): (Int64, Int64?) = (row[2], row[9])
      let change =
        switch phase {
        // Of what is still set aside a part may have been taken, which is a line of its own.
        case .held: (taken ?? 0) - amount
        case .voided: amount
        case .posted, .captured: (row[6] as String) == account ? amount : -amount
        }
      let settledAt: Moment? = row[10]
      return StatementLine(
        entry: row[0], kind: kind, units: change, isPending: phase == .held && settledAt == nil, about: row[4], hold: row[7],
        service: (row[8] as String?).flatMap(Hold.Kind.init), at: row[5])
    }
  }

  /// The lots of a wallet that have something left, in the order in which they are used.
  public func lots(of owner: AccountID, in unit: CreditUnit, limit: Int = 100) throws -> [LotView] {
    try lots(
      "account_id = $1 AND unit = $2 AND free_units > 0 ORDER BY expires_at ASC NULLS LAST, id LIMIT $3",
      [
        owner.sqlValue, unit.rawValue.sqlValue, limit.sqlValue,
      ])
  }

  public func lotView(_ id: LotID) throws -> LotView? { try lots("id = $1", [id.sqlValue]).first }

  private func lots(_ condition: String, _ values: [SQLValue]) throws -> [LotView] {
    try rows(
      """
      SELECT id, origin, about, units, free_units, worth_minor, currency, acquired_at, expires_at, extended_at, account_id,
        free_worth_minor
      FROM lots
      WHERE \(condition)
      """, values
    ).map { row in
      LotView(
        id: row[0], owner: row[10], origin: row[1], about: row[2], units: row[3], free: row[4],
        freeWorth: Money(row[11], Currency(stored: row[6])),
        worth: Money(row[5], Currency(stored: row[6])),
        acquiredAt: row[7], expiresAt: row[8], extendedAt: row[9])
    }
  }
}
