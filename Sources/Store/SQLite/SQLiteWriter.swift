import Dispatch
import Foundation
import GRDB

/// The one thread that writes. It sleeps and wakes by itself: a queue that looks for a thread each time makes a message take a tenth longer.
///
/// A class, because its thread shares the line of what waits.
final class SQLiteWriter: Sendable {
  private let queue = WriteQueue()
  private let awake = DispatchSemaphore(value: 0)
  /// Gives answers out while the writer is at the next group.
  private let answering = DispatchQueue(label: "store.answers", qos: .userInitiated)
  private let pool: DatabasePool
  private let placeholders: Placeholders
  private let rerun: Rerun?

  private static let closuresPerBatch = 256
  /// From the first write in it for which somebody waits.
  private static let batchLimit = Duration.milliseconds(5)
  /// Of a batch in which nobody waits for anything: each commit costs a write to the disk.
  private static let backgroundBatchLimit = Duration.milliseconds(20)
  /// Where somebody writes all the time, background work goes along after this pause,
  private static let backgroundPause = Duration.milliseconds(5)
  /// for so long.
  private static let alongLimit = Duration.microseconds(250)
  private static let answersOfTheWriter = 4

  init(pool: DatabasePool, placeholders: Placeholders, rerun: Rerun?) {
    self.pool = pool
    self.placeholders = placeholders
    self.rerun = rerun
    let thread = Thread { self.work() }
    thread.name = "writer"
    thread.start()
  }

  func append(_ write: QueuedWrite) {
    switch queue.append(write) {
    case .isAwake: break
    case .wakeTheWriter: awake.signal()
    case .closed: answering.async { write.fail(StoreFailure.closed) }
    case .full: answering.async { write.fail(StoreFailure.overloaded) }
    }
  }

  /// Ends after the writes that wait.
  func close() async {
    await withCheckedContinuation { continuation in
      queue.close { self.answering.async { continuation.resume() } }
      awake.signal()
    }
  }

  private func work() {
    while true {
      awake.wait()
      // Without anything to write it was woken for the end.
      guard queue.isDraining else { return }
      pool.writeWithoutTransaction { drain($0) }
    }
  }

  private func drain(_ database: Database) {
    let session = SQLiteSession(database, placeholders)
    let batch = Batch(transaction: session, rerun: rerun) { answers in self.give(answers) }
    var backgroundAt = ContinuousClock.now
    repeat {
      var end = ContinuousClock.now + Self.backgroundBatchLimit
      var alongUntil = end
      var isFull = false
      batch.run { count in
        if isFull { return nil }
        let now = ContinuousClock.now
        guard count >= Self.closuresPerBatch - 1 || (count > 0 && now >= end) else {
          let write = queue.next(orBackground: count == 0 || now < alongUntil)
          switch write?.urgency {
          case .interactive:
            end = min(end, now + Self.batchLimit)
            alongUntil = min(alongUntil, now - backgroundAt > Self.backgroundPause ? now + Self.alongLimit : now)
          case .background: backgroundAt = now
          case nil: break
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
}
