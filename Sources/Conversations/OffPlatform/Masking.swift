import Base
import ConversationsCore
import Sites
import Store
import Wire

/// Where a website hides contact details, what is said comes into the log without them: nobody ever reads them, and both sides are told
/// ([0032](../../../docs/decisions/0032-leaving-the-platform.md)).
extension Session {
  /// The command as it may be carried out, and whether something was hidden.
  func masking(_ command: ConversationsCore.Command, in held: Held) throws -> (ConversationsCore.Command, isMasked: Bool) {
    switch command {
    case .send(let chat, let message):
      guard let hidden = try masked(message, in: held) else { return (command, false) }
      return (.send(newChat: chat, hidden), true)
    case .leaveMessage(let chat, let message):
      guard let hidden = try masked(message, in: held) else { return (command, false) }
      return (.leaveMessage(newChat: chat, hidden), true)
    case .revise(let revision, let written):
      let hidden = try masking(revision, in: held)
      return (.revise(hidden, written), hidden != revision)
    default: return (command, false)
    }
  }

  func masking(_ revision: Revision, in held: Held) throws -> Revision {
    guard let text = revision.text, let hidden = try masked(text, in: held) else { return revision }
    return Revision(of: revision.of, text: hidden)
  }

  /// The words of a rating, too: whoever is rated reads them.
  func masking(_ thanks: Thanks, in held: Held) throws -> Thanks {
    guard case .rating(let rating) = thanks, let hidden = try masked(rating.text, in: held) else { return thanks }
    return .rating(Rating(of: rating.of, stars: rating.stars, text: hidden))
  }

  private func masked(_ message: ConversationsCore.Message, in held: Held) throws -> ConversationsCore.Message? {
    guard case .text(let text) = message.content, let hidden = try masked(text, in: held) else { return nil }
    return ConversationsCore.Message(clientID: message.clientID, content: .text(hidden))
  }

  /// The policy is asked of the few texts alone that may hold anything, and only where it says so they are searched.
  private func masked(_ text: String, in held: Held) throws -> String? {
    guard ContactDetails.mayBe(in: text), try hidesContactDetails(at: held.site) else { return nil }
    return ContactDetails.masked(text)
  }
}
