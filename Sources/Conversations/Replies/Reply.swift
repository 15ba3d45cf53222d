import Base
import Web
import Wire

/// What is said often: words with places, and what is done with them. A website's own, for its team, or somebody's, for themselves.
struct Reply: Hashable, Sendable {
  enum Owner: Hashable, Sendable {
    case site(SiteID)
    case account(AccountID)
  }

  static let limit = 200
  static let nameCharacters = 60

  let id: ReplyID
  let owner: Owner
  var name: String
  /// For everybody who has no words of their own in `texts`; empty where it only does something.
  var text: String
  var texts: [Language: String]
  /// Of the website; nobody's own reply has any.
  var tags: Set<TagID>
  var end: Macro.End

  /// What a visitor of that language is told.
  func text(in language: Language?) -> String { language.flatMap { texts[$0] } ?? text }
}

/// A place in the words of a reply. The console fills it, and leaves a gap that is seen where nobody knows what to put.
enum ReplyPlace: String, CaseIterable, Sendable {
  case visitor, agent, site, page, email, service
}
