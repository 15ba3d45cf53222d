import Availability
import Base
import Store

extension Session {
  /// What somebody accepts now: their channels, what they do, what other systems report. Whether they are there is not asked.
  ///
  /// - Parameter own: a thread whose clock keeps its expert from everybody but its own customer.
  public func acceptance(of account: AccountID, except own: ConversationID? = nil, at now: Moment) throws -> Acceptance {
    let chosen = try row("SELECT channels, chosen_at FROM accepted_channels WHERE account_id = $1", account)
    return Acceptance(
      channels: chosen.map { Channel.set($0[0]) } ?? Channel.unchosen, chosenAt: chosen?[1],
      activity: try activity(of: account, except: own),
      reports: try reports(about: account), at: now)
  }

  /// What somebody does now that keeps them from others.
  public func activity(of account: AccountID, except own: ConversationID? = nil) throws -> Acceptance.Activity? {
    let found = try row(
      """
      SELECT s.conversation_id, COALESCE(MAX(e.at), s.offered_at)
      FROM minute_sessions s
      LEFT JOIN minute_events e ON e.session_id = s.id AND e.kind = 'accepted'
      WHERE s.expert_id = $1 AND s.state = 'running'
      GROUP BY s.id, s.conversation_id, s.offered_at
      """, account)
    guard let found, (found[0] as ConversationID) != own else { return nil }
    return Acceptance.Activity(.minuteChat, since: found[1])
  }

  func choose(_ channels: Set<Channel>, of account: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO accepted_channels (account_id, channels, chosen_at)
      VALUES ($1, $2, $3)
      ON CONFLICT (account_id) DO UPDATE SET channels = excluded.channels, chosen_at = excluded.chosen_at
      """, account, channels.sorted().map(\.rawValue).joined(separator: " "), now)
  }

  // MARK: Reports of other systems

  /// As many systems as report about one person.
  static var sourceLimit: Int64 { 20 }

  func reports(about account: AccountID) throws -> [Report] {
    try rows(
      "SELECT source, state, at, expires_at FROM availability_reports WHERE account_id = $1 ORDER BY source LIMIT $2", account,
      Self.sourceLimit
    ).map(Report.init)
  }

  /// Keeps what is newest of its source.
  ///
  /// - Throws: `listIsFull` for one source too many.
  func keep(_ report: Report, about account: AccountID, by reporter: AccountID, at now: Moment) throws {
    // Whatever could still come of its source and be older has ended by then, too.
    try run(
      "DELETE FROM availability_reports WHERE account_id = $1 AND at < $2", account, now.adding(seconds: -Report.longestSeconds))
    let known = try reports(about: account)
    guard known.contains(where: { $0.source == report.source }) || known.count < Self.sourceLimit else { throw Refusal(.listIsFull) }
    try run(
      """
      INSERT INTO availability_reports (account_id, source, state, at, expires_at, reported_by)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (account_id, source) DO UPDATE
      SET state = excluded.state, at = excluded.at, expires_at = excluded.expires_at, reported_by = excluded.reported_by
      WHERE excluded.at > availability_reports.at
      """, account, report.source, report.state.rawValue, report.at, report.expiresAt, reporter)
  }

  /// Of everybody who chose something or is reported about, without what they do: for the memory of who is there.
  func acceptances(at now: Moment) throws -> [AccountID: Acceptance] {
    var reports: [AccountID: [Report]] = [:]
    for row in try rows(
      "SELECT source, state, at, expires_at, account_id FROM availability_reports WHERE expires_at > $1 ORDER BY source", now)
    { reports[row[4], default: []].append(Report(row)) }
    var found = reports.mapValues { Acceptance(reports: $0, at: now) }
    for row in try rows("SELECT channels, chosen_at, account_id FROM accepted_channels") {
      found[row[2]] = Acceptance(
        channels: Channel.set(row[0]), chosenAt: row[1], reports: reports[row[2]] ?? [], at: now)
    }
    return found
  }
}

extension Channel {
  fileprivate static func set(_ words: String) -> Set<Channel> {
    Set(words.split(separator: " ").compactMap { Channel(rawValue: String($0)) })
  }
}

extension Report {
  fileprivate init(_ row: Row) {
    guard let state = State(rawValue: row[1]) else { preconditionFailure("A report says what it may say") }
    self.init(source: row[0], state: state, at: row[2], expiresAt: row[3])
  }
}
