import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where everybody gets the time from. A clock of tests and of `/dev` can be moved, but only forward.
///
/// A class, because the program and its tests must share one hand that is moved.
public final class WallClock: Sendable {
  private let real: @Sendable () -> Moment
  private let offsetMilliseconds = Mutex<Int64>(0)
  private let listeners = Mutex<[@Sendable () -> Void]>([])

  public init(_ real: @escaping @Sendable () -> Moment) { self.real = real }

  /// The clock of the machine.
  public static func system() -> WallClock { WallClock(machineTime) }

  /// A clock that stands still until it is moved.
  public static func fixed(at moment: Moment) -> WallClock { WallClock { moment } }

  public var now: Moment { real().adding(milliseconds: offsetMilliseconds.withLock { $0 }) }

  /// Moves the clock forward. It never goes back: what has happened stays in the past.
  public func advance(milliseconds: Int64) {
    precondition(milliseconds >= 0, "The clock only moves forward")
    offsetMilliseconds.withLock { $0 += milliseconds }
    for tell in listeners.withLock({ $0 }) { tell() }
  }

  /// Told after each move: who waits for a moment may find that it has come.
  public func onMove(_ tell: @escaping @Sendable () -> Void) { listeners.withLock { $0.append(tell) } }
}

/// The time of the machine, which ids and tokens of third parties use even when the clock of `/dev` was moved.
public func machineTime() -> Moment {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Moment(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
}
