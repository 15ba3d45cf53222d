import Base
import Notifications
import Store
import Wire

/// The visitor's side of `marks.account_id`.
let visitorMark: Int64 = 0

extension Session {
  /// Moves one party's marks forward, never back and never above the head. Of accounts, only those who joined leave marks.
  ///
  /// - Returns: whether anything moved.
  func mark(_ conversation: ConversationID, account: Int64, delivered: Int64, seen: Int64) throws -> Bool {
    guard let held = try row("SELECT head, asked FROM conversations WHERE id = $1", conversation) else { return false }
    let (head, asked): (Int64, Int64) = (held[0], held[1])
    guard try account == visitorMark || isHere(account, in: conversation) else { return false }
    let old = try row("SELECT delivered, seen FROM marks WHERE conversation_id = $1 AND account_id = $2", conversation, account)
    let (oldDelivered, oldSeen): (Int64, Int64) = old.map { ($0[0], $0[1]) } ?? (0, 0)
    let newSeen = max(oldSeen, min(seen, head))
    let newDelivered = max(oldDelivered, newSeen, min(delivered, head))
    guard newSeen > oldSeen || newDelivered > oldDelivered else { return false }
    let unseen = try askedLater(than: newSeen, in: conversation)
    try run(
      """
      INSERT INTO marks (conversation_id, account_id, delivered, seen, seen_asked)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (conversation_id, account_id) DO UPDATE
      SET delivered = excluded.delivered, seen = excluded.seen, seen_asked = excluded.seen_asked
      """, conversation, account, newDelivered, newSeen, asked - unseen)
    if account != visitorMark, newSeen > oldSeen {
      try run("UPDATE conversations SET revision = revision + 1 WHERE id = $1", conversation)
    }
    return true
  }

  /// Of which notices an account has seen the occasion: of the visitor's messages all, of the log the last line, notes among them.
  func seenWhole(by account: AccountID, in conversation: ConversationID) throws -> [NoticeKind] {
    let seen = try row(
      """
      SELECT m.seen_asked >= c.asked, m.seen >= c.head
      FROM marks m
      JOIN conversations c ON c.id = m.conversation_id
      WHERE m.conversation_id = $1 AND m.account_id = $2
      """, conversation, account)
    return seen.map { ($0[0] ? [.newMessage] : []) + ($0[1] ? [.mentioned] : []) } ?? []
  }

  private func isHere(_ account: Int64, in conversation: ConversationID) throws -> Bool {
    try row("SELECT here FROM participants WHERE conversation_id = $1 AND account_id = $2", conversation, account)?[0] ?? false
  }

  /// How many messages of the visitor lie above a number: the short end of the log.
  private func askedLater(than n: Int64, in conversation: ConversationID) throws -> Int64 {
    try row(
      "SELECT COUNT(*) FROM entries WHERE conversation_id = $1 AND n > $2 AND by_kind = 'visitor' AND client_id IS NOT NULL",
      conversation, n
    ).map { $0[0] } ?? 0
  }

  /// Both sides' marks; the team's are the furthest of the agents who joined.
  func marks(of conversation: ConversationID) throws -> Marks {
    let found = try rows(
      "SELECT account_id = 0, MAX(delivered), MAX(seen) FROM marks WHERE conversation_id = $1 GROUP BY account_id = 0", conversation)
    func side(_ visitor: Bool) -> Mark {
      found.first { $0[0] == visitor }.map { Mark(delivered: $0[1], seen: $0[2]) } ?? Mark(delivered: 0, seen: 0)
    }
    return Marks(visitor: side(true), team: side(false))
  }
}
