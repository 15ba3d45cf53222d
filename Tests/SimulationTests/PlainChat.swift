import Base

/// A chat by the minute as plainly as can be: when each of the two gave a sign of being there, and what was set aside and taken for it.
/// It knows nothing of how the meter reads.
struct PlainChat {
  struct Terms {
    let rate: Int64
    /// By the minute that was begun, and not by the second.
    let isByMinute: Bool
    let freeSeconds: Int64
  }

  /// Whoever gives no sign for longer is gone (C12).
  static let silence: Int64 = 10_000
  static let minute: Int64 = 60_000

  let thread: Int
  let terms: Terms
  let n: Int64
  var acceptedAt: Moment?
  /// When they gave a sign, by a clock that is right.
  var signs: [MinuteSide: [Moment]] = [:]
  /// How many minutes were set aside, and units that were taken, so far.
  var heldMinutes: Int64 = 0
  var taken: Int64 = 0
  /// When somebody last wrote or typed.
  var activeAt: Moment?
  /// Nothing happened that stops a clock: what it comes to is known to the second.
  var isCalm = true
  var isOver = false

  mutating func sign(of side: MinuteSide, at moment: Moment) { signs[side, default: []].append(moment) }

  /// For how many milliseconds both were there since it was accepted.
  func together(until end: Moment) -> Int64 {
    guard let acceptedAt else { return 0 }
    let (one, other) = (presence(of: .customer), presence(of: .expert))
    return one.reduce(0) { sum, mine in
      sum
        + other.reduce(0) { sum, theirs in
          let (from, to) = (max(mine.from, theirs.from, acceptedAt), min(mine.to, theirs.to, end))
          return sum + max(0, to.milliseconds(since: from))
        }
    }
  }

  /// From each sign to the next one, where that came soon enough.
  private func presence(of side: MinuteSide) -> [(from: Moment, to: Moment)] {
    let signs = (signs[side] ?? []).sorted()
    return zip(signs, signs.dropFirst()).filter { $1.milliseconds(since: $0) <= Self.silence }.map { (from: $0, to: $1) }
  }

  /// What so many milliseconds cost.
  func price(of milliseconds: Int64) -> Int64 {
    let paid = max(0, milliseconds - terms.freeSeconds * 1000)
    if terms.isByMinute { return (paid + Self.minute - 1) / Self.minute * terms.rate }
    let seconds = paid / 1000
    return seconds / 60 * terms.rate + terms.rate * (seconds % 60) / 60
  }

  func paidSeconds(of milliseconds: Int64) -> Int64 { max(0, milliseconds - terms.freeSeconds * 1000) / 1000 }
}
