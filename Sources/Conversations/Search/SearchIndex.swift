import Base
import Store
import Wire

/// Fills what can be found, a moment after it was said: in the transaction of a message it would cost a third of it.
///
/// A conversation knows up to which line it can be found, so nothing is lost when the program ends in between, and what was said before
/// there was an index comes into it in the same way.
extension Conversations {
  static let searchMilliseconds: Int64 = 1_000
  /// Conversations in one transaction, and lines of one of them: a message that is written meanwhile waits for no more than these.
  static let searchedAtOnce = 3
  static let searchLinesAtOnce = 100
  /// Lines in one statement.
  fileprivate static let textsAtOnce = 32

  /// Until the task is cancelled.
  func keepFindable() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        await trying("make the rest findable") { [self] in try await makeRestFindable() }
        await every(seconds: 30) { [self] in try await makeRestFindable() }
      }
      group.addTask { [self] in
        await findable.run { batch in await self.trying("make it findable") { try await self.makeFindable(Array(batch.keys)) } }
      }
      await group.waitForAll()
    }
  }

  /// What was left behind by another node, or by a program that ended.
  private func makeRestFindable() async throws {
    while true {
      try Task.checkCancellation()
      let behind: [ConversationID] = try await store.read { session in
        try session.rows("SELECT id FROM conversations WHERE searched < head ORDER BY id LIMIT $1", Self.searchedAtOnce).map { $0[0] }
      }
      if !behind.isEmpty { try await makeFindable(behind) }
      if behind.count < Self.searchedAtOnce { return }
    }
  }

  private func makeFindable(_ conversations: [ConversationID]) async throws {
    let isDone = try await store.write(locking: conversations.map(Lock.conversation), urgency: .background) { [ids] session in
      try conversations.map { try session.makeFindable($0, ids) }
    }
    // A long log goes on in the next transaction.
    for (conversation, isWhole) in zip(conversations, isDone) where !isWhole { findable.note(conversation, true) }
  }
}

extension Session {
  /// - Returns: whether the log came to its end.
  fileprivate func makeFindable(_ conversation: ConversationID, _ ids: IDMaker) throws -> Bool {
    guard
      let row = try row(
        """
        SELECT c.searched, v.name, v.email, v.phone
        FROM conversations c
        JOIN visitors v ON v.id = c.visitor_id
        WHERE c.id = $1 AND c.searched < c.head
        """, conversation)
    else { return true }
    let limit = Conversations.searchLinesAtOnce
    let lines = try entries(of: conversation, above: row[0], for: .team, limit: limit)
    guard let last = lines.last else { return true }
    try keepVisitorFindable(SearchWords.ofVisitor(name: row[1], email: row[2], phone: row[3]), of: conversation, ids)
    var texts: [Int64: String] = [:]
    for line in lines {
      if case .revised(let revision) = line.body {
        // What was written again is found by its new words. What was deleted went with its words, in the same transaction.
        if let text = revision.text, !text.isEmpty { texts[revision.of] = SearchWords.folded(text) }
      } else if let text = line.body.readableText {
        texts[line.n] = SearchWords.folded(text)
      }
    }
    try keepFindable(texts, of: conversation, ids)
    try post("UPDATE conversations SET searched = $2 WHERE id = $1", conversation, last.n)
    return lines.count < limit
  }

  /// Details that changed are as new as what was just said.
  private func keepVisitorFindable(_ words: String, of conversation: ConversationID, _ ids: IDMaker) throws {
    let known: String? = try row("SELECT words FROM search_texts WHERE conversation_id = $1 AND n = 0", conversation)?[0]
    guard (known ?? "") != words else { return }
    try post("DELETE FROM search_texts WHERE conversation_id = $1 AND n = 0", conversation)
    if !words.isEmpty { try keepFindable([0: words], of: conversation, ids) }
  }

  /// - Parameter texts: the words of each line.
  private func keepFindable(_ texts: [Int64: String], of conversation: ConversationID, _ ids: IDMaker) throws {
    let lines = texts.sorted { $0.key < $1.key }
    for start in stride(from: 0, to: lines.count, by: Conversations.textsAtOnce) {
      let part = lines[start..<min(start + Conversations.textsAtOnce, lines.count)]
      let places = part.indices.map { index in
        let place = (index - start) * 3 + 2
        return "($\(place), $1, $\(place + 1), $\(place + 2))"
      }
      try post(
        """
        INSERT INTO search_texts (id, conversation_id, n, words)
        VALUES \(places.joined(separator: ", "))
        ON CONFLICT (conversation_id, n) DO UPDATE SET words = excluded.words
        """, [conversation.sqlValue] + part.flatMap { [ids.next(Kinds.SearchText.self).sqlValue, $0.key.sqlValue, $0.value.sqlValue] })
    }
  }
}
