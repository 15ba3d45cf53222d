import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/sites/{site}/queue`: how the team is called to those who wait (P2, X5).
struct QueueRoutes: Sendable {
  static let path = "/admin/sites/{site}/queue"

  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in
      let id: SiteID = try context.identity("site")
      let rules = try await sites.store.read { try $0.queueRules(at: id) }
      return try await show(id, QueueForm(rules), nil, request, context)
    }
    routes.form(Self.path, .to(.write, .administration)) { form, request, context in
      let id: SiteID = try context.identity("site")
      let typed = QueueForm(form)
      do {
        try await sites.save(typed.rules(), at: id, by: context.signedIn?.member.id, from: Whereabouts(request, context))
        return .redirect("/admin/sites/\(id)/queue?done=yes")
      } catch let refusal as Refusal where refusal.reason == .formInvalid {
        return try await show(id, typed, refusal, request, context)
      }
    }
  }

  private func show(_ id: SiteID, _ typed: QueueForm, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws
    -> Response
  {
    guard let site = try await sites.store.read({ try $0.site(id) }) else { throw Refusal(.notFound) }
    let page = QueuePage(
      site, typed, refusal, isDone: try Form(query: request)["done"] == "yes", web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

/// The rules as they are typed: turns in seconds, waits in minutes.
struct QueueForm: Sendable {
  static let numbers = ["capacity", "offerSeconds", "waitMinutes", "silenceMinutes"]

  var inTurn: Bool
  var typed: [String: String]

  init(_ rules: QueueRules) {
    inTurn = rules.inTurn
    typed = [
      "capacity": "\(rules.capacity)", "offerSeconds": "\(rules.offerSeconds)", "waitMinutes": "\(rules.waitSeconds / 60)",
      "silenceMinutes": "\(rules.silenceSeconds / 60)",
    ]
  }

  init(_ form: Form) {
    inTurn = form.has("inTurn")
    typed = Dictionary(uniqueKeysWithValues: Self.numbers.map { ($0, form[$0].trimmed) })
  }

  /// - Throws: `formInvalid` with a reason for each field.
  func rules() throws(Refusal) -> QueueRules {
    var problems: [String: Refusal.Reason] = [:]
    func number(_ name: String, in range: ClosedRange<Int64>) -> Int64 {
      if let number = Int64(typed: typed[name] ?? ""), range.contains(number) { return number }
      problems[name] = .numberInvalid
      return range.lowerBound
    }
    var rules = QueueRules()
    rules.inTurn = inTurn
    rules.capacity = number("capacity", in: QueueRules.capacities)
    rules.offerSeconds = number("offerSeconds", in: QueueRules.offers)
    rules.waitSeconds = number("waitMinutes", in: QueueRules.minutes) * 60
    rules.silenceSeconds = number("silenceMinutes", in: QueueRules.minutes) * 60
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return rules
  }
}

struct QueuePage: Page {
  static let template = "queue"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let actionURL: SafeURL?
  let isDone: Bool
  let problem: String?
  let inTurn: Bool
  let turns: [Field]
  let waits: [Field]

  init(_ site: Site, _ typed: QueueForm, _ refusal: Refusal?, isDone: Bool, _ texts: Texts) {
    title = texts["sites.queue.title"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    actionURL = SafeURL("/admin/sites/\(site.id)/queue")
    self.isDone = isDone
    problem = refusal.map { texts[$0] }
    inTurn = typed.inTurn
    let errors = FieldErrors(refusal, texts)
    func field(_ name: String) -> Field {
      Field(
        name, label: texts["sites.queue.\(name)"], type: "number", value: typed.typed[name] ?? "", hint: texts["sites.queue.\(name)Hint"],
        autocomplete: "off", errors: errors)
    }
    turns = ["capacity", "offerSeconds"].map(field)
    waits = ["waitMinutes", "silenceMinutes"].map(field)
  }
}
