import Base
import Hummingbird
import Web

/// `/sign-up`: asking for an account, and proving the address.
struct SignUpRoutes: Sendable {
  private static let path = "/sign-up"

  let accounts: Accounts
  let web: WebFront
  /// The conversation that a letter's link leads to; nil when it leads nowhere.
  let threadBehind: @Sendable (String) -> ConversationID?

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .publicPage)) { request, context in
      if context.signedIn != nil { return .redirect(SignInRoutes.home(of: context.actor)) }
      var draft = Accounts.SignUpDraft()
      draft.kind = SignUpRules.Kind(rawValue: try Form(query: request)["as"]) ?? .customer
      draft.thread = threadBehind(try Form(query: request)["thread"])
      return try await show(draft, nil, request, context)
    }
    routes.form(Self.path, .to(.write, .publicPage)) { form, request, context in try await ask(form, request, context) }
    routes.get("\(Self.path)/sent", .to(.read, .publicPage)) { request, context in
      let texts = web.texts(context.language)
      return web.step(
        StepPage(
          title: texts["pages.sent.title"], text: texts["pages.signUp.sent"],
          links: [.init(linkURL: SafeURL(path: "/sign-up"), label: texts["pages.sent.again"])]), nil, request, context)
    }
    routes.get("\(Self.path)/{token}", .to(.read, .publicPage)) { request, context in
      try await showProof(token(context), nil, request, context)
    }
    routes.form("\(Self.path)/{token}", .to(.write, .publicPage)) { form, request, context in try await prove(form, request, context) }
  }

  private func token(_ context: WebContext) -> String { context.parameters.get("token") ?? "" }

  private func ask(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    var draft = Accounts.SignUpDraft()
    draft.kind = SignUpRules.Kind(rawValue: try Form(query: request)["as"]) ?? .customer
    draft.thread = threadBehind(try Form(query: request)["thread"])
    draft.email = form["email"]
    draft.firstName = form["firstName"].onOneLine
    draft.surname = form["surname"].onOneLine
    draft.bio = form["bio"]
    draft.password = form.exact("password")
    draft.language = context.language
    do {
      try await accounts.signUp(draft, browser: context.formKey.token, from: Whereabouts(request, context))
      return .redirect("\(Self.path)/sent")
    } catch let refusal as Refusal {
      return try await show(draft, refusal, request, context)
    }
  }

  private func show(
    _ draft: Accounts.SignUpDraft, _ refusal: Refusal?, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let texts = web.texts(context.language)
    let rules = try await accounts.signUpRules()
    let signIn = StepPage.Link(linkURL: SafeURL(path: "/sign-in"), label: texts["pages.signUp.known"])
    let closed: Refusal.Reason? = rules.kinds.isEmpty ? .signUpClosed : accounts.mail.isOn ? nil : .mailIsOff
    if let closed {
      let refusal = Refusal(closed)
      let page = StepPage(title: texts["pages.signIn.signUp"], text: texts[refusal], links: [signIn])
      return web.step(page, refusal, request, context)
    }
    var draft = draft
    if !rules.isOpen(to: draft.kind), let open = rules.kinds.first { draft.kind = open }
    let asked = rules.fields(of: draft.kind)
    let errors = FieldErrors(refusal, texts)
    // What was signed is letters, digits, dots and hyphens.
    let thread = draft.thread == nil ? "" : try Form(query: request)["thread"]
    let rest = thread.isEmpty ? "" : "&thread=\(thread)"
    func field(_ name: String, _ value: String, _ demand: SignUpRules.Demand, _ autocomplete: String) -> Field? {
      guard demand != .absent else { return nil }
      return Field(
        name, label: texts["pages.field.\(name)"], value: value, isRequired: demand == .required, autocomplete: autocomplete, errors: errors
      )
    }
    let others = rules.kinds.filter { $0 != draft.kind }.compactMap { kind in
      SafeURL("\(Self.path)?as=\(kind.rawValue)\(rest)").map {
        StepPage.Link(linkURL: $0, label: texts["pages.signUp.as.\(kind.rawValue)"])
      }
    }
    let page = StepPage(
      title: texts["pages.signUp.title.\(draft.kind.rawValue)"],
      text: texts[thread.isEmpty ? "pages.signUp.text.\(draft.kind.rawValue)" : "pages.signUp.keepsThread"],
      problem: refusal.map { texts[$0] }, actionURL: SafeURL("\(Self.path)?as=\(draft.kind.rawValue)\(rest)"),
      fields: [
        field("firstName", draft.firstName, asked.firstName, "given-name"), field("surname", draft.surname, asked.surname, "family-name"),
        texts.address(draft.email, errors), texts.newPassword(errors),
      ].compactMap(\.self),
      bio: field("bio", draft.bio, asked.bio, "off"), submit: texts["pages.signUp.submit"],
      providers: draft.kind == .customer ? texts.ways(to: accounts.providers, next: thread.isEmpty ? nil : "/threads/\(thread)") : [],
      links: others + [signIn])
    return web.step(page, refusal, request, context)
  }

  private func showProof(_ token: String, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let pending = try await accounts.pendingSignUp(token, browser: context.formKey.token)
    let texts = web.texts(context.language)
    let errors = FieldErrors(refusal, texts)
    let text = texts[pending.isSameBrowser ? "pages.signUp.proof" : "pages.signUp.proofElsewhere", ["address": pending.email]]
    let password = Field(
      "password", label: texts["pages.field.password"], type: "password", autocomplete: "current-password", errors: errors)
    let page = StepPage(
      title: texts["pages.signUp.proofTitle"], text: text, problem: refusal.map { texts[$0] },
      fields: pending.isSameBrowser ? [] : [password], submit: texts["pages.signUp.proofSubmit"])
    return web.step(page, refusal, request, context)
  }

  private func prove(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let token = token(context)
    do {
      let keepsThread = try await accounts.pendingSignUp(token, browser: context.formKey.token).keepsThread
      let entrance = try await accounts.confirmSignUp(
        token, password: form.exact("password"), browser: context.formKey.token, from: Whereabouts(request, context))
      return web.entering(entrance, to: keepsThread ? "/conversations" : nil, context)
    } catch let refusal as Refusal where !refusal.fields.isEmpty || refusal.reason == .tooManyTries {
      return try await showProof(token, refusal, request, context)
    }
  }
}
