import Base
import Ledger
import Store

extension Kinds {
  public enum Cap {}
}

public typealias CapID = ID<Kinds.Cap>

/// Caps as the database keeps them, and what was spent.
extension Session {
  /// The zone in which somebody's days begin.
  func zone(of account: AccountID) throws -> String {
    let zone: String? = try row("SELECT time_zone FROM accounts WHERE id = $1", account)?[0]
    return zone.flatMap { $0.isEmpty ? nil : $0 } ?? "UTC"
  }

  func caps(of account: AccountID, in unit: CreditUnit) throws -> [CapSpan: Cap] {
    var caps: [CapSpan: Cap] = [:]
    for span in CapSpan.allCases { caps[span] = try cap(span, of: account, in: unit) }
    return caps
  }

  func cap(_ span: CapSpan, of account: AccountID, in unit: CreditUnit) throws -> Cap? {
    try row(
      """
      SELECT units, then_units, then_from
      FROM spending_caps
      WHERE account_id = $1 AND unit = $2 AND span = $3
      ORDER BY id DESC
      LIMIT 1
      """, account, unit.rawValue, span.rawValue
    ).map { Cap(units: $0[0], waiting: Cap.Waiting($0, at: 1)) }
  }

  func write(
    _ cap: Cap, _ span: String, of account: AccountID, in unit: CreditUnit, conversation: ConversationID? = nil, id: CapID, at now: Moment
  ) throws {
    try run(
      """
      INSERT INTO spending_caps (id, account_id, unit, span, conversation_id, units, then_units, then_from, set_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """, id, account, unit.rawValue, span, conversation, cap.units, cap.waiting?.units, cap.waiting?.from, now)
  }

  /// What was set aside or taken since a moment, and did not come back. What a subscription includes, or the house pays for, is not spent.
  func spent(by payer: AccountID, in unit: CreditUnit, since start: Moment) throws -> Int64 {
    try row(
      """
      SELECT CAST(COALESCE(SUM(units - released), 0) AS BIGINT)
      FROM holds
      WHERE payer_id = $1 AND unit = $2 AND held_at >= $3 AND subscription_id IS NULL AND kind <> 'promotion'
      """, payer, unit.rawValue, start)?[0] ?? 0
  }

  /// The same in one thread.
  func spent(by payer: AccountID, in unit: CreditUnit, on conversation: ConversationID, since start: Moment) throws -> Int64 {
    try row(
      """
      SELECT CAST(COALESCE(SUM(units - released), 0) AS BIGINT)
      FROM holds
      WHERE conversation_id = $1 AND payer_id = $2 AND unit = $3 AND held_at >= $4 AND subscription_id IS NULL AND kind <> 'promotion'
      """, conversation, payer, unit.rawValue, start)?[0] ?? 0
  }

  /// When the round of a thread that is open now began.
  func roundBegan(in conversation: ConversationID) throws -> Moment? {
    try row("SELECT opened_at FROM chats WHERE conversation_id = $1 AND state <> 'closed'", conversation)?[0]
  }

  /// The most that somebody has spent in one round that is open.
  func mostSpentInOneRound(by payer: AccountID, in unit: CreditUnit) throws -> Int64 {
    try row(
      """
      SELECT CAST(SUM(h.units - h.released) AS BIGINT) AS spent
      FROM holds h
      JOIN chats c ON c.conversation_id = h.conversation_id
      WHERE h.payer_id = $1 AND h.unit = $2 AND c.state <> 'closed' AND h.held_at >= c.opened_at
        AND h.subscription_id IS NULL AND h.kind <> 'promotion'
      GROUP BY h.conversation_id
      ORDER BY spent DESC
      LIMIT 1
      """, payer, unit.rawValue)?[0] ?? 0
  }

  /// The units that somebody can have: those of their wallets, and those on sale.
  func unitsOfInterest(to account: AccountID) throws -> [CreditUnit] {
    let known: Set<String> = Set(
      try rows(
        """
        SELECT unit FROM wallets WHERE account_id = $1
        UNION SELECT unit FROM spending_caps WHERE account_id = $1
        UNION SELECT unit FROM price_lists WHERE on_sale
        """, account
      ).map { $0[0] })
    return CreditUnit.spendable.filter { known.contains($0.rawValue) }
  }
}

extension Cap.Waiting {
  init?(_ row: Row, at index: Int) {
    let from: Moment? = row[index + 1]
    guard let from else { return nil }
    self.init(units: row[index], from: from)
  }
}
