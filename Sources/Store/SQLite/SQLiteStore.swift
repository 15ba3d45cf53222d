import Dispatch
import GRDB

/// Everything in one file of one folder, which this process owns.
///
/// Writes are committed in groups: as many as wait, in one transaction, on the disk before anybody is answered.
public final class SQLiteStore: Store {
  public let dialect = Dialect(engine: .sqlite)
  private let folder: DataFolder
  private let pool: DatabasePool
  private let queue = WriteQueue()
  /// Gives answers out while the writer is at the next group.
  private let answering = DispatchQueue(label: "store.answers", qos: .userInitiated)
  private let placeholders: Placeholders
  private let readers: SQLiteReaders
  private let checkpoints: Checkpoints
  private let rerun: Rerun?

  static let closuresPerBatch = 256
  /// From the first write in it for which somebody waits.
  static let batchLimit = Duration.milliseconds(5)
  /// Of a batch in which nobody waits for anything: each commit costs a write to the disk.
  static let backgroundBatchLimit = Duration.milliseconds(20)
  /// How long background work may go along once somebody waits.
  static let alongLimit = Duration.microseconds(250)
  private static let answersOfTheWriter = 4
  private static let readerCount = 4
  private static let busySeconds = 5.0
  /// What the writer keeps of the file in memory; without it busy conversations are read from the file again and again.
  private static let cacheKibibytes = 16 * 1024

  public init(folder path: String, rerun: Rerun? = nil) throws {
    folder = try DataFolder(path)
    self.rerun = rerun
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(Self.busySeconds)
    configuration.maximumReaderCount = Self.readerCount
    configuration.persistentReadOnlyConnections = true
    configuration.label = "store"
    let file = path + "/parley.db"
    let (pool, checkpoints) = try StoreFailure.mapping {
      let pool = try DatabasePool(path: file, configuration: configuration)
      let checkpoints = try Checkpoints(path: file, busySeconds: Self.busySeconds)
      // Not while the connection is prepared: the pool sets NORMAL after that. FULL is what puts an acknowledged message on the disk.
      // What is deleted is overwritten in its place: an erased name does not stay behind in the gaps of the file.
      try pool.writeWithoutTransaction { database in
        try database.execute(
          sql: """
            PRAGMA synchronous = FULL;
            PRAGMA secure_delete = ON;
            PRAGMA cache_size = -\(Self.cacheKibibytes);
            """)
        checkpoints.follow(database)
      }
      return (pool, checkpoints)
    }
    (self.pool, self.checkpoints) = (pool, checkpoints)
    let placeholders = Placeholders()
    self.placeholders = placeholders
    readers = SQLiteReaders(count: Self.readerCount, pool: pool, placeholders: placeholders)
  }

  public func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      readers.append { opened in
        continuation.resume(with: opened.flatMap { session in Result { try StoreFailure.mapping { try body(session) } } })
      }
    }
  }

  public func submit<Value: Sendable>(
    locking locks: [Lock], urgency: Urgency, _ body: @escaping @Sendable (any Session) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    let write = QueuedWrite(locking: locks, urgency: urgency, body, completion: completion)
    switch queue.append(write) {
    case .isAwake: break
    case .wakeTheWriter: pool.asyncWriteWithoutTransaction { self.drain($0) }
    case .closed: answering.async { completion(.failure(StoreFailure.closed)) }
    case .full: answering.async { completion(.failure(StoreFailure.overloaded)) }
    }
  }

  public func forgetStatements() { pool.releaseMemoryEventually() }

  /// Zeroes what was deleted, as every page is written, and cuts the write-ahead log, which still holds the pages of before. An index of
  /// words only notes that one of its texts is gone, until it is put together anew.
  public func scrub() async throws {
    try await Self.mapping {
      try await pool.writeWithoutTransaction { database in
        for name in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5%'") {
          try database.execute(sql: "INSERT INTO \(name) (\(name)) VALUES ('optimize')")
        }
      }
      try await checkpoints.empty()
    }
  }

  public func close() async {
    await withCheckedContinuation { continuation in queue.close { self.answering.async { continuation.resume() } } }
    await readers.close()
    await withCheckedContinuation { continuation in
      // Closing waits for the readers, which must not hold up other tasks.
      DispatchQueue.global().async {
        // It fails when the pool was closed before, or when a statement is still in use: then the end of the process closes it.
        self.checkpoints.close()
        try? self.pool.close()
        self.folder.release()
        continuation.resume()
      }
    }
  }

  private func drain(_ database: Database) {
    let session = SQLiteSession(database, placeholders)
    let batch = Batch(transaction: session, rerun: rerun) { answers in self.give(answers) }
    repeat {
      var end = ContinuousClock.now + Self.backgroundBatchLimit
      var alongUntil = end
      var isFull = false
      batch.run { count in
        if isFull { return nil }
        let now = ContinuousClock.now
        guard count >= Self.closuresPerBatch - 1 || (count > 0 && now >= end) else {
          let write = queue.next(orBackground: count == 0 || now < alongUntil)
          if write?.urgency == .interactive {
            end = min(end, now + Self.batchLimit)
            alongUntil = min(alongUntil, now + Self.alongLimit)
          }
          return write
        }
        isFull = true
        return queue.nextInBackground()
      }
    } while !queue.mayRest()
  }

  /// While nobody waits for the writer it gives a few answers out itself: another thread would have to be woken for them. They keep their
  /// order, behind those that are being given out.
  private func give(_ answers: [Batch.Answer]) {
    let work: @Sendable () -> Void = { for answer in answers { answer() } }
    if answers.count <= Self.answersOfTheWriter, queue.isEmpty { answering.sync(execute: work) } else { answering.async(execute: work) }
  }

  private static func mapping<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as DatabaseError {
      throw error.resultCode == .SQLITE_MISUSE ? StoreFailure.closed : StoreFailure(error)
    }
  }
}
