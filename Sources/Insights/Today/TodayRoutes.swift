import Access
import Base
import Hummingbird
import Sites
import Store
import Web

/// `/console/today`: what happens on the websites today and in the last days (E60–E64), and for each number the list behind it (X9). Who manages
/// sees all of it, an agent their own.
struct TodayRoutes: Sendable {
  static let path = "/console/today"
  static let onPage = 100
  static let pages = 1...50

  let insights: Insights

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .console)) { request, context in
      let view = try TodayView(Form(query: request))
      let (reader, now) = (Reader(try context.person().member), insights.clock.now)
      let (sites, figures) = try await insights.store.read { session in
        let sites = try session.sites(for: context.actor)
        return (sites, try session.todayFigures(view, of: sites, for: reader, at: now))
      }
      let page = TodayPage(figures, view, sites: sites, for: reader, insights.web.texts(context.language))
      return insights.web.page(page, request, context)
    }
    routes.get("\(Self.path)/list", .to(.read, .console)) { request, context in
      let query = try Form(query: request)
      let view = try TodayView(query)
      guard let figure = Figure(rawValue: query["figure"]) else { throw Refusal(.notUnderstood) }
      guard let number = query["page"].isEmpty ? 1 : Int(query["page"]), Self.pages.contains(number) else { throw Refusal(.notUnderstood) }
      let (reader, now) = (Reader(try context.person().member), insights.clock.now)
      // What nobody of the team did is told to those who manage alone.
      guard reader == .overseer || Figure.ofAgents.contains(figure) else { throw Refusal(.notAllowed) }
      let found = try await insights.store.read { session in
        let sites = try session.sites(for: context.actor)
        let total = try session.totalFigures(view, of: sites, at: now)
        let rows = try session.countedRows(figure, view, of: sites, for: reader, at: now, limit: number * Self.onPage + 1)
        return (total, rows, try session.namesOfAgents(Set(rows.compactMap(\.row.account))))
      }
      let page = FigurePage(
        figure, view, found.0, rows: found.1, names: found.2, page: number, for: reader, insights.web.texts(context.language))
      return insights.web.page(page, request, context)
    }
  }
}

extension Session {
  /// The websites whose chats somebody may read.
  fileprivate func sites(for actor: Access.Actor) throws -> [Site] {
    try sites().filter { actor.may(.read, .visitors(site: $0.id)) }
  }
}
