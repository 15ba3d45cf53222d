import GRDB

extension StoreFailure {
  init(_ error: DatabaseError, sql: String? = nil) {
    let code = error.extendedResultCode
    let detail = Detail(code: "\(code.rawValue)", message: error.message ?? code.description, sql: sql ?? error.sql)
    switch code {
    case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: self = .unique(detail)
    case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .foreignKey(detail)
    case .SQLITE_CONSTRAINT_NOTNULL: self = .notNull(detail)
    case .SQLITE_CONSTRAINT_CHECK: self = .check(detail)
    default:
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(detail)
      case .SQLITE_FULL: self = .full(detail)
      default: self = .other(detail)
      }
    }
  }

  /// SQLite undoes a statement that broke a constraint and goes on; after other failures nobody knows what is left.
  var leavesNothingBehind: Bool {
    switch self {
    case .unique, .foreignKey, .notNull, .check, .textHasNull: true
    default: false
    }
  }

  /// GRDB reports through one error type; what the closure itself throws passes unchanged.
  static func mapping<Value>(_ sql: String? = nil, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw StoreFailure(error, sql: sql)
    }
  }
}
