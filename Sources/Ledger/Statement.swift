import Base
import LedgerCore
import Store

/// What a customer reads of the own books.
public struct StatementLine: Sendable, Hashable {
  public let entry: LedgerEntryID
  public let kind: Entry.Kind
  /// What came in, or went out where it is negative; for what was set aside or came free, how much that is.
  public let units: Int64
  public let phase: Entry.Line.Phase
  public let about: String
  /// What it was set aside for; nil for what is no service.
  public let hold: HoldID?
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
  /// The lines of a wallet, newest first. That a tip was set aside for the same moment is no news.
  ///
  /// - Parameter before: the entry that a page before ended with.
  public func statement(of owner: AccountID, in unit: CreditUnit, before: LedgerEntryID? = nil, limit: Int = 50) throws -> [StatementLine] {
    let account = BookAccount.wallet(owner).name
    return try rows(
      """
      SELECT entry_id, kind, amount, phase, about, at, credit, hold_id
      FROM transfers
      WHERE (debit = $1 OR credit = $1) AND unit = $2 AND entry_id < $3 AND NOT (kind = 'tip' AND phase = 'held')
      ORDER BY entry_id DESC, line DESC
      LIMIT $4
      """, account, unit.rawValue, before?.rawValue ?? Int64.max, limit
    ).map { row in
      guard let kind = Entry.Kind(rawValue: row[1]), let phase = Entry.Line.Phase(rawValue: row[3]) else {
        preconditionFailure("A line has a kind and a phase of ours")
      }
      let amount: Int64 = row[2]
      return StatementLine(
        entry: row[0], kind: kind, units: (row[6] as String) == account ? amount : -amount, phase: phase, about: row[4], hold: row[7],
        at: row[5])
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
