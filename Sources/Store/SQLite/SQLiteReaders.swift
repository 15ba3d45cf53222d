import Dispatch
import Foundation
import GRDB
import Synchronization

/// Threads that read, each with a connection of its own. What waits is read together, in one transaction: it sees everything that was committed
/// before it was asked for, and a crowd that comes back at once costs one change of threads for many reads.
///
/// A class, because its threads share the line of what waits.
final class SQLiteReaders: Sendable {
  typealias Read = @Sendable (Result<SQLiteSession, any Error>) -> Void

  private struct State {
    var waiting = Line<Read>()
    var count = 0
    /// Threads that sleep, and that nobody has woken yet.
    var idle = 0
    var running: Int
    var isClosed = false
    var whenEnded: [@Sendable () -> Void] = []
  }

  private let state: Mutex<State>
  private let awake = DispatchSemaphore(value: 0)
  private let threads: Int
  private let pool: DatabasePool
  private let placeholders: Placeholders

  /// More in one transaction would make one that is quick wait for many.
  private static let atOnce = 16

  init(count: Int, pool: DatabasePool, placeholders: Placeholders) {
    threads = count
    self.pool = pool
    self.placeholders = placeholders
    state = Mutex(State(running: count))
    for number in 1...count {
      let thread = Thread { self.work() }
      thread.name = "reader-\(number)"
      thread.start()
    }
  }

  func append(_ read: @escaping Read) {
    let (isTaken, wakes) = state.withLock { state -> (Bool, Bool) in
      if state.isClosed { return (false, false) }
      state.waiting.append(read)
      state.count += 1
      guard state.idle > 0 else { return (true, false) }
      state.idle -= 1
      return (true, true)
    }
    if wakes { awake.signal() }
    if !isTaken { read(.failure(StoreFailure.closed)) }
  }

  /// Ends after the reads that wait.
  func close() async {
    await withCheckedContinuation { continuation in
      let (idle, hasEnded) = state.withLock { state in
        state.isClosed = true
        let hasEnded = state.running == 0
        if !hasEnded { state.whenEnded.append { continuation.resume() } }
        defer { state.idle = 0 }
        return (state.idle, hasEnded)
      }
      for _ in 0..<idle { awake.signal() }
      if hasEnded { continuation.resume() }
    }
  }

  private enum Turn {
    case read([Read])
    case sleep
    case end([@Sendable () -> Void])
  }

  private func work() {
    while true {
      switch state.withLock({ next(&$0) }) {
      case .read(let reads): perform(reads)
      case .sleep: awake.wait()
      case .end(let notes):
        for note in notes { note() }
        return
      }
    }
  }

  private func next(_ state: inout State) -> Turn {
    guard state.count > 0 else {
      if !state.isClosed {
        state.idle += 1
        return .sleep
      }
      state.running -= 1
      guard state.running == 0 else { return .end([]) }
      defer { state.whenEnded = [] }
      return .end(state.whenEnded)
    }
    // Its share: what the other threads could read at the same time is left to them.
    let share = min(Self.atOnce, (state.count + threads - 1) / threads)
    state.count -= share
    return .read((0..<share).compactMap { _ in state.waiting.popFirst() })
  }

  private func perform(_ reads: [Read]) {
    // What has been answered is not answered again when the transaction cannot be ended.
    var left = reads[...]
    do {
      try pool.read { database in
        while let read = left.popFirst() { read(.success(SQLiteSession(database, placeholders))) }
      }
    } catch {
      let failure: any Error =
        switch error {
        case let error as DatabaseError where error.resultCode == .SQLITE_MISUSE: StoreFailure.closed
        case let error as DatabaseError: StoreFailure(error)
        default: error
        }
      for read in left { read(.failure(failure)) }
    }
  }
}
