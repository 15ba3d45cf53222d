import Access
import Base
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Web

/// What the widget asks across origins: no cookies, no preflight, the visitor's key in the body (docs/protocol.md, section 6).
struct WidgetRoutes: Sendable {
  static let configurationSeconds = 300

  let sites: Sites
  let web: WebFront
  /// Whether letters go anywhere.
  let mails: Bool
  let inviting: (any Inviting)?
  let chat: ChatQuestion

  func register(on routes: Routes) {
    let inside = "WidgetRoutes.welcomed"
    routes.on(
      .post, "/api/v1/widget/{key}/views", .decidedInside(inside), origin: .decidedInside(inside), limit: .widget
    ) { request, context in try await welcomed(request, context) { site in try await view(at: site, request, context) } }
    routes.on(
      .post, "/api/v1/widget/{key}/beats", .decidedInside(inside), origin: .decidedInside(inside), limit: .widget
    ) { request, context in try await welcomed(request, context) { site in try await beat(at: site, request, context) } }
    routes.on(
      .post, "/api/v1/widget/{key}/invitations", .decidedInside(inside), origin: .decidedInside(inside), limit: .widget
    ) { request, context in try await welcomed(request, context) { site in try await invitation(at: site, request) } }
    routes.on(
      .get, "/api/v1/widget/{key}/config", .decidedInside(inside), origin: .decidedInside(inside), limit: .widget
    ) { request, context in try await welcomed(request, context) { site in try await configuration(of: site, request) } }
  }

  // MARK: - Who may ask

  /// Runs the handler for the site of the path, if it is there and the page that asks is one of its own.
  private func welcomed(
    _ request: Request, _ context: WebContext, _ handler: (Site) async throws -> Response
  ) async throws -> Response {
    guard let key = context.parameters.get("key"), let site = try await sites.site(key: key) else { throw Refusal(.notFound) }
    guard context.actor.may(request.method == .get ? .read : .write, .widget(site.id)) else { throw Refusal(.notAllowed) }
    guard let origin = site.allowed(origin: request.headers[.origin]) else { throw Refusal(.originNotAllowed) }
    var response: Response
    do {
      response = try await handler(site)
    } catch let error as CancellationError {
      throw error
    } catch {
      // With the origin's name on it the page may read why; without, it would only see that something failed.
      response = web.answer(to: error, request, context)
    }
    response.headers[.accessControlAllowOrigin] = origin.description
    response.headers[.vary] = "Origin"
    response.headers[.crossOriginResourcePolicy] = "cross-origin"
    return response
  }

  /// The hundred requests a minute that each visitor has (E78a), whichever address they come from.
  private func visitorKey(_ text: String, at site: Site) throws(Refusal) -> Secret {
    guard let key = Secret(text) else { throw Refusal(.notUnderstood) }
    try web.limiter.admit(.widget, party: .visitor, key: "\(site.id).\(key.text)", at: sites.clock.now)
    return key
  }

  // MARK: - What is answered

  private func view(at site: Site, _ request: Request, _ context: WebContext) async throws -> Response {
    let userAgent = request.headers[.userAgent] ?? ""
    // Nobody is there to be offered anything.
    guard !Robot.isNamed(in: userAgent) else { return Response(status: .noContent) }
    let body = try await request.json(ViewBody.self, upTo: ViewBody.byteLimit)
    let key = try visitorKey(body.key, at: site)
    let page = try site.page(url: body.url, title: body.title ?? "", at: sites.clock.now)
    let sender = Sender(address: context.address.text, language: body.language ?? "", userAgent: userAgent)
    guard let panel = web.bundle.assetAddress("panel.js"), let watch = web.bundle.assetAddress("watch.js") else {
      throw Refusal(.unavailable)
    }
    let network = context.address.network
    let isPrivate = body.gpc == true || asksForPrivacy(request)
    let seen = try await sites.view(
      page, at: site, key: key, from: sender, referrer: referrer(body.referrer), isPrivate: isPrivate, chat: chat
    ) {
      try web.limiter.admit(.newVisitors, party: .visitor, key: network, at: sites.clock.now)
    }
    let texts = web.texts(language(of: site, asked: body.language ?? ""))
    // Who asks not to be followed is left alone.
    let moments = isPrivate ? [] : inviting?.momentsToInvite(to: site.id, on: page.url, language: sender.language) ?? []
    return .json(
      ViewAnswer(
        view: seen.view, panel: panel, watch: watch, open: seen.isTalking, hue: site.look.hue,
        position: site.look.position.rawValue, label: texts["sites.launcher"], invite: moments.isEmpty ? nil : moments))
  }

  private func beat(at site: Site, _ request: Request, _ context: WebContext) async throws -> Response {
    let body = try await request.json(BeatBody.self, upTo: BeatBody.byteLimit)
    let seen = try await sites.beat(
      body.beat(isPrivate: asksForPrivacy(request)), at: site, key: visitorKey(body.key, at: site), chat: chat)
    // Where somebody of the team wrote first meanwhile, the page fetches its panel.
    if seen.isTalking { return Response(status: .ok) }
    guard body.invite == true, body.last != true, !asksForPrivacy(request), let card = web.bundle.assetAddress("invitation.js"),
      let invited = try await inviting?.invite(seen.visitor, on: body.view, at: site, from: context.address.network)
    else { return Response(status: .noContent) }
    let logo = site.logo.map { web.settings.baseAddress + $0 }
    return .json(InvitationCard(invited, of: site, drawnBy: card, logo: logo, web.texts(invited.language)), status: .created)
  }

  private func invitation(at site: Site, _ request: Request) async throws -> Response {
    let body = try await request.json(InvitationBody.self, upTo: InvitationBody.byteLimit)
    let key = try visitorKey(body.key, at: site)
    guard let inviting else { throw Refusal(.notFound) }
    switch body.deed {
    case .opened: try await inviting.opened(body.invitation, by: key, at: site)
    case .closed: try await inviting.closed(body.invitation, by: key, at: site)
    }
    return Response(status: .noContent)
  }

  /// Browsers say so with every request: https://www.w3.org/TR/gpc/
  private func asksForPrivacy(_ request: Request) -> Bool {
    HTTPField.Name("Sec-GPC").flatMap { request.headers[$0] } == "1"
  }

  private func configuration(of site: Site, _ request: Request) async throws -> Response {
    let language = language(of: site, asked: try Form(query: request)["language"])
    let (features, policy) = try await sites.store.read { (try $0.features(at: site.id), try $0.policy(at: site.id)) }
    let body = try Sites.configuration(of: site, offering: features, under: policy, mails: mails, in: language, web: web)
    return Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=\(Self.configurationSeconds)"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }

  private func language(of site: Site, asked: String) -> Language {
    switch site.language {
    case .always(let language): language
    case .visitors: Language(preferredIn: asked)
    }
  }

  /// Where the visitor came from, kept for as much as it is worth: any page of the web, or nothing.
  private func referrer(_ text: String?) throws(Refusal) -> String {
    guard let text, !text.isEmpty else { return "" }
    guard !text.utf8.contains(0) else { throw Refusal(.textHasNull) }
    return WebAddress(text)?.text.cut(to: SeenPage.addressLimit) ?? ""
  }
}
