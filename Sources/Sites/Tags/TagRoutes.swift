import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/sites/{site}/tags`: what the chats of a website can be called by.
struct TagRoutes: Sendable {
  private static let path = "/admin/sites/{site}/tags"

  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in try await show(nil, request, context) }
    routes.form(Self.path, .to(.write, .administration)) { form, request, context in
      do {
        let site: SiteID = try context.identity("site")
        try await change(form, at: site, by: context.person().member.id, from: Whereabouts(request, context))
        return .redirect("/admin/sites/\(site)/tags?done=yes")
      } catch let refusal as Refusal where [.formInvalid, .listIsFull].contains(refusal.reason) {
        return try await show(TagPage.Typed(form, refusal), request, context)
      }
    }
  }

  private func change(_ form: Form, at site: SiteID, by account: AccountID, from place: Whereabouts) async throws {
    if form.has("remove") {
      guard let tag = TagID(form["remove"]) else { throw Refusal(.notFound) }
      return try await sites.remove(tag, at: site, by: account, from: place)
    }
    var tag: TagID = sites.ids.next()
    if form.has("tag") {
      guard let known = TagID(form["tag"]), try await sites.store.read({ try $0.tags(at: site) }).contains(where: { $0.id == known }) else {
        throw Refusal(.notFound)
      }
      tag = known
    }
    try await sites.save(ChatTag(id: tag, typed: form["name"], tone: form["tone"]), at: site, by: account, from: place)
  }

  private func show(_ typed: TagPage.Typed?, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: SiteID = try context.identity("site")
    let found = try await sites.store.read { session in try session.site(id).map { ($0, try session.tags(at: id)) } }
    guard let (site, tags) = found else { throw Refusal(.notFound) }
    let isDone = try Form(query: request)["done"] == "yes"
    let page = TagPage(site, tags, typed: typed, isDone: isDone && typed == nil, web.texts(context.language))
    return web.page(page, request, context, status: typed?.refusal.reason.status ?? .ok)
  }
}
