import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/privacy`: who asks what is kept about them is answered here, and what is kept how long.
struct AdminPrivacyRoutes: Sendable {
  static let path = "/admin/privacy"

  let privacy: Privacy
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in
      try await show(try Form(query: request)["q"], nil, request, context)
    }
    routes.get("\(Self.path)/copies/{id}", .to(.read, .administration)) { request, context in
      try await privacy.answer(context.identity("id"), request, context)
    }
    form("copy", on: routes) { subject, me, place in try await privacy.askArchive(of: subject, by: me, from: place) }
    form("erase", on: routes) { subject, me, place in
      // An account is deleted on its own page, which says what goes with it.
      guard case .visitor(let visitor) = subject else { throw Refusal(.notUnderstood) }
      try await privacy.askErasure(of: visitor, by: me, from: place)
    }
    form("keep", on: routes) { subject, me, place in
      guard case .visitor = subject else { throw Refusal(.notUnderstood) }
      try await privacy.endErasure(subject, by: me, from: place)
    }
  }

  private func form(
    _ deed: String, on routes: Routes, _ work: @escaping @Sendable (DataSubject, AccountID, Whereabouts) async throws -> Void
  ) {
    routes.form("\(Self.path)/\(deed)", .to(.write, .administration)) { form, request, context in
      guard let me = context.signedIn?.member.id else { throw Refusal(.signInNeeded) }
      guard let subject = DataSubject(words: form["subject"]) else { throw Refusal(.notUnderstood) }
      do {
        try await work(subject, me, Whereabouts(request, context))
      } catch let refusal as Refusal where [.archiveUnderWay, .tooManyArchives].contains(refusal.reason) {
        return try await show(form["q"], refusal, request, context)
      }
      let query = SafeURL(beside: form["q"]).text
      return .redirect("\(Self.path)?q=\(query)&done=\(deed)")
    }
    // The language links of a page that answered a form lead here.
    routes.get("\(Self.path)/\(deed)", .to(.read, .administration)) { _, _ in .redirect(Self.path) }
  }

  private func show(_ query: String, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    guard let me = context.signedIn?.member.id else { throw Refusal(.signInNeeded) }
    let found = try await privacy.look(for: query, by: me)
    let page = AdminPrivacyPage(
      found, query: query, visitDays: privacy.terms.visitDays, waitDays: privacy.terms.waitDays, now: privacy.clock.now,
      done: try Form(query: request)["done"], refusal, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}
