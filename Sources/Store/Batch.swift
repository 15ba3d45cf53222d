#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An engine's transaction, as group commit sees it.
protocol WriteTransaction: AnyObject, Session {
  /// How often a closure that ran alone is run again when what stood in its way may pass.
  var retryLimit: Int { get }
  /// What the closure that is running has done so far.
  var progress: WriteProgress { get set }
  /// Whether the transaction can go on: a full disk ends it on SQLite, any error on PostgreSQL.
  var isOpen: Bool { get }

  func begin(locking locks: [Lock]) throws
  func commit() throws
  /// Ends the transaction whatever state it is in.
  func rollBack()
}

struct WriteProgress {
  var hasWritten = false
  /// The first failure of a statement: on PostgreSQL nothing can follow it, so nothing may on SQLite.
  var failure: StoreFailure?
  var afterCommit: [@Sendable () -> Void] = []
}

/// Runs several writes in one transaction without savepoints, as if each had been alone.
///
/// A closure that throws before its first write just fails. When one throws later, or COMMIT fails, everything is rolled back and each
/// closure runs alone. No answer leaves before the COMMIT.
struct Batch {
  let transaction: any WriteTransaction
  let rerun: Rerun?
  /// Gives answers out, in their order. The thread that writes need not wait for it.
  var deliver: ([Answer]) -> Void = { for answer in $0 { answer() } }

  typealias Answer = @Sendable () -> Void

  /// - Parameter next: gives the write that follows `count` others in this transaction, nil to end it.
  func run(next: (_ count: Int) -> QueuedWrite?) {
    guard let first = next(0) else { return }
    var taken = [first]
    do {
      var answers: [Answer] = []
      try begin(locking: first.locks)
      answers.append(try attempt(first, rerun))
      while let following = next(taken.count) {
        taken.append(following)
        answers.append(try attempt(following, rerun))
      }
      try commit()
      deliver(answers)
    } catch StoreFailure.outcomeUnknown(let detail) {
      transaction.rollBack()
      deliver(taken.map { write in { write.fail(StoreFailure.outcomeUnknown(detail)) } })
    } catch {
      transaction.rollBack()
      if taken.count == 1, !Self.mayPass(error) { return deliver([{ first.fail(error) }]) }
      for write in taken { runAlone(write) }
    }
  }

  private func begin(locking locks: [Lock]) throws {
    try FailPoint.beforeBegin.pass()
    try transaction.begin(locking: locks)
  }

  private func commit() throws {
    try FailPoint.beforeCommit.pass()
    try transaction.commit()
    FailPoint.afterCommit.kills()
  }

  private func runAlone(_ write: QueuedWrite) {
    var tries = 0
    while true {
      do {
        try begin(locking: write.locks)
        let answer = try attempt(write, nil)
        try commit()
        return deliver([answer])
      } catch {
        transaction.rollBack()
        tries += 1
        guard Self.mayPass(error), tries < transaction.retryLimit else { return deliver([{ write.fail(error) }]) }
        Self.pause(before: tries)
      }
    }
  }

  /// - Returns: how to answer once the transaction is committed.
  /// - Throws: what ends the whole transaction.
  private func attempt(_ write: QueuedWrite, _ rerun: Rerun?) throws -> Answer {
    transaction.progress = WriteProgress()
    do {
      let deliver = try write.attempt(transaction)
      if let failure = transaction.progress.failure { throw failure }
      guard transaction.isOpen else { throw StoreFailure.other(.init(code: "", message: "the transaction ended before its closure")) }
      if let rerun, rerun.strikes() { throw Rerun.Struck() }
      let notes = transaction.progress.afterCommit
      return {
        deliver()
        for note in notes { note() }
      }
    } catch {
      if error is Rerun.Struck || transaction.progress.hasWritten || !transaction.isOpen { throw error }
      return { write.fail(error) }
    }
  }

  static func mayPass(_ error: any Error) -> Bool {
    error is Rerun.Struck || (error as? StoreFailure)?.mayPass == true
  }

  private static let firstPauseMicroseconds: UInt32 = 10_000
  private static let longestPauseMicroseconds: UInt32 = 800_000

  /// Waits on the thread of the store: longer from try to try, and never in step with the others.
  static func pause(before tries: Int) {
    let ceiling = min(firstPauseMicroseconds << UInt32(min(tries, 10)), longestPauseMicroseconds)
    usleep(UInt32.random(in: ceiling / 2...ceiling))
  }
}
