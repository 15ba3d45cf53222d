import Base
import LedgerCore
import Store

/// What an account of the books holds.
public struct BookSum: Sendable, Hashable {
  public let account: String
  public let unit: String
  public let posted: Int64
}

/// A line of the books, as it was written.
public struct BookLine: Sendable, Hashable {
  public let entry: LedgerEntryID
  public let kind: String
  public let phase: String
  public let unit: String
  public let debit: String
  public let credit: String
  public let amount: Int64
  public let about: String
  public let at: Moment
}

/// For looking from an account to its lines, and from a line to why it is there. It reads all of the books: for development.
extension Session {
  public func bookSums(limit: Int) throws -> [BookSum] {
    try rows(
      """
      SELECT account, unit, CAST(SUM(amount) AS BIGINT)
      FROM (
        SELECT credit AS account, unit, amount FROM transfers WHERE phase IN ('posted', 'captured')
        UNION ALL
        SELECT debit AS account, unit, -amount FROM transfers WHERE phase IN ('posted', 'captured')) AS moved
      GROUP BY account, unit
      ORDER BY unit, account
      LIMIT $1
      """, limit
    ).map { BookSum(account: $0[0], unit: $0[1], posted: $0[2]) }
  }

  /// The lines about one hold, oldest first.
  public func bookLines(about hold: Hold, limit: Int = 200) throws -> [BookLine] {
    try rows(
      """
      SELECT entry_id, kind, phase, unit, debit, credit, amount, about, at
      FROM transfers
      WHERE about = $1 AND hold_id = $2
      ORDER BY entry_id, line
      LIMIT $3
      """, hold.about, hold.id, limit
    ).map {
      BookLine(
        entry: $0[0], kind: $0[1], phase: $0[2], unit: $0[3], debit: $0[4], credit: $0[5], amount: $0[6], about: $0[7], at: $0[8])
    }
  }

  /// The lines of one account, or about one thing, or all of them; the newest first.
  public func bookLines(account: String?, about: String?, limit: Int) throws -> [BookLine] {
    let condition = account != nil ? "debit = $1 OR credit = $1" : about != nil ? "about = $1" : "$1 = ''"
    return try rows(
      """
      SELECT entry_id, kind, phase, unit, debit, credit, amount, about, at
      FROM transfers
      WHERE \(condition)
      ORDER BY entry_id DESC, line
      LIMIT $2
      """, account ?? about ?? "", limit
    ).map {
      BookLine(
        entry: $0[0], kind: $0[1], phase: $0[2], unit: $0[3], debit: $0[4], credit: $0[5], amount: $0[6], about: $0[7], at: $0[8])
    }
  }
}
