import Base
import FoundationEssentials
import Hummingbird
import Web

/// The widget with the look that a form is about to save, for a frame beside that form. No visitor is made and no chat.
struct PreviewRoutes: Sendable {
  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    routes.get("/admin/sites/{site}/preview", .to(.read, .administration)) { request, context in
      let id: SiteID = try context.identity("site")
      let found = try await sites.store.read { session in
        try session.site(id).map { ($0, try session.features(at: id), try session.policy(at: id)) }
      }
      guard let (site, features, policy) = found else { throw Refusal(.notFound) }
      let query = try Form(query: request)
      let shown = Self.site(site, changedBy: query)
      let configuration = try Sites.configuration(of: shown, offering: features, under: policy, in: language(of: shown, context), web: web)
      let page = try PreviewPage(configuration, scheme: PreviewPage.Scheme(rawValue: query["scheme"]), web, context.language)
      return framed(page, request, context)
    }
    routes.get("/admin/sites/{site}/preview/invitation", .to(.read, .administration)) { request, context in
      guard let site = try await sites.site(context.identity("site", of: Kinds.Site.self)) else { throw Refusal(.notFound) }
      let query = try Form(query: request)
      let language = language(of: site, context)
      // Whoever looks at it is nobody's visitor: what would be theirs stays a gap that is seen.
      let text = ["{site}", "{agent}"].reduce(query["text"].cut(to: SeenPage.titleLimit)) { $0.replacing($1, with: site.name) }
      let invited = Invited(id: ID(rawValue: 0), text: text, language: language)
      let card = InvitationCard(invited, of: site, drawnBy: "", logo: site.logo, web.texts(language))
      return framed(
        try PreviewPage(card, hue: site.look.hue, scheme: PreviewPage.Scheme(rawValue: query["scheme"]), web, context.language), request,
        context)
    }
  }

  private func framed(_ page: PreviewPage, _ request: Request, _ context: WebContext) -> Response {
    var answer = web.page(page, request, context)
    answer.headers[.contentSecurityPolicy] = web.embeddedPolicy(on: ["'self'"])
    return answer
  }

  /// What cannot be saved as it stands is not shown either: the widget keeps its look until it can.
  private static func site(_ site: Site, changedBy query: Form) -> Site {
    let asked = SiteForm.Field.allCases.filter { query.has($0.rawValue) }.map { ($0.rawValue, query[$0.rawValue]) }
    let typed = SiteForm.typed(of: site).merging(asked) { $1 }
    return (try? SiteForm.site(site, changedBy: typed)) ?? site
  }

  private func language(of site: Site, _ context: WebContext) -> Language {
    if case .always(let language) = site.language { language } else { context.language }
  }
}

/// A page that is a widget and nothing else.
struct PreviewPage: Page {
  enum Scheme: String {
    case light, dark
  }

  static let template = "site-preview"
  let title: String
  let previewURL: SafeURL?
  let dataHTML: SafeHTML

  private struct Made: Encodable {
    let agent: String
    let hello: String
    let scheme: String
  }

  private struct Invites: Encodable {
    let invitation: InvitationCard
    let hue: Int
    let label: String
    let scheme: String
  }

  /// - Parameter configuration: JSON, in which somebody's own words are.
  init(_ configuration: String, scheme: Scheme?, _ web: WebFront, _ language: Language) throws {
    let texts = web.texts(language)
    let made = Made(agent: texts["sites.preview.agent"], hello: texts["sites.preview.hello"], scheme: scheme?.rawValue ?? "")
    try self.init(#"{"config":\#(configuration),"made":\#(Self.json(made))}"#, web, texts)
  }

  /// The button with an invitation above it.
  init(_ card: InvitationCard, hue: Int, scheme: Scheme?, _ web: WebFront, _ language: Language) throws {
    let texts = web.texts(language)
    let invites = Invites(invitation: card, hue: hue, label: texts["sites.launcher"], scheme: scheme?.rawValue ?? "")
    try self.init(Self.json(invites), web, texts)
  }

  private init(_ data: String, _ web: WebFront, _ texts: Texts) throws {
    title = texts["sites.preview.title"]
    previewURL = web.bundle.assetAddress("preview.js").flatMap(SafeURL.init)
    // What stands in a script may not end it.
    dataHTML = SafeHTML(trusted: data.replacing("<", with: "\\u003c"))
  }

  private static func json(_ value: some Encodable) throws -> String { String(decoding: try JSONEncoder().encode(value), as: UTF8.self) }
}
