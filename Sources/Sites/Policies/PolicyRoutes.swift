import Access
import Accounts
import Base
import Files
import Hummingbird
import Store
import Web

/// `/admin/sites/{site}/policy`: what a website decides about other messengers, files and cookies (E91b, X7, X10).
struct PolicyRoutes: Sendable {
  static let path = "/admin/sites/{site}/policy"

  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in
      let site = try await site(context)
      let policy = try await sites.store.read { try $0.policy(at: site.id) }
      return try show(site, PolicyForm(policy), nil, request, context)
    }
    routes.form(Self.path, .to(.write, .administration)) { form, request, context in
      let site = try await site(context)
      let typed = PolicyForm(form)
      do {
        try await sites.save(
          typed.policy(over: site.origins), at: site.id, by: context.signedIn?.member.id, from: Whereabouts(request, context))
        return .redirect("/admin/sites/\(site.id)/policy?done=yes")
      } catch let refusal as Refusal where refusal.reason == .formInvalid {
        return try show(site, typed, refusal, request, context)
      }
    }
  }

  private func site(_ context: WebContext) async throws -> Site {
    let id: SiteID = try context.identity("site")
    guard let site = try await sites.store.read({ try $0.site(id) }) else { throw Refusal(.notFound) }
    return site
  }

  private func show(_ site: Site, _ typed: PolicyForm, _ refusal: Refusal?, _ request: Request, _ context: WebContext) throws -> Response {
    let isDone = try Form(query: request)["done"] == "yes"
    let page = PolicyPage(site, typed, refusal, isDone: isDone, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

struct PolicyPage: Page {
  struct Kind: Sendable {
    let name: String
    let label: String
    let isOn: Bool
  }

  static let template = "policy"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let snippetURL: SafeURL?
  let actionURL: SafeURL?
  let isDone: Bool
  let problem: String?
  let offPlatform: SelectField
  let leaving: [Field]
  let kinds: [Kind]
  let kindsProblem: String?
  let fileMegabytes: Field
  let visitorKey: SelectField
  let cookieDomain: Field

  init(_ site: Site, _ typed: PolicyForm, _ refusal: Refusal?, isDone: Bool, _ texts: Texts) {
    title = texts["sites.policy.title"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    snippetURL = SafeURL("/admin/sites/\(site.id)#snippet")
    actionURL = SafeURL("/admin/sites/\(site.id)/policy")
    self.isDone = isDone
    problem = refusal.map { texts[$0] }
    let errors = FieldErrors(refusal, texts)
    func field(_ name: String, type: String = "text") -> Field {
      Field(
        name, label: texts["sites.policy.\(name)"], type: type, value: typed.typed[name] ?? "", isRequired: type == "number",
        hint: texts["sites.policy.\(name)Hint", ["places": "{visitor} {agent} {site} {page}"]], autocomplete: "off", errors: errors)
    }
    func select(_ name: String, _ words: [String]) -> SelectField {
      SelectField(
        name, label: texts["sites.policy.\(name)"], hint: texts["sites.policy.\(name)Hint"], chosen: typed.typed[name] ?? "",
        options: words.map { (value: $0, label: texts["sites.policy.\(name)Words.\($0)"]) }, errors: errors)
    }
    offPlatform = select("offPlatform", SitePolicy.OffPlatform.allCases.map(\.rawValue))
    leaving = [field("whatsAppNumber", type: "tel"), field("whatsAppText")]
    kinds = FileKind.allCases.map {
      Kind(
        name: "kind-\($0)", label: $0.endings.map { $0.uppercased() }.joined(separator: ", "), isOn: typed.kinds.contains($0))
    }
    kindsProblem = errors["kinds"]
    fileMegabytes = field("fileMegabytes", type: "number")
    visitorKey = select("visitorKey", SitePolicy.VisitorKey.allCases.map(\.rawValue))
    cookieDomain = field("cookieDomain")
  }
}
