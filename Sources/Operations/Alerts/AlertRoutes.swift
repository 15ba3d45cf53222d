import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/alerts`: what needs somebody at once, and below it what was acknowledged.
struct AlertRoutes: Sendable {
  static let path = "/admin/alerts"
  /// More than these cannot be read at once; the oldest wait their turn.
  static let openShown = 100
  static let shown = 30

  let operations: Operations

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get(Self.path, read) { request, context in try await list(request, context) }
    routes.form("\(Self.path)/{id}/acknowledge", write) { _, request, context in
      try await operations.acknowledge(context.identity("id"), by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)?done=yes")
    }
    // The language links of a page that answered a form lead here.
    routes.get("\(Self.path)/{id}/acknowledge", read) { _, _ in .redirect(Self.path) }
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let query = try Form(query: request)
    let below = AlertID(query["below"])
    let found = try await operations.store.read { session in
      let open = below == nil ? try session.openAlerts(limit: Self.openShown) : []
      let done = try session.acknowledgedAlerts(below: below, limit: Self.shown + 1)
      let people = Set((open + done).flatMap { [$0.account, $0.acknowledgedBy].compactMap(\.self) })
      return AlertsPage.Found(open: open, done: done, names: try session.names(of: people), isFirst: below == nil)
    }
    let page = AlertsPage(found, isDone: query["done"] == "yes", operations.web.texts(context.language))
    return operations.web.page(page, request, context)
  }
}
