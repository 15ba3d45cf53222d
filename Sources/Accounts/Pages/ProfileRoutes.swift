import Base
import Hummingbird
import Web

/// Everybody's own account.
struct ProfileRoutes: Sendable {
  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get("/profile", .ownDesk) { request, context in
      let account = try await own(context)
      let saved = try Form(query: request)["saved"]
      let notice = saved == "address" ? "pages.profile.addressSent" : "pages.form.saved"
      return web.page(page(account, nil, notice: saved.isEmpty ? nil : notice, context), request, context)
    }
    routes.form("/profile", .ownDesk) { form, request, context in try await save(form, request, context) }
    routes.form("/profile/address", .ownDesk) { form, request, context in try await changeAddress(form, request, context) }
    routes.form("/profile/password", .ownDesk) { form, request, context in try await changePassword(form, request, context) }
    // The language links of a page that answered the form lead here.
    for part in ["password", "address"] { routes.get("/profile/\(part)", .ownDesk) { _, _ in .redirect("/profile") } }
  }

  private func own(_ context: WebContext) async throws -> Account {
    guard let person = context.signedIn, let account = try await accounts.account(person.member.id) else { throw Refusal(.signInNeeded) }
    return account
  }

  private func save(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try await own(context)
    let profile = Accounts.ProfileDraft(
      name: form["name"], pseudonym: form["pseudonym"], avatar: form.avatar,
      language: Language(rawValue: form["language"]) ?? account.language)
    do {
      try await accounts.updateProfile(of: account.id, to: profile, from: Whereabouts(request, context))
      var response = Response.redirect("/profile?saved=yes")
      response.setCookie(web.cookies.chosen(profile.language))
      return response
    } catch let refusal as Refusal where !refusal.fields.isEmpty {
      var typed = account.draft
      typed.name = profile.name
      typed.pseudonym = profile.pseudonym
      typed.avatar = profile.avatar
      typed.language = profile.language
      return web.page(page(account, refusal, typed: typed, context), request, context, status: refusal.reason.status)
    }
  }

  private func changeAddress(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try await own(context)
    guard let person = context.signedIn else { throw Refusal(.signInNeeded) }
    do {
      try await accounts.askNewAddress(
        form["email"], of: person, password: form.exact("addressPassword"), from: Whereabouts(request, context))
      return .redirect("/profile?saved=address")
    } catch var refusal as Refusal {
      // Two forms of this page ask for the present password.
      refusal.fields = Dictionary(uniqueKeysWithValues: refusal.fields.map { ($0 == "present" ? "addressPassword" : $0, $1) })
      let page = page(account, refusal, newAddress: form["email"], context)
      return web.page(page, request, context, status: refusal.reason.status)
    }
  }

  private func changePassword(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try await own(context)
    guard let person = context.signedIn else { throw Refusal(.signInNeeded) }
    do {
      let token = try await accounts.changePassword(
        of: person, from: form.exact("present"), to: form.exact("password"), at: Whereabouts(request, context))
      var response = Response.redirect("/profile?saved=yes")
      response.setCookie(web.cookies.signedIn(token, maxAgeSeconds: Int(SessionLifetime.absoluteSeconds)))
      return response
    } catch let refusal as Refusal {
      return web.page(page(account, refusal, context), request, context, status: refusal.reason.status)
    }
  }

  private func page(
    _ account: Account, _ refusal: Refusal?, typed: AccountDraft? = nil, notice: String? = nil, newAddress: String = "",
    _ context: WebContext
  ) -> ProfilePage {
    let texts = web.texts(context.language)
    let errors = FieldErrors(refusal, texts)
    let draft = typed ?? account.draft
    return ProfilePage(
      title: texts["pages.layout.profile"], problem: refusal.map { texts[$0] }, notice: notice.map { texts[$0] }, address: draft.email,
      addressText: texts["pages.profile.addressText", ["address": draft.email]],
      mailIsOn: accounts.mail.isOn, newAddress: texts.address(newAddress, errors, label: "pages.field.newAddress"),
      addressPassword: Field(
        "addressPassword", label: texts["pages.field.presentPassword"], type: "password", autocomplete: "current-password", errors: errors),
      personName: Field("name", label: texts["pages.field.personName"], value: draft.name, autocomplete: "name", errors: errors),
      pseudonym: Field(
        "pseudonym", label: texts["pages.field.pseudonym"], value: draft.pseudonym, isRequired: false,
        hint: texts["pages.field.pseudonymHint"], autocomplete: "off", errors: errors),
      avatars: texts.avatars(chosen: draft.avatar), avatar: draft.avatar.rawValue, photoURL: account.photo.flatMap(SafeURL.init),
      takesPhotos: accounts.landing != nil,
      answers: !account.roles.isDisjoint(with: [.agent, .expert]), megabytes: Photo.byteLimit >> 20,
      languageChoices: texts.languages(chosen: draft.language),
      present: Field(
        "present", label: texts["pages.field.presentPassword"], type: "password", autocomplete: "current-password", errors: errors),
      password: Field(
        "password", label: texts["pages.field.newPassword"], type: "password", hint: texts["pages.field.passwordHint"],
        autocomplete: "new-password", errors: errors))
  }
}

struct ProfilePage: Page {
  static let template = "profile"
  let title: String
  let problem: String?
  let notice: String?
  let address: String
  let addressText: String
  let mailIsOn: Bool
  let newAddress: Field
  let addressPassword: Field
  let personName: Field
  let pseudonym: Field
  let avatars: [Choice]
  let avatar: String
  let photoURL: SafeURL?
  let takesPhotos: Bool
  /// Whether they can be given websites to answer for.
  let answers: Bool
  let megabytes: Int
  let languageChoices: [Choice]
  let present: Field
  let password: Field
}
