import Access
import Base
import Hummingbird
import Web

/// Coming in and going out.
struct SignInRoutes: Sendable {
  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get("/sign-in", .to(.read, .publicPage)) { request, context in
      let next = Self.next(try Form(query: request)["next"])
      if context.signedIn != nil { return .redirect(next ?? Self.home(of: context.actor)) }
      let done = try Form(query: request)["done"]
      return web.page(page(email: "", next: next, refusal: nil, done: done, context), request, context)
    }
    routes.form("/sign-in", .to(.write, .publicPage)) { form, request, context in try await signIn(form, request, context) }
    routes.form("/sign-out", .ownDesk) { _, request, context in
      if let person = context.signedIn { try await accounts.signOut(person, from: Whereabouts(request, context)) }
      var response = Response.redirect("/sign-in")
      response.setCookie(web.cookies.signedOut)
      return response
    }
  }

  private func signIn(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let next = Self.next(form["next"])
    do {
      let entrance = try await accounts.signIn(
        email: form["email"], password: form.exact("password"), old: context.signedIn, from: Whereabouts(request, context))
      return web.entering(entrance, to: next, context)
    } catch let refusal as Refusal {
      return show(refusal, email: form["email"], next: next, request, context)
    }
  }

  func show(_ refusal: Refusal, email: String = "", next: String? = nil, _ request: Request, _ context: WebContext) -> Response {
    let page = page(email: email, next: next, refusal: refusal, context)
    var response = web.page(page, request, context, status: refusal.reason.status)
    if let seconds = refusal.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
    return response
  }

  private func page(email: String, next: String?, refusal: Refusal?, done: String = "", _ context: WebContext) -> SignInPage {
    let texts = web.texts(context.language)
    let notice = ["recovered", "moved", "late"].contains(done) ? texts["pages.signIn.\(done)"] : nil
    return SignInPage(
      title: texts["pages.signIn.title"], notice: notice, problem: refusal.map { texts[$0] }, next: next, mailIsOn: accounts.mail.isOn,
      providers: texts.ways(to: accounts.providers, next: next),
      email: Field(
        "email", label: texts["pages.field.email"], type: "email", value: email,
        autocomplete: accounts.relyingParty == nil ? "username" : "username webauthn"),
      password: Field("password", label: texts["pages.field.password"], type: "password", autocomplete: "current-password"),
      passkey: accounts.relyingParty.map { PasskeyWay(origin: $0.origin) })
  }

  /// It travels in a cookie, which a browser drops when it is too long.
  private static let nextLimit = 1000

  /// Only a path of ours: a link to the sign-in page must not be able to send people away.
  static func next(_ text: String) -> String? {
    guard text.utf8.count <= nextLimit, let path = SafeURL(text)?.text, path.hasPrefix("/"), !path.contains("\\") else { return nil }
    return path
  }

  static func home(of actor: Access.Actor) -> String {
    guard case .account(let member) = actor else { return "/sign-in" }
    return home(of: member.roles)
  }

  static func home(of roles: Set<Role>) -> String {
    roles.isDisjoint(with: Role.team) ? "/profile" : roles.contains(.administrator) ? "/admin" : "/console"
  }
}

struct SignInPage: Page {
  static let template = "sign-in"
  let title: String
  let notice: String?
  let problem: String?
  let next: String?
  let mailIsOn: Bool
  let providers: [ProviderLink]
  let email: Field
  let password: Field
  /// Nil where there can be none.
  let passkey: PasskeyWay?
}

struct PasskeyWay: Sendable {
  /// The only place where passkeys work.
  let origin: String
}

/// A way in on somebody else's word.
struct ProviderLink: Sendable {
  let wayURL: SafeURL?
  let label: String
}

extension Texts {
  func ways(to providers: [SignInProvider], next: String?) -> [ProviderLink] {
    providers.map { provider in
      ProviderLink(
        wayURL: SafeURL("/sign-in/with/\(provider.name.rawValue)" + (next.map { "?next=" + FormCoding.encode($0) } ?? "")),
        label: self["pages.providers.continue", ["provider": provider.title]])
    }
  }
}

extension WebFront {
  /// Sends somebody on whose session was just opened, or to the second step.
  func entering(_ entrance: Accounts.Entrance, to next: String?, _ context: WebContext) -> Response {
    if entrance.owesSecondStep {
      var response = Response.redirect(SecondStepRoutes.path + (next.map { "?next=" + FormCoding.encode($0) } ?? ""))
      response.setCookie(cookies.challenged(entrance.token, maxAgeSeconds: Int(Accounts.challengeSeconds)))
      return response
    }
    var response = Response.redirect(next ?? SignInRoutes.home(of: entrance.account.roles))
    response.setCookie(cookies.signedIn(entrance.token, maxAgeSeconds: Int(SessionLifetime.absoluteSeconds)))
    response.setCookie(cookies.unchallenged)
    response.setCookie(cookies.known(context.browser.text))
    return response
  }
}
