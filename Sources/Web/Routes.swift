import Access
import Base
import HTTPTypes
import Hummingbird

/// The table of all routes, each with what it needs, and the router that is made from it.
///
/// There is no other way in: what is registered here passes origin, limit and door before its handler. A test walks `rows` as every
/// kind of person, and fails for a route of the router that has no row.
public final class Routes {
  public struct Row: Hashable, Sendable, CustomStringConvertible {
    public let method: HTTPRequest.Method
    public let path: String
    public let need: Need
    public let origin: AllowedOrigin
    public let limit: Limits.Purpose
    public let programs: Programs

    public var description: String { "\(method) \(path)" }
  }

  public let web: WebFront
  public let router: Router<WebContext>
  public private(set) var rows: [Row] = []

  /// - Parameters:
  ///   - unread: how many notices wait for an account, which every page shows.
  ///   - alerts: how many alerts are open, which every page shows to administrators.
  public init(
    web: WebFront, recognise: @escaping Recognise, unread: @escaping @Sendable (AccountID) async throws -> Int64 = { _ in 0 },
    alerts: @escaping @Sendable () async throws -> Int64 = { 0 }
  ) {
    self.web = web
    router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: SecurityHeaders(isSecure: web.settings.isSecure))
    router.add(middleware: Reception(web: web, recognise: recognise, unread: unread, alerts: alerts))
  }

  public typealias Handler = @Sendable (Request, WebContext) async throws -> Response
  public typealias FormHandler = @Sendable (Form, Request, WebContext) async throws -> Response

  public func get(
    _ path: String, _ need: Need, limit: Limits.Purpose = .pages, programs: Programs = .refused, _ handler: @escaping Handler
  ) {
    on(.get, path, need, limit: limit, programs: programs, handler)
  }

  /// A form of ours: decoded, and refused without the token that was put into it.
  public func form(_ path: String, _ need: Need, _ handler: @escaping FormHandler) {
    on(.post, path, need, limit: .forms) { [web] request, context in
      let form = try await Form(of: request)
      guard context.formKey.accepts(form[FormKey.fieldName]) else {
        if request.wantsJSON { throw Refusal(.formExpired) }
        return web.resend(form, request, context)
      }
      return try await handler(form, request, context)
    }
  }

  public func on(
    _ method: HTTPRequest.Method, _ path: String, _ need: Need, origin: AllowedOrigin = .own, limit: Limits.Purpose = .pages,
    programs: Programs = .refused, _ handler: @escaping Handler
  ) {
    let row = Row(method: method, path: RouterPath(path).description, need: need, origin: origin, limit: limit, programs: programs)
    rows.append(row)
    router.on(RouterPath(path), method: method) { [web] request, context in
      try web.admit(request, context, to: row)
      return try await handler(request, context)
    }
  }

  /// Routes of the router that nobody declared here: always empty, as a test proves.
  public var undeclared: [String] {
    let declared = Set(rows.map(\.description))
    return router.routes.map { "\($0.method == .head ? .get : $0.method) \($0.path)" }.filter { !declared.contains($0) }
  }
}

extension WebFront {
  fileprivate func admit(_ request: Request, _ context: WebContext, to row: Routes.Row) throws(Refusal) {
    if row.method.isUnsafe, row.origin == .own, !context.isProgram, !isOwn(request) { throw Refusal(.originNotAllowed) }
    try limiter.admit(row.limit, by: context.actor, from: context.address, at: clock.now)
    if let scopes = context.signedIn?.member.scopes { try admit(scopes, to: row) }
    if context.signedIn?.member.embeddedAt != nil, row.programs == .refused { throw Refusal(.notForPrograms) }
    guard !row.need.isMet(by: context.actor) else { return }
    throw Refusal(context.actor == .signedOut ? .signInNeeded : .notAllowed)
  }

  private func admit(_ scopes: Set<Scope>, to row: Routes.Row) throws(Refusal) {
    switch row.programs {
    case .welcome: break
    case .with(let scope): guard scopes.contains(scope) else { throw Refusal(.scopeMissing, arguments: ["scope": scope.rawValue]) }
    case .refused: throw Refusal(.notForPrograms)
    }
  }
}
