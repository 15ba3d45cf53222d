import Access
import Accounts
import Base
import HTTPTypes
import Hummingbird
import Store
import Web

/// The pages of the administration that are about websites. They read and post without scripts.
struct AdminRoutes: Sendable {
  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    let read = Need.to(.read, .administration)
    let write = Need.to(.write, .administration)
    routes.get("/admin", read) { request, context in try await overview(request, context) }
    routes.get("/admin/sites", read) { request, context in try await list(request, context) }
    routes.get("/admin/sites/new", read) { request, context in
      web.page(SitePage(adding: SiteForm.typed(of: sites.draft()), nil, web.texts(context.language)), request, context)
    }
    routes.form("/admin/sites/new", write) { form, request, context in try await add(form, request, context) }
    routes.get("/admin/sites/{site}", read) { request, context in
      try await page(context.identity("site"), Shown(notice: notice(request, context)), request, context)
    }
    routes.form("/admin/sites/{site}", write) { form, request, context in try await change(form, request, context) }
    routes.form("/admin/sites/{site}/remove", write) { _, request, context in
      let removal = try await sites.remove(context.identity("site"), by: me(context), from: Whereabouts(request, context))
      return .redirect("/admin/sites?done=\(removal == .removed ? Notice.removed : .switchedOff)")
    }
    routes.form("/admin/sites/{site}/agents", write) { form, request, context in try await assign(form, request, context) }
    routes.form("/admin/sites/{site}/features", write) { form, request, context in
      let (id, on) = (try context.identity("site", of: Kinds.Site.self), Feature.allCases.filter { form.has("feature-\($0.rawValue)") })
      try await sites.switchFeatures(to: Set(on), at: id, by: me(context), from: Whereabouts(request, context))
      return .redirect("/admin/sites/\(id)?done=\(Notice.featuresSaved)#features")
    }
    routes.get("/admin/sites/{site}/features", read) { _, context in
      .redirect("/admin/sites/\(try context.identity("site", of: Kinds.Site.self))")
    }
    // The language links of a page that answered a form lead here.
    routes.get("/admin/sites/{site}/agents", read) { _, context in
      .redirect("/admin/sites/\(try context.identity("site", of: Kinds.Site.self))")
    }
    routes.form("/admin/sites/{site}/agents/{account}/remove", write) { _, request, context in
      let site: SiteID = try context.identity("site")
      try await sites.unassign(context.identity("account"), at: site, by: me(context), from: Whereabouts(request, context))
      return .redirect("/admin/sites/\(site)?done=\(Notice.unassigned)")
    }
  }

  // MARK: - Reading

  private func overview(_ request: Request, _ context: WebContext) async throws -> Response {
    let (sites, agents, bytes) = try await self.sites.store.read { session in
      (try session.sites(), try session.agents().count, try session.bytesOfFiles())
    }
    let use = FileUse(bytes: bytes, quotaBytes: self.sites.fileQuota)
    return web.page(AdminPage(sites: sites, agents: agents, files: use, web.texts(context.language)), request, context)
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let (sites, sizes) = try await self.sites.store.read { session in (try session.sites(), try session.teamSizes()) }
    let page = SitesPage(sites, teamSizes: sizes, notice: try notice(request, context), web.texts(context.language))
    return web.page(page, request, context)
  }

  /// What a site's page shows beside what is stored.
  private struct Shown {
    var typed: [String: String]?
    var refusal: Refusal?
    var member: AccountID?
    var notice: String?
  }

  private func page(_ id: SiteID, _ shown: Shown, _ request: Request, _ context: WebContext) async throws -> Response {
    let texts = web.texts(context.language)
    let found = try await sites.store.read { session in
      try session.site(id).map {
        (
          $0, try session.agents(), try session.assignments(of: id), try session.hasVisitors(id), try session.features(at: id),
          try session.policy(at: id)
        )
      }
    }
    guard let (site, agents, assignments, isVisited, features, policy) = found else { throw Refusal(.notFound) }
    let open = shown.member.flatMap { member in shown.refusal.map { (account: member, refusal: $0) } }
    let page = SitePage(
      site, typed: shown.typed, refusal: shown.refusal, notice: shown.notice, baseAddress: web.settings.baseAddress,
      team: TeamCard(of: site, agents: agents, assignments: assignments, open: open, texts),
      features: FeatureCard(of: id, on: features, texts), policy: policy, mayGo: !isVisited, texts)
    var answer = web.page(page, request, context, status: shown.refusal?.reason.status ?? .ok)
    // The widget stands in a frame beside the form.
    answer.headers[.contentSecurityPolicy] = web.framingPolicy
    return answer
  }

  // MARK: - Changing

  private func add(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let typed = typed(form)
    do {
      let site = try SiteForm.site(sites.draft(), changedBy: typed)
      try await sites.save(site, by: me(context), from: Whereabouts(request, context))
      return .redirect("/admin/sites/\(site.id)?done=\(Notice.added)")
    } catch let refusal as Refusal {
      let page = SitePage(adding: typed, refusal, web.texts(context.language))
      return web.page(page, request, context, status: refusal.reason.status)
    }
  }

  private func change(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let typed = typed(form)
    let id: SiteID = try context.identity("site")
    guard let site = try await sites.store.read({ session in try session.site(id) }) else { throw Refusal(.notFound) }
    do {
      try await sites.save(SiteForm.site(site, changedBy: typed), by: me(context), from: Whereabouts(request, context))
      return .redirect("/admin/sites/\(id)?done=\(Notice.saved)")
    } catch let refusal as Refusal {
      return try await page(id, Shown(typed: typed, refusal: refusal), request, context)
    }
  }

  private func assign(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: SiteID = try context.identity("site")
    guard let account = AccountID(form[AssignmentForm.Field.account.rawValue]) else { throw Refusal(.notFound) }
    let fields = [AssignmentForm.Field.pseudonym, .avatar].map { ($0.rawValue, form[$0.rawValue]) }
    do {
      let assignment = try AssignmentForm.assignment(
        of: account, to: id, typed: Dictionary(uniqueKeysWithValues: fields))
      try await sites.assign(assignment, by: me(context), from: Whereabouts(request, context))
      return .redirect("/admin/sites/\(id)?done=\(Notice.assigned)#team")
    } catch let refusal as Refusal where refusal.reason == .formInvalid {
      return try await page(id, Shown(refusal: refusal, member: account), request, context)
    }
  }

  // MARK: - Small things

  private func typed(_ form: Form) -> [String: String] {
    Dictionary(uniqueKeysWithValues: SiteForm.Field.allCases.filter { form.has($0.rawValue) }.map { ($0.rawValue, form[$0.rawValue]) })
  }

  private func me(_ context: WebContext) -> AccountID? { context.signedIn?.member.id }

  /// What was just done, told on the page to which the form led.
  private enum Notice: String {
    case added, saved, removed, switchedOff, assigned, unassigned, logoSaved, logoRemoved, featuresSaved
  }

  private func notice(_ request: Request, _ context: WebContext) throws -> String? {
    Notice(rawValue: try Form(query: request)["done"]).map { web.texts(context.language)["sites.done.\($0.rawValue)"] }
  }
}
