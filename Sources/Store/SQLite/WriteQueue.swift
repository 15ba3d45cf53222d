import Synchronization

/// The writes that wait for the one writer, and whether it is awake.
final class WriteQueue: Sendable {
  /// More than this many are turned away: whoever asks is told to come back, and memory stays bounded.
  static let limit = 20_000

  private struct State {
    var count = 0
    var interactive = Line<QueuedWrite>()
    var background = Line<QueuedWrite>()
    var isDraining = false
    var isClosed = false
    var whenDrained: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())

  enum Admission { case wakeTheWriter, isAwake, closed, full }

  func append(_ write: QueuedWrite) -> Admission {
    state.withLock { state in
      if state.isClosed { return .closed }
      switch write.urgency {
      case .interactive:
        if state.count >= Self.limit { return .full }
        state.count += 1
        state.interactive.append(write)
      case .background: state.background.append(write)
      }
      defer { state.isDraining = true }
      return state.isDraining ? .isAwake : .wakeTheWriter
    }
  }

  var isDraining: Bool { state.withLock(\.isDraining) }
  var isEmpty: Bool { state.withLock { $0.interactive.isEmpty && $0.background.isEmpty } }

  /// - Parameter orBackground: whether it may be one for which nobody waits.
  func next(orBackground: Bool = true) -> QueuedWrite? {
    state.withLock { state in
      guard let write = state.interactive.popFirst() else { return orBackground ? state.background.popFirst() : nil }
      state.count -= 1
      return write
    }
  }

  /// What waits behind interactive writes that never end: one goes along with each full batch.
  func nextInBackground() -> QueuedWrite? {
    state.withLock { $0.background.popFirst() }
  }

  /// Whether the writer may sleep: nothing waits.
  func mayRest() -> Bool {
    let (rests, drained) = state.withLock { state -> (Bool, [@Sendable () -> Void]) in
      guard state.interactive.isEmpty, state.background.isEmpty else { return (false, []) }
      state.isDraining = false
      defer { state.whenDrained = [] }
      return (true, state.whenDrained)
    }
    for note in drained { note() }
    return rests
  }

  /// Takes no more writes and calls back when those that wait are done.
  func close(_ whenDrained: @escaping @Sendable () -> Void) {
    let isDrained = state.withLock { state in
      state.isClosed = true
      if state.isDraining { state.whenDrained.append(whenDrained) }
      return !state.isDraining
    }
    if isDrained { whenDrained() }
  }
}
