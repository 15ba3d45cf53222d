import Base
import Sites
import Store

/// Days that are over, as they were counted then (E10e): what is deleted later, as pages and files are, changes no figure of the past.
extension Insights {
  /// How far back a day that nobody kept is still counted.
  static let daysBack = 35
  /// A chat that began just before midnight may still get its first word.
  private static let restSeconds: Int64 = 15 * 60

  func keepDays() async throws {
    let now = clock.now
    for site in try await store.read({ try $0.sites() }) {
      let days = WallZone(site.timeZone).days(Self.daysBack, until: now).filter {
        now >= $0.span.upperBound.adding(seconds: Self.restSeconds)
      }
      guard let first = days.first else { continue }
      let known = try await store.read { try $0.keptDays(at: site.id, from: first.text) }
      for day in days where known[day.text] == nil && site.wasThere(on: day) {
        let figures = try await store.read { try $0.figures(at: site.id, in: day.span) }
        try await store.write { try $0.keep(figures, of: day.text, at: site.id) }
      }
    }
  }
}

extension Session {
  /// The days of a website that were kept, from one on.
  func keptDays(at site: SiteID, from first: String) throws -> [String: Figures] {
    let found = try rows(
      "SELECT day, account_id, figure, tally, amount FROM daily_figures WHERE site_id = $1 AND day >= $2 ORDER BY day", site, first)
    return found.reduce(into: [:]) { days, row in
      guard let figure = Figure(rawValue: row[2]) else { return }
      let (day, account): (String, AccountID) = (row[0], row[1])
      let tally = Tally(count: row[3], sum: row[4])
      if account.rawValue == 0 {
        days[day, default: Figures()].site[figure] = tally
      } else {
        days[day, default: Figures()].agents[account, default: [:]][figure] = tally
      }
    }
  }

  /// Whoever was quicker has kept the same.
  func keep(_ figures: Figures, of day: String, at site: SiteID) throws {
    func insert(_ tallies: [Figure: Tally], of account: AccountID) throws {
      for (figure, tally) in tallies.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        try run(
          """
          INSERT INTO daily_figures (site_id, day, account_id, figure, tally, amount)
          VALUES ($1, $2, $3, $4, $5, $6)
          ON CONFLICT (site_id, day, account_id, figure) DO NOTHING
          """, site, day, account, figure.rawValue, tally.count, tally.sum)
      }
    }
    try insert(figures.site, of: AccountID(rawValue: 0))
    for (account, tallies) in figures.agents.sorted(by: { $0.key < $1.key }) { try insert(tallies, of: account) }
  }

  /// Each day of a website as it was kept, and as it is now where it was not or is not over.
  func figures(at site: Site, on days: [LocalDay]) throws -> [(day: LocalDay, figures: Figures)] {
    guard let first = days.first else { return [] }
    let kept = try keptDays(at: site.id, from: first.text)
    return try days.map { day in
      guard site.wasThere(on: day) else { return (day, Figures()) }
      return (day, try kept[day.text] ?? figures(at: site.id, in: day.span))
    }
  }
}
