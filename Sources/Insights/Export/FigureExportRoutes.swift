import Access
import Base
import Exports
import Hummingbird
import Web

/// The figures as files: the tables of the page, each of commas or all of Excel, and the list behind each number (X9).
struct FigureExportRoutes: Sendable {
  let today: TodayRoutes

  private var insights: Insights { today.insights }

  func register(on routes: Routes) {
    let need = Need.to(.read, .console)
    routes.get("\(TodayRoutes.path)/figures.xlsx", need) { request, context in
      try await file("figures", context).workbook(tables(request, context).sheets)
    }
    for kind in FigureTables.Kind.allCases {
      routes.get("\(TodayRoutes.path)/\(kind.rawValue).csv", need) { request, context in
        guard try FigureTables.kinds(for: Reader(context.person().member)).contains(kind) else { throw Refusal(.notAllowed) }
        return try await file(kind.rawValue, context).commas(tables(request, context).table(kind))
      }
    }
    routes.get("\(TodayRoutes.path)/list.csv", need) { request, context in
      let (question, rows) = try await counted(request, context)
      return file(question.figure.rawValue, context).commas(rows.table)
    }
    routes.get("\(TodayRoutes.path)/list.xlsx", need) { request, context in
      let (question, rows) = try await counted(request, context)
      return try await file(question.figure.rawValue, context).workbook([rows.table])
    }
  }

  private func file(_ what: String, _ context: WebContext) -> TableFile {
    TableFile(name: "\(what)-\(insights.clock.now.isoText.prefix(10))", in: context.language)
  }

  private func tables(_ request: Request, _ context: WebContext) async throws -> FigureTables {
    let view = try TodayView(Form(query: request))
    let (_, reader, figures) = try await today.figures(view, context)
    return FigureTables(figures: figures, reader: reader, texts: insights.web.texts(context.language))
  }

  private func counted(_ request: Request, _ context: WebContext) async throws -> (ListQuestion, CountedTable) {
    let question = try ListQuestion(Form(query: request), Reader(context.person().member))
    let now = insights.clock.now
    let (rows, names) = try await insights.store.read { session in
      let sites = try session.sites(for: context.actor)
      let rows = try session.countedRows(
        question.figure, question.view, of: sites, for: question.reader, at: now, limit: CountedTable.limit + 1)
      return (rows, try session.namesOfAgents(Set(rows.compactMap(\.row.account))))
    }
    return (question, CountedTable(figure: question.figure, rows: rows, names: names, texts: insights.web.texts(context.language)))
  }
}
