import Logging
import Synchronization

/// The transactions of one connection, one after the other, on the thread that owns it. A class, because the connection is replaced when it breaks.
final class PostgresSession: Session, WriteTransaction {
  let dialect = Dialect(engine: .postgres)
  let retryLimit = 6
  var progress = WriteProgress()
  private let address: String
  private let logger: Logger
  private let schemaAge: SchemaAge
  private var connection: PostgresConnection?
  /// What goes to the server with the next statement, in one turn: how the transaction begins, and what was posted.
  private var waiting: [PostgresConnection.Statement] = []
  /// Only how it begins waits. A transaction without a statement is none.
  private var isUntouched = false
  private static let waitingLimit = 64
  private var preparedAtAge = 0

  init(_ address: String, _ schemaAge: SchemaAge, logger: Logger) {
    self.address = address
    self.schemaAge = schemaAge
    self.logger = logger
  }

  func connect() throws(StoreFailure) { _ = try connected() }

  func disconnect() { connection = nil }

  func rows(_ sql: String, _ values: [SQLValue]) throws -> [Row] {
    try perform(sql, values) { result throws(StoreFailure) in try result.rows() }
  }

  func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
    try perform(sql, values) { result throws(StoreFailure) in result.changedRows }
  }

  func post(_ sql: String, _ values: [SQLValue]) throws {
    guard waiting.count < Self.waitingLimit else {
      _ = try run(sql, values)
      return
    }
    waiting.append(try statement(sql, values))
    isUntouched = false
    progress.hasWritten = true
  }

  func afterCommit(_ note: @escaping @Sendable () -> Void) { progress.afterCommit.append(note) }

  /// One snapshot for all statements of `body`.
  func read<Value>(_ body: (any Session) throws -> Value) throws -> Value {
    try begin(with: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"])
    do {
      let value = try body(self)
      if let failure = progress.failure { throw failure }
      // What was read stands, however its transaction ends.
      if !isUntouched { try open().send("COMMIT") }
      waiting = []
      return value
    } catch {
      rollBack()
      throw error
    }
  }

  var isOpen: Bool { !waiting.isEmpty || connection?.isInTransaction == true }

  func begin(locking locks: [Lock]) throws { try begin(with: ["BEGIN"] + locks.map(Self.taking)) }

  func commit() throws {
    guard !isUntouched else {
      waiting = []
      return
    }
    let tag: String
    do {
      let posted = waiting
      waiting = []
      tag = try open().perform(.asItStands("COMMIT"), behind: posted) { $0.tag }
    } catch StoreFailure.connectionLost(let detail) {
      throw StoreFailure.outcomeUnknown(detail)
    } catch {
      noteStale(error)
      throw error
    }
    guard tag == "COMMIT" else {
      throw StoreFailure.other(.init(code: "25P02", message: "COMMIT was answered with \(tag)"))
    }
  }

  func rollBack() {
    waiting = []
    guard let connection else { return }
    do {
      if !connection.isBroken, !connection.isIdle { try connection.execute("ROLLBACK") }
    } catch {
      logger.debug("rolling back: \(error)")
    }
    // A connection that cannot be brought back to a known state is replaced by the next transaction.
    if connection.isBroken || !connection.isIdle { self.connection = nil }
  }

  private func perform<Value>(
    _ sql: String, _ values: [SQLValue], _ body: (PostgresResult) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    let statement = try statement(sql, values)
    do {
      let (value, isOfQuery) = try open().perform(statement, behind: waiting) { result throws(StoreFailure) in
        (try body(result), result.isOfQuery)
      }
      waiting = []
      isUntouched = false
      if !isOfQuery { progress.hasWritten = true }
      return value
    } catch {
      progress.failure = error
      waiting = []
      noteStale(error)
      throw error
    }
  }

  /// A migration of another node changed what a statement answers: all are prepared anew.
  private func noteStale(_ failure: StoreFailure) {
    if case .busy(let detail) = failure, detail.code == "0A000" { preparedAtAge = -1 }
  }

  /// What cannot be sent fails alone: what others posted still waits.
  private func statement(_ sql: String, _ values: [SQLValue]) throws(StoreFailure) -> PostgresConnection.Statement {
    if let failure = progress.failure { throw failure }
    do {
      return try PostgresConnection.Statement(sql, values)
    } catch {
      progress.failure = error
      throw error
    }
  }

  private func begin(with statements: [String]) throws(StoreFailure) {
    progress = WriteProgress()
    let connection = try connected()
    let age = schemaAge.value
    if preparedAtAge != age {
      try connection.forgetStatements()
      preparedAtAge = age
    }
    waiting = statements.map { .asItStands($0) }
    isUntouched = true
  }

  private func connected() throws(StoreFailure) -> PostgresConnection {
    connection?.settle()
    if let connection, !connection.isBroken { return connection }
    let fresh = try PostgresConnection(address, logger: logger)
    connection = fresh
    preparedAtAge = schemaAge.value
    return fresh
  }

  private func open() throws(StoreFailure) -> PostgresConnection {
    guard let connection else { throw .connectionLost(.init(code: "08003", message: "the connection was given up")) }
    return connection
  }

  private static func taking(_ lock: Lock) -> String {
    precondition(lock.table.utf8.allSatisfy(SQLScript.isWord), "A lock names a table")
    return "SELECT 1 FROM \(lock.table) WHERE id = \(lock.id) FOR UPDATE"
  }
}

/// Counts the migrations of this process, so that each connection knows when its prepared statements are out of date.
final class SchemaAge: Sendable {
  private let age = Atomic<Int>(0)
  var value: Int { age.load(ordering: .acquiring) }
  func grow() { age.add(1, ordering: .acquiringAndReleasing) }
}
