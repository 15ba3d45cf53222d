import Synchronization

/// Carries publications to every node, this one included. It may lose some: the log may not, and heads tell what was lost.
public protocol Bus: Sendable {
  func publish(_ publication: Publication)
  /// The same for this node alone: what every node finds out by itself.
  func tellHere(_ publication: Publication)
  /// Called in the order in which publications arrive, from wherever; it must not block.
  func subscribe(_ receive: @escaping @Sendable (Publication) -> Void)
}

extension Bus {
  public func tellHere(_ publication: Publication) { publish(publication) }
}

/// The bus of a single node. A class, because publishers and subscribers share it.
public final class LocalBus: Bus {
  private let receivers = Mutex<[@Sendable (Publication) -> Void]>([])

  public init() {}

  public func publish(_ publication: Publication) {
    for receive in receivers.withLock({ $0 }) { receive(publication) }
  }

  public func subscribe(_ receive: @escaping @Sendable (Publication) -> Void) {
    receivers.withLock { $0.append(receive) }
  }
}
