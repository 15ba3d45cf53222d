import Base
import Store

/// Somebody that a search found, and how much is kept of them.
struct FoundSubject: Sendable {
  let subject: DataSubject
  let name: String
  let email: String
  /// The website of a visitor.
  let site: String?
  let since: Moment
  let erasesAt: Moment?
  let isErased: Bool
  /// By table, without those that hold nothing.
  let counts: [(table: String, rows: Int)]
  let archive: Archive?
}

struct Found: Sendable {
  let subjects: [FoundSubject]
  /// Visitors whose erasure waits.
  let waiting: [FoundSubject]
}

extension Privacy {
  private static let limit = 50

  /// Accounts and visitors with an address of mail, or the visitor of a conversation.
  func look(for query: String, by administrator: AccountID) async throws -> Found {
    let key = query.lowercased()
    return try await store.read { session in
      let waiting = try session.visitors("v.erase_at IS NOT NULL", nil, limit: Self.limit)
      guard !key.isEmpty else { return Found(subjects: [], waiting: try waiting.map { try session.found($0, by: administrator) }) }
      let visitors: [Row]
      if let number = Int64(key) {
        visitors = try session.visitors("v.id = (SELECT visitor_id FROM conversations WHERE id = $1)", number, limit: Self.limit)
      } else {
        visitors = try session.visitors("LOWER(v.email) = $1", key, limit: Self.limit)
      }
      let accounts = try session.rows(
        "SELECT 'account', id, name, email, NULL, created_at, erase_at, deleted_at FROM accounts WHERE email_key = $1", key)
      return Found(
        subjects: try (accounts + visitors).map { try session.found($0, by: administrator) },
        waiting: try waiting.map { try session.found($0, by: administrator) })
    }
  }
}

extension Session {
  fileprivate func visitors(_ condition: String, _ value: (any SQLEncodable)?, limit: Int) throws -> [Row] {
    let sql = """
      SELECT 'visitor', v.id, COALESCE(v.name, ''), COALESCE(v.email, ''), s.name, v.first_visit_at, v.erase_at, v.erased_at
      FROM visitors AS v
      JOIN sites AS s ON s.id = v.site_id
      WHERE \(condition)
      ORDER BY v.id DESC
      LIMIT \(limit)
      """
    return try rows(sql, value.map { [$0.sqlValue] } ?? [])
  }

  fileprivate func found(_ row: Row, by administrator: AccountID) throws -> FoundSubject {
    guard let kind = DataSubject.Kind(rawValue: row[0]) else { preconditionFailure("The queries name a kind") }
    let subject = DataSubject(kind, row[1])
    let counts = try subject.tables.filter { $0.readable != "FALSE" }.map { table in
      (table: table.name, rows: try self.row("SELECT COUNT(*) FROM \(table.name) WHERE \(table.rows)", subject.number)?[0] ?? 0)
    }
    let ended: Moment? = row[7]
    return FoundSubject(
      subject: subject, name: row[2], email: row[3], site: row[4], since: row[5], erasesAt: row[6], isErased: ended != nil,
      counts: counts.filter { $0.rows > 0 }, archive: try newestArchive(of: subject, by: administrator))
  }
}
