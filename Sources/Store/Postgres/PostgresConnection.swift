import CPostgres
import Logging

/// One connection, used by one thread at a time; every call blocks. A class, because libpq's handle has one owner.
package final class PostgresConnection {
  let handle: OpaquePointer
  private let logger: Unmanaged<LoggerBox>
  /// Prepared statements by their text.
  private var names: [String: String] = [:]
  private var prepared = 0
  private static let preparedLimit = 1000

  /// Connects, and sets what keeps a hung connection from holding others up.
  package init(_ address: String, logger: Logger) throws(StoreFailure) {
    // What the address itself says about these comes later in the list, and counts.
    let defaults = [
      ("connect_timeout", "5"), ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "30000"), ("application_name", "parley"), ("client_encoding", "UTF8"), ("dbname", address),
    ]
    let handle = Self.withCStrings(defaults.map(\.0)) { keywords in
      Self.withCStrings(defaults.map(\.1)) { values in PQconnectdbParams(keywords, values, 1) }
    }
    guard let handle else {
      throw .connectionLost(.init(code: "08001", message: "libpq has no memory for a connection"))
    }
    guard PQstatus(handle) == CONNECTION_OK else {
      let message = Self.message(handle)
      PQfinish(handle)
      throw .connectionLost(.init(code: "08001", message: message))
    }
    self.handle = handle
    self.logger = Unmanaged.passRetained(LoggerBox(logger))
    PQsetNoticeProcessor(
      handle,
      { box, text in
        guard let box, let text else { return }
        Unmanaged<LoggerBox>.fromOpaque(box).takeUnretainedValue().logger.debug("postgres says: \(String(cString: text))")
      }, self.logger.toOpaque())
    try execute(
      """
      SET statement_timeout = '30s'; SET lock_timeout = '3s'; SET idle_in_transaction_session_timeout = '30s';
      SET TimeZone = 'UTC'; SET default_transaction_isolation = 'read committed';
      SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
      """)
  }

  deinit {
    PQfinish(handle)
    logger.release()
  }

  var isBroken: Bool { PQstatus(handle) != CONNECTION_OK }
  var isInTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INTRANS }
  var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

  /// Runs statements without parameters, several in one turn to the server.
  ///
  /// - Returns: the tag of the last one, such as `COMMIT` or `ROLLBACK`.
  @discardableResult package func execute(_ sql: String) throws(StoreFailure) -> String {
    let result = PQexec(handle, sql)
    defer { PQclear(result) }
    try check(result, sql)
    return String(cString: PQcmdStatus(result))
  }

  /// Begins a statement whose answer nobody waits for: whatever runs next on the connection takes it up first.
  func send(_ sql: String) throws(StoreFailure) {
    guard PQsendQuery(handle, sql) == 1 else { throw unsent(sql) }
  }

  /// Takes up the answer to what was sent.
  func settle() { while let result = PQgetResult(handle) { PQclear(result) } }

  /// What goes to the server: prepared at its first use, or as it stands when it has no parameters and is seldom twice the same.
  struct Statement {
    let sql: String
    fileprivate let parameters: [PostgresParameter]
    fileprivate let isPrepared: Bool

    init(_ sql: String, _ values: [SQLValue]) throws(StoreFailure) {
      self.sql = sql
      parameters = try values.map { value throws(StoreFailure) in try PostgresParameter(value) }
      isPrepared = true
    }

    private init(asItStands sql: String) { (self.sql, parameters, isPrepared) = (sql, [], false) }

    /// Begins, locks, or ends.
    static func asItStands(_ sql: String) -> Statement { Statement(asItStands: sql) }
  }

  /// Runs a statement.
  ///
  /// - Parameter others: run before it, in the same turn to the server. What they answer is not asked, unless one fails.
  func perform<Value>(
    _ statement: Statement, behind others: [Statement] = [], _ body: (PostgresResult) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    let all = others + [statement]
    if names.count + all.count > Self.preparedLimit { try forgetStatements() }
    for statement in all where statement.isPrepared { try prepare(statement.sql) }
    let results = try others.isEmpty ? [answer(to: statement)] : answers(to: all)
    defer { for result in results { PQclear(result) } }
    for (result, statement) in zip(results, all) { try check(result, statement.sql) }
    guard results.count == all.count, let result = results[others.count] else { throw Self.noAnswer }
    return try body(PostgresResult(result))
  }

  private func send(_ statement: Statement) -> Bool {
    guard let name = names[statement.sql] else { return PQsendQueryParams(handle, statement.sql, 0, nil, nil, nil, nil, 1) == 1 }
    let parameters = statement.parameters
    return parameters.withPointers { pointers in
      PQsendQueryPrepared(handle, name, Int32(parameters.count), pointers, parameters.map(\.length), parameters.map(\.format), 1) == 1
    }
  }

  private func answer(to statement: Statement) throws(StoreFailure) -> OpaquePointer? {
    guard send(statement) else { throw unsent(statement.sql) }
    let result = PQgetResult(handle)
    settle()
    return result
  }

  /// What a pipeline was answered. Those behind one that failed are answered as not run; the list is shorter when the connection broke.
  private func answers(to all: [Statement]) throws(StoreFailure) -> [OpaquePointer?] {
    guard PQenterPipelineMode(handle) == 1 else { throw unsent(all[0].sql) }
    let isSent = all.allSatisfy(send) && PQpipelineSync(handle) == 1
    guard isSent else { throw unsent(all[0].sql) }
    var results: [OpaquePointer?] = []
    while results.count < all.count, !isBroken {
      results.append(PQgetResult(handle))
      // Each answer ends with a null.
      while let rest = PQgetResult(handle) { PQclear(rest) }
    }
    if !isBroken { PQclear(PQgetResult(handle)) }
    PQexitPipelineMode(handle)
    return results
  }

  private func unsent(_ sql: String) -> StoreFailure {
    StoreFailure(sqlState: "08006", message: Self.message(handle), sql: sql, isBroken: true)
  }

  func forgetStatements() throws(StoreFailure) {
    names = [:]
    try execute("DEALLOCATE ALL")
  }

  private func prepare(_ sql: String) throws(StoreFailure) {
    guard names[sql] == nil else { return }
    prepared += 1
    let name = "s\(prepared)"
    let result = PQprepare(handle, name, sql, 0, nil)
    defer { PQclear(result) }
    try check(result, sql)
    names[sql] = name
  }

  private func check(_ result: OpaquePointer?, _ sql: String) throws(StoreFailure) {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return
    default:
      let code = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
      // Only the primary message: the detail holds values of rows.
      let primary = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
      throw StoreFailure(sqlState: code, message: primary ?? Self.message(handle), sql: sql, isBroken: isBroken)
    }
  }

  private static let noAnswer = StoreFailure.connectionLost(.init(code: "", message: "no answer"))

  private static func message(_ handle: OpaquePointer) -> String {
    String(cString: PQerrorMessage(handle)).split(separator: "\n").joined(separator: " ")
  }

  /// A list of C strings that ends with a null, as `PQconnectdbParams` wants it.
  private static func withCStrings<Value>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
  ) -> Value {
    let copies = texts.map { Array($0.utf8CString) }
    let all = copies.flatMap { $0 }
    return all.withUnsafeBufferPointer { buffer in
      var offset = 0
      var pointers: [UnsafePointer<CChar>?] = copies.map { copy in
        defer { offset += copy.count }
        return buffer.baseAddress.map { $0 + offset }
      }
      pointers.append(nil)
      return pointers.withUnsafeBufferPointer { list in
        guard let base = list.baseAddress else { preconditionFailure("A list with a null has an address") }
        return body(base)
      }
    }
  }
}

/// What libpq's callback can point at.
private final class LoggerBox {
  let logger: Logger
  init(_ logger: Logger) { self.logger = logger }
}
