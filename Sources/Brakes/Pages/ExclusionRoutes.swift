import Base
import Hummingbird
import Store
import Web

/// `/admin/exclusions`: who holds themselves back now. Administrators see it, and cannot end it.
struct ExclusionRoutes: Sendable {
  static let shown = 500

  let brakes: Brakes

  func register(on routes: Routes) {
    routes.get("/admin/exclusions", .to(.read, .administration)) { request, context in
      let now = brakes.clock.now
      let lines = try await brakes.store.read { session in
        try session.exclusions(at: now, limit: Self.shown).map {
          ExclusionsPage.Line(name: $0.name, email: $0.email, start: ShownMoment($0.start), end: ShownMoment($0.end))
        }
      }
      return brakes.web.page(ExclusionsPage(lines, brakes.web.texts(context.language)), request, context)
    }
  }
}

struct ExclusionsPage: Page {
  struct Line: Sendable {
    let name: String
    let email: String
    let start: ShownMoment
    let end: ShownMoment
  }

  static let template = "exclusions"
  let title: String
  let lines: [Line]
  let isEmpty: Bool

  init(_ lines: [Line], _ texts: Texts) {
    title = texts["brakes.exclusions.title"]
    self.lines = lines
    isEmpty = lines.isEmpty
  }
}
