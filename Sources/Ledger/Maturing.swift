import Base
import LedgerCore
import Store

/// How an earning stands that was not paid out yet.
public enum EarningStanding: String, CaseIterable, Sendable {
  /// The time for disputes is over, and nobody disputed it.
  case due
  /// Its customer may still dispute it.
  case maturing
  /// A customer disputes it, or a bank has taken back what it was paid with.
  case disputed
}

/// What an expert earned in a currency and was not paid yet, as far as it stands so.
public struct EarningSum: Hashable, Sendable {
  public let account: AccountID
  public let standing: EarningStanding
  /// Less than nothing where more was given back than is earned.
  public let share: Money
  public let commission: Money
  public let lines: Int64

  public var gross: Money { share + commission }
}

/// When earnings may be paid out. Nothing is written for it: it follows from the lines of the books, their holds and the disputes about them,
/// so there is nothing that could be forgotten or done twice.
///
/// A line is due when its hold was settled longer ago than the website's time for disputes, and neither the hold is disputed nor the payment behind
/// it. The minutes of a chat are due together, so long after its end. What was given back goes with the hold that it is about. A chargeback that was lost belongs to no hold and counts at once.
extension Session {
  public static var standardDisputeHours: Int64 { 48 }

  /// For how many hours something may be disputed, as it was when it was agreed.
  public func disputeHours(of hold: Hold) throws -> Int64 {
    try row(
      """
      SELECT w.hours
      FROM dispute_windows w
      JOIN conversations c ON c.site_id = w.site_id
      WHERE c.id = $1 AND w.created_at <= $2
      ORDER BY w.id DESC
      LIMIT 1
      """, hold.conversation, hold.heldAt)?[0] ?? Self.standardDisputeHours
  }

  /// What was earned and not paid out, by how it stands: of one account, or of all that have something.
  ///
  /// - Parameter until: what is due is due then.
  public func unpaidEarnings(of account: AccountID? = nil, at until: Moment) throws -> [EarningSum] {
    try rows(
      """
      SELECT u.account, u.unit, u.standing, CAST(SUM(u.share) AS BIGINT), CAST(SUM(u.commission) AS BIGINT), COUNT(*)
      FROM (\(Self.unpaidLines(ofOne: account != nil))) AS u
      GROUP BY u.account, u.unit, u.standing
      ORDER BY u.account, u.unit, u.standing
      """, [until.sqlValue] + (account.map { [BookAccount.earnings($0).name.sqlValue] } ?? [])
    ).compactMap { row in
      guard let standing = EarningStanding(rawValue: row[2]),
        let owner = AccountID(String((row[0] as String).dropFirst(Self.prefix.utf8.count)))
      else { return nil }
      let currency = Currency(stored: row[1])
      return EarningSum(
        account: owner, standing: standing, share: Money(row[3], currency), commission: Money(row[4], currency), lines: row[5])
    }
  }

  /// Writes down that the lines that are due are part of a payout. The schema refuses a line that is part of another one.
  ///
  /// - Returns: what they come to.
  public func take(dueUntil until: Moment, of account: AccountID, in currency: Currency, for payout: Int64) throws -> (
    share: Money, commission: Money
  ) {
    try run(
      """
      INSERT INTO payout_lines (entry_id, line, payout_id)
      SELECT u.entry_id, u.line, CAST($4 AS BIGINT)
      FROM (\(Self.unpaidLines(ofOne: true))) AS u
      WHERE u.standing = 'due' AND u.unit = $3
      """, until, BookAccount.earnings(account).name, currency.code, payout)
    return try taken(for: payout, in: currency)
  }

  /// What the lines of a payout come to.
  public func taken(for payout: Int64, in currency: Currency) throws -> (share: Money, commission: Money) {
    let found = try row(
      """
      SELECT CAST(COALESCE(SUM(CASE WHEN t.credit >= 'earnings.' AND t.credit < 'earnings/' THEN t.amount ELSE -t.amount END), 0) AS BIGINT),
        CAST(COALESCE(SUM(\(Self.commission(of: "t"))), 0) AS BIGINT)
      FROM payout_lines p
      JOIN transfers t ON t.entry_id = p.entry_id AND t.line = p.line
      WHERE p.payout_id = $1
      """, payout)
    return (Money(found?[0] ?? 0, currency), Money(found?[1] ?? 0, currency))
  }

  /// The lines of a payout that failed are free for the next one.
  public func release(linesOf payout: Int64) throws { try run("DELETE FROM payout_lines WHERE payout_id = $1", payout) }

  private static var prefix: String { "earnings." }

  /// The platform's part of the entry that a line of earnings belongs to.
  public static func commission(of line: String) -> String {
    """
    (SELECT CAST(COALESCE(SUM(CASE WHEN r.credit = 'revenue' THEN r.amount ELSE -r.amount END), 0) AS BIGINT)
      FROM transfers r
      WHERE r.entry_id = \(line).entry_id AND r.unit = \(line).unit AND (r.credit = 'revenue' OR r.debit = 'revenue'))
    """
  }

