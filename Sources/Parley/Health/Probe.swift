import Synchronization

/// A question that may never be answered: who asks waits so long and no longer, and meanwhile it is not asked again.
///
/// A class, because those who ask share what is under way.
final class Probe: Sendable {
  private let isAsking = Mutex(false)

  /// Whether the answer came in time.
  func answers(within limit: Duration, _ question: @escaping @Sendable () async throws -> Void) async -> Bool {
    let isFree = isAsking.withLock { isAsking in
      defer { isAsking = true }
      return !isAsking
    }
    guard isFree else { return false }
    return await withCheckedContinuation { continuation in
      let reply = Reply(continuation)
      // Unstructured, because a task group would wait for the question that is never answered; of each probe there is one at a time.
      Task {
        let isAnswered = (try? await question()) != nil
        self.isAsking.withLock { $0 = false }
        reply.give(isAnswered)
      }
      Task {
        try? await Task.sleep(for: limit)
        reply.give(false)
      }
    }
  }

  /// Given once, by whoever is first.
  private final class Reply: Sendable {
    private let waiting: Mutex<CheckedContinuation<Bool, Never>?>

    init(_ waiting: CheckedContinuation<Bool, Never>) { self.waiting = Mutex(waiting) }

    func give(_ isAnswered: Bool) {
      let continuation = waiting.withLock { waiting in
        defer { waiting = nil }
        return waiting
      }
      continuation?.resume(returning: isAnswered)
    }
  }
}
