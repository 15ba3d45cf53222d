import Base
import Live
import Store
import Wire

extension Conversations {
  /// The bus may have lost something: the ends of all logs that connections of this node follow are compared in one query, and who is behind
  /// reads the rest as after any gap.
  public func compareHeads() async {
    await trying("compare the ends of the logs") { [self] in
      for head in try await heads(of: chats(in: try await hub.topics())) {
        hub.tellHere(.head(Topic.chat(head.conversation).description, everybody: head.publicHead, team: head.head))
      }
    }
  }

  /// The same for everything else that may have been told meanwhile: rights, who is there, lists, marks.
  public func lookAgain() async {
    await compareHeads()
    await recheckLines()
    await trying("look again at all that is followed") { [self] in
      try await desk.reload()
      let topics = try await hub.topics()
      for topic in topics.compactMap(Topic.init) where !topic.isLog { hub.tellHere(.stale(topic.description)) }
      for conversation in chats(in: topics) { news.note(conversation, News.besideTheLog) }
    }
  }

  private func chats(in topics: Set<String>) -> [ConversationID] {
    topics.compactMap { if case .chat(let conversation)? = Topic($0) { conversation } else { nil } }
  }

  private struct Head: Sendable {
    let conversation: ConversationID
    let head: Int64
    let publicHead: Int64
  }

  /// Only nodes that share a database have a bus, so this is PostgreSQL's alone: no list of parameters would be long enough.
  private func heads(of conversations: [ConversationID]) async throws -> [Head] {
    guard !conversations.isEmpty, store.dialect.engine == .postgres else { return [] }
    let list = conversations.map(\.description).joined(separator: ",")
    return try await store.read { session in
      try session.rows(
        "SELECT id, head, public_head FROM conversations WHERE id = ANY (CAST(string_to_array($1, ',') AS BIGINT[]))", list
      ).map { Head(conversation: $0[0], head: $0[1], publicHead: $0[2]) }
    }
  }
}
