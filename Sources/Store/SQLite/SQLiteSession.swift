import Foundation
import GRDB

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
    try perform(sql, values) { statement in
      var rows: [Row] = []
      let cursor = try GRDB.Row.fetchCursor(statement)
      while let row = try cursor.next() {
        rows.append(Row(row.databaseValues.map(SQLValue.init)))
      }
      return rows
    }
  }

  func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
    try perform(sql, values) { statement in
      let before = database.totalChangesCount
      try statement.execute()
      // What SQLite answers after a statement that changes no rows is the count of the one before.
      return database.totalChangesCount == before ? 0 : database.changesCount
    }
  }

  func afterCommit(_ note: @escaping @Sendable () -> Void) { progress.afterCommit.append(note) }

  private func perform<Value>(_ sql: String, _ values: [SQLValue], _ body: (Statement) throws -> Value) throws -> Value {
    if let failure = progress.failure { throw failure }
    do {
      let statement = try StoreFailure.mapping(sql) { try database.cachedStatement(sql: placeholders.rewrite(sql)) }
      let arguments = StatementArguments(try values.map(DatabaseValue.init))
      let value = try StoreFailure.mapping(sql) {
        try statement.setArguments(arguments)
        return try body(statement)
      }
      if !statement.isReadonly { progress.hasWritten = true }
      return value
    } catch let failure as StoreFailure {
      progress.failure = failure
      if !failure.leavesNothingBehind { progress.hasWritten = true }
      throw failure
    }
  }

  var isOpen: Bool { database.isInsideTransaction }

  /// The one writer has every lock already.
  func begin(locking locks: [Lock]) throws {
    progress = WriteProgress()
    try StoreFailure.mapping { try database.beginTransaction(.immediate) }
  }

  func commit() throws { try StoreFailure.mapping { try database.commit() } }

  func rollBack() {
    guard database.isInsideTransaction else { return }
    do {
      try database.rollback()
    } catch {
      preconditionFailure("SQLite can always roll back: \(error)")
    }
  }
}

extension DatabaseValue {
  fileprivate init(_ value: SQLValue) throws {
    switch value {
    case .null: self = .null
    case .integer(let number): self = number.databaseValue
    case .double(let number): self = number.databaseValue
    case .bool(let flag): self = flag.databaseValue
    case .bytes(let bytes): self = Data(bytes).databaseValue
    case .text(let text):
      if text.utf8.contains(0) { throw StoreFailure.textHasNull }
      self = text.databaseValue
    }
  }
}

extension SQLValue {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .double(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .bytes([UInt8](data))
    }
  }
}
