import Synchronization

/// Makes identities: 41 bits of milliseconds since 2024, 10 of node, 12 of counter; never twice, never backwards.
///
/// They use the machine's real time. When the machine's clock steps back, the maker goes on from its own high-water mark.
public final class IDMaker: Sendable {
  public static let nodeLimit = 1024
  private static let epochMilliseconds: Int64 = 1_704_067_200_000
  private static let perMillisecond: Int64 = 4096

  private let node: Int64
  private let time: @Sendable () -> Moment
  /// Milliseconds and counter in one number, so that running out of the counter borrows the next millisecond.
  private let last: Mutex<Int64>

  /// - Parameters:
  ///   - node: 0 ..< 1024, leased in the database, so that no two nodes share one.
  ///   - notBelow: the greatest identity that is already in use, 0 for none: a restart never goes back behind it.
  public init(node: Int, notBelow: Int64 = 0, time: @escaping @Sendable () -> Moment = machineTime) {
    precondition((0..<Self.nodeLimit).contains(node), "A node number has ten bits")
    self.node = Int64(node)
    self.time = time
    let mark = ((notBelow >> 22) << 12) | (notBelow & 0xFFF)
    last = Mutex(notBelow > 0 ? mark : 0)
  }

  public func next<Kind>(_ kind: Kind.Type = Kind.self) -> ID<Kind> {
    let now = (time().milliseconds - Self.epochMilliseconds) * Self.perMillisecond
    let tick = last.withLock { last in
      last = max(last + 1, now)
      return last
    }
    return ID(rawValue: (tick >> 12) << 22 | node << 12 | tick & 0xFFF)
  }
}
