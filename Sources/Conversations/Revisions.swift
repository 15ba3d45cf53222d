import Base
import ConversationsCore
import Store
import Wire

/// What becomes of messages after they were sent. The log only grows: a message that is written again stands as it was, and a line of its own
/// says what it says now. Of one that is deleted the words go, from every version ([0024](../../docs/decisions/0024-lines-of-the-log.md)).
/// A file can be deleted, and nothing else: nobody fetches it from then on, and what is stored goes within the minute, without a copy.
extension Conversations {
  /// Queues a change in the order of the calls for this conversation.
  func submit(
    _ revision: Revision, in conversation: ConversationID, by doer: Doer, then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    submit(in: conversation, then: then) { session, now in
      guard let held = try session.held(conversation, answerers: false) else { throw Refusal(.notFound) }
      guard let written = try session.written(revision, in: held) else {
        // Deleted is deleted, however often it is asked for.
        guard revision.text == nil, try session.isDeleted(revision.of, in: conversation) else { throw Refusal(.notFound) }
        return .nothing(in: held)
      }
      let performed = try session.perform(.revise(revision, written), in: conversation, by: doer, at: now)
      if !performed.entries.isEmpty { try session.settle(session.masking(revision, in: held), in: conversation, at: now) }
      return performed
    }
  }
}

extension Session {
  /// For how long the author of a message may change it. What was said in a paid thread is what was paid for, and what a dispute looks at.
  func editSeconds(in held: Held) throws -> Int64 {
    guard held.deal == nil else { return 0 }
    let minutes: Int64 = try row("SELECT edit_minutes FROM sites WHERE id = $1", held.site)?[0] ?? 0
    return minutes * 60
  }

  /// The words of a message as they are now, of a file that shall be deleted its name; nil for what is none, and for one that was deleted.
  fileprivate func written(_ revision: Revision, in held: Held) throws -> Written? {
    let n = revision.of
    guard let entry = try entry(n, of: held.id, for: .visitor), entry.isMessage,
      // What a rule said is nobody's to change.
      entry.by.kind != .system,
      let text = entry.body.readableText, entry.body.messageKind == .text || revision.text == nil
    else { return nil }
    let latest = try revisions(of: held.id, above: n).last { $0.of == n }
    let by: AccountID? = if case .agent(let agent) = entry.by { agent.id } else { nil }
    return Written(by: by, text: latest?.text ?? text, openUntil: entry.at.adding(seconds: try editSeconds(in: held)))
  }

  fileprivate func isDeleted(_ n: Int64, in conversation: ConversationID) throws -> Bool {
    try revisions(of: conversation, above: n).contains(Revision(of: n, text: nil))
  }

  /// The beginning of a message as it is now; nil where there is nothing to read.
  func words(of n: Int64, in conversation: ConversationID) throws -> String? {
    let latest = try revisions(of: conversation, above: n).last { $0.of == n }
    let text = try latest?.text ?? entry(n, of: conversation, for: .visitor)?.body.readableText
    return text.map { String($0.prefix(Self.previewCharacters)) }
  }

  /// What was changed above a number, oldest first.
  func revisions(of conversation: ConversationID, above n: Int64) throws -> [Revision] {
    try rows(
      """
      SELECT kind, body
      FROM entries
      WHERE conversation_id = $1 AND n > $2 AND kind IN ('MessageEdited', 'MessageDeleted')
      ORDER BY n
      """, conversation, n
    ).compactMap { row in
      let body: String = row[1]
      guard case .revised(let revision) = try Body(event: row[0], json: Array(body.utf8)) else { return nil }
      return revision
    }
  }

  /// What the lists show follows, and the words of what was deleted go.
  fileprivate func settle(_ revision: Revision, in conversation: ConversationID, at now: Moment) throws {
    if revision.text == nil {
      try forgetWords(of: revision.of, in: conversation)
      try forgetFile(of: revision.of, in: conversation, at: now)
    }
    try run(
      """
      UPDATE conversations
      SET last_text = $3, last_kind = CASE WHEN CAST($3 AS TEXT) IS NULL THEN 'erased' ELSE last_kind END
      WHERE id = $1 AND last_n = $2
      """, conversation, revision.of, revision.text.map { String($0.prefix(Self.previewCharacters)) })
  }

  /// It is as if it had never been sent, and its time is over: the next look for such files takes it off the disk.
  private func forgetFile(of n: Int64, in conversation: ConversationID, at now: Moment) throws {
    try run(
      "UPDATE files SET n = NULL, client_id = NULL, name = '', expires_at = $3 WHERE conversation_id = $1 AND n = $2", conversation, n, now)
  }

  private func forgetWords(of n: Int64, in conversation: ConversationID) throws {
    try run(
      "UPDATE entries SET body = '{\"kind\":\"erased\"}', client_id = NULL WHERE conversation_id = $1 AND n = $2", conversation, n)
    try run("DELETE FROM search_texts WHERE conversation_id = $1 AND n = $2", conversation, n)
    let edits = try rows(
      "SELECT n, body FROM entries WHERE conversation_id = $1 AND n > $2 AND kind = 'MessageEdited'", conversation, n)
    for row in edits {
      let body: String = row[1]
      guard case .revised(let revision) = try Body(event: "MessageEdited", json: Array(body.utf8)), revision.of == n else { continue }
      let without = String(decoding: Body.revised(Revision(of: n, text: "")).json, as: UTF8.self)
      try run("UPDATE entries SET body = $3 WHERE conversation_id = $1 AND n = $2", conversation, row[0] as Int64, without)
    }
  }
}
