import Base

/// When a website answers, by the clock on its wall (P3).
///
/// A week without a single block is open all day, so that a website that keeps no hours answers whenever somebody is there.
public struct Hours: Hashable, Sendable {
  public var week: [Weekday: [Block]]
  /// What holds on one day instead of what its weekday says; no block for a holiday.
  public var exceptions: [Day: [Block]]

  public init(week: [Weekday: [Block]] = [:], exceptions: [Day: [Block]] = [:]) {
    self.week = week.filter { !$0.value.isEmpty }.mapValues { $0.sorted() }
    self.exceptions = exceptions.mapValues { $0.sorted() }
  }

  public var areKept: Bool { !week.isEmpty || !exceptions.isEmpty }

  public func blocks(on day: Day) -> [Block] { exceptions[day] ?? (week.isEmpty ? [.wholeDay] : week[day.weekday] ?? []) }

  public enum Weekday: Int, CaseIterable, Sendable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday
  }

  /// A part of a day in minutes since midnight; `to` is the first minute that is no longer in it.
  public struct Block: Hashable, Comparable, Sendable {
    public static let dayMinutes = 1440
    public static let wholeDay = Block(0, dayMinutes)

    public let from: Int
    public let to: Int

    public init?(from: Int, to: Int) {
      guard from >= 0, from < to, to <= Self.dayMinutes else { return nil }
      self.init(from, to)
    }

    private init(_ from: Int, _ to: Int) { (self.from, self.to) = (from, to) }

    public func overlaps(_ other: Block) -> Bool { from < other.to && other.from < to }

    public static func < (left: Block, right: Block) -> Bool { (left.from, left.to) < (right.from, right.to) }
  }

  /// A day of the calendar, in whatever zone: how many lie between it and 1 January 1970, a Thursday.
  public struct Day: Hashable, Comparable, Sendable {
    public let number: Int64

    public init(_ number: Int64) { self.number = number }

    public var weekday: Weekday {
      let sinceMonday = ((number + 3) % 7 + 7) % 7
      guard let weekday = Weekday(rawValue: Int(sinceMonday) + 1) else { preconditionFailure("A week has seven days") }
      return weekday
    }

    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
  }
}
