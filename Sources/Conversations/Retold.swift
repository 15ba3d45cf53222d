import Base
import ConversationsCore
import Sites
import Store

/// Something that was done in a conversation earlier, told afterwards with the time at which it happened: how a demo begins with a past.
///
/// It is decided by the same rules and written by the same `perform` as what happens now; only nobody is told, because nobody was there.
public struct Retold: Sendable {
  public enum Deed: Sendable {
    case sendForm(ChatID)
    case ask(ChatID, client: String, String)
    /// With no agent there: form and message in one.
    case leaveMessage(ChatID, client: String, String)
    case join(AccountID)
    case answer(AccountID, client: String, String)
    case close(AccountID)
    /// The visitor closes the chat.
    case end
    /// Everything that was said is seen by an agent, or by the visitor (nil).
    case read(AccountID?)
  }

  let deed: Deed
  let at: Moment
  let lead: Lead

  public init(_ deed: Deed, at: Moment, lead: Lead) {
    self.deed = deed
    self.at = at
    self.lead = lead
  }
}

extension Session {
  /// Inside the transaction that made the conversation, or under its lock.
  public func retell(_ told: Retold, in conversation: ConversationID) throws {
    switch told.deed {
    case .sendForm(let chat): try tell(.sendForm(newChat: chat), by: .visitor(siteOnline: true), told, in: conversation)
    case .ask(let chat, let client, let text):
      try tell(
        .send(newChat: chat, Message(clientID: client, content: .text(text))), by: .visitor(siteOnline: true), told, in: conversation)
    case .leaveMessage(let chat, let client, let text):
      let message = Message(clientID: client, content: .text(text))
      try tell(.leaveMessage(newChat: chat, message), by: .visitor(siteOnline: false), told, in: conversation)
    case .join(let account): try tell(.join, by: .agent(account), told, in: conversation)
    case .answer(let account, let client, let text):
      // The identity belongs to a chat that is never opened: an agent's message opens none.
      let message = Message(clientID: client, content: .text(text))
      try tell(.send(newChat: ChatID(rawValue: 1), message), by: .agent(account), told, in: conversation)
    case .close(let account): try tell(.close, by: .agent(account), told, in: conversation)
    case .end: try tell(.close, by: .visitor(siteOnline: true), told, in: conversation)
    case .read(let account):
      _ = try mark(conversation, account: account?.rawValue ?? visitorMark, delivered: .max, seen: .max)
    }
  }

  private func tell(_ command: Command, by doer: Doer, _ told: Retold, in conversation: ConversationID) throws {
    _ = try perform(command, in: conversation, by: doer, lead: told.lead, at: told.at)
  }
}
