import Accounts
import Base
import Store

/// Raising alerts and putting them away.
extension Operations {
  /// Raises an alert in the caller's transaction. While one of this kind about the same is open it counts up, and nobody is told again.
  ///
  /// - Parameter detail: identities and figures, never in anybody's words: it is kept for ever.
  public func raise(
    _ kind: AlertKind, about subject: String, _ detail: [String: String] = [:], at now: Moment, in session: any Session
  ) throws {
    let id: AlertID = ids.next()
    let kept: AlertID? = try session.row(
      """
      INSERT INTO alerts (id, kind, subject, detail, raised_at, last_at, count)
      VALUES ($1, $2, $3, $4, $5, $5, 1)
      ON CONFLICT (kind, subject) WHERE acknowledged_at IS NULL
      DO UPDATE SET count = alerts.count + 1, last_at = excluded.last_at, detail = excluded.detail
      RETURNING id
      """, id, kind.rawValue, subject, detail.json, now)?[0]
    guard kept == id else { return }
    try tellAdministrators(of: id, at: now, in: session)
  }

  /// The same in a transaction of its own, for what was found outside of one.
  public func raise(_ kind: AlertKind, about subject: String, _ detail: [String: String] = [:]) async throws {
    let now = clock.now
    try await store.write { [self] session in try raise(kind, about: subject, detail, at: now, in: session) }
  }

  public func openAlerts() async throws -> Int64 { try await store.read { try $0.countOpenAlerts() } }

  /// An administrator has seen to it. A second press changes nothing.
  func acknowledge(_ id: AlertID, by administrator: AccountID, from place: Whereabouts) async throws {
    let (now, auditID): (Moment, AuditLineID) = (clock.now, ids.next())
    try await store.write { [self] session in
      guard let alert = try session.alert(id) else { throw Refusal(.notFound) }
      guard alert.acknowledgedAt == nil else { return }
      // What it is about changes before the alert does, in the same order as where the slice is the first.
      try listener(alert.kind)?(session, alert.subject, administrator, now)
      guard try putAway(alert, by: administrator, at: now, in: session) else { return }
      let line = AuditLine(
        by: administrator, deed: "alert.acknowledged", thing: "alert.\(id)", address: place.address.text,
        detail: ["kind": alert.kind.rawValue, "about": alert.subject].merging(alert.detail.filter { $0.key == "account" }) { $1 })
      try session.audit(line, id: auditID, at: now)
    }
  }

  /// Somebody has seen to what an alert is about where it stands: the alert ends with it.
  public func putAway(_ kind: AlertKind, about subject: String, by administrator: AccountID, at now: Moment, in session: any Session) throws
  {
    guard let alert = try session.openAlert(kind, about: subject) else { return }
    _ = try putAway(alert, by: administrator, at: now, in: session)
  }

  /// - Returns: whether it was open until now.
  private func putAway(_ alert: Alert, by administrator: AccountID, at now: Moment, in session: any Session) throws -> Bool {
    let changed = try session.run(
      "UPDATE alerts SET acknowledged_at = $2, acknowledged_by = $3 WHERE id = $1 AND acknowledged_at IS NULL", alert.id, now,
      administrator)
    guard changed == 1 else { return false }
    try notifications.settle(.alertRaised, about: Self.key(alert.id), in: session)
    return true
  }
}
