import Access
import Accounts
import Base
import HTTPTypes
import Hummingbird
import Web

/// `/profile/privacy`: a copy of everything, and the end of the account; and the link by which the end is called off.
struct ProfilePrivacyRoutes: Sendable {
  static let path = "/profile/privacy"

  let privacy: Privacy
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in try await show(nil, request, context) }
    routes.form(Privacy.copiesPath, .ownDesk) { _, request, context in
      try await doing(request, context) { person in
        let id = person.member.id
        try await privacy.askArchive(of: .account(id), by: id, from: Whereabouts(request, context))
        return .redirect("\(Self.path)?done=copy")
      }
    }
    routes.get("\(Privacy.copiesPath)/{id}", .ownDesk) { request, context in
      try await privacy.answer(context.identity("id"), request, context)
    }
    routes.form("\(Self.path)/erase", .ownDesk) { form, request, context in
      try await doing(request, context) { person in
        try await privacy.askErasure(of: person, password: form.exact("present"), from: Whereabouts(request, context))
        return .redirect("\(Self.path)?done=erasing")
      }
    }
    routes.form("\(Self.path)/keep", .ownDesk) { _, request, context in
      try await doing(request, context) { person in
        try await privacy.keep(person.member.id, from: Whereabouts(request, context))
        return .redirect("\(Self.path)?done=kept")
      }
    }
    // The language links of a page that answered a form lead here.
    for path in [Privacy.copiesPath, "\(Self.path)/erase", "\(Self.path)/keep"] {
      routes.get(path, .ownDesk) { _, _ in .redirect(Self.path) }
    }
    let inside = Need.decidedInside("Privacy.keeper")
    routes.get("\(Privacy.keepPath)/{token}", inside) { request, context in
      let token = try token(context)
      let found = try await privacy.keeper(by: token)
      return web.page(keepPage(token, due: found.due, isDone: false, context), request, context)
    }
    routes.form("\(Privacy.keepPath)/{token}", inside) { _, request, context in
      let token = try token(context)
      let found = try await privacy.keeper(by: token)
      try await privacy.keep(found.account, from: Whereabouts(request, context))
      return web.page(keepPage(token, due: found.due, isDone: true, context), request, context)
    }
  }

  private func token(_ context: WebContext) throws -> String {
    guard let token = context.parameters.get("token") else { throw Refusal(.notFound) }
    return token
  }

  private func keepPage(_ token: String, due: Moment, isDone: Bool, _ context: WebContext) -> KeepPage {
    let texts = web.texts(context.language)
    return KeepPage(
      title: texts[isDone ? "privacy.keep.done" : "privacy.keep.title"], isDone: isDone, due: ShownMoment(due),
      keepURL: SafeURL("\(Privacy.keepPath)/\(token)"))
  }

  /// What the page's forms do; what is wrong with them stands on the page.
  private func doing(_ request: Request, _ context: WebContext, _ work: (SignedIn) async throws -> Response) async throws -> Response {
    do {
      return try await work(context.person())
    } catch let refusal as Refusal where refusal.reason != .signInNeeded {
      return try await show(refusal, request, context)
    }
  }

  private func show(_ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let person = try context.person()
    let id = person.member.id
    let page = PrivacyPage(
      archive: try await privacy.store.read { try $0.newestArchive(of: .account(id), by: id) }, now: privacy.clock.now,
      erasure: try await privacy.erasure(of: id), waitDays: privacy.terms.waitDays,
      hasPassword: try await privacy.accounts.hasPassword(id), isLast: try await privacy.isLastAdministrator(id),
      done: try Form(query: request)["done"], refusal, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

extension Privacy {
  /// The archive itself, to whom it belongs and nobody else.
  func answer(_ id: ArchiveID, _ request: Request, _ context: WebContext) async throws -> Response {
    guard let reader = context.signedIn?.member.id else { throw Refusal(.signInNeeded) }
    let (archive, file) = try await fetch(id, by: reader)
    let day = archive.askedAt.isoText.prefix(10)
    let headers: HTTPFields = [
      .contentType: "application/zip",
      .contentDisposition: contentDisposition("attachment", "parley-\(archive.subject.kind.rawValue)-\(day).zip"),
      .cacheControl: "private, no-store",
    ]
    return .file(bytes: file.bytes, etag: "\"archive-\(id)\"", headers, for: request) { try await file.read(at: $0, count: $1) }
  }
}
