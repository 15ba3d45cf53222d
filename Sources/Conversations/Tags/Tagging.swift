import Base
import Sites
import Store
import Wire

/// What the team calls its chats by ([0025](../../../docs/decisions/0025-tags-and-macros.md)). Which chat has which tag is a fact of its log,
/// for the team alone; the rows beside it say the same to lists and filters.
extension Conversations {
  /// Queues a change in the order of the calls for this conversation.
  func submit(
    adding: [TagID], removing: [TagID], in conversation: ConversationID, by doer: Doer,
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    submit(in: conversation, then: then) { session, now in
      try session.tag(conversation, adding: adding, removing: removing, by: doer, at: now)
    }
  }
}

extension Conversations {
  /// The desks that are open on this node show what there is now.
  func tagsChanged() async {
    hub.visit { handler, connection in
      guard let line = handler as? Line, case .account(let person) = line.state.withLock({ $0.role }) else { return }
      connection.eventLoop.makeFutureWithTask { try await line.house.tellDesk(of: person.member.id) }.whenComplete { _ in }
    }
  }
}

extension Session {
  private static var tagsOnChat: Int { 20 }

  /// - Throws: `notFound` for a tag of another website, `listIsFull` for one too many.
  func tag(_ conversation: ConversationID, adding: [TagID], removing: [TagID], by doer: Doer, at now: Moment) throws -> Performed {
    guard let held = try held(conversation, answerers: false) else { throw Refusal(.notFound) }
    let names = Dictionary(uniqueKeysWithValues: try tags(at: held.site).map { ($0.id, $0.name) })
    let there = Set(try tagged([conversation])[conversation] ?? [])
    guard adding.allSatisfy({ names[$0] != nil }) else { throw Refusal(.notFound) }
    let named = { (id: TagID) in TagChange.Tag(id: id, name: names[id] ?? "") }
    let change = TagChange(
      added: Set(adding).subtracting(there).sorted().map(named),
      removed: there.intersection(removing).subtracting(adding).sorted().map(named))
    guard there.count + change.added.count - change.removed.count <= Self.tagsOnChat else { throw Refusal(.listIsFull) }
    let performed = try perform(.tag(change), in: conversation, by: doer, at: now)
    guard !performed.entries.isEmpty else { return performed }
    for tag in change.added { try run("INSERT INTO chat_tags (conversation_id, tag_id) VALUES ($1, $2)", conversation, tag.id) }
    for tag in change.removed { try run("DELETE FROM chat_tags WHERE conversation_id = $1 AND tag_id = $2", conversation, tag.id) }
    return performed
  }

  /// What is on each conversation, in the order of the names.
  func tagged(_ ids: [ConversationID]) throws -> [ConversationID: [TagID]] {
    guard !ids.isEmpty else { return [:] }
    let found = try rows(
      """
      SELECT g.conversation_id, g.tag_id
      FROM chat_tags g
      JOIN tags t ON t.id = g.tag_id
      WHERE g.conversation_id IN (\(Self.places(ids.count, from: 1)))
      ORDER BY t.name_key
      """, Self.padded(ids))
    return Dictionary(grouping: found) { $0[0] as ConversationID }.mapValues { $0.map { $0[1] } }
  }
}
