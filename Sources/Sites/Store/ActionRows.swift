import Base
import Store

/// What visitors did on pages. These run inside anybody's transaction.
extension Session {
  /// The newest first, over all visits that are still known.
  public func actions(of visitor: VisitorID, limit: Int) throws -> [(action: VisitAction, at: Moment)] {
    try rows(
      """
      SELECT a.kind, a.label, a.value, a.at
      FROM visit_actions a
      JOIN visits w ON w.id = a.visit_id
      WHERE w.visitor_id = $1
      ORDER BY a.at DESC, a.view_id DESC, a.n DESC
      LIMIT \(limit)
      """, visitor
    ).map { (VisitAction(kind: known($0[0]), label: $0[1], value: $0[2]), $0[3]) }
  }

  /// What was told before is left as it is; what is too much is not kept.
  func add(_ actions: [(n: Int64, action: VisitAction)], to view: PageViewID, in visit: VisitID, at now: Moment) throws {
    guard !actions.isEmpty else { return }
    var count: Int64 = try row("SELECT COUNT(*) FROM visit_actions WHERE visit_id = $1", visit)?[0] ?? 0
    for (n, action) in actions where (1...VisitAction.countInView).contains(n) && count < VisitAction.countInVisit {
      try run(
        """
        INSERT INTO visit_actions (view_id, n, visit_id, kind, label, value, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (view_id, n) DO NOTHING
        """, view, n, visit, action.kind.rawValue, action.label, action.value, now)
      count += 1
    }
  }
}
