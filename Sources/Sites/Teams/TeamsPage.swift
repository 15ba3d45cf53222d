import Base
import Web

/// The sheet of teams.
struct TeamsPage: Page {
  /// Why it is shown.
  enum News: Sendable {
    case nothing, saved
    /// A whole line was ticked.
    case unsaved(TeamSheet)
    case overtaken(TeamSheet, Set<Seat>)
    /// Somebody or a website is there no more.
    case gone(TeamSheet)

    var isRefused: Bool {
      switch self {
      case .nothing, .saved, .unsaved: false
      case .overtaken, .gone: true
      }
    }
  }

  struct Column: Sendable {
    let id: SiteID
    let name: String
    let isFull: Bool
  }

  struct Line: Sendable {
    let id: AccountID
    let name: String
    let avatar: String
    /// The person and the websites that were ticked.
    let was: String
    let isFull: Bool
    let boxes: [Box]
  }

  struct Box: Sendable {
    let value: String
    let labels: String
    let site: String
    let isOn: Bool
    let isChanged: Bool
  }

  static let template = "teams"
  let title: String
  let notice: String?
  let tone: String
  let problem: String?
  let changes: [String]
  let actionURL: SafeURL?
  let search: String
  let siteChoice: SelectField
  let count: String
  let hasSheet: Bool
  let hasSites: Bool
  let siteIDs: String
  let columns: [Column]
  let lines: [Line]
  let previousURL: SafeURL?
  let nextURL: SafeURL?
  let earlierSitesURL: SafeURL?
  let laterSitesURL: SafeURL?

  init(_ teams: Teams, _ query: TeamsQuery, _ news: News, _ texts: Texts) {
    let sheet = Self.sheet(of: teams, news)
    var changed: Set<Seat> = []
    if case .overtaken(_, let seats) = news { changed = seats }
    title = texts["sites.teams.title"]
    (notice, problem) = Self.words(for: news, texts)
    tone = if case .unsaved = news { "wait" } else { "good" }
    changes = Self.changes(changed, of: teams, texts)
    actionURL = SafeURL(query.address())
    search = query.text
    siteChoice = SelectField(
      "site", label: texts["sites.teams.site"], chosen: query.site?.description ?? "",
      options: [(value: "", label: texts["sites.teams.everySite"])] + teams.allSites.map { (value: $0.id.description, label: $0.name) },
      errors: .none)
    count = texts.counted("pages.people.count", teams.agentCount)
    (hasSites, hasSheet) = (!teams.allSites.isEmpty, !teams.sites.isEmpty && !teams.agents.isEmpty)
    siteIDs = teams.sites.map(\.id.description).joined(separator: " ")
    columns = teams.sites.map { site in
      Column(id: site.id, name: site.name, isFull: sheet.people.allSatisfy { sheet.on.contains(Seat(account: $0, site: site.id)) })
    }
    lines = teams.agents.map { Line($0, at: teams.sites, sheet, changed: changed) }
    let meantSites = query.site == nil ? teams.allSites.count : 1
    previousURL = query.peoplePage > 1 ? SafeURL(query.address(peoplePage: query.peoplePage - 1)) : nil
    nextURL =
      query.peoplePage * TeamSheet.peopleLimit < teams.agentCount ? SafeURL(query.address(peoplePage: query.peoplePage + 1)) : nil
    earlierSitesURL = query.sitesPage > 1 ? SafeURL(query.address(sitesPage: query.sitesPage - 1)) : nil
    laterSitesURL = query.sitesPage * TeamSheet.siteLimit < meantSites ? SafeURL(query.address(sitesPage: query.sitesPage + 1)) : nil
  }

  /// What was typed, with what is true of everybody who was not on the sheet then.
  private static func sheet(of teams: Teams, _ news: News) -> TeamSheet {
    let typed: TeamSheet? =
      switch news {
      case .nothing, .saved: nil
      case .unsaved(let sheet): sheet
      case .overtaken(let sheet, _), .gone(let sheet): sheet.rebased(on: teams.seats)
      }
    let others = teams.seats.filter { typed?.covers($0) != true }
    return TeamSheet(
      people: teams.agents.map(\.account), sites: teams.sites.map(\.id), was: others.union(typed?.was ?? []),
      on: others.union(typed?.on ?? []))
  }

  private static func words(for news: News, _ texts: Texts) -> (notice: String?, problem: String?) {
    switch news {
    case .nothing: (nil, nil)
    case .saved: (texts["sites.teams.done"], nil)
    case .unsaved: (texts["sites.teams.unsaved"], nil)
    case .overtaken: (nil, texts["sites.teams.overtaken"])
    case .gone: (nil, texts["sites.teams.gone"])
    }
  }

  private static func changes(_ seats: Set<Seat>, of teams: Teams, _ texts: Texts) -> [String] {
    teams.agents.flatMap { agent in
      teams.sites.compactMap { site in
        let seat = Seat(account: agent.account, site: site.id)
        guard seats.contains(seat) else { return nil }
        return texts["sites.teams.\(teams.seats.contains(seat) ? "added" : "removed")", ["name": agent.name, "site": site.name]]
      }
    }
  }
}

extension TeamsPage.Line {
  fileprivate init(_ agent: Agent, at sites: [Site], _ sheet: TeamSheet, changed: Set<Seat>) {
    (id, name, avatar) = (agent.account, agent.name, agent.avatar)
    let seats = sites.map { (site: $0, seat: Seat(account: agent.account, site: $0.id)) }
    let held = seats.filter { sheet.was.contains($0.seat) }.map { $0.site.id.description }
    was = ([agent.account.description] + held).joined(separator: ".")
    isFull = seats.allSatisfy { sheet.on.contains($0.seat) }
    boxes = seats.map { site, seat in
      TeamsPage.Box(
        value: "\(seat.account).\(seat.site)", labels: "person-\(seat.account) site-\(seat.site)", site: site.name,
        isOn: sheet.on.contains(seat), isChanged: changed.contains(seat))
    }
  }
}
