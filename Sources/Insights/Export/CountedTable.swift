import Base
import Exports
import Paper
import Sites
import Web

/// The list behind a figure as a table: the rows of the page, and all of them.
struct CountedTable: Sendable {
  /// The newest so many.
  static let limit = 100_000
  private static let rowsAtOnce = 1000

  let figure: Figure
  /// One more than the limit where there are more.
  let rows: [(site: Site, row: CountedRow)]
  let names: [AccountID: String]
  let texts: Texts
  var limit = CountedTable.limit

  var table: TableFile.Table {
    TableFile.Table(head: head) { take in
      let told = rows.prefix(limit)
      for start in stride(from: 0, to: told.count, by: Self.rowsAtOnce) {
        try await take(told[start..<min(start + Self.rowsAtOnce, told.count)].map { line($0.site, $0.row) })
      }
      // Whoever reads the file to its end knows that it is not all.
      if rows.count > limit { try await take([[.text(texts["insights.export.cut", ["count": String(limit)]])]]) }
    }
  }

  private var head: [String] {
    let words = FigureWords(texts: texts)
    return [texts["insights.export.time"], texts["insights.site"], texts["insights.visitor"], texts["insights.agent"]]
      + (figure.isMean ? [words.amount(figure)] : []) + [texts["insights.export.conversation"]]
  }

  private func line(_ site: Site, _ row: CountedRow) -> TableFile.Row {
    let agent = row.account.map { FigureWords(texts: texts).agent(names[$0]) } ?? ""
    let start: TableFile.Row = [.text(row.at.tableText), .text(site.name), .text(row.name ?? ""), .text(agent)]
    return start + amount(row) + [.text(row.conversation?.description ?? "")]
  }

  private func amount(_ row: CountedRow) -> TableFile.Row {
    switch figure {
    case .answers, .stays: [.count(FigureWords.seconds(row.amount))]
    case .ratings: [.count(row.amount)]
    default: []
    }
  }
}
