import Base
import Sites
import Web

/// Today at a glance: the cards, the line of thirty days, the tables of websites and agents, and the busiest hours.
struct TodayPage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  struct Card: Sendable {
    let id: String
    let label: String
    let value: String
    let meaning: String
    let listURL: SafeURL?
  }

  struct Cell: Sendable {
    let label: String
    let value: String
    let listURL: SafeURL?
  }

  struct Line: Sendable {
    let name: String
    let cells: [Cell]
  }

  static let template = "today"
  let title: String
  let isOwn: Bool
  let spans: [Choice]
  let sites: [Choice]
  let cards: [Card]
  let chart: Chart
  let chartLabel: String
  let hasSites: Bool
  let siteHeads: [String]
  let siteLines: [Line]
  let hasAgents: Bool
  let agentHeads: [String]
  let agentLines: [Line]
  let heat: HeatMap
  let workbookURL: SafeURL?
  let daysURL: SafeURL?
  let sitesURL: SafeURL?
  let agentsURL: SafeURL?
  let hoursURL: SafeURL?

  init(_ figures: TodayFigures, _ view: TodayView, sites: [Site], for reader: Reader, _ texts: Texts) {
    let words = FigureWords(texts: texts)
    title = texts["insights.title"]
    isOwn = reader != .overseer
    spans = TodayView.Span.allCases.map {
      Choice(value: $0.rawValue, label: texts["insights.span.\($0.rawValue)"], isChosen: $0 == view.span)
    }
    self.sites =
      [Choice(value: "", label: texts["insights.allSites"], isChosen: view.site == nil)]
      + sites.map { Choice(value: $0.id.description, label: $0.name, isChosen: $0.id == view.site) }
    let total = figures.total
    let own = reader.account.map { total.agents[$0] ?? [:] }
    let shown = own == nil ? Figure.ofSites : Figure.ofAgents
    cards = shown.map { figure in
      Card(
        id: figure.rawValue, label: words.name(figure), value: words.value(figure, (own ?? total.site)[figure] ?? Tally()),
        meaning: words.meaning(figure), listURL: view.listURL(figure))
    }
    chart = Chart(figures.chart)
    chartLabel = texts["insights.chartLabel", ["chats": String(figures.chart.reduce(0) { $0 + $1.chats })]]
    siteHeads = [words.name(.visitors), words.name(.chats), texts["insights.rate"], words.name(.answers), words.name(.conversions)]
    siteLines = figures.sites.map { Line($0.site, $0.figures, view, texts["insights.rate"], words) }
    hasSites = !siteLines.isEmpty
    agentHeads = [Figure.joined, .stays, .answers, .messages, .ratings].map(words.name)
    agentLines = total.agents.map { Line($0.key, $0.value, figures.names[$0.key], view, words) }.sorted { $0.name < $1.name }
    hasAgents = !agentLines.isEmpty
    heat = HeatMap(figures.hours, texts)
    workbookURL = view.fileURL("figures.xlsx")
    (daysURL, sitesURL) = (view.fileURL(of: .days), view.fileURL(of: .sites))
    (agentsURL, hoursURL) = (view.fileURL(of: .agents), view.fileURL(of: .hours))
  }
}

extension TodayPage.Line {
  fileprivate init(_ site: Site, _ figures: Figures, _ view: TodayView, _ rate: String, _ words: FigureWords) {
    func cell(_ figure: Figure) -> TodayPage.Cell {
      TodayPage.Cell(label: words.name(figure), value: words.value(figure, figures[figure]), listURL: view.listURL(figure, site: site.id))
    }
    let ofHundred = words.rate(chats: figures[.chats].count, visitors: figures[.visitors].count)
    self.init(
      name: site.name,
      cells: [
        cell(.visitors), cell(.chats), TodayPage.Cell(label: rate, value: ofHundred, listURL: nil), cell(.answers), cell(.conversions),
      ])
  }

  fileprivate init(_ account: AccountID, _ tallies: [Figure: Tally], _ name: String?, _ view: TodayView, _ words: FigureWords) {
    let cells = [Figure.joined, .stays, .answers, .messages, .ratings].map { figure in
      TodayPage.Cell(
        label: words.name(figure), value: words.value(figure, tallies[figure] ?? Tally()), listURL: view.listURL(figure, agent: account))
    }
    self.init(name: words.agent(name), cells: cells)
  }
}
