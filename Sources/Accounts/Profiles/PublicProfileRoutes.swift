import Access
import Base
import Hummingbird
import Web

/// `/people/{id}`: what somebody shows of themselves to whoever asks.
struct PublicProfileRoutes: Sendable {
  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get("/people/{id}", .decidedInside("PublicProfileRoutes.show")) { request, context in try await show(request, context) }
  }

  /// A private profile, a switched-off account and none at all look the same.
  private func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let id: AccountID = try context.identity("id")
    let found = try await accounts.store.read { session in
      try session.account(id).flatMap { account in try session.profile(of: id).map { (account, $0) } }
    }
    guard let (account, profile) = found, account.active else { throw Refusal(.notFound) }
    let actor = context.actor
    let visible = Set(
      PersonalProfile.Privacy.Piece.allCases.filter { actor.may(.read, .profilePiece(of: id, for: profile.privacy.audience(of: $0))) })
    guard !visible.isEmpty else { throw Refusal(.notFound) }
    return web.page(PublicProfilePage(account, profile, visible, web.texts(context.language)), request, context)
  }
}

struct PublicProfilePage: Page {
  static let template = "public-profile"
  let title: String
  let avatar: String
  let photoURL: SafeURL?
  let roles: [String]
  let bio: String?
  let interests: [String]
  let hasInterests: Bool
  let languageName: String?
  let timeZone: String?

  init(_ account: Account, _ profile: PersonalProfile, _ visible: Set<PersonalProfile.Privacy.Piece>, _ texts: Texts) {
    title = visible.contains(.name) ? account.name : account.pseudonym
    avatar = account.avatar.rawValue
    photoURL = visible.contains(.photo) ? account.photo.flatMap(SafeURL.init) : nil
    roles = account.roles.contains(.expert) ? [texts.name(of: .expert)] : []
    bio = visible.contains(.bio) && !profile.bio.isEmpty ? profile.bio : nil
    interests = visible.contains(.interests) ? profile.interests : []
    hasInterests = !interests.isEmpty
    languageName = visible.contains(.languageAndZone) ? account.language.ownName : nil
    timeZone = visible.contains(.languageAndZone) && !profile.timeZone.isEmpty ? profile.timeZone : nil
  }
}
