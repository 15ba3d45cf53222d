import Foundation
import Logging

/// Takes the dead rows of what was erased out of the tables about people and out of their indexes, instead of waiting for autovacuum.
///
/// On a connection of its own, because VACUUM runs in no transaction and may take longer than a write is allowed to. A transaction that is
/// older than the erasing still sees those rows, and keeps them until the next time.
struct Vacuum: Sendable {
  let address: String
  let logger: Logger

  /// A house with very many messages: what is not done by then is tried again later.
  static let secondsLimit = 300

  func run() async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread { continuation.resume(with: Result { try sweep() }) }
    }
  }

  private func sweep() throws {
    let connection = try PostgresConnection(address, logger: logger)
    let personal = Set(Personal.tables.map(\.name))
    let sql = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
    let found = try connection.perform(.asItStands(sql)) { result throws(StoreFailure) in try result.rows() }
    let tables = found.map { $0[0] as String }.filter(personal.contains).sorted()
    guard !tables.isEmpty else { return }
    try connection.execute("SET statement_timeout = '\(Self.secondsLimit)s'")
    // Also the few that the engine would leave in an index; the end of a file is not cut, which would stop others.
    try connection.execute("VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) \(tables.joined(separator: ", "))")
  }
}
