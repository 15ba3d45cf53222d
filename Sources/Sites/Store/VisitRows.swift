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

  /// The pages of all visits that are still known, the newest first, each with how many seconds it was in sight, and how far down, in per
  /// cent.
  public func viewedPages(of visitor: VisitorID, limit: Int) throws -> [(page: SeenPage, seconds: Int64, depth: Int64)] {
    try rows(
      """
      SELECT p.url, p.title, p.at, p.seconds, p.depth
      FROM page_views p
      JOIN visits w ON w.id = p.visit_id
      WHERE w.visitor_id = $1
      ORDER BY p.at DESC, p.id DESC
      LIMIT \(limit)
      """, visitor
    ).map { (SeenPage(url: $0[0], title: $0[1], at: $0[2]), $0[3], $0[4]) }
  }

  /// How the last visit began.
  public func lastVisit(of visitor: VisitorID) throws -> Visit? {
    try row(
      """
      SELECT referrer, landing_page, source, source_name, medium, campaign, term, content FROM visits
      WHERE visitor_id = $1
      ORDER BY started_at DESC, id DESC
      LIMIT 1
      """, visitor
    ).map(Visit.init)
  }

  /// A page came on the screen: continues the visit, or begins one after half an hour of silence.
  ///
  /// - Precondition: `returned` was called in the same transaction: two views of one visitor come one after the other, and make one visit.
  /// - Returns: the visit.
  func view(_ page: SeenPage, of visitor: VisitorID, from sender: Sender, by way: WayIn, ids: NewIDs) throws -> VisitID {
    let visit = try goOn(to: page, of: visitor) ?? beginVisit(page, of: visitor, from: sender, by: way, id: ids.visit)
    try post(
      "INSERT INTO page_views (id, visit_id, url, title, seconds, at) VALUES ($1, $2, $3, $4, 0, $5)",
      ids.view, visit, page.url, page.title, page.at)
    return visit
  }

  /// The visit that goes on shows the page now.
  private func goOn(to page: SeenPage, of visitor: VisitorID) throws -> VisitID? {
    try row(
      """
      UPDATE visits SET current_page = $3, current_title = $4, active_at = $5
      WHERE id = (\(openVisit))
      RETURNING id
      """, visitor, Visiting.earliest(at: page.at), page.url, page.title, page.at
    ).map { $0[0] }
  }

  func show(_ page: SeenPage, in visit: VisitID) throws {
    try post(
      "UPDATE visits SET current_page = $2, current_title = $3, active_at = $4 WHERE id = $1", visit, page.url, page.title, page.at)
  }

  /// The visit that goes on, where it shows another page that is not newer.
  func visitElsewhere(of visitor: VisitorID, than page: SeenPage) throws -> VisitID? {
    guard let visit: VisitID = try row(openVisit, visitor, Visiting.earliest(at: page.at))?[0],
      let shown = try row("SELECT current_page, active_at FROM visits WHERE id = $1", visit),
      Parameters.withoutCampaign(shown[0]) != page.url, page.at >= shown[1]
    else { return nil }
    return visit
  }

  /// The page has been in sight for so many seconds in all.
  ///
  /// - Returns: whose visit it is; nil where who has this key has no such page view.
  ///
  /// The whole time is told each time, so a beat that got lost is made good by the next; it only grows, and never beyond the time
  /// since the page came on the screen. The same holds of how far down it was seen.
  func beat(_ beat: Beat, site: SiteID, keyDigest: [UInt8], at now: Moment) throws -> (visitor: VisitorID, visit: VisitID)? {
    let found = try row(
      """
      SELECT v.id, p.visit_id, p.at FROM page_views p
      JOIN visits w ON w.id = p.visit_id
      JOIN visitors v ON v.id = w.visitor_id
      WHERE p.id = $1 AND v.site_id = $2 AND v.key_digest = $3
      """, beat.view, site, keyDigest)
    guard let found else { return nil }
    let visit: VisitID = found[1]
    let shownAt: Moment = found[2]
    let told = min(beat.seconds, Int(max(0, now.milliseconds(since: shownAt) + 999) / 1000))
    try post(
      """
      UPDATE page_views
      SET seconds = CASE WHEN seconds < $2 THEN $2 ELSE seconds END, depth = CASE WHEN depth < $3 THEN $3 ELSE depth END
      WHERE id = $1
      """, beat.view, told, min(beat.depth, 100))
    try add(beat.actions, to: beat.view, in: visit, at: now)
    // A visit that has ended stays ended: who comes back to an old tab begins a new one with the next page.
    try post(
      "UPDATE visits SET active_at = $2 WHERE id = $1 AND active_at < $2 AND active_at > $3", visit, now, Visiting.earliest(at: now))
    return (found[0], visit)
  }

  private func beginVisit(_ page: SeenPage, of visitor: VisitorID, from sender: Sender, by way: WayIn, id: VisitID) throws -> VisitID {
    let source = way.source
    try post(
      """
      INSERT INTO visits
        (id, visitor_id, referrer, landing_page, current_page, current_title, started_at, active_at,
        source, source_name, medium, campaign, term, content)
      VALUES ($1, $2, $3, $4, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12)
      """, id, visitor, way.referrer, page.url, page.title, page.at, source?.kind.rawValue ?? "", source?.name ?? "",
      source?.medium ?? "", source?.campaign ?? "", source?.term ?? "", source?.content ?? "")
    try post(
      """
      UPDATE visitors
      SET visits = visits + 1, address = $2, language = $3, device = $4, browser = $5, system = $6, country = $7, city = $8
      WHERE id = $1
      """,
      visitor, sender.address, sender.language, sender.userAgent.device.rawValue, sender.userAgent.browser, sender.userAgent.system,
      way.place?.country, way.place?.city)
    return id
  }
}

/// The visit of visitor $1 that goes on, where it was active after $2.
private let openVisit = """
  SELECT id FROM visits
  WHERE visitor_id = $1 AND active_at > $2
  ORDER BY started_at DESC, id DESC
  LIMIT 1
  """

extension Visit {
  fileprivate init(_ row: Row) {
    let kind: String = row[2]
    var source = VisitSource.Kind(rawValue: kind).map { VisitSource(kind: $0, name: row[3]) }
    source?.medium = row[4]
    source?.campaign = row[5]
    source?.term = row[6]
    source?.content = row[7]
    self.init(referrer: row[0], landingPage: row[1], source: source)
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
