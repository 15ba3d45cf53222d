import Base
import Store

extension JobKind {
  static let sweepRegistry = JobKind("registry.sweep")
}

/// What was kept for long enough goes, every day, by the registry.
extension Privacy {
  private static let daySeconds: Int64 = 86_400
  private static let atOnce = 200

  var sweeping: JobHandler {
    .outside(
      .sweepRegistry, leaseSeconds: 3600, { [self] _ in try await sweep() },
      complete: { [self] session, _, _ in try expectSweep(in: session) })
  }

  func expectSweep(in session: any Session) throws {
    try jobs.enqueue(.sweepRegistry, uniqueKey: "daily", dueAt: clock.now.adding(seconds: Self.daySeconds), in: session)
  }

  /// The rows are looked for in a read, so that writers wait for the small deletions alone.
  public func sweep() async throws {
    for table in Personal.tables {
      guard let (days, column) = term(of: table) else { continue }
      let end = clock.now.adding(seconds: -Int64(days) * Self.daySeconds)
      while !Task.isCancelled {
        let keys = try await store.read { try $0.overdue(table, after: column, before: end, limit: Self.atOnce) }
        try await store.write(urgency: .background) { session in for key in keys { try session.sweep(table, key) } }
        if keys.count < Self.atOnce { break }
      }
    }
    let end = clock.now.adding(seconds: -30 * Self.daySeconds)
    try await store.write(urgency: .background) { session in
      _ = try session.run("DELETE FROM archives WHERE expires_at < $1 AND pieces IS NULL", end)
    }
  }

  private func term(of table: PersonalTable) -> (days: Int, column: String)? {
    switch table.kept {
    case .days(let days, let column): (days, column)
    case .untilErased, .siteDays, .visitDays, .asItsParent: nil
    }
  }
}
