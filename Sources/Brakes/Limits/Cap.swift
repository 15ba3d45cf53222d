import Base

/// A figure that somebody does not want to go beyond. A tighter one counts at once; a looser one waits, so that it is not the moment that decides.
public struct Cap: Hashable, Sendable {
  public static let waitSeconds: Int64 = 86_400
  public static let unitLimit: Int64 = 1_000_000
  public static let none = Cap(units: nil)

  public struct Waiting: Hashable, Sendable {
    /// Nil: no cap any more.
    public let units: Int64?
    public let from: Moment

    public init(units: Int64?, from: Moment) {
      self.units = units
      self.from = from
    }
  }

  /// Nil: no cap.
  public let units: Int64?
  public let waiting: Waiting?

  public init(units: Int64?, waiting: Waiting? = nil) {
    self.units = units
    self.waiting = waiting
  }

  /// What counts at a moment.
  public func limit(at now: Moment) -> Int64? { waiting.flatMap { $0.from <= now ? $0 : nil }.map(\.units) ?? units }

  /// What its owner asked for last, whether it counts already or not.
  public var wanted: Int64? { waiting.map(\.units) ?? units }

  /// What still waits at a moment.
  public func change(at now: Moment) -> Waiting? { waiting.flatMap { $0.from > now ? $0 : nil } }

  public func asking(for wanted: Int64?, at now: Moment) -> Cap {
    let current = limit(at: now)
    guard Self.isLooser(wanted, than: current) else { return Cap(units: wanted) }
    // What is not looser than a change that waits already need not wait longer than it.
    let earlier = change(at: now).flatMap { Self.isLooser(wanted, than: $0.units) ? nil : $0.from }
    return Cap(units: current, waiting: Waiting(units: wanted, from: earlier ?? now.adding(seconds: Self.waitSeconds)))
  }

  private static func isLooser(_ left: Int64?, than right: Int64?) -> Bool {
    guard let right else { return false }
    return left.map { $0 > right } ?? true
  }
}
