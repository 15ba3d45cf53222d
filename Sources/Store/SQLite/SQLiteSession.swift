import GRDB
import GRDBSQLite

/// A transaction on SQLite. A class, because one closure after the other changes its progress.
final class SQLiteSession: Session, WriteTransaction {
  let dialect = Dialect(engine: .sqlite)
  /// One process owns the file and writes on one connection: who is in the way is no transaction of ours and will not pass soon.
  let retryLimit = 2
  var progress = WriteProgress()
  private let database: Database
  private let placeholders: Placeholders

  init(_ database: Database, _ placeholders: Placeholders) {
    self.database = database
    self.placeholders = placeholders
  }

  func rows(_ sql: String, _ values: [SQLValue]) throws -> [Row] {
    try perform(sql, values) { _, statement in
      let columns = 0..<sqlite3_column_count(statement)
      var rows: [Row] = []
      while try step(statement, sql) { rows.append(Row(columns.map { SQLValue(statement, $0) })) }
      return rows
    }
  }

  func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
    try perform(sql, values) { kept, statement in
      let before = sqlite3_total_changes64(connection)
      if let kept { try kept.execute() } else { while try step(statement, sql) {} }
      // What SQLite answers after a statement that changes no rows is the count of the one before.
      return sqlite3_total_changes64(connection) == before ? 0 : Int(sqlite3_changes64(connection))
    }
  }

  func afterCommit(_ note: @escaping @Sendable () -> Void) { progress.afterCommit.append(note) }

  /// GRDB prepares and keeps the statement; binding and reading go past it, which was a third of the writer's time.
  ///
  /// - Parameter body: given GRDB's statement where GRDB has to know of it.
  private func perform<Value>(
    _ sql: String, _ values: [SQLValue], _ body: (_ kept: Statement?, SQLiteStatement) throws -> Value
  ) throws -> Value {
    if let failure = progress.failure { throw failure }
    do {
      let rewritten = placeholders.rewrite(sql)
      let statement = try StoreFailure.mapping(sql) { try database.cachedStatement(sql: rewritten.text) }
      let raw = statement.sqliteStatement
      defer {
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
      }
      for (index, value) in values.enumerated() { try bind(value, to: raw, at: Int32(index + 1), sql) }
      let value = try StoreFailure.mapping(sql) { try body(rewritten.isOfRows ? nil : statement, raw) }
      if !statement.isReadonly { progress.hasWritten = true }
      return value
    } catch let failure as StoreFailure {
      progress.failure = failure
      if !failure.leavesNothingBehind { progress.hasWritten = true }
      throw failure
    }
  }

  private var connection: SQLiteConnection? { database.sqliteConnection }

  /// - Returns: whether there is a row.
  private func step(_ statement: SQLiteStatement, _ sql: String) throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure(code, sql)
    }
  }

  private func bind(_ value: SQLValue, to statement: SQLiteStatement, at index: Int32, _ sql: String) throws {
    let code: Int32
    switch value {
    case .null: code = sqlite3_bind_null(statement, index)
    case .integer(let number): code = sqlite3_bind_int64(statement, index, number)
    case .double(let number): code = sqlite3_bind_double(statement, index, number)
    case .bool(let flag): code = sqlite3_bind_int64(statement, index, flag ? 1 : 0)
    case .bytes(let bytes):
      // Without an address it would be NULL.
      code =
        bytes.isEmpty
        ? sqlite3_bind_zeroblob(statement, index, 0)
        : bytes.withUnsafeBytes { sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), Self.copies) }
    case .text(var text):
      let bound: Int32? = text.withUTF8 { bytes in
        if bytes.contains(0) { return nil }
        // Without an address it would be NULL.
        if bytes.isEmpty { return sqlite3_bind_text(statement, index, "", 0, Self.copies) }
        return bytes.withMemoryRebound(to: CChar.self) { sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), Self.copies) }
      }
      guard let bound else { throw StoreFailure.textHasNull }
      code = bound
    }
    if code != SQLITE_OK { throw failure(code, sql) }
  }

  private func failure(_ code: Int32, _ sql: String) -> StoreFailure {
    let message = sqlite3_errmsg(connection).map { String(cString: $0) }
    return StoreFailure(DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql), sql: sql)
  }

  /// SQLite makes a copy of what it is given (SQLITE_TRANSIENT, a macro that Swift does not see).
  private static var copies: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  var isOpen: Bool { database.isInsideTransaction }

  /// The one writer has every lock already.
  func begin(locking locks: [Lock]) throws {
    progress = WriteProgress()
    try carryOut("BEGIN IMMEDIATE TRANSACTION")
  }

  func commit() throws { try carryOut("COMMIT TRANSACTION") }

  /// GRDB would prepare them each time, and listen for what observers want to know; there are none.
  private func carryOut(_ sql: String) throws {
    let statement = try StoreFailure.mapping(sql) { try database.cachedStatement(sql: sql) }.sqliteStatement
    defer { sqlite3_reset(statement) }
    while try step(statement, sql) {}
  }

  func rollBack() {
    guard database.isInsideTransaction else { return }
    do {
      try database.rollback()
    } catch {
      preconditionFailure("SQLite can always roll back: \(error)")
    }
  }
}

extension SQLValue {
  fileprivate init(_ statement: SQLiteStatement, _ column: Int32) {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: self = .double(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      let start = sqlite3_column_text(statement, column)
      let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
      self = .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      let start = sqlite3_column_blob(statement, column)
      self = .bytes([UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))))
    default: self = .null
    }
  }
}
