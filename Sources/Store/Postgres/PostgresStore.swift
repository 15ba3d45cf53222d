import Base
import Logging

/// Everything in PostgreSQL, shared by several nodes.
///
/// Writes run at READ COMMITTED and hold the rows that they decide about; those of one lane share a transaction when they wait for each other.
public final class PostgresStore: Store {
  public let dialect = Dialect(engine: .postgres)
  private let address: String
  private let workers: PostgresWorkers
  private let logger: Logger
  private let time: @Sendable () -> Moment

  public static let standardConnections = 8

  /// Connects once, so that a wrong address is found at the start.
  ///
  /// - Parameter time: the machine's.
  /// - Throws: `ClockDiffers` as well as `StoreFailure`.
  public init(
    address: String, connections: Int = standardConnections, rerun: Rerun? = nil, logger: Logger = Logger(label: "store"),
    time: @escaping @Sendable () -> Moment = machineTime
  ) async throws {
    precondition(connections > 0, "A store has a connection")
    self.address = address
    self.logger = logger
    self.time = time
    workers = PostgresWorkers(address: address, count: connections, rerun: rerun, logger: logger)
    do {
      try await onWorker { session in try session.connect() }
      let difference = try await clockDifference()
      if abs(difference) > ClockDiffers.limitMilliseconds { throw ClockDiffers(milliseconds: difference) }
      try await warnAboutOrder()
    } catch {
      await close()
      throw error
    }
  }

  deinit { workers.close {} }

  public func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
    try await onWorker { session in
      var tries = 0
      while true {
        do {
          return try session.read(body)
        } catch {
          tries += 1
          guard Batch.mayPass(error), tries < session.retryLimit else { throw error }
          Batch.pause(before: tries)
        }
      }
    }
  }

  public func submit<Value: Sendable>(
    locking locks: [Lock], urgency: Urgency, _ body: @escaping @Sendable (any Session) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    let write = QueuedWrite(locking: locks, urgency: urgency, body, completion: completion)
    if let failure = workers.append(write) { completion(.failure(failure)) }
  }

  public func forgetStatements() { workers.schemaAge.grow() }

  /// Takes dead rows out of tables and indexes. What the server wrote ahead goes with its checkpoints, and its backups are its owner's.
  public func scrub() async throws { try await Vacuum(address: address, logger: logger).run() }

  public func close() async {
    await withCheckedContinuation { continuation in workers.close { continuation.resume() } }
  }

  private func onWorker<Value: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let isTaken = workers.append { session in continuation.resume(with: Result { try body(session) }) }
      if !isTaken { continuation.resume(throwing: StoreFailure.closed) }
    }
  }

  /// Nodes decide about deadlines and leases by their own clocks, so these must agree; the database's is the one they share.
  public func clockDifference() async throws -> Int64 {
    var smallest = Int64.max
    // The question takes time too: the quickest of three answers says most.
    for _ in 1...3 {
      let before = time()
      let theirs = try await read { try $0.row("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")?[0] as Moment? }
      guard let theirs else { return 0 }
      let middle = before.adding(milliseconds: time().milliseconds(since: before) / 2)
      let difference = theirs.milliseconds(since: middle)
      if abs(difference) < abs(smallest) { smallest = difference }
    }
    return smallest
  }

  /// Lists are ordered by text here and there: only the byte order is the same on both engines.
  private func warnAboutOrder() async throws {
    let order = try await read { session in
      try session.row("SELECT datcollate FROM pg_database WHERE datname = current_database()").map { row -> String in row[0] }
    }
    guard let order, !["C", "C.UTF-8", "C.utf8", "POSIX"].contains(order) else { return }
    logger.warning("The database orders text as \(order). Create it with LOCALE 'C.UTF-8', so that lists are ordered as on SQLite.")
  }
}

/// The database's clock is that far ahead of this machine's (behind, when negative).
public struct ClockDiffers: Error, Hashable, CustomStringConvertible {
  public static let limitMilliseconds: Int64 = 500
  public let milliseconds: Int64

  public var description: String {
    "The clock of the database differs from this machine's by \(abs(milliseconds)) ms; more than \(Self.limitMilliseconds) ms is too much. Set both by NTP."
  }
}
