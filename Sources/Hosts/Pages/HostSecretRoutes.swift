import Accounts
import Base
import Hummingbird
import Sites
import Store
import Web

/// `/admin/sites/{site}/embedding`: what a website puts into its pages, and the secrets that its server signs with.
struct HostSecretRoutes: Sendable {
  let hosts: Hosts

  func register(on routes: Routes) {
    let path = "/admin/sites/{site}/embedding"
    routes.get(path, .to(.read, .administration)) { request, context in
      try await show(isRemoved: try Form(query: request)["done"] == "removed", request, context)
    }
    routes.form(path, .to(.write, .administration)) { _, request, context in
      let site = try await site(context)
      let secret = try await hosts.makeSecret(of: site.id, by: try context.person().member.id, from: Whereabouts(request, context))
      return web.page(NewSecretPage(site, secret, web.texts(context.language)), request, context)
    }
    routes.form("\(path)/remove", .to(.write, .administration)) { form, request, context in
      let site = try await site(context)
      if let secret = HostSecretID(form["secret"]) {
        try await hosts.dropSecret(secret, of: site.id, by: try context.person().member.id, from: Whereabouts(request, context))
      }
      return .redirect("\(Self.path(of: site))?done=removed")
    }
    // The language links of a page that answered a form lead here.
    routes.get("\(path)/remove", .to(.read, .administration)) { _, context in .redirect(Self.path(of: try await site(context))) }
  }

  static func path(of site: Site) -> String { "/admin/sites/\(site.id)/embedding" }

  private func site(_ context: WebContext) async throws -> Site {
    guard let site = try await hosts.sites.site(context.identity("site")) else { throw Refusal(.notFound) }
    return site
  }

  private func show(isRemoved: Bool, _ request: Request, _ context: WebContext) async throws -> Response {
    let site = try await site(context)
    let rows = try await hosts.store.read { try $0.hostSecrets(of: site.id) }
    let page = EmbeddingPage(site, rows, isRemoved: isRemoved, baseAddress: web.settings.baseAddress, web.texts(context.language))
    return web.page(page, request, context)
  }

  private var web: WebFront { hosts.web }
}

struct EmbeddingPage: Page {
  struct Line: Sendable {
    let id: String
    let label: String
    let made: ShownMoment
  }

  static let template = "embedding"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let notice: String?
  let frame: String
  let policy: String
  let origins: String?
  let lines: [Line]
  let isEmpty: Bool
  let removeURL: SafeURL?
  /// Where a new one ends the older of two.
  let isFull: Bool

  init(_ site: Site, _ rows: [Hosts.SecretRow], isRemoved: Bool, baseAddress: String, _ texts: Texts) {
    title = texts["hosts.admin.title"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    notice = isRemoved ? texts["hosts.admin.removed"] : nil
    frame = #"<iframe src="\#(baseAddress)/embed/\#(site.key)" title="\#(texts["hosts.admin.chat"])"></iframe>"#
    policy = "frame-src \(baseAddress)"
    origins = site.origins.isEmpty ? nil : site.origins.map(\.description).joined(separator: ", ")
    lines = rows.enumerated().map { place, row in
      Line(
        id: row.id.description, label: texts[place == 0 ? "hosts.admin.newest" : "hosts.admin.older"], made: ShownMoment(row.createdAt))
    }
    isEmpty = rows.isEmpty
    removeURL = SafeURL("\(HostSecretRoutes.path(of: site))/remove")
    isFull = rows.count >= Hosts.secretLimit
  }
}

struct NewSecretPage: Page {
  static let template = "new-host-secret"
  let title: String
  let site: String
  let secret: String
  let siteURL: SafeURL?
  let embeddingURL: SafeURL?

  init(_ site: Site, _ secret: String, _ texts: Texts) {
    title = texts["hosts.admin.made"]
    self.site = site.name
    self.secret = secret
    siteURL = SafeURL("/admin/sites/\(site.id)")
    embeddingURL = SafeURL(HostSecretRoutes.path(of: site))
  }
}
