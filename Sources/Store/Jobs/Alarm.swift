import Dispatch
import Synchronization

/// Lets one task sleep until a time or until somebody rings; a ring while nobody sleeps is kept for the next one.
final class Alarm: Sendable {
  private struct State {
    var hasRung = false
    var sleeper: CheckedContinuation<Void, Never>?
    var night = 0
  }

  private let state = Mutex(State())

  func ring() {
    let sleeper = state.withLock { state in
      let sleeper = state.sleeper
      state.sleeper = nil
      state.hasRung = sleeper == nil
      return sleeper
    }
    sleeper?.resume()
  }

  /// Ends early when it rings or when the task is cancelled.
  func sleep(milliseconds: Int64) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let night: Int? = state.withLock { state in
          if state.hasRung {
            state.hasRung = false
            return nil
          }
          precondition(state.sleeper == nil, "One task sleeps at an alarm")
          state.sleeper = continuation
          state.night += 1
          return state.night
        }
        guard let night else { return continuation.resume() }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) { self.end(night) }
      }
    } onCancel: {
      ring()
    }
  }

  /// The timer of an earlier night wakes nobody.
  private func end(_ night: Int) {
    let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.night == night else { return nil }
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume()
  }
}
