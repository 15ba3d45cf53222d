import Synchronization

/// A fact that was committed, and those who want to hear of it. They hear in the order in which they subscribed.
///
/// A class, because whoever tells and whoever listens hold the same list.
public final class Event<Fact: Sendable>: Sendable {
  public typealias Listener = @Sendable (Fact) async -> Void

  private struct Listening: Sendable {
    let onlyHere: Bool
    let hear: Listener
  }

  private let listeners = Mutex<[Listening]>([])
  private let carriers = Mutex<[@Sendable (Fact) -> Void]>([])

  public init() {}

  /// For the life of the program: slices subscribe once, when they are plugged together. Where the fact is carried to other nodes, each of
  /// them hears it: for what is kept in memory, and for the connections of the node.
  public func subscribe(_ listener: @escaping Listener) {
    listeners.withLock { $0.append(Listening(onlyHere: false, hear: listener)) }
  }

  /// Hears only what happened on this node: for what has to be done once.
  public func subscribeHere(_ listener: @escaping Listener) {
    listeners.withLock { $0.append(Listening(onlyHere: true, hear: listener)) }
  }

  /// While the program is plugged together: takes the fact to the other nodes. It must not block.
  public func carry(_ send: @escaping @Sendable (Fact) -> Void) { carriers.withLock { $0.append(send) } }

  /// Only the slice whose fact it is tells it, after the commit.
  public func publish(_ fact: Fact) async {
    tellOthers(fact)
    for listener in listeners.withLock({ $0 }) { await listener.hear(fact) }
  }

  /// Tells the other nodes alone, for who has done here what is to be done.
  public func tellOthers(_ fact: Fact) { for carry in carriers.withLock({ $0 }) { carry(fact) } }

  /// It happened on another node.
  public func heard(_ fact: Fact) async {
    for listener in listeners.withLock({ $0 }) where !listener.onlyHere { await listener.hear(fact) }
  }
}
