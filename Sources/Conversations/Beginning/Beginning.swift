import Access
import Base
import ConversationsCore
import Live
import Store
import Wire

/// An agent writes first (E22f): to a visitor who is there, or to somebody of earlier. It opens a chat in their one thread. Who has the widget
/// open reads it there; to who is away it goes as any answer does.
extension Conversations {
  /// Queues it in the order of the calls for this conversation.
  func begin(
    _ conversation: ConversationID, with message: ConversationsCore.Message, by doer: Doer, locking locks: [Lock],
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    let chat = newChat()
    submit(in: conversation, locking: locks, then: then) { session, now in
      guard let held = try session.held(conversation, answerers: false), try !session.isErased(conversation) else {
        throw Refusal(.notFound)
      }
      if try session.acknowledged(message.clientID, in: conversation, byAccount: doer.account) != nil { return .nothing(in: held) }
      try session.requireRight(of: doer, toWriteIn: conversation)
      if let known = try session.place(of: conversation), try session.isShutOut(known.visitor, at: now) { throw Refusal(.visitorShutOut) }
      let begun = try session.perform(.begin(newChat: chat, formSent: held.formSent), in: conversation, by: doer, at: now)
      return begun.followed(by: try session.perform(.send(newChat: chat, message), in: conversation, by: doer, at: now))
    }
  }

  /// Who has the widget open and is in no chat, at the websites that somebody answers for.
  func onlineVisitors(for member: Access.Actor.Member) async throws -> [OnlineVisitor] {
    let here = presence.keys.compactMap { key -> ConversationID? in
      let parts = key.split(separator: ".")
      return parts.count == 5 && parts[2] == "visitors" ? ConversationID(String(parts[4])) : nil
    }
    let actor = Access.Actor.account(member)
    return try await store.read { try $0.unengaged(here) }.filter { actor.may(.write, .notes(site: $0.site)) }
  }
}

extension Line {
  func begin(with message: Wire.Message, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .agent)
    try requireTeam(in: conversation)
    let text = try checked(message.text)
    try admitMessage()
    let said = ConversationsCore.Message(clientID: message.client, content: .text(text))
    connection.began()
    house.begin(conversation, with: said, by: doer, locking: rightsLock(of: conversation), then: answer(id, on: connection))
  }
}

/// Somebody on a website with whom no chat is open.
struct OnlineVisitor: Sendable, JSONWritable {
  let conversation: ConversationID
  let site: SiteID
  let name: String?
  let email: String?
  let page: String?

  func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("conversation", conversation)
      object.field("site", site)
      object.field("name", name)
      object.field("email", email)
      object.field("page", page)
    }
  }
}

extension Session {
  private static var shownAtMost: Int { 100 }

  /// Of these, the newest first, those with whom no chat is open.
  fileprivate func unengaged(_ ids: [ConversationID]) throws -> [OnlineVisitor] {
    guard !ids.isEmpty else { return [] }
    return try rows(
      """
      SELECT c.id, c.site_id, v.name, v.email,
        (SELECT COALESCE(NULLIF(w.current_title, ''), w.current_page) FROM visits w WHERE w.visitor_id = v.id
          ORDER BY w.started_at DESC, w.id DESC LIMIT 1)
      FROM conversations c
      JOIN visitors v ON v.id = c.visitor_id
      WHERE c.id IN (\(Self.places(ids.count, from: 1))) AND c.expert_id IS NULL AND c.state NOT IN ('waiting', 'active')
      ORDER BY v.last_visit_at DESC, c.id DESC
      LIMIT \(Self.shownAtMost)
      """, Self.padded(ids)
    ).map { OnlineVisitor(conversation: $0[0], site: $0[1], name: $0[2], email: $0[3], page: $0[4]) }
  }
}
