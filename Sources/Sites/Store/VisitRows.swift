import Base
import Store

/// Visits and page views as the database keeps them. These run inside anybody's transaction.
///
/// Whether a visitor looks at a page right now is presence and lives in memory; these rows tell what was looked at, and for how long.
extension Session {
  /// The page of the last visit, however long ago: who asks knows whether the visitor is there.
  public func currentPage(of visitor: VisitorID) throws -> SeenPage? {
    try row(
      """
      SELECT current_page, current_title, active_at FROM visits
      WHERE visitor_id = $1
      ORDER BY started_at DESC, id DESC
      LIMIT 1
      """, visitor
    ).map { SeenPage(url: $0[0], title: $0[1], at: $0[2]) }
  }

  /// The pages of all visits that are still known, the newest first, each with how many seconds it was in sight.
  public func viewedPages(of visitor: VisitorID, limit: Int) throws -> [(page: SeenPage, seconds: Int64)] {
    try rows(
      """
      SELECT p.url, p.title, p.at, p.seconds
      FROM page_views p
      JOIN visits w ON w.id = p.visit_id
      WHERE w.visitor_id = $1
      ORDER BY p.at DESC, p.id DESC
      LIMIT \(limit)
      """, visitor
    ).map { (SeenPage(url: $0[0], title: $0[1], at: $0[2]), $0[3]) }
  }

  /// From where the last visit came.
  public func referrer(of visitor: VisitorID) throws -> String? {
    try row("SELECT referrer FROM visits WHERE visitor_id = $1 ORDER BY started_at DESC, id DESC LIMIT 1", visitor)?[0]
  }

  /// A page came on the screen: continues the visit, or begins one after half an hour of silence.
  func view(_ page: SeenPage, of visitor: VisitorID, from sender: Sender, referrer: String, ids: NewIDs) throws {
    // The update is also the lock: two views of one visitor come one after the other, and make one visit.
    try run("UPDATE visitors SET last_visit_at = $2 WHERE id = $1", visitor, page.at)
    let visit = try openVisit(of: visitor, at: page.at) ?? beginVisit(page, of: visitor, from: sender, referrer: referrer, id: ids.visit)
    try run(
      "UPDATE visits SET current_page = $2, current_title = $3, active_at = $4 WHERE id = $1", visit, page.url, page.title, page.at)
    try run(
      "INSERT INTO page_views (id, visit_id, url, title, seconds, at) VALUES ($1, $2, $3, $4, 0, $5)",
      ids.view, visit, page.url, page.title, page.at)
  }

  /// The page has been in sight for `seconds` in all. Says whether the visitor has such a page view.
  ///
  /// The whole time is told each time, so a beat that got lost is made good by the next; it only grows, and never beyond the time
  /// since the page came on the screen.
  func beat(_ view: PageViewID, of visitor: VisitorID, seconds: Int, at now: Moment) throws -> Bool {
    let found = try row(
      """
      SELECT page_views.visit_id, page_views.at FROM page_views
      JOIN visits ON visits.id = page_views.visit_id
      WHERE page_views.id = $1 AND visits.visitor_id = $2
      """, view, visitor)
    guard let found else { return false }
    let visit: VisitID = found[0]
    let shownAt: Moment = found[1]
    let told = min(seconds, Int(max(0, now.milliseconds(since: shownAt) + 999) / 1000))
    try run("UPDATE page_views SET seconds = $2 WHERE id = $1 AND seconds < $2", view, told)
    // A visit that has ended stays ended: who comes back to an old tab begins a new one with the next page.
    try run(
      "UPDATE visits SET active_at = $2 WHERE id = $1 AND active_at < $2 AND active_at > $3", visit, now, Visiting.earliest(at: now))
    return true
  }

  private func openVisit(of visitor: VisitorID, at now: Moment) throws -> VisitID? {
    try row(
      """
      SELECT id FROM visits
      WHERE visitor_id = $1 AND active_at > $2
      ORDER BY started_at DESC, id DESC
      LIMIT 1
      """, visitor, Visiting.earliest(at: now)
    ).map { $0[0] }
  }

  private func beginVisit(_ page: SeenPage, of visitor: VisitorID, from sender: Sender, referrer: String, id: VisitID) throws -> VisitID {
    try run(
      """
      INSERT INTO visits (id, visitor_id, referrer, landing_page, current_page, current_title, started_at, active_at)
      VALUES ($1, $2, $3, $4, $4, $5, $6, $6)
      """, id, visitor, referrer, page.url, page.title, page.at)
    try run(
      """
      UPDATE visitors SET visits = visits + 1, address = $2, language = $3, device = $4, browser = $5, system = $6
      WHERE id = $1
      """,
      visitor, sender.address, sender.language, sender.userAgent.device.rawValue, sender.userAgent.browser, sender.userAgent.system)
    return id
  }
}

/// When a visit is over.
enum Visiting {
  /// Nothing was heard for half an hour.
  static let silenceSeconds: Int64 = 30 * 60

  /// A visit that was not active after this moment is over.
  static func earliest(at now: Moment) -> Moment { now.adding(seconds: -silenceSeconds) }
}

/// Identities made before the transaction, because a transaction may run twice.
struct NewIDs: Sendable {
  let visit: VisitID
  let view: PageViewID
}
