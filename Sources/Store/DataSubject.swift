import Base

/// Somebody whom the house keeps something about.
public enum DataSubject: Hashable, Sendable {
  case account(AccountID)
  case visitor(VisitorID)

  public enum Kind: String, Sendable {
    case account, visitor
  }

  public init(_ kind: Kind, _ number: Int64) {
    switch kind {
    case .account: self = .account(AccountID(rawValue: number))
    case .visitor: self = .visitor(VisitorID(rawValue: number))
    }
  }

  public var kind: Kind {
    switch self {
    case .account: .account
    case .visitor: .visitor
    }
  }

  public var number: Int64 {
    switch self {
    case .account(let id): id.rawValue
    case .visitor(let id): id.rawValue
    }
  }

  /// What the registry names as theirs. What somebody asked in a thread is the visitor's, too.
  public var tables: [PersonalTable] {
    Personal.tables.filter { table in (table.subject == .account) == (kind == .account) }
  }
}

extension Session {
  /// Erases everything that the registry names as somebody's, and notes in the journal that it was done. Doing it again changes nothing.
  public func erase(_ subject: DataSubject, at now: Moment) throws {
    for table in subject.tables {
      switch table.erasing {
      case .deletesRows: try run("DELETE FROM \(table.name) WHERE \(table.rows)", subject.number)
      case .blanks(let columns):
        let changes = columns.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
        let sql = "UPDATE \(table.name) SET \(changes) WHERE \(table.rows)"
        let random: [SQLValue] = sql.contains("$2") ? [Secret().digest.sqlValue] : []
        try run(sql, [subject.number.sqlValue] + random)
      case .stays: break
      }
    }
    try run(
      """
      INSERT INTO erasure_journal (subject_kind, subject_id, erased_at)
      VALUES ($1, $2, $3)
      ON CONFLICT (subject_kind, subject_id) DO UPDATE SET erased_at = excluded.erased_at
      """, subject.kind.rawValue, subject.number, now)
  }

  /// The keys of the next rows of a table whose days were over before `end`.
  public func overdue(_ table: PersonalTable, after column: String, before end: Moment, limit: Int) throws -> [Row] {
    let unswept = table.swept.sorted { $0.key < $1.key }.map { "\($0.key) <> \($0.value)" }
    let conditions = ["\(column) < $1"] + unswept
    let keys = table.key.joined(separator: ", ")
    return try rows("SELECT \(keys) FROM \(table.name) WHERE \(conditions.joined(separator: " AND ")) LIMIT \(limit)", end)
  }

  /// Deletes or blanks a row whose days are over.
  public func sweep(_ table: PersonalTable, _ key: Row) throws {
    let condition = table.key.enumerated().map { "\($1) = $\($0 + 1)" }.joined(separator: " AND ")
    if table.swept.isEmpty {
      try run("DELETE FROM \(table.name) WHERE \(condition)", key.values)
    } else {
      let changes = table.swept.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
      try run("UPDATE \(table.name) SET \(changes) WHERE \(condition)", key.values)
    }
  }

  /// The columns of a table as the database has them, with their types in lower case.
  public func liveColumns(of table: String) throws -> [(name: String, type: String)] {
    let found =
      switch dialect.engine {
      case .sqlite: try rows("SELECT name, lower(type) FROM pragma_table_info($1) ORDER BY cid", table)
      case .postgres:
        try rows(
          """
          SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT)
          FROM information_schema.columns
          WHERE table_schema = 'public' AND table_name = $1
          ORDER BY ordinal_position
          """, table)
      }
    return found.map { ($0[0], $0[1]) }
  }
}
