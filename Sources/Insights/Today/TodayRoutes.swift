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
      let (sites, reader, figures) = try await figures(view, context)
      let page = TodayPage(figures, view, sites: sites, for: reader, insights.web.texts(context.language))
      return insights.web.page(page, request, context)
    }
    routes.get("\(Self.path)/list", .to(.read, .console)) { request, context in
      let query = try Form(query: request)
      let question = try ListQuestion(query, Reader(context.person().member))
      guard let number = query["page"].isEmpty ? 1 : Int(query["page"]), Self.pages.contains(number) else { throw Refusal(.notUnderstood) }
      let now = insights.clock.now
      let found = try await insights.store.read { session in
        let sites = try session.sites(for: context.actor)
        let total = try session.totalFigures(question.view, of: sites, at: now)
        let rows = try session.countedRows(
          question.figure, question.view, of: sites, for: question.reader, at: now, limit: number * Self.onPage + 1)
        return (total, rows, try session.namesOfAgents(Set(rows.compactMap(\.row.account))))
      }
      let page = FigurePage(question, found.0, rows: found.1, names: found.2, page: number, insights.web.texts(context.language))
      return insights.web.page(page, request, context)
    }
  }

  /// Everything of the page, with the websites that somebody may choose from.
  func figures(_ view: TodayView, _ context: WebContext) async throws -> (sites: [Site], reader: Reader, figures: TodayFigures) {
    let (reader, now) = (Reader(try context.person().member), insights.clock.now)
    return try await insights.store.read { session in
      let sites = try session.sites(for: context.actor)
      return (sites, reader, try session.todayFigures(view, of: sites, for: reader, at: now))
    }
  }
}

/// Which list somebody wants to read.
struct ListQuestion: Sendable {
  let figure: Figure
  let view: TodayView
  let reader: Reader

  init(_ query: Form, _ reader: Reader) throws(Refusal) {
    view = try TodayView(query)
    guard let figure = Figure(rawValue: query["figure"]) else { throw Refusal(.notUnderstood) }
    // What nobody of the team did is told to those who manage alone.
    guard reader == .overseer || Figure.ofAgents.contains(figure) else { throw Refusal(.notAllowed) }
    self.figure = figure
    self.reader = reader
  }
}

extension Session {
  /// The websites whose chats somebody may read.
  func sites(for actor: Access.Actor) throws -> [Site] {
    try sites().filter { actor.may(.read, .visitors(site: $0.id)) }
  }
}
