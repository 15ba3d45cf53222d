import Base
import Synchronization

/// How long visitors of each website waited lately: what is said to who waits now. Measured, never guessed; of too few there is nothing to say.
///
/// A class, because all connections share it. It is read anew when a queue moves, at most once a minute.
final class WaitingTimes: Sendable {
  static let latelySeconds: Int64 = 2 * 3600
  static let mostChats: Int64 = 30
  static let fewestChats = 5
  private static let freshSeconds: Int64 = 60

  private struct Known {
    let readAt: Moment
    let seconds: Int64?
  }

  private let known = Mutex<[SiteID: Known]>([:])

  func isStale(at site: SiteID, now: Moment) -> Bool {
    known.withLock { $0[site] }.map { now >= $0.readAt.adding(seconds: Self.freshSeconds) } ?? true
  }

  func note(_ waited: [Int64], at site: SiteID, now: Moment) {
    known.withLock { $0[site] = Known(readAt: now, seconds: Self.median(waited)) }
  }

  /// Nil, too, for what was measured too long ago.
  func lately(at site: SiteID, now: Moment) -> Int64? {
    guard let known = known.withLock({ $0[site] }), now < known.readAt.adding(seconds: Self.latelySeconds) else { return nil }
    return known.seconds
  }

  static func median(_ waited: [Int64]) -> Int64? {
    guard waited.count >= fewestChats else { return nil }
    return waited.sorted()[waited.count / 2]
  }
}
