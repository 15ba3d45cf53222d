import Base
import ConversationsCore
import Sites
import Store
import Wire

/// What a visitor thinks of a chat that ended (P4): said as about a paid answer, of the line that ended the chat
/// ([0027](../../../docs/decisions/0027-ratings-of-chats.md)).
extension Conversations {
  /// Rates a chat of a website, which is free: for a tip there is nothing that was paid (P17).
  func rate(_ thanks: Thanks, in held: Held, by doer: Doer, at now: Moment, in session: any Session) throws -> Performed {
    guard case .rating(let rating) = thanks else { throw Refusal(.answerUnpaid) }
    guard try session.rateChat(rating, in: held, at: now) else { return .nothing(in: held) }
    return try session.perform(.thank(thanks), in: held.id, by: doer, at: now)
  }
}

extension Session {
  /// - Returns: false when it was rated so already.
  /// - Throws: what stands in the way, as a `Refusal`.
  /// - Precondition: the next line of the log is the one that says so.
  fileprivate func rateChat(_ rating: Rating, in held: Held, at now: Moment) throws -> Bool {
    guard let ended = try endedChat(at: rating.of, in: held.id) else { throw Refusal(.notFound) }
    guard ended.isAnswered else { throw Refusal(.chatUnanswered) }
    guard now <= ended.at.adding(seconds: Rating.chatOpenSeconds) else { throw Refusal(.chatRatingClosed) }
    guard try self.rating(of: ended.chat) != rating else { return false }
    try require(.ratings, at: held.site)
    try run(
      """
      INSERT INTO chat_ratings (chat_id, conversation_id, site_id, stars, entry_n, rated_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (chat_id) DO UPDATE SET stars = excluded.stars, entry_n = excluded.entry_n, rated_at = excluded.rated_at
      """, ended.chat, held.id, held.site, rating.stars, held.state.head + 1, now)
    try run(
      """
      INSERT INTO rated_agents (chat_id, account_id)
      SELECT DISTINCT chat_id, by_account
      FROM entries
      WHERE conversation_id = $1 AND chat_id = $2 AND kind = 'MessageSent' AND by_account IS NOT NULL
      ON CONFLICT (chat_id, account_id) DO NOTHING
      """, held.id, ended.chat)
    return true
  }

  private func endedChat(at n: Int64, in conversation: ConversationID) throws -> (chat: ChatID, at: Moment, isAnswered: Bool)? {
    try row(
      """
      SELECT e.chat_id, e.at, h.first_answer_at IS NOT NULL
      FROM entries e
      JOIN chats h ON h.id = e.chat_id
      WHERE e.conversation_id = $1 AND e.n = $2 AND e.kind = 'ChatClosed'
      """, conversation, n
    ).map { ($0[0], $0[1], $0[2]) }
  }

  /// As the log has it: the figures know no sentence.
  private func rating(of chat: ChatID) throws -> Rating? {
    let found = try row(
      """
      SELECT e.kind, e.body
      FROM chat_ratings r
      JOIN entries e ON e.conversation_id = r.conversation_id AND e.n = r.entry_n
      WHERE r.chat_id = $1
      """, chat)
    return try found.flatMap { try Rating(event: $0[0], body: $0[1]) }
  }

  /// What came in words with the ratings of present chats, for a file.
  func wordsOfRatings(in conversations: [ConversationID]) throws -> [ConversationID: String] {
    let list = SQLList(conversations, from: 1)
    let found = try rows(
      """
      SELECT c.id, e.kind, e.body
      FROM conversations c
      JOIN chat_ratings r ON r.chat_id = c.chat_id
      JOIN entries e ON e.conversation_id = c.id AND e.n = r.entry_n
      WHERE c.id \(list.sql)
      """, list.values)
    return Dictionary(uniqueKeysWithValues: try found.map { ($0[0], try Rating(event: $0[1], body: $0[2])?.text ?? "") })
  }
}

extension Rating {
  /// Nil for a line that says something else.
  init?(event: String, body: String) throws {
    guard case .thanked(.rating(let rating)) = try Body(event: event, json: Array(body.utf8)) else { return nil }
    self = rating
  }
}
