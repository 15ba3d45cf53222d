import Base
import ConversationsCore

extension Conversations {
  /// Answers in an expert's name by the rules of every answer: what was set aside for it is taken. For the demo, whose answers say that they are
  /// scripted; the same client identity again says nothing twice.
  public func answer(_ text: String, client: String, in conversation: ConversationID, as expert: AccountID) async throws {
    try await perform(.join, in: conversation, by: .agent(expert))
    try await perform(
      .send(newChat: newChat(), Message(clientID: client, content: .text(text))), in: conversation, by: .agent(expert))
  }
}
