import Base
import Web

/// Who says something first to visitors that only look (P14): Conversations, which knows the invitations, the chats and who is there.
public protocol Inviting: Sendable {
  /// After how many seconds in sight it is worth asking about a page; none where nothing would come of it. It reads nothing.
  func momentsToInvite(to site: SiteID, on page: String, language: String) -> [Int64]

  /// Shows the visitor an invitation, one at most in a visit.
  func invite(_ visitor: VisitorID, on view: PageViewID, at site: Site, from network: String) async throws -> Invited?

  /// The visitor opened the chat with it in sight: it is said there.
  func opened(_ showing: ShowingID, by key: Secret, at site: Site) async throws

  /// The visitor wants none.
  func closed(_ showing: ShowingID, by key: Secret, at site: Site) async throws
}

/// An invitation as it is shown to somebody.
public struct Invited: Hashable, Sendable {
  public let id: ShowingID
  public let text: String
  public let language: Language

  public init(id: ShowingID, text: String, language: Language) {
    self.id = id
    self.text = text
    self.language = language
  }
}

/// The card, as the widget and the preview draw it.
struct InvitationCard: Encodable {
  struct Words: Encodable {
    let label: String
    let answer: String
    let close: String
  }

  let id: String
  let text: String
  let name: String
  let logo: String?
  let position: String
  let language: String
  let direction: String
  let words: Words
  /// Where the module is that draws it.
  let card: String

  init(_ invited: Invited, of site: Site, drawnBy card: String, logo: String?, _ texts: Texts) {
    id = invited.id.description
    text = invited.text
    name = site.name
    self.logo = logo
    position = site.look.position.rawValue
    language = invited.language.code
    direction = invited.language.direction
    words = Words(
      label: texts["sites.invitation.label", ["name": site.name]], answer: texts["sites.invitation.answer"],
      close: texts["sites.invitation.close"])
    self.card = card
  }
}
