import Base
import Exports
import Paper
import Web

/// What the page of today shows, as tables of plain numbers that whoever takes them along can reckon with: times in seconds, and beside every
/// average how many it was made of.
struct FigureTables: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case days, sites, agents, hours
  }

  let figures: TodayFigures
  let reader: Reader
  let texts: Texts

  /// As the page has them: somebody's own page has their days alone.
  static func kinds(for reader: Reader) -> [Kind] { reader == .overseer ? Kind.allCases : [.days] }

  /// Each with its definitions in the head.
  func table(_ kind: Kind) -> TableFile.Table { table(kind, name: nil, meaning: FigureWords(texts: texts).meaning) }

  /// A sheet of each, and one of the definitions.
  var sheets: [TableFile.Table] {
    let words = FigureWords(texts: texts)
    let meanings = TableFile.Table(
      texts["insights.export.meanings"], head: [texts["insights.export.figure"], texts["insights.export.meaning"]],
      rows: shown.map { [.text(words.name($0)), .text(words.meaning($0))] })
    return Self.kinds(for: reader).map { table($0, name: name(of: $0)) { _ in nil } } + [meanings]
  }

  private var shown: [Figure] { reader == .overseer ? Figure.allCases : Figure.ofAgents }

  private func table(_ kind: Kind, name: String?, meaning: (Figure) -> String?) -> TableFile.Table {
    switch kind {
    case .days:
      let columns = reader == .overseer ? Figure.ofSites : Figure.ofAgents
      return TableFile.Table(
        name, head: [texts["insights.day"], texts["insights.site"]] + heads(columns, meaning), rows: figures.days.map { row($0, columns) })
    case .sites:
      let rate = texts["insights.export.rate"]
      return TableFile.Table(
        name, head: [texts["insights.site"]] + heads(Figure.ofSites, meaning) + [rate],
        rows: figures.sites.map { row($0.site.name, $0.figures) })
    case .agents:
      return TableFile.Table(name, head: [texts["insights.agent"]] + heads(Figure.ofAgents, meaning), rows: rowsOfAgents)
    case .hours:
      let heat = HeatMap(figures.hours, texts)
      return TableFile.Table(
        name, head: [texts["insights.day"]] + heat.heads,
        rows: zip(heat.rows, figures.hours.dropFirst()).map { day, hours -> TableFile.Row in [.text(day.day)] + hours.map { .count($0) } })
    }
  }

  private func name(of kind: Kind) -> String {
    switch kind {
    case .days: texts["insights.export.days"]
    case .sites: texts["insights.bySite"]
    case .agents: texts["insights.byAgent"]
    case .hours: texts["insights.hours"]
    }
  }

  private func heads(_ columns: [Figure], _ meaning: (Figure) -> String?) -> [String] {
    let words = FigureWords(texts: texts)
    return columns.flatMap { figure in
      var names = words.columns(figure)
      if let meaning = meaning(figure) { names[names.count - 1] += ": \(meaning)" }
      return names
    }
  }

  private func row(_ day: TodayFigures.Day, _ columns: [Figure]) -> TableFile.Row {
    let tallies = reader.account.map { day.figures.agents[$0] ?? [:] } ?? day.figures.site
    let cells = columns.flatMap { $0.cells(tallies[$0] ?? Tally()) }
    return [.text(day.day), .text(day.site.name)] + cells
  }

  private func row(_ site: String, _ figures: Figures) -> TableFile.Row {
    let rate = FigureWords.percent(chats: figures[.chats].count, visitors: figures[.visitors].count)
    let cells = Figure.ofSites.flatMap { $0.cells(figures[$0]) }
    return [.text(site)] + cells + [rate.map(Spreadsheet.Cell.count) ?? .text("")]
  }

  private var rowsOfAgents: [TableFile.Row] {
    let words = FigureWords(texts: texts)
    let named = figures.total.agents.map { (name: words.agent(figures.names[$0.key]), tallies: $0.value) }.sorted { $0.name < $1.name }
    return named.map { agent in [.text(agent.name)] + Figure.ofAgents.flatMap { $0.cells(agent.tallies[$0] ?? Tally()) } }
  }
}

extension FigureWords {
  /// What stands above `Figure.cells`.
  func columns(_ figure: Figure) -> [String] {
    guard figure.isMean else { return [name(figure)] }
    return [texts["insights.export.number", ["figure": name(figure)]], amount(figure)]
  }

  /// What is told of one row.
  func amount(_ figure: Figure) -> String {
    figure == .ratings ? name(figure) : texts["insights.export.seconds", ["figure": name(figure)]]
  }
}

extension Figure {
  /// How many there were; and what they come to on the average, of which nothing has none.
  func cells(_ tally: Tally) -> [Spreadsheet.Cell] {
    switch self {
    case .answers, .stays: [.count(tally.count), tally.mean.map { Spreadsheet.Cell.count(FigureWords.seconds($0)) } ?? .text("")]
    case .ratings: [.count(tally.count), tally.tenths.map(Spreadsheet.Cell.tenths) ?? .text("")]
    default: [.count(tally.count)]
    }
  }
}
