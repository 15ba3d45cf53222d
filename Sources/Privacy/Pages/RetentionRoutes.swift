import Access
import Accounts
import Base
import Conversations
import Hummingbird
import Sites
import Store
import Web

/// `/admin/sites/{site}/retention`: what a website keeps how long, what the coming night would take, what is held back, and what earlier nights
/// took (X7, X8). Pages without scripts.
struct RetentionRoutes: Sendable {
  static let path = "/admin/sites/{site}/retention"
  static let onPage = 100
  static let pages = 1...50
  static let certificates = 60
  static let heldOnPage = 25

  let privacy: Privacy
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in
      let site = try await site(context)
      let visitDays = privacy.visitDays
      let retention = try await privacy.store.read { try $0.retention(at: site.id, visitDays: visitDays) }
      let isDone = try Form(query: request)["done"] == "yes"
      let typed = RetentionForm(retention, at: site, now: privacy.clock.now)
      return try await show(site, typed, retention, isDone: isDone, request, context)
    }
    routes.form(Self.path, .to(.write, .administration)) { form, request, context in try await save(form, request, context) }
    routes.get("\(Self.path)/list", .to(.read, .administration)) { request, context in try await list(request, context) }
    routes.get("\(Self.path)/{night}", .to(.read, .administration)) { request, context in
      let (site, id) = (try await site(context), try context.identity("night", of: Kinds.ErasureNight.self))
      guard let night = try await privacy.store.read({ try $0.night(id, of: site.id) }) else { throw Refusal(.notFound) }
      return web.page(CertificatePage(night, of: site, web.texts(context.language)), request, context)
    }
  }

  private func save(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let site = try await site(context)
    let typed = RetentionForm(form)
    do {
      let retention = try typed.retention(at: site)
      // What the night would take by these days, before anybody decides for them.
      if form.has("try") { return try await show(site, typed, retention, isTried: true, request, context) }
      try await privacy.save(retention, at: site.id, by: context.signedIn?.member.id, from: Whereabouts(request, context))
      return .redirect("/admin/sites/\(site.id)/retention?done=yes")
    } catch let refusal as Refusal where refusal.reason == .formInvalid {
      return try await show(site, typed, nil, refusal, request, context)
    }
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let (site, query) = (try await site(context), try Form(query: request))
    guard let kind = Overdue.Kind(rawValue: query["kind"]), let number = query["page"].isEmpty ? 1 : Int(query["page"]),
      Self.pages.contains(number)
    else { throw Refusal(.notUnderstood) }
    let night = nextNight(after: privacy.clock.now, in: site.timeZone)
    let found = try await privacy.store.read { session in
      let overdue = try privacy.overdue(at: site, on: night, in: session)
      return (try session.tally(overdue)[kind], try session.overdueRows(kind, overdue, limit: number * Self.onPage + 1))
    }
    let page = OverduePage(kind, of: site, count: found.0, rows: found.1, page: number, web.texts(context.language))
    return web.page(page, request, context)
  }

  private func site(_ context: WebContext) async throws -> Site {
    let id: SiteID = try context.identity("site")
    guard let site = try await privacy.store.read({ try $0.site(id) }) else { throw Refusal(.notFound) }
    return site
  }

  /// - Parameter retention: by which the night is counted; nil for what holds.
  private func show(
    _ site: Site, _ typed: RetentionForm, _ retention: SiteRetention?, _ refusal: Refusal? = nil, isTried: Bool = false,
    isDone: Bool = false,
    _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let night = nextNight(after: privacy.clock.now, in: site.timeZone)
    let (visitDays, conversations) = (privacy.visitDays, privacy.conversations)
    let tonight = try await privacy.store.read { session in
      let days = try retention ?? session.retention(at: site.id, visitDays: visitDays)
      let overdue = Overdue(site: site.id, night: night, retention: days, conversations: conversations)
      return RetentionPage.Tonight(
        night: night, retention: days, tally: try session.tally(overdue), heldCount: try session.countHeld(overdue),
        held: try Overdue.Kind.allCases.flatMap { kind in
          try session.heldRows(kind, overdue, limit: Self.heldOnPage).map { (kind: kind, row: $0) }
        }, certificates: try session.certificates(of: site.id, limit: Self.certificates), isTried: isTried)
    }
    let page = RetentionPage(site, typed, tonight, refusal, isDone: isDone, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

extension Privacy {
  func save(_ retention: SiteRetention, at site: SiteID, by account: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    func text(_ days: Int64?) -> String { days.map { "\($0)" } ?? "ever" }
    let line = AuditLine(
      by: account, deed: "site.retention", thing: "site.\(site)", address: place.address.text,
      detail: [
        "visits": text(retention.visitDays), "addresses": text(retention.addressDays), "chats": text(retention.chatDays),
        "pausedUntil": retention.pausedUntil.map { "\($0.isoText)" } ?? "",
      ])
    try await store.write(locking: [.site(site)]) { [visitDays] session in
      guard try session.site(site) != nil else { throw Refusal(.notFound) }
      guard try session.retention(at: site, visitDays: visitDays) != retention else { return }
      try session.save(retention, at: site)
      try session.audit(line, id: auditID, at: now)
    }
  }
}
