import ConversationsCore
import Web

/// An invitation with its words, as its website keeps it.
struct KeptInvitation: Hashable, Sendable {
  var rule: Invitation
  /// For everybody who has no words of their own in `texts`.
  var text: String
  var texts: [Language: String]
  /// Which change it was read after: none before the first.
  var version: Int64

  func text(in language: Language?) -> String { language.flatMap { texts[$0] } ?? text }
}
