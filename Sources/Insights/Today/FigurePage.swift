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
  let olderURL: SafeURL?
  let newerURL: SafeURL?

  init(
    _ figure: Figure, _ view: TodayView, _ total: Figures, rows: [(site: Site, row: CountedRow)], names: [AccountID: String],
    page: Int, for reader: Reader, _ texts: Texts
  ) {
    let words = FigureWords(texts: texts)
    title = words.name(figure)
    meaning = words.meaning(figure)
    backURL = SafeURL("\(TodayRoutes.path)?span=\(view.span.rawValue)" + (view.site.map { "&site=\($0)" } ?? ""))
    span = texts["insights.span.\(view.span.rawValue)"]
    let tally = (reader.account ?? view.agent).map { total.agents[$0]?[figure] ?? Tally() } ?? total.tally(figure)
    count = texts.counted("insights.rows", Int(tally.count))
    hasAmount = [.answers, .stays, .ratings].contains(figure)
    value = hasAmount ? words.value(figure, tally) : nil
    amountLabel = words.name(figure)
    let here = rows.dropFirst((page - 1) * TodayRoutes.onPage).prefix(TodayRoutes.onPage)
    lines = here.map { site, row in
      Line(
        time: ShownMoment(row.at), visitor: row.name ?? texts["insights.visitor"],
        chatURL: row.conversation.flatMap { SafeURL("/console#\($0)") }, site: site.name,
        agent: row.account.map { names[$0] ?? texts["insights.somebody"] } ?? FigureWords.none, amount: words.amount(figure, row))
    }
    isEmpty = lines.isEmpty
    func at(_ number: Int) -> SafeURL? { view.listURL(figure).flatMap { SafeURL("\($0)&page=\(number)") } }
    olderURL = rows.count > page * TodayRoutes.onPage && TodayRoutes.pages.contains(page + 1) ? at(page + 1) : nil
    newerURL = page > 1 ? at(page - 1) : nil
  }
}

extension Figures {
  /// Of all agents where it is theirs.
  fileprivate func tally(_ figure: Figure) -> Tally {
    Figure.ofSites.contains(figure) ? self[figure] : agents.values.reduce(Tally()) { $0 + ($1[figure] ?? Tally()) }
  }
}
