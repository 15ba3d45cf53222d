// The calendar of somebody's own time zone comes from all of Foundation.
import Accounts
import Base
import Foundation
import Store

extension Kinds {
  public enum Exclusion {}
}

/// For how long somebody wants to spend nothing.
public enum ExclusionSpan: String, CaseIterable, Hashable, Sendable {
  case day, week, month, halfYear

  func end(from now: Moment, in zone: String) -> Moment {
    let (component, count): (Calendar.Component, Int) =
      switch self {
      case .day: (.day, 1)
      case .week: (.day, 7)
      case .month: (.month, 1)
      case .halfYear: (.month, 6)
      }
    guard let end = Calendar.of(zone).date(byAdding: component, value: count, to: now.date) else {
      preconditionFailure("A day, a week and a month later is a moment")
    }
    return Moment(end)
  }
}

extension Session {
  /// Until when somebody spends nothing; nil when nothing holds them back.
  public func exclusionEnd(of account: AccountID, at now: Moment) throws -> Moment? {
    try row("SELECT MAX(ends_at) FROM self_exclusions WHERE account_id = $1 AND ends_at > $2", account, now)?[0]
  }

  /// Who is excluded now, those whose time ends first.
  func exclusions(at now: Moment, limit: Int) throws -> [(account: AccountID, name: String, email: String, start: Moment, end: Moment)] {
    try rows(
      """
      SELECT a.id, a.name, a.email, MIN(e.starts_at), MAX(e.ends_at) AS last
      FROM self_exclusions e
      JOIN accounts a ON a.id = e.account_id
      WHERE e.ends_at > $1
      GROUP BY a.id, a.name, a.email
      ORDER BY last, a.id
      LIMIT $2
      """, now, limit
    ).map { ($0[0], $0[1], $0[2], $0[3], $0[4]) }
  }
}

extension Brakes {
  /// What invites to spend is no news for who does not want to.
  private static let invitations = ["creditLow", "purchaseWaits", "offer"]

  /// From now on its owner spends nothing. Nobody takes it back; of several the last end counts.
  func exclude(_ account: AccountID, for span: ExclusionSpan, from place: Whereabouts) async throws {
    let now = clock.now
    let (id, audit): (ID<Kinds.Exclusion>, AuditLineID) = (ids.next(), ids.next())
    let line = AuditLine(
      by: account, deed: "account.selfExcluded", thing: "account.\(account)", address: place.address.text, detail: ["span": span.rawValue])
    try await store.write(locking: [.account(account)]) { [notifications] session in
      let end = span.end(from: now, in: try session.zone(of: account))
      try session.run(
        "INSERT INTO self_exclusions (id, account_id, span, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)", id, account, span.rawValue,
        now, end)
      try notifications.seen(kinds: Self.invitations, by: account, in: session)
      try session.audit(line, id: audit, at: now)
    }
  }
}
