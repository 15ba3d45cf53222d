import Dispatch
import Foundation
import Logging
import Synchronization

/// The threads of a store on PostgreSQL, each with a connection of its own: libpq blocks, which the pool of Swift's tasks must not.
final class PostgresWorkers: Sendable {
  private struct State {
    var lanes = Lanes()
    var isClosed = false
    var running = 0
    var whenDrained: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())
  /// One signal at least for each piece of work that is ready.
  private let ready = DispatchSemaphore(value: 0)
  private let count: Int
  private let rerun: Rerun?
  let schemaAge = SchemaAge()

  init(address: String, count: Int, rerun: Rerun?, logger: Logger) {
    self.count = count
    self.rerun = rerun
    for number in 1...count {
      let thread = Thread {
        let session = PostgresSession(address, self.schemaAge, logger: logger)
        self.work(with: session)
      }
      thread.name = "postgres-\(number)"
      thread.start()
    }
  }

  /// - Returns: why it was not taken.
  func append(_ write: QueuedWrite) -> StoreFailure? {
    let (isReady, failure) = state.withLock { state -> (Bool, StoreFailure?) in
      if state.isClosed { return (false, .closed) }
      if write.urgency == .interactive, state.lanes.count >= WriteQueue.limit { return (false, .overloaded) }
      return (state.lanes.append(write), nil)
    }
    if isReady { ready.signal() }
    return failure
  }

  func append(read: @escaping @Sendable (PostgresSession) -> Void) -> Bool {
    let isTaken = state.withLock { state in
      if !state.isClosed { state.lanes.append(read: read) }
      return !state.isClosed
    }
    if isTaken { ready.signal() }
    return isTaken
  }

  /// Takes no more work, ends the threads when what waits is done, and calls back.
  func close(_ whenDrained: @escaping @Sendable () -> Void) {
    let isDrained = state.withLock { state in
      state.isClosed = true
      let isDrained = state.lanes.isEmpty && state.running == 0
      if !isDrained { state.whenDrained.append(whenDrained) }
      return isDrained
    }
    guard isDrained else { return }
    stop()
    whenDrained()
  }

  /// Nothing is ready any more, so what a thread wakes up to is the end.
  private func stop() { for _ in 0..<count { ready.signal() } }

  private var isOver: Bool { state.withLock { $0.isClosed && $0.lanes.isEmpty && $0.running == 0 } }

  private func work(with session: PostgresSession) {
    while true {
      ready.wait()
      let work = state.withLock { state in
        let work = state.lanes.next()
        if work != nil { state.running += 1 }
        return work
      }
      switch work {
      // Somebody took it along, or this is the end.
      case nil: if isOver { return } else { continue }
      case .read(let body): body(session)
      case .write(let number): write(number, with: session)
      case .shared(let number):
        gather()
        write(number, with: session, takingAlongFor: .milliseconds(Lanes.sharedMilliseconds))
      }
      let drained = state.withLock { state -> [@Sendable () -> Void]? in
        state.running -= 1
        guard state.isClosed, state.lanes.isEmpty, state.running == 0 else { return nil }
        defer { state.whenDrained = [] }
        return state.whenDrained
      }
      if let drained {
        stop()
        for note in drained { note() }
      }
    }
  }

  private func gather() {
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Lanes.gatherMilliseconds)) { [self] in
      if state.withLock({ $0.lanes.endGathering() }) { ready.signal() }
    }
  }

  private func write(_ number: Int, with session: PostgresSession, takingAlongFor longest: Duration = .seconds(3600)) {
    var numbers: [Int] = []
    let began = ContinuousClock.now
    Batch(transaction: session, rerun: rerun).run { count in
      state.withLock { state in
        if let last = numbers.last {
          guard count < Lanes.writesPerTransaction, ContinuousClock.now - began < longest,
            let following = state.lanes.companion(of: last)
          else { return nil }
          numbers.append(following)
        } else {
          numbers.append(number)
        }
        return state.lanes.write(numbers[count])
      }
    }
    let became = state.withLock { $0.lanes.finish(numbers) }
    for _ in 0..<became { ready.signal() }
  }
}
