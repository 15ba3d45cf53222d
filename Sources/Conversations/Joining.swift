import Access
import Base
import ConversationsCore
import Live
import Sites
import Store
import Wire

/// Whoever comes into a chat may write in it at that moment.
///
/// The door was asked when the topic was subscribed; here it is asked once more in the transaction, under the lock of the website, which whoever
/// takes the right away holds, too. So either those who are sent out are found inside, or they do not come in any more.
extension Line {
  func join(_ topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .agent)
    connection.began()
    house.submit(in: conversation, locking: rightsLock(of: conversation), then: answer(id, on: connection)) { session, now in
      try session.requireRight(of: doer, toWriteIn: conversation)
      return try session.perform(.join, in: conversation, by: doer, at: now)
    }
  }

  /// Held by who gives or takes the right to write in a chat.
  func rightsLock(of conversation: ConversationID) -> [Lock] {
    state.withLock { $0.chats[conversation]?.site }.map { [Lock.site($0)] } ?? []
  }
}

extension Session {
  /// - Throws: `notAllowed`.
  func requireRight(of doer: Doer, toWriteIn conversation: ConversationID) throws {
    guard let account = doer.account, let place = try place(of: conversation),
      try deskOwner(account)?.actor.may(.write, place.thing) == true
    else { throw Refusal(.notAllowed) }
  }
}
