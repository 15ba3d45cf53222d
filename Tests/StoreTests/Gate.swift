import Dispatch

/// Holds up a thread of the store until the test opens it, for good: a closure that runs again passes.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func open() { semaphore.signal() }
  func wait() {
    semaphore.wait()
    semaphore.signal()
  }

  /// The same for a task, whose thread must not be held up.
  func waitInTask() async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        self.wait()
        continuation.resume()
      }
    }
  }
}