  /// Lines of earnings that are in no payout. `$1` is the moment, `$2` the account of the books where it is one.
  private static func unpaidLines(ofOne: Bool) -> String {
    func isEarnings(_ side: String) -> String {
      // A range, which the index of that side serves on both engines.
      ofOne ? "t.\(side) = $2" : "t.\(side) >= 'earnings.' AND t.\(side) < 'earnings/'"
    }
    return """
      SELECT m.entry_id, m.line, m.account, m.unit, m.share, \(commission(of: "m")) AS commission,
        CASE
          WHEN h.id IS NULL THEN 'due'
          WHEN EXISTS (SELECT 1 FROM dispute_holds x JOIN disputes d ON d.id = x.dispute_id WHERE x.hold_id = h.id AND d.decided_at IS NULL)
            THEN 'disputed'
          WHEN EXISTS (SELECT 1 FROM hold_lots l JOIN purchases b ON b.lot_id = l.lot_id JOIN purchase_disputes q ON q.purchase_id = b.id
            WHERE l.hold_id = h.id AND q.state = 'open') THEN 'disputed'
          WHEN h.settled_at IS NOT NULL AND COALESCE(
            (SELECT s.ended_at FROM minute_holds x JOIN minute_sessions s ON s.id = x.session_id WHERE x.hold_id = h.id), h.settled_at)
            + 3600000 * COALESCE(
            (SELECT w.hours FROM dispute_windows w WHERE w.site_id = c.site_id AND w.created_at <= h.held_at ORDER BY w.id DESC LIMIT 1),
            \(standardDisputeHours)) < $1 THEN 'due'
          ELSE 'maturing'
        END AS standing
      FROM (
        SELECT t.entry_id, t.line, t.credit AS account, t.unit, t.amount AS share, t.hold_id
        FROM transfers t
        WHERE \(isEarnings("credit")) AND t.kind <> 'payoutFailed'
        UNION ALL
        SELECT t.entry_id, t.line, t.debit AS account, t.unit, -t.amount AS share, t.hold_id
        FROM transfers t
        WHERE \(isEarnings("debit")) AND t.kind <> 'payout') AS m
      LEFT JOIN payout_lines p ON p.entry_id = m.entry_id AND p.line = m.line
      LEFT JOIN holds h ON h.id = m.hold_id
      LEFT JOIN conversations c ON c.id = h.conversation_id
      WHERE p.entry_id IS NULL
      """
  }
}

/// What payouts must be, compared with the lines of the books.
extension Session {
  func examinePayouts(_ balances: Balances) throws -> [LedgerFinding] {
    var findings: [LedgerFinding] = []
    // What is in no payout is what the account holds.
    for (place, amount) in balances.amounts where place.account.hasPrefix("earnings.") {
      guard let account = AccountID(String(place.account.dropFirst("earnings.".count))) else { continue }
      let unpaid = try unpaidEarnings(of: account, at: Moment(milliseconds: 0)).filter { $0.share.currency.code == place.unit }
      let sum = unpaid.reduce(0) { $0 + $1.share.minor }
      if sum != amount.posted {
        findings.append(LedgerFinding(account: place.account, what: "has \(amount.posted) \(place.unit), but its unpaid lines say \(sum)"))
      }
    }
    var underway: [Balances.Place: Int64] = [:]
    for row in try rows("SELECT id, account_id, currency, gross_minor - commission_minor, state FROM payouts ORDER BY id") {
      let (id, state): (Int64, String) = (row[0], row[4])
      let (payee, currency): (AccountID, String) = (row[1], row[2])
      let key = "payout.\(id)"
      let isReturned = try isRecorded("\(key).returned")
      let (isPaid, isFailed) = (try isRecorded("\(key).paid") && !isReturned, try isRecorded("\(key).failed"))
      if try !isRecorded(key) || isPaid != (state == "paid") || isFailed != (state == "failed") {
        findings.append(LedgerFinding(account: key, what: "is \(state), which its entries do not say"))
      }
      let lines = try taken(for: id, in: Currency(stored: currency)).share.minor
      if lines != (isFailed ? 0 : row[3] as Int64) {
        findings.append(LedgerFinding(account: key, what: "is \(row[3] as Int64) \(currency), but its lines say \(lines)"))
      }
      if state == "underWay" {
        let moved: Int64 = try self.row("SELECT CAST(SUM(amount) AS BIGINT) FROM transfers WHERE about = $1", key)?[0] ?? 0
        underway[Balances.Place(account: BookAccount.underway(payee).name, unit: currency), default: 0] += moved
      }
    }
    for (place, amount) in balances.amounts where place.account.hasPrefix("underway.") && amount.posted != underway[place] ?? 0 {
      findings.append(
        LedgerFinding(account: place.account, what: "has \(amount.posted) \(place.unit), but its payouts \(underway[place] ?? 0)"))
    }
    return findings
  }
}
