import Dispatch
import GRDB

/// Everything in one file of one folder, which this process owns.
///
/// Writes are committed in groups: as many as wait, in one transaction, on the disk before anybody is answered.
public final class SQLiteStore: Store {
  public let dialect = Dialect(engine: .sqlite)
  private let folder: DataFolder
  private let pool: DatabasePool
  private let writer: SQLiteWriter
  private let readers: SQLiteReaders
  private let checkpoints: Checkpoints

  private static let readerCount = 4
  private static let busySeconds = 5.0
  /// What the writer keeps of the file in memory; without it busy conversations are read from the file again and again.
  private static let cacheKibibytes = 16 * 1024

  public init(folder path: String, rerun: Rerun? = nil) throws {
    folder = try DataFolder(path)
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
    writer = SQLiteWriter(pool: pool, placeholders: placeholders, rerun: rerun)
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
    writer.append(QueuedWrite(locking: locks, urgency: urgency, body, completion: completion))
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
    await writer.close()
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

  private static func mapping<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as DatabaseError {
      throw error.resultCode == .SQLITE_MISUSE ? StoreFailure.closed : StoreFailure(error)
    }
  }
}
