import Base
import HTTPTypes
import Hummingbird
import Logging

/// Looks who comes in, and turns what goes wrong on the way into an answer that they can read.
struct Reception: RouterMiddleware {
  typealias Context = WebContext

  let web: WebFront
  let recognise: Recognise
  let unread: @Sendable (AccountID) async throws -> Int64
  let alerts: @Sendable () async throws -> Int64

  func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
    let started = ContinuousClock.now
    var context = context
    context.address = ClientAddress(
      peer: context.peer, forwarded: request.headers[values: .forwardedFor], trusted: web.settings.trustedProxies)
    var response: Response
    do {
      try await look(at: request, &context)
      response = try await next(request, context)
    } catch let error as CancellationError {
      throw error
    } catch {
      response = web.answer(to: error, request, context)
    }
    remember(request, context, &response)
    log(request, context, response, since: started)
    return response
  }

  private func look(at request: Request, _ context: inout WebContext) async throws {
    let cookies = Cookies(from: request.headers[values: .cookie])
    if let token = request.headers.bearerToken {
      // Cookies that came along are not looked at: who shows a token is judged by it alone.
      context.language = language(request, Cookies(from: []), account: nil)
      guard let person = try await recognise(.bearer(token)) else { throw Refusal(.tokenInvalid) }
      context.signedIn = person
      context.language = language(request, Cookies(from: []), account: person.language)
      return
    }
    context.language = language(request, cookies, account: nil)
    context.formKey = FormKey(cookie: cookies[web.cookies.form]?.value)
    if let known = cookies[web.cookies.browser].flatMap({ Secret($0.value) }) { context.browser = known }
    guard let token = cookies[web.cookies.session]?.value, !token.isEmpty, var person = try await recognise(.session(token)) else { return }
    // Only a page shows the numbers: pictures, scripts and the API need not wait for them.
    if request.headers[.accept]?.contains("text/html") == true {
      person.unreadNotices = try await unread(person.member.id)
      if person.member.roles.contains(.administrator) { person.openAlerts = try await alerts() }
    }
    context.signedIn = person
    context.formKey = FormKey(session: token)
    context.language = language(request, cookies, account: person.language)
  }

  /// What was chosen just now, then what this browser chose before, then the account, then the browser's own wish.
  private func language(_ request: Request, _ cookies: Cookies, account: Language?) -> Language {
    let kept = cookies[web.cookies.language].flatMap { Language(rawValue: $0.value) }
    return chosenNow(request) ?? kept ?? account ?? Language(preferredIn: request.headers[.acceptLanguage] ?? "")
  }

  private func chosenNow(_ request: Request) -> Language? {
    // Addresses of the API may have a parameter of that name, which chooses nothing for the browser.
    guard !request.uri.path.hasPrefix("/api/"), let query = request.uri.query, query.contains("language=") else { return nil }
    return (try? Form(query: request)).flatMap { Language(rawValue: $0["language"]) }
  }

  private func remember(_ request: Request, _ context: WebContext, _ response: inout Response) {
    if let chosen = chosenNow(request) { response.setCookie(web.cookies.chosen(chosen)) }
    if let secret = context.formKey.cookieToSet { response.setCookie(web.cookies.formKey(secret)) }
  }

  /// The route, never the address: addresses can carry one-time links.
  private func log(_ request: Request, _ context: WebContext, _ response: Response, since started: ContinuousClock.Instant) {
    let level: Logger.Level = request.method.isUnsafe || response.status.code >= 400 ? .info : .debug
    context.logger.log(
      level: level, "\(request.method) \(context.endpointPath ?? "-")",
      metadata: [
        "status": .stringConvertible(response.status.code), "took": .string("\(ContinuousClock.now - started)"),
        "from": .string(context.address.text),
      ])
  }
}
