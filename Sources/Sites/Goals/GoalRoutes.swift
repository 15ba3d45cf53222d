import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/sites/{site}/goals`: which pages and events of a website a visit is hoped to reach (E60, E62). It reads and posts without scripts.
struct GoalRoutes: Sendable {
  private static let path = "/admin/sites/{site}/goals"
  /// What the list counts.
  private static let countedSeconds: Int64 = 30 * 86_400

  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in try await show(nil, nil, request, context) }
    routes.form(Self.path, .to(.write, .administration)) { form, request, context in
      do {
        let site: SiteID = try context.identity("site")
        try await change(form, at: site, by: context.person().member.id, from: Whereabouts(request, context))
        return .redirect("/admin/sites/\(site)/goals?done=yes")
      } catch let refusal as Refusal where [.formInvalid, .listIsFull].contains(refusal.reason) {
        return try await show(GoalForm(form), refusal, request, context)
      }
    }
  }

  private func change(_ form: Form, at site: SiteID, by account: AccountID, from place: Whereabouts) async throws {
    if form.has("remove") {
      guard let goal = GoalID(form["remove"]) else { throw Refusal(.notFound) }
      return try await sites.remove(goal, at: site, by: account, from: place)
    }
    let typed = GoalForm(form)
    var id: GoalID = sites.ids.next()
    if !typed.goal.isEmpty {
      guard let known = GoalID(typed.goal), try await sites.store.read({ try $0.goals(at: site) }).contains(where: { $0.id == known })
      else {
        throw Refusal(.notFound)
      }
      id = known
    }
    try await sites.save(typed.goal(id), at: site, by: account, from: place)
  }

  private func show(_ typed: GoalForm?, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: SiteID = try context.identity("site")
    let since = sites.clock.now.adding(seconds: -Self.countedSeconds)
    let found = try await sites.store.read { session in
      try session.site(id).map { ($0, try session.goals(at: id), try session.reachedGoals(at: id, since: since)) }
    }
    guard let (site, goals, counts) = found else { throw Refusal(.notFound) }
    let isDone = try Form(query: request)["done"] == "yes"
    let page = GoalPage(site, goals, counts, typed, refusal, isDone: isDone && typed == nil, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

/// The goals of a website, each in a form of its own, and one that adds another.
struct GoalPage: Page {
  struct Line: Sendable {
    struct Cell: Sendable {
      let id: String
      let value: String
      let error: String?
      let describedBy: String
    }

    /// Empty for the one that is to be added.
    let goal: String
    let label: String
    let about: String
    let count: String
    let isOpen: Bool
    let isKnown: Bool
    let name: Cell
    let kind: Cell
    let kinds: [SelectField.Option]
    let pattern: Cell
  }

  static let template = "goals"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let actionURL: SafeURL?
  let notice: String?
  let problem: String?
  let goals: [Line]
  let isEmpty: Bool
  let adding: Line

  init(
    _ site: Site, _ goals: [Goal], _ counts: [GoalID: Int64], _ typed: GoalForm?, _ refusal: Refusal?, isDone: Bool, _ texts: Texts
  ) {
    title = texts["sites.goals.title"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    actionURL = SafeURL("/admin/sites/\(site.id)/goals")
    notice = isDone ? texts["pages.form.saved"] : nil
    problem = refusal.map { texts[$0] }
    self.goals = goals.map { Line($0, count: counts[$0.id] ?? 0, typed, refusal, texts) }
    isEmpty = goals.isEmpty
    adding = Line(nil, count: 0, typed, refusal, texts)
  }
}

extension GoalPage.Line {
  fileprivate init(_ known: Goal?, count: Int64, _ typed: GoalForm?, _ refusal: Refusal?, _ texts: Texts) {
    let own = GoalForm(known)
    let isTyped = typed?.goal == own.goal
    let shown = isTyped ? typed ?? own : own
    let errors = FieldErrors(isTyped ? refusal : nil, texts)
    goal = own.goal
    label = own.name
    about = known.map { "\(texts["sites.goals.kindWords.\($0.kind.rawValue)"]): \($0.pattern)" } ?? ""
    self.count = texts.counted("sites.goals.reached", Int(count))
    isOpen = isTyped
    isKnown = known != nil
    // Several forms on a page: each field has an id of its own.
    func cell(_ field: String, _ value: String) -> Cell {
      let id = "\(field)-\(own.goal.isEmpty ? "new" : own.goal)"
      return Cell(
        id: id, value: value, error: errors[field],
        describedBy: [errors[field].map { _ in "\(id)-error" }, "\(id)-hint"].compactMap(\.self).joined(separator: " "))
    }
    name = cell("name", shown.name)
    kind = cell("kind", shown.kind)
    kinds = Goal.Kind.allCases.map {
      SelectField.Option(
        value: $0.rawValue, label: texts["sites.goals.kindWords.\($0.rawValue)"], isChosen: $0.rawValue == shown.kind)
    }
    pattern = cell("pattern", shown.pattern)
  }
}
