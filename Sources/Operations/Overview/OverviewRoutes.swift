import Access
import Base
import Hummingbird
import Store
import Web

/// `/admin/money`: what waits first, then every transaction of customers and experts (B75).
struct OverviewRoutes: Sendable {
  static let path = "/admin/money"
  static let shown = 50
  /// What a file holds at most; more is asked for by a shorter time.
  static let fileLimit = 5000

  let operations: Operations

  func register(on routes: Routes) {
    let read = Need.to(.read, .administration)
    routes.get(Self.path, read) { request, context in try await show(request, context) }
    routes.get("\(Self.path)/transactions.csv", read) { request, context in try await file(request, context) }
  }

  private func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let filter = TransactionFilter(try Form(query: request))
    let texts = operations.web.texts(context.language)
    let found = try await operations.store.read { [operations] session in
      let transactions = try session.transactions(filter, limit: Self.shown + 1)
      let payouts = transactions.compactMap(\.payout)
      return OverviewPage.Found(
        waiting: filter.below == nil ? try operations.waiting(texts, in: session) : [], alerts: try session.countOpenAlerts(),
        transactions: transactions, names: try session.names(of: Set(transactions.flatMap(\.people))),
        batches: try session.batches(of: payouts), sites: try session.siteNames())
    }
    return operations.web.page(OverviewPage(found, filter, texts), request, context)
  }

  private func file(_ request: Request, _ context: WebContext) async throws -> Response {
    let filter = TransactionFilter(try Form(query: request))
    let texts = operations.web.texts(context.language)
    let (transactions, names) = try await operations.store.read { session in
      let transactions = try session.transactions(filter, limit: Self.fileLimit)
      return (transactions, try session.names(of: Set(transactions.flatMap(\.people))))
    }
    let head = ["when", "what", "who", "site", "units", "unit", "amount", "currency", "about"].map {
      texts["operations.overview.column.\($0)"]
    }
    let rows = transactions.flatMap { Self.cells(of: $0, names, texts) }
    return .download("transactions.csv", "text/csv; charset=utf-8", Array(CSVText([head] + rows).text.utf8))
  }

  /// A row for each currency, because a column of amounts is added up.
  private static func cells(of transaction: Transaction, _ names: [AccountID: String], _ texts: Texts) -> [[String]] {
    let people = transaction.people.map { names[$0].flatMap { $0.isEmpty ? nil : $0 } ?? texts["pages.audit.deleted"] }
    let head = [
      transaction.at.isoText, texts["payments.entry.\(transaction.kind)"], people.joined(separator: "; "), transaction.site ?? "",
    ]
    let units = transaction.units.map { ["\($0.count)", $0.unit.rawValue] } ?? ["", ""]
    let amounts = transaction.amounts.isEmpty ? [["", ""]] : transaction.amounts.map { [$0.decimal, $0.currency.code] }
    return amounts.enumerated().map { index, amount in head + (index == 0 ? units : ["", ""]) + amount + [transaction.about] }
  }
}
