import Dispatch
import Synchronization

/// Lets one task sleep until a time or until somebody rings for an earlier one; what is rung for while nobody sleeps is kept for the next night.
final class Alarm: Sendable {
  private struct State {
    /// The earliest time that was rung for while nobody slept.
    var earliest: ContinuousClock.Instant?
    var sleeper: CheckedContinuation<Void, Never>?
    var wakesAt = ContinuousClock.now
    var night = 0
  }

  private let state = Mutex(State())

  /// Wakes the sleeper, unless it wakes early enough by itself.
  ///
  /// - Parameter milliseconds: from now until there is something to do.
  func ring(in milliseconds: Int64 = 0) {
    let due = ContinuousClock.now + .milliseconds(max(0, milliseconds))
    let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.sleeper != nil else {
        state.earliest = min(state.earliest ?? due, due)
        return nil
      }
      guard due < state.wakesAt else { return nil }
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Ends early when it rings or when the task is cancelled.
  func sleep(milliseconds: Int64) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (now, morning) = (ContinuousClock.now, ContinuousClock.now + .milliseconds(milliseconds))
        let night: (number: Int, lasts: Duration)? = state.withLock { state in
          defer { state.earliest = nil }
          state.wakesAt = min(morning, state.earliest ?? morning)
          if state.wakesAt <= now { return nil }
          precondition(state.sleeper == nil, "One task sleeps at an alarm")
          state.sleeper = continuation
          state.night += 1
          return (state.night, state.wakesAt - now)
        }
        guard let night else { return continuation.resume() }
        DispatchQueue.global().asyncAfter(deadline: .now() + night.lasts / .seconds(1)) { self.end(night.number) }
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
