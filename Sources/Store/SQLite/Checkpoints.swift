import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Carries what was committed from the write-ahead log into the file, on a connection of its own beside the writer, so that no message waits for it.
///
/// A log that is written to all the time never comes to its end that way. From `longestLog` on the writer carries the little that is left
/// itself, and the log begins anew (https://sqlite.org/wal.html, "Checkpointing").
///
/// A class, because the writer's connection calls it back.
final class Checkpoints: Sendable {
  /// After so many more pages in the log.
  static let pages: Int32 = 4000
  static let longestLog: Int32 = 16_000

  private struct State {
    var isRunning = false
    /// How long the log was when it was carried last, or the writer tried to.
    var carriedAt: Int32 = 0
  }

  private enum Step { case none, beside, here }

  private let state = Mutex(State())
  private let thread = DispatchQueue(label: "store.checkpoints", qos: .utility)
  private let connection: DatabaseQueue

  init(path: String, busySeconds: Double) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.label = "store.checkpoints"
    connection = try DatabaseQueue(path: path, configuration: configuration)
    // The log is opened by the first read. FULL: the log is on the disk before the file is written over.
    try connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL; SELECT COUNT(*) FROM sqlite_master") }
  }

  /// - Parameter writer: the connection of all commits, which must not outlive this object.
  func follow(_ writer: Database) {
    sqlite3_wal_hook(
      writer.sqliteConnection,
      { context, writer, name, pages in
        guard let context else { return SQLITE_OK }
        let step = Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue().step(at: pages)
        // One that is busy or fails is tried again at a later commit.
        if step == .here { sqlite3_wal_checkpoint_v2(writer, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil) }
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func step(at pages: Int32) -> Step {
    let step = state.withLock { state -> Step in
      if pages < state.carriedAt { state.carriedAt = 0 }
      guard pages - state.carriedAt >= Self.pages, !state.isRunning else { return .none }
      state.carriedAt = pages
      guard pages < Self.longestLog else { return .here }
      state.isRunning = true
      return .beside
    }
    if step == .beside { thread.async { self.carry() } }
    return step
  }

  private func carry() {
    _ = try? connection.writeWithoutTransaction { try $0.checkpoint(.passive) }
    state.withLock { $0.isRunning = false }
  }

  /// Carries everything over and cuts the log to nothing. Waits for the writer and for whoever reads.
  func empty() async throws {
    try await withCheckedThrowingContinuation { continuation in
      thread.async {
        continuation.resume(with: Result { _ = try self.connection.writeWithoutTransaction { try $0.checkpoint(.truncate) } })
      }
    }
  }

  func close() { thread.sync { try? connection.close() } }
}
