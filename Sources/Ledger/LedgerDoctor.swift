import Base
import LedgerCore
import Store

/// Something in the books that cannot be.
public struct LedgerFinding: Sendable, Hashable, CustomStringConvertible {
  public let account: String
  public let what: String

  public var description: String { "\(account): \(what)" }
}

/// Recomputes everything from the lines, and compares with the rows that are kept for speed.
extension Ledger {
  /// - Returns: how many lines there are, and what is wrong; nothing, as long as the program is right.
  public static func examine(_ store: any Store) async throws -> (lines: Int, findings: [LedgerFinding]) {
    // One snapshot: a book that is written to while it is read would not add up.
    try await store.read { session in try session.examineBooks() }
  }
}

extension Session {
  private static var linesAtOnce: Int { 10_000 }

  fileprivate func examineBooks() throws -> (lines: Int, findings: [LedgerFinding]) {
    let (count, balances) = try foldedLines()
    let findings =
      try examineSeals() + examine(balances) + examineWallets(balances) + examineHolds() + examineWorth(balances) + examinePayouts(balances)
    return (count, findings)
  }

  private func foldedLines() throws -> (count: Int, balances: Balances) {
    var (count, balances) = (0, Balances())
    var (entry, line): (Int64, Int64) = (0, -1)
    while true {
      let page = try rows(
        """
        SELECT entry_id, line, phase, unit, debit, credit, amount
        FROM transfers
        WHERE (entry_id, line) > ($1, $2)
        ORDER BY entry_id, line
        LIMIT $3
        """, entry, line, Self.linesAtOnce)
      for row in page {
        balances.apply(Entry.Line.Phase(stored: row[2]), row[3], debit: row[4], credit: row[5], row[6])
      }
      count += page.count
      guard let last = page.last, page.count == Self.linesAtOnce else { break }
      (entry, line) = (last[0], last[1])
    }
    return (count, balances)
  }

  private func examineSeals() throws -> [LedgerFinding] {
    var findings: [LedgerFinding] = []
    var (before, expected): ([UInt8], Int64) = ([], 1)
    while let row = try row("SELECT number, lines, digest FROM seals WHERE number >= $1 ORDER BY number LIMIT 1", expected) {
      let (number, digest): (Int64, [UInt8]) = (row[0], row[2])
      let lines = try rows("SELECT \(SealedLine.columns) FROM transfers WHERE seal = $1", number).map(SealedLine.init)
      if number != expected || SealedLine.digest(of: lines, after: before) != digest {
        findings.append(LedgerFinding(account: "seal \(number)", what: "does not fit the lines that it covers"))
      }
      (before, expected) = (digest, number + 1)
    }
    return findings
  }

  private func examine(_ balances: Balances) -> [LedgerFinding] {
    var findings = balances.sums().filter { $0.value != 0 }.map { LedgerFinding(account: $0.key, what: "sums to \($0.value)") }
    for (place, amount) in balances.amounts {
      let account = place.account
      if account.hasPrefix("wallet."), amount.posted < 0 || amount.held < 0 || amount.held > amount.posted {
        findings.append(LedgerFinding(account: account, what: "has \(amount.posted), of that \(amount.held) set aside, in \(place.unit)"))
      }
      let isNeverOwed = ["spent", "expired", "prepaid", "revenue", "breakage", "paidOut", "withheld"].contains(account)
      if isNeverOwed || account.hasPrefix("underway."), amount.posted < 0 {
        findings.append(LedgerFinding(account: account, what: "has \(amount.posted) \(place.unit)"))
      }
    }
    return findings
  }

