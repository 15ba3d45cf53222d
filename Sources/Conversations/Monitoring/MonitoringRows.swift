import Base
import Sites
import Store
import Web
import Wire

/// A visitor of the live page, with what decides whether they are there.
struct MonitoredRow: Sendable {
  let row: MonitoredVisitor
  let site: SiteID
  /// When a page of theirs was last in sight.
  let activeAt: Moment?
}

/// Who pays an expert is that expert's customer, and stands on no live page; nor does who was erased.
extension Session {
  /// Those with a page in sight since a moment, the latest first, and how many there are.
  func monitored(at site: SiteID, since: Moment, now: Moment) throws -> (rows: [MonitoredRow], total: Int64) {
    let found = try rows(
      """
      SELECT \(monitoredColumns), COUNT(*) OVER ()
      FROM visits w
      JOIN visitors v ON v.id = w.visitor_id
      LEFT JOIN conversations c ON c.visitor_id = v.id
      WHERE w.active_at > $3 AND v.site_id = $2 AND v.erased_at IS NULL AND c.expert_id IS NULL
      ORDER BY w.started_at DESC, w.id DESC
      LIMIT \(Lookout.shownAtMost)
      """, now, site, since)
    let networks = try shutOutNetworks(at: now)
    return (found.map { MonitoredRow($0, shutOut: networks) }, found.first?[monitoredColumnCount] ?? 0)
  }

  /// These, wherever they are, in the order of their identities.
  func monitored(_ ids: [VisitorID], now: Moment) throws -> [MonitoredRow] {
    let networks = try shutOutNetworks(at: now)
    return try stride(from: 0, to: ids.count, by: SQLList.limit).flatMap { start in
      let list = SQLList(Array(ids[start..<min(start + SQLList.limit, ids.count)]), from: 2)
      return try rows(
        """
        SELECT \(monitoredColumns)
        FROM visitors v
        LEFT JOIN visits w ON w.id = (
          SELECT l.id FROM visits l WHERE l.visitor_id = v.id ORDER BY l.started_at DESC, l.id DESC LIMIT 1)
        LEFT JOIN conversations c ON c.visitor_id = v.id
        WHERE v.id \(list.sql) AND v.erased_at IS NULL AND c.expert_id IS NULL
        ORDER BY v.id
        """, [now.sqlValue] + list.values
      ).map { MonitoredRow($0, shutOut: networks) }
    }
  }

  func silentVisitors(in span: ClosedRange<Moment>) throws -> [Conversations.Stir] {
    try rows(
      """
      SELECT v.id, v.site_id
      FROM visits w
      JOIN visitors v ON v.id = w.visitor_id
      WHERE w.active_at > $1 AND w.active_at <= $2
      ORDER BY w.active_at
      LIMIT \(Lookout.shownAtMost)
      """, span.lowerBound, span.upperBound
    ).map { Conversations.Stir(visitor: $0[0], site: $0[1]) }
  }
}

private let monitoredColumns = """
  v.id, v.site_id, v.name, v.country, v.city, v.visits, v.device, c.id, c.state, w.active_at, w.started_at, w.source_name, w.campaign,
  w.current_page, w.current_title,
  (SELECT p.at FROM page_views p WHERE p.visit_id = w.id ORDER BY p.at DESC, p.id DESC LIMIT 1),
  EXISTS (SELECT 1 FROM bans b WHERE b.visitor_id = v.id AND (b.ends_at IS NULL OR b.ends_at > $1)), v.address
  """
private let monitoredColumnCount = 18

extension MonitoredRow {
  fileprivate init(_ row: Row, shutOut networks: Set<ShutOutNetwork>) {
    site = row[1]
    activeAt = row[9]
    let state: String? = row[8]
    let since: Moment? = row[10]
    let url: String? = row[13]
    let pageAt: Moment? = row[15]
    let from: [String?] = [row[11], row[12]]
    self.row = MonitoredVisitor(
      visitor: row[0], conversation: row[7], name: row[2],
      page: url.map { VisitedPage(url: $0, title: row[14], at: pageAt ?? since ?? Moment(milliseconds: 0)) }, since: since,
      source: from.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · "), country: row[3], city: row[4], device: row[6],
      returning: (row[5] as Int64) > 1,
      chat: state.flatMap { MonitoredVisitor.Chat(rawValue: $0) } ?? MonitoredVisitor.Chat.none,
      shutOut: row[16] || networks.contains(ShutOutNetwork(site: row[1], network: ClientAddress(row[17]).network)))
  }
}
