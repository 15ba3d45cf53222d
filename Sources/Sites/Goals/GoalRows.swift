import Accounts
import Base
import Store

extension Session {
  /// In the order in which they were made.
  public func goals(at site: SiteID) throws -> [Goal] { try goals(only: site)[site] ?? [] }

  /// Of every website that has some.
  func goals(only site: SiteID? = nil) throws -> [SiteID: [Goal]] {
    let found = try rows(
      """
      SELECT site_id, id, name, kind, pattern
      FROM goals
      WHERE CAST($1 AS BIGINT) IS NULL OR site_id = $1
      ORDER BY id
      """, site)
    return Dictionary(grouping: found) { $0[0] as SiteID }.mapValues {
      $0.map { Goal(id: $0[1], name: $0[2], kind: known($0[3]), pattern: $0[4]) }
    }
  }

  /// The visit reached them, each once.
  func reach(_ goals: [Goal], in visit: VisitID, at site: Site, now: Moment) throws {
    let (day, hour) = site.localTime(at: now)
    for goal in goals {
      try run(
        """
        INSERT INTO reached_goals
          (visit_id, goal_id, visitor_id, site_id, name, source, source_name, campaign, began_at, at, local_day, local_hour)
        SELECT w.id, CAST($2 AS BIGINT), w.visitor_id, CAST($3 AS BIGINT), CAST($4 AS TEXT), w.source, w.source_name, w.campaign,
          w.started_at, CAST($5 AS BIGINT), CAST($6 AS TEXT), CAST($7 AS BIGINT)
        FROM visits AS w
        WHERE w.id = $1
        ON CONFLICT (visit_id, goal_id) DO NOTHING
        """, visit, goal.id, site.id, goal.name, now, day, hour)
    }
  }

  /// The newest first, over all visits.
  public func reachedGoals(of visitor: VisitorID, limit: Int) throws -> [(name: String, at: Moment)] {
    try rows("SELECT name, at FROM reached_goals WHERE visitor_id = $1 ORDER BY at DESC, goal_id DESC LIMIT \(limit)", visitor)
      .map { ($0[0], $0[1]) }
  }

  /// How often each was reached since a moment.
  func reachedGoals(at site: SiteID, since start: Moment) throws -> [GoalID: Int64] {
    let found = try rows("SELECT goal_id, COUNT(*) FROM reached_goals WHERE site_id = $1 AND at >= $2 GROUP BY goal_id", site, start)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
  }

  fileprivate func save(_ goal: Goal, at site: SiteID, now: Moment) throws {
    try run(
      """
      INSERT INTO goals (id, site_id, name, kind, pattern, created_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, pattern = excluded.pattern
      """, goal.id, site, goal.name, goal.kind.rawValue, goal.pattern, now)
  }
}

extension Sites {
  /// Keeps a new goal or changes one. What was reached stays as it was called then.
  public func save(_ goal: Goal, at site: SiteID, by account: AccountID?, from place: Whereabouts) async throws {
    try await changeGoals(at: site, by: account, from: place, ["saved": "\(goal.id)"]) { session, now in
      let known = try session.goals(at: site)
      guard known.contains(where: { $0.id == goal.id }) || known.count < Goal.limit else { throw Refusal(.listIsFull) }
      try session.save(goal, at: site, now: now)
    }
  }

  func remove(_ goal: GoalID, at site: SiteID, by account: AccountID?, from place: Whereabouts) async throws {
    try await changeGoals(at: site, by: account, from: place, ["removed": "\(goal)"]) { session, _ in
      guard try session.run("DELETE FROM goals WHERE id = $1 AND site_id = $2", goal, site) == 1 else { throw Refusal(.notFound) }
    }
  }

  private func changeGoals(
    at site: SiteID, by account: AccountID?, from place: Whereabouts, _ detail: [String: String],
    _ work: @escaping @Sendable (any Session, Moment) throws -> Void
  ) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let line = AuditLine(by: account, deed: "site.goals", thing: "site.\(site)", address: place.address.text, detail: detail)
    try await store.write(locking: [.site(site)]) { session in
      guard try session.site(site) != nil else { throw Refusal(.notFound) }
      try work(session, now)
      try session.audit(line, id: auditID, at: now)
    }
    // Every node reads them anew.
    await changed(site)
  }
}
