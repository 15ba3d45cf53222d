import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/sites/teams`: people and websites with a box for each pair, saved at once (E88).
///
/// The form says what stood in the boxes when it was opened: of two administrators who save at the same time the second reads what the first
/// changed, with everything that they ticked.
struct TeamsRoutes: Sendable {
  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(TeamsQuery.path, .to(.read, .administration)) { request, context in
      let asked = try Form(query: request)
      return try await show(TeamsQuery(asked), asked["done"] == "yes" ? .saved : .nothing, request, context)
    }
    routes.form(TeamsQuery.path, .to(.write, .administration)) { form, request, context in try await take(form, request, context) }
  }

  private func take(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let query = TeamsQuery(try Form(query: request))
    var sheet = try TeamSheet(form)
    if let account = AccountID(form[TeamSheet.Field.everySite]) {
      sheet.turn { $0.account == account }
      return try await show(query, .unsaved(sheet), request, context)
    }
    if let site = SiteID(form[TeamSheet.Field.everybody]) {
      sheet.turn { $0.site == site }
      return try await show(query, .unsaved(sheet), request, context)
    }
    do {
      switch try await sites.seat(sheet, by: context.signedIn?.member.id, from: Whereabouts(request, context)) {
      case .saved: return .redirect(query.address(done: "yes"))
      case .overtaken(let seats): return try await show(query, .overtaken(sheet, seats), request, context)
      }
    } catch let refusal as Refusal where [.notFound, .formInvalid].contains(refusal.reason) {
      return try await show(query, .gone(sheet), request, context)
    }
  }

  private func show(_ query: TeamsQuery, _ news: TeamsPage.News, _ request: Request, _ context: WebContext) async throws -> Response {
    let teams = try await sites.store.read { try $0.teams(query) }
    let page = TeamsPage(teams, query, news, web.texts(context.language))
    return web.page(page, request, context, status: news.isRefused ? .conflict : .ok)
  }
}

/// What stands on the sheet, as it is now.
struct Teams: Sendable {
  let allSites: [Site]
  let sites: [Site]
  let agents: [Agent]
  let agentCount: Int
  let seats: Set<Seat>
}

extension Session {
  fileprivate func teams(_ query: TeamsQuery) throws -> Teams {
    let all = try sites()
    let meant = query.site.map { site in all.filter { $0.id == site } } ?? all
    let shown = Array(meant.dropFirst((query.sitesPage - 1) * TeamSheet.siteLimit).prefix(TeamSheet.siteLimit))
    let (agents, count) = try agents(named: query.text, page: query.peoplePage)
    let seats = try seats(of: agents.map(\.account), at: shown.map(\.id))
    return Teams(allSites: all, sites: shown, agents: agents, agentCount: count, seats: seats)
  }
}
