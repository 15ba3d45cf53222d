import Base

/// One step of the schema: a text of SQL statements under the name of its file.
public struct Migration: Sendable {
  public let name: String
  public let sql: String

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }

  /// The steps of a folder in the order of their names. `0007-search.sqlite.sql` and `0007-search.postgres.sql` stand for the one engine only.
  public static func of(files: [(name: String, text: String)], for engine: Dialect.Engine) -> [Migration] {
    files.sorted { $0.name < $1.name }.compactMap { file in
      guard file.name.hasSuffix(".sql") else { return nil }
      let stem = file.name.dropLast(4)
      for other in [Dialect.Engine.sqlite, .postgres] where other != engine {
        if stem.hasSuffix(".\(other.rawValue)") { return nil }
      }
      return Migration(name: String(stem), sql: file.text)
    }
  }
}

public struct MigrationRefused: Error, CustomStringConvertible {
  public let description: String
}

/// Brings the schema up to date. Each migration is applied whole or not at all; several nodes may start at once.
///
/// - Returns: the names that were applied now.
public func migrate(_ store: any Store, _ migrations: [Migration], now: Moment) async throws -> [String] {
  precondition(Set(migrations.map(\.name)).count == migrations.count, "Each migration has a name of its own")
  try await store.write { session in
    try takeMigrationLock(session)
    try session.run("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)")
  }
  let known = Set(migrations.map(\.name))
  let strangers = try await store.read(appliedMigrations).subtracting(known)
  guard strangers.isEmpty else {
    throw MigrationRefused(
      description:
        "The database was made by another version: it has \(strangers.sorted().joined(separator: ", ")), which this one does not know.")
  }
  var applied: [String] = []
  for migration in migrations {
    let isNew = try await store.write { session in
      try takeMigrationLock(session)
      guard try !appliedMigrations(session).contains(migration.name) else { return false }
      for statement in SQLScript.statements(migration.sql) { try session.run(statement) }
      try session.run("INSERT INTO schema_migrations (name, applied_at) VALUES ($1, $2)", migration.name, now)
      return true
    }
    if isNew { applied.append(migration.name) }
  }
  if !applied.isEmpty { store.forgetStatements() }
  return applied
}

@Sendable private func appliedMigrations(_ session: any Session) throws -> Set<String> {
  Set(try session.rows("SELECT name FROM schema_migrations").map { $0[0] })
}

/// A number of our own among the advisory locks of the database.
private let migrationLock: Int64 = 0x5041_524C_4559

private func takeMigrationLock(_ session: any Session) throws {
  guard session.dialect.engine == .postgres else { return }
  // A migration may take longer than any statement of daily work, and another node may be in the middle of one.
  try session.run("SET LOCAL statement_timeout = 0")
  try session.run("SET LOCAL lock_timeout = '60s'")
  _ = try session.rows("SELECT pg_advisory_xact_lock($1)", migrationLock)
}
