import Base
import Store

/// A text that has not left yet, as its row keeps it.
struct PostedText: Sendable {
  let id: TextMessageID
  let account: AccountID
  let kind: TextKind
  let conversation: ConversationID?
  let digest: [UInt8]
  let ours: String
  let content: String
  let postedAt: Moment
  /// Of the number that it goes to; nil when that is gone, or wants no texts any more.
  let sealed: [UInt8]?
}

/// What became of a text.
enum TextFate: Hashable, Sendable {
  case sent(sid: String)
  /// The gateway does not bring it, for a reason by its own number.
  case failed(code: Int64?)
  /// It was too late for it, or nobody is there to read it.
  case dropped

  /// It will not come.
  var isLoss: Bool { if case .sent = self { false } else { true } }
}

extension Session {
  /// - Returns: false when there is one of this kind and key.
  func insert(_ text: PostedText, key: String) throws -> Bool {
    try run(
      """
      INSERT INTO texts (id, account_id, kind, text_key, conversation_id, number_digest, ours, content, fate, posted_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'posted', $9)
      ON CONFLICT (kind, text_key) DO NOTHING
      """, text.id, text.account, text.kind.rawValue, key, text.conversation, text.digest, text.ours, text.content, text.postedAt) == 1
  }

  /// nil when it has left already, or is gone.
  func postedText(_ id: TextMessageID) throws -> PostedText? {
    try row(
      """
      SELECT t.id, t.account_id, t.kind, t.conversation_id, t.number_digest, t.ours, t.content, t.posted_at,
        CASE WHEN t.kind = 'code' THEN p.sealed WHEN h.stopped_at IS NULL THEN h.sealed END
      FROM texts AS t
      LEFT JOIN phones AS h ON h.account_id = t.account_id AND h.number_digest = t.number_digest
      LEFT JOIN phone_proofs AS p ON p.account_id = t.account_id AND p.number_digest = t.number_digest
      WHERE t.id = $1 AND t.fate = 'posted' AND t.content IS NOT NULL
      """, id
    ).flatMap { row in
      guard let kind = TextKind(rawValue: row[2]) else { return nil }
      return PostedText(
        id: row[0], account: row[1], kind: kind, conversation: row[3], digest: row[4], ours: row[5], content: row[6], postedAt: row[7],
        sealed: row[8])
    }
  }

  /// - Returns: false when it was settled before.
  func settleText(_ id: TextMessageID, _ fate: TextFate, at now: Moment) throws -> Bool {
    let (name, sid, code): (String, String?, Int64?) =
      switch fate {
      case .sent(let sid): ("sent", sid, nil)
      case .failed(let code): ("failed", nil, code)
      case .dropped: ("dropped", nil, nil)
      }
    return try run(
      "UPDATE texts SET fate = $2, sid = $3, code = $4, settled_at = $5, content = NULL WHERE id = $1 AND fate = 'posted'", id, name, sid,
      code, now) == 1
  }

  /// What the gateway tells later. The last word stays: what comes late or twice changes nothing.
  ///
  /// - Returns: false when there was a last word.
  func noteDelivery(of id: TextMessageID, sid: String, isThere: Bool, code: Int64?, at now: Moment) throws -> Bool {
    try run(
      """
      UPDATE texts
      SET fate = $3, code = $4, sid = $2, settled_at = $5, content = NULL
      WHERE id = $1 AND fate IN ('posted', 'sent') AND (sid IS NULL OR sid = $2)
      """, id, sid, isThere ? "delivered" : "failed", code, now) == 1
  }

  /// Which conversation a text belongs to; nil for what nobody answers.
  func conversation(of id: TextMessageID) throws -> ConversationID? {
    try row("SELECT conversation_id FROM texts WHERE id = $1", id)?[0]
  }

  func isLost(_ key: String) throws -> Bool {
    try row("SELECT 1 FROM texts WHERE kind = 'message' AND text_key = $1 AND fate IN ('failed', 'dropped')", key) != nil
  }

  func countTexts(_ kind: TextKind, to account: AccountID, since start: Moment) throws -> Int64 {
    try row(
      "SELECT COUNT(*) FROM texts WHERE account_id = $1 AND kind = $2 AND posted_at > $3 AND fate <> 'dropped'", account, kind.rawValue,
      start)?[0] ?? 0
  }
}
