import Access
import Base
import Sites
import Store
import Web

/// What somebody looks at: of which days, websites and agents.
struct TodayView: Hashable, Sendable {
  enum Span: String, CaseIterable, Sendable {
    case today, week, month

    var days: Int {
      switch self {
      case .today: 1
      case .week: 7
      case .month: 30
      }
    }
  }

  var span = Span.today
  var site: SiteID?
  var agent: AccountID?

  init() {}

  /// `span=week&site=1&agent=2`
  init(_ query: Form) throws(Refusal) {
    func word<Value>(_ name: String, _ read: (String) -> Value?) throws(Refusal) -> Value? {
      guard !query[name].isEmpty else { return nil }
      guard let value = read(query[name]) else { throw Refusal(.notUnderstood) }
      return value
    }
    span = try word("span", Span.init(rawValue:)) ?? .today
    site = try word("site") { SiteID($0) }
    agent = try word("agent") { AccountID($0) }
  }

  func listURL(_ figure: Figure, site: SiteID? = nil, agent: AccountID? = nil) -> SafeURL? {
    var narrower = self
    narrower.site = site ?? self.site
    narrower.agent = agent ?? self.agent
    return SafeURL("\(TodayRoutes.path)/list?figure=\(figure.rawValue)&\(narrower.query)")
  }

  /// The list as a file of that ending.
  func listURL(_ figure: Figure, as ending: String) -> SafeURL? {
    SafeURL("\(TodayRoutes.path)/list.\(ending)?figure=\(figure.rawValue)&\(query)")
  }

  func fileURL(_ name: String) -> SafeURL? { SafeURL("\(TodayRoutes.path)/\(name)?\(query)") }

  func fileURL(of table: FigureTables.Kind) -> SafeURL? { fileURL("\(table.rawValue).csv") }

  private var query: String {
    (["span=\(span.rawValue)"] + (site.map { ["site=\($0)"] } ?? []) + (agent.map { ["agent=\($0)"] } ?? [])).joined(separator: "&")
  }
}

/// Whose figures somebody may read: everybody's, or their own (E89c).
enum Reader: Hashable, Sendable {
  case overseer
  case agent(AccountID)

  init(_ member: Access.Actor.Member) {
    self = Actor.account(member).may(.read, .figures) ? .overseer : .agent(member.id)
  }

  /// Whose rows alone are counted; nil for all.
  var account: AccountID? { if case .agent(let id) = self { id } else { nil } }
}

/// Everything that the page of today is made of, of one reading of the database.
struct TodayFigures: Sendable {
  static let chartDays = 30

  /// What one day of a website came to.
  struct Day: Sendable {
    let day: String
    let site: Site
    let figures: Figures
  }

  let sites: [(site: Site, figures: Figures)]
  /// The last thirty days, the newest first, whatever is looked at.
  let days: [Day]
  /// Chats of the last thirty days, the oldest first; nothing for somebody's own page.
  let chart: [(day: String, chats: Int64)]
  /// Chats by weekday, 1 for Monday, and hour.
  let hours: [[Int64]]
  let names: [AccountID: String]

  var total: Figures { sites.reduce(Figures()) { $0 + $1.figures } }
}

extension Session {
  func todayFigures(_ view: TodayView, of sites: [Site], for reader: Reader, at now: Moment) throws -> TodayFigures {
    var shown: [(site: Site, figures: Figures)] = []
    var every: [TodayFigures.Day] = []
    var chart: [(day: String, chats: Int64)] = []
    var hours = Array(repeating: Array(repeating: Int64(0), count: 24), count: 8)
    for site in sites where view.site == nil || view.site == site.id {
      let zone = WallZone(site.timeZone)
      let days = zone.days(TodayFigures.chartDays, until: now)
      let figures = try figures(at: site, on: days)
      every += figures.map { TodayFigures.Day(day: $0.day.text, site: site, figures: $0.figures) }
      shown.append((site, figures.suffix(view.span.days).reduce(Figures()) { $0 + $1.figures }))
      // The newest days of websites in different zones stand together, though they are not the same hours.
      let chats = figures.map { (day: $0.day.text, chats: $0.figures[.chats].count) }
      chart = chart.isEmpty ? chats : zip(chart, chats).map { (day: max($0.day, $1.day), chats: $0.chats + $1.chats) }
      guard reader == .overseer, let span = days.filter(site.wasThere).joinedSpan else { continue }
      for (at, count) in try beginnings(at: site.id, in: span) {
        let (weekday, hour) = zone.weekHour(of: at)
        hours[weekday][hour] += count
      }
    }
    let accounts = Set(shown.flatMap { Array($0.figures.agents.keys) })
    let newest = every.enumerated().sorted { ($0.element.day, $1.offset) > ($1.element.day, $0.offset) }.map(\.element)
    return TodayFigures(sites: shown, days: newest, chart: chart, hours: hours, names: try namesOfAgents(accounts))
  }

  /// Of all websites and days that are looked at, without what the page of today draws beside it.
  func totalFigures(_ view: TodayView, of sites: [Site], at now: Moment) throws -> Figures {
    var total = Figures()
    for site in sites where view.site == nil || view.site == site.id {
      for day in try figures(at: site, on: WallZone(site.timeZone).days(view.span.days, until: now)) { total = total + day.figures }
    }
    return total
  }

  /// The rows behind a figure, the newest first, of all websites and days that it was made of.
  func countedRows(_ figure: Figure, _ view: TodayView, of sites: [Site], for reader: Reader, at now: Moment, limit: Int) throws
    -> [(site: Site, row: CountedRow)]
  {
    let account = reader.account ?? view.agent
    var found: [(site: Site, row: CountedRow)] = []
    for site in sites where view.site == nil || view.site == site.id {
      let days = WallZone(site.timeZone).days(view.span.days, until: now).filter(site.wasThere)
      // A visitor counts once a day: day by day, then.
      let spans = figure == .visitors || figure == .joined ? days.reversed().map(\.span) : days.joinedSpan.map { [$0] } ?? []
      var ofSite: [CountedRow] = []
      for span in spans where ofSite.count < limit {
        ofSite += try counted(figure, at: site.id, by: account, in: span, limit: limit - ofSite.count)
      }
      found += ofSite.map { (site, $0) }
    }
    return Array(found.sorted { $0.row.at > $1.row.at }.prefix(limit))
  }
}

extension Site {
  /// Before there was a website nothing is counted on it: what it tells of earlier times was brought along.
  func wasThere(on day: LocalDay) -> Bool { day.span.upperBound > createdAt }
}

extension [LocalDay] {
  fileprivate var joinedSpan: Range<Moment>? {
    guard let first, let last else { return nil }
    return first.span.lowerBound..<last.span.upperBound
  }
}
