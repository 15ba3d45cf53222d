import Base
import Hummingbird
import Logging
import Web

/// `/sign-in/with/…`: to a provider and back. Links and not forms, because a page may send its forms nowhere else.
struct ProviderRoutes: Sendable {
  let accounts: Accounts
  let web: WebFront
  let signIn: SignInRoutes

  func register(on routes: Routes) {
    routes.get("/sign-in/with/{provider}", .to(.read, .publicPage), limit: .forms) { request, context in
      try await begin(connecting: nil, request, context)
    }
    routes.get("/profile/security/with/{provider}", .ownDesk, limit: .forms) { request, context in
      try await begin(connecting: context.signedIn?.member.id, request, context)
    }
    routes.get("/sign-in/with/{provider}/callback", .to(.read, .publicPage), limit: .forms) { request, context in
      try await arrive(request, context)
    }
    routes.form("/profile/security/providers", .ownDesk) { form, request, context in
      guard let person = context.signedIn else { throw Refusal(.signInNeeded) }
      if let name = SignInProvider.Name(rawValue: form["provider"]) {
        do {
          try await accounts.disconnect(name, from: person, at: Whereabouts(request, context))
        } catch let refusal as Refusal where refusal.reason == .passwordUnset {
          return .redirect("\(SecurityRoutes.path)?done=\(refusal.reason.rawValue)")
        }
      }
      return .redirect("\(SecurityRoutes.path)?done=disconnected")
    }
    routes.get("/profile/security/providers", .ownDesk) { _, _ in .redirect(SecurityRoutes.path) }
  }

  private func provider(_ context: WebContext) throws -> SignInProvider {
    try accounts.provider(context.parameters.get("provider") ?? "")
  }

  private func begin(connecting: AccountID?, _ request: Request, _ context: WebContext) async throws -> Response {
    let provider = try provider(context)
    do {
      let next = SignInRoutes.next(try Form(query: request)["next"])
      let (address, cookie) = try await accounts.begin(provider, next: next, connecting: connecting)
      var response = Response.redirect(address)
      response.setCookie(web.cookies.flow(cookie, maxAgeSeconds: Int(ProviderFlow.seconds)))
      return response
    } catch let error as CancellationError {
      throw error
    } catch {
      return failed(error, provider, request, context)
    }
  }

  private func arrive(_ request: Request, _ context: WebContext) async throws -> Response {
    let provider = try provider(context)
    var response: Response
    do {
      let answer = try Form(query: request)
      // Somebody thought better of it (RFC 6749, section 4.1.2.1).
      if answer.has("error") { throw answer["error"] == "access_denied" ? Refusal(.providerDenied) : Refusal(.providerFailed) }
      let (arrival, next) = try await accounts.arrive(
        from: provider, code: answer["code"], state: answer["state"], cookie: request.cookies[web.cookies.flow]?.value ?? "",
        person: context.signedIn, browser: context.formKey.token, language: context.language, at: Whereabouts(request, context))
      switch arrival {
      case .entered(let entrance): response = web.entering(entrance, to: next, context)
      case .letterSent: response = .redirect("/sign-up/sent")
      case .connected: response = .redirect("\(SecurityRoutes.path)?done=connected")
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      response = failed(error, provider, request, context)
    }
    response.setCookie(web.cookies.flowEnded)
    return response
  }

  /// Back to where it began, with words for it. What is not a refusal is for the owner's log.
  private func failed(_ error: any Error, _ provider: SignInProvider, _ request: Request, _ context: WebContext) -> Response {
    let refusal: Refusal
    if let known = error as? Refusal {
      refusal = known
    } else {
      context.logger.error(
        "Signing in with somebody else's word failed",
        metadata: ["provider": .string(provider.name.rawValue), "error": .string(String(describing: error))])
      refusal = Refusal(.providerFailed)
    }
    if context.signedIn != nil { return .redirect("\(SecurityRoutes.path)?done=\(refusal.reason.rawValue)") }
    return signIn.show(refusal, request, context)
  }
}
