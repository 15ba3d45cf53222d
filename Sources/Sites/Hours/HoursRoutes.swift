import Access
import Accounts
import Base
import Hummingbird
import Web

/// The page of a website's hours. It reads and posts without scripts.
struct HoursRoutes: Sendable {
  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    let path = "/admin/sites/{site}/hours"
    routes.get(path, .to(.read, .administration)) { request, context in
      let site = try await site(context)
      let notice = try Form(query: request)["done"] == "saved" ? web.texts(context.language)["sites.hours.saved"] : nil
      return page(site, typed: HoursForm.typed(of: site.hours), notice: notice, request, context)
    }
    routes.form(path, .to(.write, .administration)) { form, request, context in try await change(form, request, context) }
  }

  private func change(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let typed = Dictionary(uniqueKeysWithValues: HoursForm.names.filter(form.has).map { ($0, form[$0]) })
    let site = try await site(context)
    if let more = HoursPage.More(form["more"]) { return page(site, typed: typed, more: more, request, context) }
    do {
      let hours = try HoursForm.hours(typed)
      try await sites.setHours(hours, at: site.id, by: context.signedIn?.member.id, from: Whereabouts(request, context))
      return .redirect("/admin/sites/\(site.id)/hours?done=saved")
    } catch let refusal as Refusal where refusal.reason == .formInvalid {
      return page(site, typed: typed, refusal: refusal, request, context)
    }
  }

  private func site(_ context: WebContext) async throws -> Site {
    let id: SiteID = try context.identity("site")
    guard let site = try await sites.store.read({ session in try session.site(id) }) else { throw Refusal(.notFound) }
    return site
  }

  private func page(
    _ site: Site, typed: [String: String], refusal: Refusal? = nil, more: HoursPage.More? = nil, notice: String? = nil,
    _ request: Request, _ context: WebContext
  ) -> Response {
    let now = sites.clock.now
    let page = HoursPage(
      of: site, typed: typed, refusal: refusal, more: more, isOpen: site.timetable(at: now).isOpen(at: now), notice: notice,
      web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}
