import Synchronization

/// A fact that was committed, and those who want to hear of it. They hear in the order in which they subscribed.
///
/// A class, because whoever tells and whoever listens hold the same list.
public final class Event<Fact: Sendable>: Sendable {
  public typealias Listener = @Sendable (Fact) async -> Void
  private let listeners = Mutex<[Listener]>([])

  public init() {}

  /// For the life of the program: slices subscribe once, when they are plugged together.
  public func subscribe(_ listener: @escaping Listener) {
    listeners.withLock { $0.append(listener) }
  }

  /// Only the slice whose fact it is tells it, after the commit.
  public func publish(_ fact: Fact) async {
    for listener in listeners.withLock({ $0 }) { await listener(fact) }
  }
}
