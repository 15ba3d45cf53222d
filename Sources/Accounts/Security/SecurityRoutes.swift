import Base
import Hummingbird
import Web

/// `/profile/security`: where one is signed in, and the second step at sign-in.
struct SecurityRoutes: Sendable {
  static let path = "/profile/security"
  private static let appPath = "\(path)/app"

  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in
      try await show(done: try Form(query: request)["done"], nil, request, context)
    }
    routes.form("\(Self.path)/sessions", .ownDesk) { form, request, context in try await endSessions(form, request, context) }
    routes.get(Self.appPath, .ownDesk) { request, context in try await showPairing(nil, request, context) }
    routes.form(Self.appPath, .ownDesk) { form, request, context in
      try await changing(request, context) { person in
        try await accounts.pair(person, password: form.exact("present"))
        return .redirect(Self.appPath)
      }
    }
    routes.form("\(Self.path)/proof", .ownDesk) { form, request, context in try await confirmPairing(form, request, context) }
    routes.form("\(Self.path)/codes", .ownDesk) { form, request, context in
      try await changing(request, context) { person in
        let codes = try await accounts.renewRecoveryCodes(
          of: person, password: form.exact("present"), from: Whereabouts(request, context))
        return show(codes, request, context)
      }
    }
    routes.form("\(Self.path)/off", .ownDesk) { form, request, context in
      try await changing(request, context) { person in
        try await accounts.unpair(person, password: form.exact("present"), from: Whereabouts(request, context))
        return .redirect("\(Self.path)?done=off")
      }
    }
    // The language links of a page that answered a form lead here.
    for part in ["sessions", "proof", "codes", "off"] { routes.get("\(Self.path)/\(part)", .ownDesk) { _, _ in .redirect(Self.path) } }
  }

  /// What the page's forms do; what is wrong with them stands on the page.
  private func changing(_ request: Request, _ context: WebContext, _ change: (SignedIn) async throws -> Response) async throws -> Response {
    do {
      return try await change(context.person())
    } catch let refusal as Refusal where !refusal.fields.isEmpty || [.tooManyTries, .secondStepIsOn].contains(refusal.reason) {
      return try await show(done: "", refusal, request, context)
    }
  }

  private func endSessions(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let (person, place) = (try context.person(), Whereabouts(request, context))
    if form["session"] == "others" {
      try await accounts.endOtherSessions(of: person, from: place)
      return .redirect("\(Self.path)?done=others")
    }
    if let digest = SecurityPage.digest(form["session"]) { try await accounts.endSession(digest, of: person, from: place) }
    return .redirect("\(Self.path)?done=ended")
  }

  private func confirmPairing(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    do {
      return show(
        try await accounts.confirmPairing(form["code"], of: context.person(), from: Whereabouts(request, context)), request, context)
    } catch let refusal as Refusal where !refusal.fields.isEmpty || refusal.reason == .tooManyTries {
      return try await showPairing(refusal, request, context)
    } catch let refusal as Refusal where refusal.reason == .notFound {
      // Another window was quicker.
      return .redirect(Self.path)
    }
  }

  private func show(done: String, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let person = try context.person()
    let state = try await accounts.security(of: person.member.id)
    let page = SecurityPage(
      state, person, accounts.providers, hasPasskeys: accounts.relyingParty != nil, done: done, refusal, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func showPairing(_ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    do {
      let page = PairingPage(try await accounts.pairing(of: context.person()), refusal, web.texts(context.language))
      return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
    } catch let refusal as Refusal where refusal.reason == .notFound {
      return .redirect(Self.path)
    }
  }

  private func show(_ codes: [RecoveryCode], _ request: Request, _ context: WebContext) -> Response {
    let lines = codes.map(\.grouped).joined(separator: "\n")
    return web.page(RecoveryCodesPage(title: web.texts(context.language)["pages.codes.title"], codes: lines), request, context)
  }
}

struct SecurityPage: Page {
  struct Line: Sendable {
    let id: String
    let browser: String
    let address: String
    let since: ShownMoment
    let used: ShownMoment
    let isThis: Bool
  }

  struct SecondStep: Sendable {
    let since: ShownMoment
    let codesLeft: String
    let isShort: Bool
  }

  struct Provider: Sendable {
    let name: String
    let title: String
    let isConnected: Bool
    let connectURL: SafeURL
  }

  static let template = "security"
  let title: String
  let notice: String?
  let problem: String?
  let sessions: [Line]
  let hasOthers: Bool
  let second: SecondStep?
  let present: Field
  let providers: [Provider]
  let hasProviders: Bool
  /// Nil where there can be none.
  let passkeys: PasskeyList?

  init(
    _ state: Accounts.SecurityState, _ person: SignedIn, _ known: [SignInProvider], hasPasskeys: Bool, done: String, _ refusal: Refusal?,
    _ texts: Texts
  ) {
    title = texts["pages.security.title"]
    let notices = ["ended", "others", "off", "connected", "disconnected", "passkeyAdded", "passkeyRenamed", "passkeyRemoved"]
    notice = notices.contains(done) ? texts["pages.security.done.\(done)"] : nil
    let failure = Refusal.Reason(rawValue: done).map { Refusal($0, arguments: ["limit": String(Accounts.passkeyLimit)]) }
    problem = (refusal ?? failure).map { texts[$0] }
    providers = known.map { provider in
      Provider(
        name: provider.name.rawValue, title: provider.title, isConnected: state.providers.contains(provider.name),
        connectURL: SafeURL(path: "/profile/security/with/", provider.name.rawValue))
    }
    hasProviders = !known.isEmpty
    passkeys = hasPasskeys || !state.passkeys.isEmpty ? PasskeyList(state.passkeys, canAdd: hasPasskeys) : nil
    sessions = state.sessions.map { row in
      Line(
        id: Secret.hexadecimal(row.digest), browser: UserAgent(row.browser).text, address: row.address, since: ShownMoment(row.createdAt),
        used: ShownMoment(row.usedAt), isThis: row.digest == person.sessionDigest)
    }
    hasOthers = sessions.contains { !$0.isThis }
    second = state.since.map {
      SecondStep(
        since: ShownMoment($0), codesLeft: texts.counted("pages.security.codesLeft", state.codesLeft), isShort: state.codesLeft < 3)
    }
    present = texts.presentPassword(FieldErrors(refusal, texts))
  }

  /// What names a session on the page: the digest of its token, which opens nothing.
  static func digest(_ text: String) -> [UInt8]? {
    guard text.utf8.count == 64 else { return nil }
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }
}

struct PairingPage: Page {
  static let template = "pairing"
  let title: String
  let problem: String?
  let picture: QRCode?
  let secret: String
  let code: Field

  init(_ pairing: Accounts.Pairing, _ refusal: Refusal?, _ texts: Texts) {
    title = texts["pages.pairing.title"]
    problem = refusal.map { texts[$0] }
    picture = QRCode(pairing.address)
    secret = base32(pairing.password.secret)
    code = texts.code(hint: nil, FieldErrors(refusal, texts))
  }
}

struct RecoveryCodesPage: Page {
  static let template = "recovery-codes"
  let title: String
  /// A line each.
  let codes: String
}

extension Texts {
  func code(hint: String?, _ errors: FieldErrors) -> Field {
    Field("code", label: self["pages.field.code"], hint: hint.map { self[$0] }, autocomplete: "one-time-code", errors: errors)
  }
}
