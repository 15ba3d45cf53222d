import Base
import ConversationsCore
import Web

/// `09:30`, as browsers send the value of a time, in minutes since midnight.
func minutes(_ text: String) -> Int? {
  let parts = text.split(separator: ":", omittingEmptySubsequences: false)
  guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]), let minute = Int(parts[1]),
    (0..<24).contains(hour), (0..<60).contains(minute)
  else { return nil }
  return hour * 60 + minute
}

/// The end of the day is said as the midnight that follows it.
func clockTime(_ minutes: Int) -> String {
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let minutes = minutes % Hours.Block.dayMinutes
  return two(minutes / 60) + ":" + two(minutes % 60)
}

private let dayMilliseconds: Int64 = 86_400_000

/// `2026-12-25`, as browsers send the value of a date.
func day(_ text: String) -> Hours.Day? {
  guard let start = Moment(dayText: text) else { return nil }
  let day = Hours.Day(start.milliseconds / dayMilliseconds)
  // 31 November is not 1 December.
  return Sites.text(of: day) == text ? day : nil
}

extension Sites {
  static func text(of day: Hours.Day) -> String {
    String(Moment(milliseconds: day.number * dayMilliseconds).isoText.prefix("2026-12-25".count))
  }
}
