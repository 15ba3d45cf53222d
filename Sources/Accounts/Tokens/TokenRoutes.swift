import Access
import Base
import Hummingbird
import Web

/// `/profile/tokens`: what programs may do in one's name. And `GET /api/v1/me`, by which a program learns whose it is.
struct TokenRoutes: Sendable {
  static let path = "/profile/tokens"
  static let mePath = "/api/v1/me"

  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in
      try await show(nil, .init(), done: try Form(query: request)["done"], request, context)
    }
    routes.form(Self.path, .ownDesk) { form, request, context in try await make(form, request, context) }
    routes.form("\(Self.path)/revoke", .ownDesk) { form, request, context in
      if let id = PersonalTokenID(form["token"]) {
        try await accounts.revokeToken(id, of: try context.person(), from: Whereabouts(request, context))
      }
      return .redirect("\(Self.path)?done=revoked")
    }
    // The language links of a page that answered a form lead here.
    routes.get("\(Self.path)/revoke", .ownDesk) { _, _ in .redirect(Self.path) }
    routes.get(Self.mePath, .decidedInside("TokenRoutes.me"), programs: .welcome) { _, context in try await me(context) }
  }

  private func make(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let draft = PersonalToken.Draft(
      name: form["name"], scopes: Set(form.all("scopes").compactMap(Scope.init)), days: Int(typed: form["days"]) ?? 0)
    do {
      let token = try await accounts.makeToken(
        draft, of: context.person(), password: form.exact("present"), from: Whereabouts(request, context))
      return web.page(NewTokenPage(title: web.texts(context.language)["pages.tokens.made"], token: token.text), request, context)
    } catch let refusal as Refusal where !refusal.fields.isEmpty || [.tooManyTries, .listIsFull, .signInAgain].contains(refusal.reason) {
      return try await show(refusal, .init(draft), done: "", request, context)
    }
  }

  private func show(
    _ refusal: Refusal?, _ typed: TokensPage.Typed, done: String, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let person = try context.person()
    let rows = try await accounts.tokens(of: person.member.id)
    let page = TokensPage(
      rows, typed, asksPassword: try await !accounts.hasJustSignedIn(person), isRevoked: done == "revoked", refusal, at: accounts.clock.now,
      web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  // MARK: Who am I

  private struct Me: Encodable {
    let id: AccountID
    let name: String
    let roles: [String]
    let sites: [SiteID]
    /// Null for a browser.
    let scopes: [Scope]?
    let expires: Moment?

    /// Written out, because a browser has scopes of null and not none.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(name, forKey: .name)
      try container.encode(roles, forKey: .roles)
      try container.encode(sites, forKey: .sites)
      try container.encode(scopes, forKey: .scopes)
      try container.encode(expires, forKey: .expires)
    }

    private enum CodingKeys: String, CodingKey { case id, name, roles, sites, scopes, expires }
  }

  private func me(_ context: WebContext) async throws -> Response {
    let person = try context.person()
    let (member, digest) = (person.member, person.sessionDigest)
    let expires = member.scopes == nil ? nil : try await accounts.store.read { try $0.token(digest: digest)?.expiresAt }
    return .json(
      Me(
        id: member.id, name: person.name, roles: member.roles.sorted().map(\.rawValue), sites: member.sites.sorted(),
        scopes: member.scopes?.sorted(), expires: expires))
  }
}

struct TokensPage: Page {
  struct Line: Sendable {
    let id: String
    let name: String
    let scopes: String
    let made: ShownMoment
    let used: ShownMoment?
    let ends: ShownMoment
    let isOver: Bool
  }

  struct Box: Sendable {
    let value: String
    let label: String
    let hint: String
    let isChosen: Bool
  }

  /// What stands in the form.
  struct Typed: Sendable {
    var name = ""
    var scopes: Set<Scope> = [.chatsRead]
    var days = PersonalToken.lifeDays[1]

    init() {}

    init(_ draft: PersonalToken.Draft) {
      name = draft.name
      scopes = draft.scopes
      days = draft.days
    }
  }

  static let template = "tokens"
  let title: String
  let notice: String?
  let problem: String?
  let lines: [Line]
  let isEmpty: Bool
  let name: Field
  let boxes: [Box]
  let boxesError: String?
  let lives: [Box]
  let present: Field?

  init(
    _ rows: [PersonalTokenRow], _ typed: Typed, asksPassword: Bool, isRevoked: Bool, _ refusal: Refusal?, at now: Moment, _ texts: Texts
  ) {
    title = texts["pages.tokens.title"]
    notice = isRevoked ? texts["pages.tokens.revoked"] : nil
    problem = refusal.map { texts[$0] }
    let errors = FieldErrors(refusal, texts)
    lines = rows.map { row in
      Line(
        id: row.id.description, name: row.name, scopes: row.scopes.sorted().map(\.rawValue).joined(separator: ", "),
        made: ShownMoment(row.createdAt), used: row.usedAt.map { ShownMoment($0) }, ends: ShownMoment(row.expiresAt),
        isOver: row.expiresAt <= now)
    }
    isEmpty = rows.isEmpty
    name = Field("name", label: texts["pages.tokens.name"], value: typed.name, hint: texts["pages.tokens.nameHint"], errors: errors)
    boxes = Scope.allCases.map { scope in
      Box(
        value: scope.rawValue, label: scope.rawValue, hint: texts["pages.tokens.scope.\(scope.rawValue)"],
        isChosen: typed.scopes.contains(scope))
    }
    boxesError = errors["scopes"].map { _ in texts["pages.tokens.chooseScope"] }
    let days = PersonalToken.lifeDays.contains(typed.days) ? typed.days : PersonalToken.lifeDays[1]
    lives = PersonalToken.lifeDays.map {
      Box(value: String($0), label: texts.counted("pages.tokens.days", $0), hint: "", isChosen: $0 == days)
    }
    present = asksPassword ? texts.presentPassword(errors) : nil
  }
}

struct NewTokenPage: Page {
  static let template = "new-token"
  let title: String
  let token: String
}
