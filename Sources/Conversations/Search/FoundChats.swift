import Access
import Base
import Store
import Wire

/// What a search answers: the words around what was found, and the row of the chat that they stand in.
struct FoundChat: Sendable, JSONWritable {
  let chat: ListedChat
  let n: Int64
  let at: Moment
  let excerpt: Excerpt

  func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("topic", chat.topic)
      object.field("row", chat.row)
      object.field("n", n)
      object.field("at", at)
      object.field("excerpt", excerpt.pieces)
    }
  }
}

extension Conversations {
  /// What somebody may see of what was said, and of who said it. Nothing for what is too short to be looked for.
  func found(_ words: String, for member: Access.Actor.Member) async throws -> [FoundChat] {
    guard let terms = SearchTerms(words) else { return [] }
    let (hits, rows, waiting) = try await store.read { [toll] session in
      let hits = try session.hits(terms, within: session.reach(of: member))
      let rows = try session.listed(Set(hits.map(\.conversation)).sorted())
      return (hits, rows, try toll.waiting(in: rows.filter { $0.expert != nil }.map(\.id), in: session))
    }
    let byID = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, ListedChat(topic: $0.list, row: seen($0, waiting: waiting[$0.id]))) })
    return hits.compactMap { hit in
      guard let chat = byID[hit.conversation] else { return nil }
      return FoundChat(chat: chat, n: hit.n, at: hit.at ?? chat.row.activeAt, excerpt: Excerpt(hit.text, terms))
    }
  }
}
