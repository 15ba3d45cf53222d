import Access
import Base
import Wire

/// A row of a list with the live list that it stands in.
struct ListedChat: Sendable, JSONWritable {
  let topic: Topic
  let row: ConversationRow

  func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("topic", topic)
      object.field("row", row)
    }
  }
}

/// A page of a list, newest first.
struct ChatPage: Sendable, JSONWritable {
  let chats: [ListedChat]
  /// After which the next page begins; nil when there is none.
  let next: ChatPlace?

  func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("chats", chats)
      object.field("next", next?.description)
    }
  }
}

extension Conversations {
  static let chatsOnPage = 50

  /// One page of what somebody may see of a filter.
  func chats(_ filter: ChatFilter, after place: ChatPlace?, for member: Access.Actor.Member) async throws -> ChatPage {
    let (places, rows, waiting) = try await store.read { [toll] session in
      let reach = try session.reach(of: member)
      // One more tells whether there is another page.
      let places = try session.places(filter, within: reach, after: place, limit: Self.chatsOnPage + 1)
      let rows = try session.listed(places.prefix(Self.chatsOnPage).map(\.id))
      return (places, rows, try toll.waiting(in: rows.filter { $0.expert != nil }.map(\.id), in: session))
    }
    let byID = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
    let shown = places.prefix(Self.chatsOnPage).compactMap { byID[$0.id] }
    return ChatPage(
      chats: shown.map { ListedChat(topic: $0.list, row: seen($0, waiting: waiting[$0.id])) },
      next: places.count > Self.chatsOnPage ? places[Self.chatsOnPage - 1] : nil)
  }

  /// One row, for who opens a chat that stands in no live list. Somebody else's and none at all look the same: an empty page.
  func chat(_ conversation: ConversationID, for actor: Access.Actor) async throws -> ChatPage {
    guard let place = try await place(of: conversation), actor.may(.read, place.thing) else { return ChatPage(chats: [], next: nil) }
    let (rows, waiting) = try await store.read { [toll] session in
      let rows = try session.listed([conversation])
      return (rows, try toll.waiting(in: rows.filter { $0.expert != nil }.map(\.id), in: session))
    }
    return ChatPage(chats: rows.map { ListedChat(topic: $0.list, row: seen($0, waiting: waiting[$0.id])) }, next: nil)
  }
}
