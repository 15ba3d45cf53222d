import Base

/// One open transaction, on the thread that runs it. Parameters are written `$1`, `$2` … on both engines.
///
/// After a statement that failed nothing else can be done, so a closure that swallows such an error fails with it all the same:
/// write `ON CONFLICT` where a conflict is an answer.
public protocol Session {
  var dialect: Dialect { get }

  func rows(_ sql: String, _ values: [SQLValue]) throws -> [Row]

  /// Runs a statement that returns nothing and says how many rows it changed.
  @discardableResult func run(_ sql: String, _ values: [SQLValue]) throws -> Int

  /// Runs a statement whose answer changes nothing here. On PostgreSQL it goes to the server with the next one, or with the end of the
  /// transaction, in one turn: that it failed is known then.
  func post(_ sql: String, _ values: [SQLValue]) throws

  /// Calls back on a thread of the store once the transaction is committed, and never otherwise. For signals that may be lost in a crash,
  /// such as winding an alarm clock.
  func afterCommit(_ note: @escaping @Sendable () -> Void)
}

extension Session {
  public func post(_ sql: String, _ values: [SQLValue]) throws { try run(sql, values) }
  public func rows(_ sql: String, _ values: (any SQLEncodable)?...) throws -> [Row] { try rows(sql, values.map { $0?.sqlValue ?? .null }) }
  public func row(_ sql: String, _ values: (any SQLEncodable)?...) throws -> Row? {
    try rows(sql, values.map { $0?.sqlValue ?? .null }).first
  }
  @discardableResult public func run(_ sql: String, _ values: (any SQLEncodable)?...) throws -> Int {
    try run(sql, values.map { $0?.sqlValue ?? .null })
  }
  public func post(_ sql: String, _ values: (any SQLEncodable)?...) throws { try post(sql, values.map { $0?.sqlValue ?? .null }) }
}
