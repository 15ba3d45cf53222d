import Accounts
import Base
import Foundation
import Ledger
import LedgerCore
import Paper
import Store
import Web

/// What a report says, once for the page and for every export (B38).
struct Report: Sendable {
  struct Table: Sendable {
    let name: String
    let head: [String]
    let rows: [[Spreadsheet.Cell]]
    /// Of the columns, which are numbers.
    let numbers: Set<Int>
  }

  let title: String
  let period: String
  let tables: [Table]
  let language: Language

  static func read(_ range: ReportRange, _ texts: Texts, in session: any Session) throws -> Report {
    let filter = FigureFilter(group: range.group, from: range.from, to: range.to)
    let figures = try session.figures(filter).filter { Currency(code: $0.unit) != nil }
    let paid = try session.paidFigures(from: range.from, to: range.to)
    let moved = try session.movedFigures(from: range.from, to: range.to)
    let names = try session.names(of: figures.map(\.key) + paid.map(\.payee.rawValue), range.group)
    let people = range.group == .expert ? names : try session.names(of: paid.map(\.payee.rawValue), .expert)
    func word(_ key: String) -> String { texts["payouts.reports.\(key)"] }
    let services = Table(
      name: word("by.\(range.group.rawValue)"),
      head: [word("by.\(range.group.rawValue)")] + ["currency", "transactions", "gross", "refunds", "commission", "share"].map(word),
      rows: figures.compactMap { figure in
        guard let currency = Currency(code: figure.unit) else { return nil }
        let name = range.group == .day ? Moment(day: figure.key).dayText : names[figure.key] ?? ""
        return [
          .text(name.isEmpty ? word("erased") : name), .text(currency.code), .count(figure.transactions),
          .money(Money(figure.gross, currency)), .money(Money(figure.refunds, currency)), .money(Money(figure.commission, currency)),
          .money(Money(figure.share, currency)),
        ]
      }, numbers: Set(2...6))
    let payouts = Table(
      name: word("payouts"),
      head: [word("by.expert")] + ["currency", "count", "gross", "commission", "vat", "withheld", "net"].map(word),
      rows: paid.map { figure in
        let name = people[figure.payee.rawValue] ?? ""
        return [
          .text(name.isEmpty ? word("erased") : name), .text(figure.gross.currency.code), .count(figure.count), .money(figure.gross),
          .money(figure.commission), .money(figure.vat), .money(figure.withheld), .money(figure.net),
        ]
      }, numbers: Set(2...7))
    let money = Table(
      name: word("money"), head: ["what", "currency", "count", "amount"].map(word),
      rows: moved.map {
        [.text(texts["payments.entry.\($0.kind)"]), .text($0.amount.currency.code), .count($0.count), .money($0.amount)]
      }, numbers: [2, 3])
    return Report(
      title: word("title"), period: texts["payouts.reports.period", ["from": range.fromText, "to": range.toText]],
      tables: [services, payouts, money], language: texts.language)
  }

  /// The tables as sheets of one file. Waits for the disk.
  func spreadsheet() throws -> [UInt8] {
    let sheets = try Spreadsheet(isRightToLeft: language.direction == "rtl")
    for table in tables {
      try sheets.begin(table.name, head: table.head)
      try sheets.append(table.rows)
    }
    try sheets.close()
    return Array(try Data(contentsOf: sheets.file))
  }

  /// A table as text: amounts with a point, as every program reads them.
  func csv(_ table: Int) -> CSVText {
    CSVText([tables[table].head] + tables[table].rows.map { $0.map(\.plainText) })
  }

  /// As people read it.
  func words(_ cell: Spreadsheet.Cell) -> String {
    switch cell {
    case .text(let words): words
    case .count(let number): String(number)
    case .money(let money): MoneyWords(language)[money]
    case .tenths: cell.plainText
    }
  }

  func sheet(house: String, address: String, at now: Moment, _ texts: Texts) -> Sheet {
    var sheet = Sheet()
    sheet.name = "\(title) \(period)"
    sheet.language = language.code
    sheet.isRightToLeft = language.direction == "rtl"
    sheet.house = house
    sheet.title = title
    sheet.facts = [Sheet.Fact(texts["payouts.reports.time"], period), Sheet.Fact(texts["payouts.reports.made"], now.universalText)]
    sheet.head = Sheet.Line(texts["payouts.reports.what"], texts["payouts.reports.amount"])
    for table in tables {
      for row in table.rows {
        let middle = zip(table.head, row).dropFirst(2).dropLast().map { "\($0): \(words($1))" }
        let name = ([words(row[0])] + [middle.joined(separator: " · ")]).filter { !$0.isEmpty }.joined(separator: "\n")
        sheet.lines.append(
          Sheet.Line("\(table.name): \(name)", row.last.map { "\(table.head.last ?? ""): \(words($0))" } ?? ""))
      }
    }
    let count = tables[0].rows.reduce(Int64(0)) { sum, row in if case .count(let number) = row[2] { sum + number } else { sum } }
    sheet.total = Sheet.Line(texts["payouts.reports.transactions"], String(count))
    sheet.foot = "\(house) · \(address)"
    sheet.time = now.isoText
    return sheet
  }
}

/// Which time and by what: whole days in universal time, which the page says.
struct ReportRange: Hashable, Sendable {
  static let longestDays: Int64 = 3660

  let group: FigureGroup
  let from: Moment
  /// Without.
  let to: Moment

  var fromText: String { from.dayText }
  var toText: String { to.adding(milliseconds: -1).dayText }

  /// What was asked for; the running month where nothing or nonsense was.
  init(_ query: Form, at now: Moment) {
    let group = FigureGroup(rawValue: query["by"])
    self.group = group.flatMap { FigureGroup.ofReports.contains($0) ? $0 : nil } ?? .expert
    let month = Moment(dayText: "\(now.isoText.prefix(7))-01") ?? now
    let (first, last) = (Moment(dayText: query["from"]), Moment(dayText: query["to"]))
    let (start, end) = (first ?? month, (last ?? Moment(dayText: String(now.isoText.prefix(10))) ?? now).adding(seconds: 86_400))
    let isFit = start < end && end.milliseconds(since: start) <= Self.longestDays * 86_400_000
    (from, to) = isFit ? (start, end) : (month, now.adding(seconds: 86_400).startOfDay)
  }
}

extension Moment {
  init(day: Int64) { self.init(milliseconds: day * 86_400_000) }

  var dayText: String { String(isoText.prefix(10)) }
  var startOfDay: Moment { Moment(milliseconds: milliseconds / 86_400_000 * 86_400_000) }
}

extension Session {
  /// What the keys of figures are called.
  func names(of keys: [Int64], _ group: FigureGroup) throws -> [Int64: String] {
    let sql: String
    switch group {
    case .expert: sql = "SELECT id, name FROM accounts WHERE id"
    case .service: sql = "SELECT id, name FROM sites WHERE id"
    case .chat:
      sql =
        "SELECT c.id, COALESCE(v.name, '') FROM conversations c JOIN visitors v ON v.id = c.visitor_id WHERE c.id"
    case .day: return [:]
    }
    var names: [Int64: String] = [:]
    let all = Set(keys).sorted()
    for start in stride(from: 0, to: all.count, by: SQLList.limit) {
      let list = SQLList(Array(all[start..<min(start + SQLList.limit, all.count)]), from: 1)
      for row in try rows("\(sql) \(list.sql)", list.values) { names[row[0]] = row[1] }
    }
    return names
  }
}
