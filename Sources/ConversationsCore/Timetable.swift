import Base

/// Hours as stretches of real time: what zones and changes of the clock do to them is worked out already.
public struct Timetable: Sendable {
  /// How far the clock of a place is ahead of UTC, from a moment on.
  public struct Offset: Hashable, Sendable {
    public let from: Moment
    public let milliseconds: Int64

    public init(from: Moment, milliseconds: Int64) {
      self.from = from
      self.milliseconds = milliseconds
    }
  }

  /// Of what time it tells.
  public let reach: Range<Moment>
  /// When the place is open, in order; between any two it is closed.
  public let stretches: [Range<Moment>]

  /// - Parameter offsets: in order, the first from the beginning of what is told.
  public init(_ hours: Hours, with offsets: [Offset], until end: Moment) {
    precondition(!offsets.isEmpty, "A place has a clock")
    reach = offsets[0].from..<max(offsets[0].from, end)
    let ends = offsets.dropFirst().map(\.from) + [end]
    // While the offset stays, time runs on the wall as everywhere: so no hour is lost or doubled where it changes.
    let pieces = zip(offsets, ends).flatMap { offset, end in Self.stretches(hours, offset, until: end) }
    stretches = Self.joined(pieces.sorted { $0.lowerBound < $1.lowerBound })
  }

  public func isOpen(at moment: Moment) -> Bool { stretches.contains { $0.contains(moment) } }

  /// When it opens next; nil when that is further away than can be told.
  public func nextOpening(after moment: Moment) -> Moment? { stretches.first { $0.lowerBound > moment }?.lowerBound }

  private static let dayMilliseconds: Int64 = 86_400_000

  private static func stretches(_ hours: Hours, _ offset: Offset, until end: Moment) -> [Range<Moment>] {
    guard offset.from < end else { return [] }
    let days = day(of: offset.from, offset)...day(of: end.adding(milliseconds: -1), offset)
    return days.flatMap { number in
      hours.blocks(on: Hours.Day(number)).compactMap { block in
        let midnight = number * dayMilliseconds - offset.milliseconds
        let from = max(offset.from, Moment(milliseconds: midnight + Int64(block.from) * 60_000))
        let to = min(end, Moment(milliseconds: midnight + Int64(block.to) * 60_000))
        return from < to ? from..<to : nil
      }
    }
  }

  private static func day(of moment: Moment, _ offset: Offset) -> Int64 {
    let local = moment.milliseconds + offset.milliseconds
    return local / dayMilliseconds - (local % dayMilliseconds < 0 ? 1 : 0)
  }

  /// Blocks that touch are one, also over midnight.
  private static func joined(_ pieces: [Range<Moment>]) -> [Range<Moment>] {
    pieces.reduce(into: []) { joined, piece in
      if let last = joined.last, piece.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, piece.upperBound)
      } else {
        joined.append(piece)
      }
    }
  }
}
