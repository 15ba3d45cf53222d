import Base
import Store

extension Kinds {
  public enum Backup {}
}

public typealias BackupID = ID<Kinds.Backup>

extension JobKind {
  static let lookAtBackups = JobKind("backups.look")
}

/// What became of the backups that an owner's own command makes: `parley backup` runs it and reports.
extension Operations {
  static let lookSeconds: Int64 = 3600
  /// While it lasts it is said once in so many seconds.
  static let sayAgainSeconds: Int64 = 86_400
  /// How many reports are kept.
  static let backupsKept: Int64 = 100

  /// - Parameter code: the exit code of the command that made it; 0 is a good backup.
  public func noteBackup(code: Int64) async throws {
    let (now, id): (Moment, BackupID) = (clock.now, ids.next())
    try await store.write { [self] session in
      try session.run("INSERT INTO backups (id, at, code) VALUES ($1, $2, $3)", id, now, code)
      // The last good one stays, however many failed since.
      try session.run(
        """
        DELETE FROM backups
        WHERE id NOT IN (SELECT id FROM backups ORDER BY id DESC LIMIT $1) AND id <> (SELECT COALESCE(MAX(id), 0) FROM backups WHERE code = 0)
        """, Self.backupsKept)
      if code != 0 { try raise(.backupFailed, about: "backup", ["code": "\(code)"], at: now, in: session) }
    }
  }

  var backupHandler: JobHandler {
    JobHandler(.lookAtBackups) { [self] session, _ in
      let now = clock.now
      try lookAtBackups(at: now, in: session)
      try expectLook(at: now, in: session)
    }
  }

  func expectLook(at now: Moment, in session: any Session) throws {
    try jobs.enqueue(.lookAtBackups, uniqueKey: "hour", dueAt: now.adding(seconds: Self.lookSeconds), in: session)
  }

  private func lookAtBackups(at now: Moment, in session: any Session) throws {
    guard terms.backupHours > 0, let since = try lastBackup(in: session), since.adding(seconds: terms.backupHours * 3600) <= now,
      try !session.wasRaised(.backupLate, since: now.adding(seconds: -Self.sayAgainSeconds))
    else { return }
    try raise(.backupLate, about: "backup", ["since": "\(since.milliseconds)"], at: now, in: session)
  }

  /// When the last good one was made; where there is none yet, since when there should be one.
  private func lastBackup(in session: any Session) throws -> Moment? {
    if let good = try session.moment("SELECT at FROM backups WHERE code = 0 ORDER BY id DESC LIMIT 1") { return good }
    if let first = try session.moment("SELECT at FROM backups ORDER BY id LIMIT 1") { return first }
    return terms.expectsBackups ? try session.moment("SELECT applied_at FROM schema_migrations ORDER BY applied_at LIMIT 1") : nil
  }
}

extension Session {
  fileprivate func moment(_ sql: String) throws -> Moment? { try row(sql).map { $0[0] } }

  fileprivate func wasRaised(_ kind: AlertKind, since moment: Moment) throws -> Bool {
    try row("SELECT 1 FROM alerts WHERE kind = $1 AND last_at > $2 LIMIT 1", kind.rawValue, moment) != nil
  }
}
