import Base
import Hummingbird
import Web

/// `/sign-in/passkey` and `/profile/security/passkeys`. What the browser's authenticator says comes as fields of a form that an element
/// fills in; everything else works without scripts.
struct PasskeyRoutes: Sendable {
  static let path = "/profile/security/passkeys"
  private static let newPath = "\(path)/new"
  private static let signInPath = "/sign-in/passkey"

  let accounts: Accounts
  let web: WebFront
  let signIn: SignInRoutes

  func register(on routes: Routes) {
    routes.get("\(Self.signInPath)/challenge", .to(.read, .publicPage)) { _, context in try challenge(context) }
    routes.form(Self.signInPath, .to(.write, .publicPage)) { form, request, context in try await enter(form, request, context) }
    routes.get(Self.newPath, .ownDesk) { request, context in
      try await accounts.hasJustSignedIn(try context.person())
        ? try await showNew(request, context) : try askPassword(nil, request, context)
    }
    routes.form(Self.newPath, .ownDesk) { form, request, context in
      do {
        try await accounts.makeSure(of: try context.person(), password: form.exact("present"))
        return try await showNew(request, context)
      } catch let refusal as Refusal where !refusal.fields.isEmpty || [.tooManyTries, .signInAgain].contains(refusal.reason) {
        return try askPassword(refusal, request, context)
      }
    }
    routes.form(Self.path, .ownDesk) { form, request, context in try await add(form, request, context) }
    routes.get("\(Self.path)/{id}", .ownDesk) { request, context in try await showOne(nil, request, context) }
    routes.form("\(Self.path)/{id}", .ownDesk) { form, request, context in
      try await changing(request, context) { person, id in
        try await accounts.renamePasskey(id, to: form["name"], of: person)
        return .redirect("\(SecurityRoutes.path)?done=passkeyRenamed")
      }
    }
    routes.form("\(Self.path)/{id}/remove", .ownDesk) { form, request, context in
      try await changing(request, context) { person, id in
        try await accounts.removePasskey(id, of: person, password: form.exact("present"), from: Whereabouts(request, context))
        return .redirect("\(SecurityRoutes.path)?done=passkeyRemoved")
      }
    }
    // The language links of a page that answered a form lead here.
    routes.get(Self.signInPath, .to(.read, .publicPage)) { _, _ in .redirect("/sign-in") }
    for path in [Self.path, "\(Self.path)/{id}/remove"] { routes.get(path, .ownDesk) { _, _ in .redirect(SecurityRoutes.path) } }
  }

  // MARK: Signing in

  /// What the element asks for before it asks the authenticator.
  private struct Challenge: Encodable {
    let challenge: String
    /// Comes back with the answer.
    let state: String
    let party: String
    let lifeSeconds: Int64
  }

  private func challenge(_ context: WebContext) throws -> Response {
    guard let party = accounts.relyingParty else { throw Refusal(.notFound) }
    let (challenge, sealed) = try accounts.challenge(browser: context.formKey.token)
    return .json(Challenge(challenge: challenge.text, state: sealed, party: party.id, lifeSeconds: PasskeyChallenge.seconds))
  }

  private func enter(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let next = SignInRoutes.next(form["next"])
    let assertion = RelyingParty.Assertion(
      credentialID: form.bytes("credential"), clientData: form.bytes("client"), authenticatorData: form.bytes("authenticator"),
      signature: form.bytes("signature"), userHandle: form.bytes("user"))
    do {
      let entrance = try await accounts.signIn(
        with: assertion, challenge: form["state"], browser: context.formKey.token, old: context.signedIn,
        from: Whereabouts(request, context))
      return web.entering(entrance, to: next, context)
    } catch let refusal as Refusal {
      return signIn.show(refusal, next: next, request, context)
    }
  }

  // MARK: One's own

  private func askPassword(_ refusal: Refusal?, _ request: Request, _ context: WebContext) throws -> Response {
    let texts = web.texts(context.language)
    let page = StepPage(
      title: texts["pages.passkeys.add"], text: texts["pages.passkeys.passwordFirst"], problem: refusal.map { texts[$0] },
      actionURL: SafeURL(Self.newPath), fields: [texts.presentPassword(FieldErrors(refusal, texts))],
      submit: texts["pages.passkeys.goOn"], links: [.init(linkURL: SafeURL(path: "/profile/security"), label: texts["pages.form.cancel"])])
    return web.step(page, refusal, request, context)
  }

  private func showNew(_ request: Request, _ context: WebContext) async throws -> Response {
    guard let party = accounts.relyingParty else { throw Refusal(.notFound) }
    let person = try context.person()
    let known = try await accounts.passkeys(of: person.member.id)
    let (challenge, sealed) = try accounts.challenge(for: person.member.id, browser: context.formKey.token)
    let page = NewPasskeyPage(
      challenge, sealed, party, house: accounts.mail.house, person, known: known, browser: UserAgent(request.headers[.userAgent] ?? ""),
      web.texts(context.language))
    return web.page(page, request, context)
  }

  private func add(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    do {
      try await accounts.addPasskey(
        .init(clientData: form.bytes("client"), attestation: form.bytes("attestation")), named: form["name"], challenge: form["state"],
        of: context.person(), browser: context.formKey.token, from: Whereabouts(request, context))
    } catch let refusal as Refusal where [.passkeyLate, .passkeyRefused, .passkeyTaken, .listIsFull].contains(refusal.reason) {
      return .redirect("\(SecurityRoutes.path)?done=\(refusal.reason.rawValue)")
    }
    return .redirect("\(SecurityRoutes.path)?done=passkeyAdded")
  }

  private func changing(
    _ request: Request, _ context: WebContext, _ change: (SignedIn, PasskeyID) async throws -> Response
  ) async throws -> Response {
    do {
      return try await change(context.person(), context.identity("id"))
    } catch let refusal as Refusal where !refusal.fields.isEmpty || [.tooManyTries, .passwordUnset, .signInAgain].contains(refusal.reason) {
      return try await showOne(refusal, request, context)
    }
  }

  private func showOne(_ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let person = try context.person()
    let row = try await accounts.passkey(try context.identity("id"), of: person)
    let asks = try await !accounts.hasJustSignedIn(person)
    let page = PasskeyPage(row, asksPassword: asks, refusal, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

extension Form {
  /// What an element has put into a field as Base64URL; empty for anything else.
  fileprivate func bytes(_ name: String) -> [UInt8] { Base64URL.bytes(self[name]) ?? [] }
}
