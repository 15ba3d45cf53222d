import Base
import LedgerCore
import Web

/// `/admin/money`.
struct OverviewPage: Page {
  struct Found: Sendable {
    let waiting: [Waiting]
    let alerts: Int64
    let transactions: [Transaction]
    let names: [AccountID: String]
    let batches: [Int64: Int64]
    let sites: [(id: SiteID, name: String)]
  }

  struct Group: Sendable {
    let heading: String
    let count: String
    let allURL: SafeURL?
    let lines: [WaitingLine]
  }

  struct WaitingLine: Sendable {
    let name: String
    let amount: String
    let since: ShownMoment?
    let pageURL: SafeURL?
  }

  struct Person: Sendable {
    let name: String
    let personURL: SafeURL?
  }

  struct Line: Sendable {
    let what: String
    let pageURL: SafeURL?
    let time: ShownMoment
    let people: [Person]
    let site: String
    let units: String
    let amount: String
  }

  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "money-overview"
  let title: String
  let groups: [Group]
  let isQuiet: Bool
  let alerts: String?
  let kinds: [Choice]
  let sites: [Choice]
  let person: String
  let from: String
  let to: String
  let lines: [Line]
  let isEmpty: Bool
  let isFirst: Bool
  let newestURL: SafeURL?
  let olderURL: SafeURL?
  let csvURL: SafeURL?

  init(_ found: Found, _ filter: TransactionFilter, _ texts: Texts) {
    title = texts["operations.overview.title"]
    isFirst = filter.below == nil
    groups = found.waiting.map { Group($0, texts) }
    alerts = found.alerts > 0 ? texts.counted("operations.alerts.open", Int(found.alerts)) : nil
    isQuiet = groups.isEmpty && alerts == nil
    kinds = Self.choices(
      Entry.Kind.allCases.map { ($0.rawValue, texts["payments.entry.\($0.rawValue)"]) }, chosen: filter.kind?.rawValue,
      all: texts["operations.overview.everyKind"])
    sites = Self.choices(
      found.sites.map { ($0.id.description, $0.name) }, chosen: filter.site?.description, all: texts["deals.after.everySite"])
    (person, from, to) = (filter.person, filter.from, filter.to)
    let page = found.transactions.prefix(OverviewRoutes.shown)
    lines = page.map { Line($0, found, texts) }
    isEmpty = lines.isEmpty
    let query = filter.query
    let asked = query.isEmpty ? "" : "?\(query)"
    newestURL = isFirst ? nil : SafeURL(OverviewRoutes.path + asked)
    csvURL = SafeURL("\(OverviewRoutes.path)/transactions.csv\(asked)")
    let last = found.transactions.count > page.count ? page.last.map { TransactionFilter.Place($0).text } : nil
    olderURL = last.flatMap { SafeURL("\(OverviewRoutes.path)?\(query.isEmpty ? "" : "\(query)&")below=\($0)") }
  }

  private static func choices(_ all: [(String, String)], chosen: String?, all every: String) -> [Choice] {
    [Choice(value: "", label: every, isChosen: chosen == nil)] + all.map { Choice(value: $0, label: $1, isChosen: $0 == chosen) }
  }
}

extension OverviewPage.Group {
  fileprivate init(_ waiting: Waiting, _ texts: Texts) {
    heading = texts["operations.waiting.\(waiting.kind.rawValue)"]
    count = String(waiting.count)
    allURL = SafeURL(waiting.path)
    lines = waiting.lines.map {
      OverviewPage.WaitingLine(name: $0.name, amount: $0.amount, since: $0.since.map { ShownMoment($0) }, pageURL: SafeURL($0.path))
    }
  }
}

extension OverviewPage.Line {
  fileprivate init(_ transaction: Transaction, _ found: OverviewPage.Found, _ texts: Texts) {
    let money = MoneyWords(texts.language)
    what = texts["payments.entry.\(transaction.kind)"]
    pageURL = transaction.path(found.batches).flatMap(SafeURL.init)
    time = ShownMoment(transaction.at)
    people = transaction.people.map { id in
      let name = found.names[id].flatMap { $0.isEmpty ? nil : $0 } ?? texts["pages.audit.deleted"]
      return OverviewPage.Person(name: name, personURL: SafeURL("/admin/agents/\(id)"))
    }
    site = transaction.site ?? "–"
    units = transaction.units.map { texts.counted("payments.units.\($0.unit.rawValue)", Int($0.count)) } ?? "–"
    amount = transaction.amounts.isEmpty ? "–" : transaction.amounts.map { money[$0] }.joined(separator: " + ")
  }
}

extension Transaction {
  private func identity(after prefix: String) -> Int64? { about.hasPrefix(prefix) ? Int64(about.dropFirst(prefix.count)) : nil }

  /// The payout that it is about.
  var payout: Int64? { identity(after: "payout.") }

  /// The page that says more of it.
  fileprivate func path(_ batches: [Int64: Int64]) -> String? {
    if let hold { return "/admin/deals/\(hold)" }
    if let purchase = identity(after: "purchase.") { return "/admin/payments/\(purchase)" }
    if let batch = payout.flatMap({ batches[$0] }) { return "/admin/payouts/batches/\(batch)" }
    return people.first.map { "/admin/agents/\($0)" }
  }
}
