import Access
import Base
import Hummingbird
import NIOPosix
import Store
import Web

/// `/admin/reports`: what services, payouts and purchases came to in a time (B38, B75).
struct ReportRoutes: Sendable {
  static let path = "/admin/reports"

  let payouts: Payouts

  func register(on routes: Routes) {
    let read = Need.to(.read, .administration)
    routes.get(Self.path, read) { request, context in
      let (range, report) = try await report(request, context)
      return payouts.web.page(ReportPage(report, range, payouts.web.texts(context.language)), request, context)
    }
    for (index, name) in ["services", "payouts", "purchases"].enumerated() {
      routes.get("\(Self.path)/\(name).csv", read) { request, context in
        let (range, report) = try await report(request, context)
        return .download(Self.name(name, range, "csv"), "text/csv; charset=utf-8", Array(report.csv(index).text.utf8))
      }
    }
    routes.get("\(Self.path)/report.xlsx", read) { request, context in
      let (range, report) = try await report(request, context)
      let bytes = try await NIOThreadPool.singleton.runIfActive { try report.spreadsheet() }
      return .download(
        Self.name("report", range, "xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes)
    }
    routes.get("\(Self.path)/report.pdf", read) { request, context in
      let (range, report) = try await report(request, context)
      let sheet = report.sheet(
        house: payouts.mail.house, address: payouts.web.settings.baseAddress, at: payouts.clock.now, payouts.web.texts(context.language))
      return .download(Self.name("report", range, "pdf"), "application/pdf", try await payouts.printer.print(sheet))
    }
  }

  private static func name(_ what: String, _ range: ReportRange, _ ending: String) -> String {
    "\(what)-\(range.fromText)-\(range.toText).\(ending)"
  }

  private func report(_ request: Request, _ context: WebContext) async throws -> (ReportRange, Report) {
    let range = ReportRange(try Form(query: request), at: payouts.clock.now)
    let texts = payouts.web.texts(context.language)
    return (range, try await payouts.store.read { try Report.read(range, texts, in: $0) })
  }
}

struct ReportPage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  struct Cell: Sendable {
    let text: String
    let label: String
    let isNumber: Bool
  }

  struct Head: Sendable {
    let text: String
    let isNumber: Bool
  }

  struct Row: Sendable {
    let name: String
    let cells: [Cell]
  }

  struct Table: Sendable {
    let name: String
    let head: [Head]
    let rows: [Row]
    let isEmpty: Bool
    let csvURL: SafeURL?
  }

  static let template = "report"
  let title: String
  let from: String
  let to: String
  let groups: [Choice]
  let tables: [Table]
  let workbookURL: SafeURL?
  let paperURL: SafeURL?

  init(_ report: Report, _ range: ReportRange, _ texts: Texts) {
    title = report.title
    (from, to) = (range.fromText, range.toText)
    groups = FigureGroup.ofReports.map {
      Choice(value: $0.rawValue, label: texts["payouts.reports.by.\($0.rawValue)"], isChosen: $0 == range.group)
    }
    let query = "from=\(range.fromText)&to=\(range.toText)&by=\(range.group.rawValue)"
    tables = zip(report.tables, ["services", "payouts", "purchases"]).map { table, file in
      Table(
        name: table.name,
        head: table.head.enumerated().map { Head(text: $1, isNumber: table.numbers.contains($0)) },
        rows: table.rows.map { row in
          Row(
            name: row.first.map(report.words) ?? "",
            cells: zip(table.head, row).enumerated().dropFirst().map { index, pair in
              Cell(text: report.words(pair.1), label: pair.0, isNumber: table.numbers.contains(index))
            })
        }, isEmpty: table.rows.isEmpty, csvURL: SafeURL("\(ReportRoutes.path)/\(file).csv?\(query)"))
    }
    workbookURL = SafeURL("\(ReportRoutes.path)/report.xlsx?\(query)")
    paperURL = SafeURL("\(ReportRoutes.path)/report.pdf?\(query)")
  }
}
