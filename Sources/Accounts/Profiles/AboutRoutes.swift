import Access
import Base
import Hummingbird
import Web

/// `/profile/about`: what somebody tells of themselves, and to whom.
struct AboutRoutes: Sendable {
  private static let path = "/profile/about"

  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in
      let isSaved = try Form(query: request).has("saved")
      return show(try await own(context), nil, isSaved: isSaved, request, context)
    }
    routes.form(Self.path, .ownDesk) { form, request, context in
      let typed = Self.profile(form)
      do {
        try await accounts.setProfile(typed, of: context.person().member.id, from: Whereabouts(request, context))
        return .redirect("\(Self.path)?saved=yes")
      } catch let refusal as Refusal where !refusal.fields.isEmpty {
        return show(typed, refusal, isSaved: false, request, context)
      }
    }
  }

  private func own(_ context: WebContext) async throws -> PersonalProfile {
    let id = try context.person().member.id
    guard let profile = try await accounts.store.read({ try $0.profile(of: id) }) else { throw Refusal(.signInNeeded) }
    return profile
  }

  private static func profile(_ form: Form) -> PersonalProfile {
    var profile = PersonalProfile()
    profile.bio = form["bio"]
    profile.interests = form["interests"].split { ",،".contains($0) || $0.isNewline }.map { Form.trimmed(String($0)) }
    profile.timeZone = form["timeZone"]
    profile.privacy.isPublic = form["isPublic"] == "yes"
    for piece in PersonalProfile.Privacy.Piece.allCases {
      profile.privacy.pieces[piece] = ProfileAudience(rawValue: form["see-\(piece.rawValue)"]) ?? .nobody
    }
    return profile
  }

  private func show(
    _ profile: PersonalProfile, _ refusal: Refusal?, isSaved: Bool, _ request: Request, _ context: WebContext
  ) -> Response {
    let texts = web.texts(context.language)
    let page = AboutPage(profile, refusal, id: context.signedIn?.member.id, isSaved: isSaved, texts)
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

struct AboutPage: Page {
  struct Piece: Sendable {
    let name: String
    let label: String
    let choices: [Choice]
  }

  static let template = "about"
  let title: String
  let notice: String?
  let problem: String?
  let bio: Field
  let interests: Field
  let timeZone: Field
  let zones: [String]
  let isPublic: Bool
  let pieces: [Piece]
  let profileURL: SafeURL?

  init(_ profile: PersonalProfile, _ refusal: Refusal?, id: AccountID?, isSaved: Bool, _ texts: Texts) {
    let errors = FieldErrors(refusal, texts)
    title = texts["pages.about.title"]
    notice = isSaved ? texts["pages.form.saved"] : nil
    problem = refusal.map { texts[$0] }
    bio = Field("bio", label: texts["pages.field.bio"], value: profile.bio, isRequired: false, autocomplete: "off", errors: errors)
    interests = Field(
      "interests", label: texts["pages.about.interests"], value: profile.interests.joined(separator: ", "), isRequired: false,
      hint: texts["pages.about.interestsHint"], autocomplete: "off", errors: errors)
    timeZone = Field(
      "timeZone", label: texts["pages.about.timeZone"], value: profile.timeZone, isRequired: false, hint: texts["pages.about.timeZoneHint"],
      autocomplete: "off", errors: errors)
    zones = timeZoneNames
    isPublic = profile.privacy.isPublic
    pieces = PersonalProfile.Privacy.Piece.allCases.map { piece in
      let chosen = profile.privacy.pieces[piece] ?? .signedIn
      return Piece(
        name: "see-\(piece.rawValue)", label: texts["pages.about.piece.\(piece.rawValue)"],
        choices: ProfileAudience.allCases.map {
          Choice(value: $0.rawValue, label: texts["pages.about.audience.\($0.rawValue)"], isChosen: $0 == chosen)
        })
    }
    profileURL = id.map { SafeURL(path: "/people/", $0) }
  }
}
