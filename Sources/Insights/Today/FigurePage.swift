import Base
import Sites
import Web

/// The list behind a figure: as many rows as the figure counts.
struct FigurePage: Page {
  struct Line: Sendable {
    let time: ShownMoment
    let visitor: String
    let chatURL: SafeURL?
    let site: String
    let agent: String
    let amount: String?
  }

  static let template = "counted"
  let title: String
  let meaning: String
  let backURL: SafeURL?
  let span: String
  let count: String
  let value: String?
  let hasAmount: Bool
  let amountLabel: String
  let lines: [Line]
  let isEmpty: Bool
  let workbookURL: SafeURL?
  let commasURL: SafeURL?
  /// Said where a file cannot hold all of it.
  let limit: String?
  /// Said where the pages end before the rows do.
  let end: String?
  let olderURL: SafeURL?
  let newerURL: SafeURL?

  init(
    _ question: ListQuestion, _ total: Figures, rows: [(site: Site, row: CountedRow)], names: [AccountID: String], page: Int,
    _ texts: Texts
  ) {
    let (figure, view) = (question.figure, question.view)
    let words = FigureWords(texts: texts)
    title = words.name(figure)
    meaning = words.meaning(figure)
    backURL = SafeURL("\(TodayRoutes.path)?span=\(view.span.rawValue)" + (view.site.map { "&site=\($0)" } ?? ""))
    span = texts["insights.span.\(view.span.rawValue)"]
    let tally = (question.reader.account ?? view.agent).map { total.agents[$0]?[figure] ?? Tally() } ?? total.tally(figure)
    count = texts.counted("insights.rows", Int(tally.count))
    hasAmount = figure.isMean
    workbookURL = view.listURL(figure, as: "xlsx")
    commasURL = view.listURL(figure, as: "csv")
    limit = tally.count > CountedTable.limit ? texts["insights.export.limit", ["count": String(CountedTable.limit)]] : nil
    value = hasAmount ? words.value(figure, tally) : nil
    amountLabel = words.name(figure)
    let here = rows.dropFirst((page - 1) * TodayRoutes.onPage).prefix(TodayRoutes.onPage)
    lines = here.map { site, row in
      Line(
        time: ShownMoment(row.at), visitor: row.name ?? texts["insights.visitor"],
        chatURL: row.conversation.flatMap { SafeURL("/console#\($0)") }, site: site.name,
        agent: row.account.map { words.agent(names[$0]) } ?? FigureWords.none, amount: words.amount(figure, row))
    }
    isEmpty = lines.isEmpty
    func at(_ number: Int) -> SafeURL? { view.listURL(figure).flatMap { SafeURL("\($0.text)&page=\(number)") } }
    olderURL = rows.count > page * TodayRoutes.onPage && TodayRoutes.pages.contains(page + 1) ? at(page + 1) : nil
    let shown = TodayRoutes.pages.upperBound * TodayRoutes.onPage
    let isCut = page == TodayRoutes.pages.upperBound && rows.count > shown
    end = isCut ? texts[limit == nil ? "insights.end" : "insights.endCut", ["count": String(shown)]] : nil
    newerURL = page > 1 ? at(page - 1) : nil
  }
}

extension Figures {
  /// Of all agents where it is theirs.
  fileprivate func tally(_ figure: Figure) -> Tally {
    Figure.ofSites.contains(figure) ? self[figure] : agents.values.reduce(Tally()) { $0 + ($1[figure] ?? Tally()) }
  }
}
