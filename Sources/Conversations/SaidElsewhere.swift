import Base
import ConversationsCore
import Store
import Wire

extension Conversations {
  /// With what the `client` of a message begins that came as an SMS.
  public static let smsClient = "sms-"

  /// Says what an expert answered from elsewhere, in the transaction of whoever took it; it is told after the commit. The same `client` again
  /// changes nothing.
  ///
  /// - Throws: what stands in the way, as a `Refusal`: the thread is not theirs, or was closed.
  public func say(_ text: String, client: String, in conversation: ConversationID, by expert: AccountID, in session: any Session) throws {
    let (now, doer) = (clock.now, Doer.agent(expert))
    guard try session.held(conversation, answerers: false)?.deal?.expert == expert else { throw Refusal(.notAllowed) }
    guard !text.utf8.contains(0) else { throw Refusal(.textHasNull) }
    let joined = try session.perform(.join, in: conversation, by: doer, at: now)
    let message = ConversationsCore.Message(clientID: client, content: .text(text))
    let said = try session.perform(.send(newChat: newChat(), message), in: conversation, by: doer, at: now)
    try settle(said, agreed: Agreement(), at: now, in: session)
    session.afterCommit { [weak self] in
      for performed in [joined, said] { self?.announce(performed) }
    }
  }
}
