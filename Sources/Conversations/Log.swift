import Base
import Store
import Wire

/// Who reads a log: the visitor misses what only the team may see.
enum Reader: Sendable {
  case visitor, team

  /// A fragment for WHERE.
  var clause: String { self == .visitor ? "AND audience = 'everybody'" : "" }

  func frame(_ entry: LoggedEntry) -> EntryFrame? { self == .visitor ? entry.forVisitor : entry.forTeam }
}

extension Session {
  /// Appends one line. Its number was given under the lock of the conversation.
  func append(_ entry: LoggedEntry) throws {
    var account: AccountID?
    var name = ""
    var avatar: String?
    var colour: Int64?
    switch entry.by {
    case .visitor(_, let known): name = known ?? ""
    case .agent(let agent): (account, name, avatar, colour) = (agent.id, agent.name, agent.avatar, agent.colour)
    case .system: break
    }
    try post(
      """
      INSERT INTO entries (conversation_id, n, public_after, chat_id, at, kind, audience, by_kind, by_account, by_name, by_avatar,
        by_colour, client_id, body)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      """, entry.conversation, entry.n, entry.publicAfter, entry.chat, entry.at, entry.body.event, entry.audience.rawValue,
      entry.by.kind.rawValue, account, name, avatar, colour, entry.client, String(decoding: entry.body.json, as: UTF8.self))
  }

  /// The number and time of a message that is in the log already.
  func acknowledged(_ client: String, in conversation: ConversationID, byAccount account: AccountID?) throws -> (n: Int64, at: Moment)? {
    try row(
      """
      SELECT n, at
      FROM entries
      WHERE conversation_id = $1 AND by_kind = $2 AND COALESCE(by_account, 0) = $3 AND client_id = $4
      """, conversation, account == nil ? "visitor" : "agent", account?.rawValue ?? 0, client
    ).map { ($0[0], $0[1]) }
  }

  /// Lines above `since`, oldest first.
  func entries(of conversation: ConversationID, above since: Int64, for reader: Reader, limit: Int) throws -> [LoggedEntry] {
    try logged(
      "e.n > $2 \(reader.clause) ORDER BY e.n LIMIT $3", conversation, since, limit)
  }

  /// One line; nil for one that the reader may not see.
  func entry(_ n: Int64, of conversation: ConversationID, for reader: Reader) throws -> LoggedEntry? {
    try entries(of: conversation, above: n - 1, for: reader, limit: 1).first { $0.n == n }
  }

  /// The newest lines below `before`, oldest first.
  func entries(of conversation: ConversationID, below before: Int64, for reader: Reader, limit: Int) throws -> [LoggedEntry] {
    try logged("e.n < $2 \(reader.clause) ORDER BY e.n DESC LIMIT $3", conversation, before, limit).reversed()
  }

  private func logged(_ condition: String, _ conversation: ConversationID, _ n: Int64, _ limit: Int) throws -> [LoggedEntry] {
    try rows(
      """
      SELECT e.n, e.public_after, e.chat_id, e.at, e.kind, e.audience, e.by_kind, e.by_account, e.by_name, e.by_avatar, e.by_colour,
        e.client_id, e.body, c.visitor_id
      FROM entries e
      JOIN conversations c ON c.id = e.conversation_id
      WHERE e.conversation_id = $1 AND \(condition)
      """, conversation, n, limit
    ).map { try LoggedEntry($0, of: conversation) }
  }
}

extension LoggedEntry {
  fileprivate init(_ row: Row, of conversation: ConversationID) throws {
    let name: String = row[8]
    let body: String = row[12]
    self.init(
      conversation: conversation, n: row[0], publicAfter: row[1], chat: row[2], at: row[3], audience: Audience(column: row[5]),
      by: Self.party(row, name: name), client: row[11], body: try Body(event: row[4], json: Array(body.utf8)))
  }

  private static func party(_ row: Row, name: String) -> WireParty {
    switch WireParty.Kind(column: row[6]) {
    case .visitor: .visitor(row[13], name: name.isEmpty ? nil : name)
    case .agent: .agent(AgentParty(id: row[7], name: name, avatar: row[9], colour: row[10]))
    case .system: .system
    }
  }
}