  private func examineWallets(_ balances: Balances) throws -> [LedgerFinding] {
    var findings: [LedgerFinding] = []
    var seen: Set<Balances.Place> = []
    // What is free of the lots, and what is still open of holds taken out of them, is what the wallet has.
    let found = try rows(
      """
      SELECT w.account_id, w.unit, w.posted, w.held,
        CAST(COALESCE((SELECT SUM(l.free_units) FROM lots l WHERE l.account_id = w.account_id AND l.unit = w.unit), 0) AS BIGINT),
        CAST(COALESCE((SELECT SUM(h.units - h.captured - h.released) FROM holds h
          WHERE h.payer_id = w.account_id AND h.unit = w.unit AND h.settled_at IS NULL), 0) AS BIGINT)
      FROM wallets w
      ORDER BY w.account_id, w.unit
      """)
    for row in found {
      let account = BookAccount.wallet(row[0])
      let (unit, posted, held, free, open): (String, Int64, Int64, Int64, Int64) = (row[1], row[2], row[3], row[4], row[5])
      seen.insert(Balances.Place(account: account.name, unit: unit))
      let folded = balances[account, unit]
      if folded.posted != posted || folded.held != held {
        findings.append(
          LedgerFinding(account: account.name, what: "is \(posted)/\(held), but its lines say \(folded.posted)/\(folded.held)"))
      }
      if free != posted - held {
        findings.append(LedgerFinding(account: account.name, what: "has \(posted - held) free, but its lots \(free)"))
      }
      if open != held { findings.append(LedgerFinding(account: account.name, what: "has \(held) set aside, but its holds \(open)")) }
    }
    for place in balances.amounts.keys where place.account.hasPrefix("wallet.") && !seen.contains(place) {
      findings.append(LedgerFinding(account: place.account, what: "has lines and no row"))
    }
    return findings
  }

  /// Each hold is captured + released + open, as its lines and its lots say.
  private func examineHolds() throws -> [LedgerFinding] {
    try rows(
      """
      SELECT h.id
      FROM holds h
      LEFT JOIN (
        SELECT hold_id,
          SUM(CASE WHEN phase = 'held' THEN amount ELSE 0 END) AS held,
          SUM(CASE WHEN phase = 'captured' THEN amount ELSE 0 END) AS captured,
          SUM(CASE WHEN phase = 'voided' THEN amount ELSE 0 END) AS voided
        FROM transfers
        WHERE hold_id IS NOT NULL
        GROUP BY hold_id) t ON t.hold_id = h.id
      LEFT JOIN (SELECT hold_id, SUM(units) AS units, SUM(open_units) AS open,
        SUM(returned_units) AS returned FROM hold_lots GROUP BY hold_id) l ON l.hold_id = h.id
      WHERE t.held IS NULL OR t.held <> h.units OR t.captured <> h.captured OR t.voided <> h.released
        OR l.units IS NULL OR l.units <> h.units OR l.open <> h.units - h.captured - h.released OR l.returned > h.captured
      ORDER BY h.id
      LIMIT 100
      """
    ).map { LedgerFinding(account: "hold \($0[0] as Int64)", what: "is not what its lines and its lots say") }
  }

  /// What is prepaid is what unused units are worth.
  private func examineWorth(_ balances: Balances) throws -> [LedgerFinding] {
    let found = try rows(
      """
      SELECT o.currency,
        CAST(SUM(o.free_worth_minor + COALESCE(h.open, 0)) AS BIGINT)
      FROM lots o
      LEFT JOIN (SELECT lot_id, SUM(open_worth_minor) AS open FROM hold_lots GROUP BY lot_id) h ON h.lot_id = o.id
      GROUP BY o.currency
      """)
    return found.compactMap { row in
      let (currency, worth): (String, Int64) = (row[0], row[1])
      let prepaid = balances[.prepaid, currency].posted
      return prepaid == worth
        ? nil : LedgerFinding(account: BookAccount.prepaid.name, what: "has \(prepaid) \(currency), but the lots are worth \(worth)")
    }
  }
}

extension Entry.Line.Phase {
  fileprivate init(stored word: String) {
    guard let phase = Self(rawValue: word) else { preconditionFailure("\(word) is no phase of a line") }
    self = phase
  }
}
