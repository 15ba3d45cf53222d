// Needs all of Foundation: zones come from the system's tables.
import Base
import Foundation

/// When what is daily is done: a time at which nobody waits for anything.
private let nightHour = 3

/// The next three o'clock where the site is, also on the days on which a clock is changed.
public func nextNight(after moment: Moment, in zone: String) -> Moment {
  let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
  let night = calendar(zone).nextDate(
    after: date, matching: DateComponents(hour: nightHour, minute: 0, second: 0), matchingPolicy: .nextTime)
  return night.map { Moment(milliseconds: Int64($0.timeIntervalSince1970 * 1000)) } ?? moment.adding(seconds: 86_400)
}

/// The last night that has begun where the site is, however the clocks were changed.
public func lastNight(until moment: Moment, in zone: String) -> Moment {
  var night = nextNight(after: moment.adding(seconds: -2 * 86_400), in: zone)
  while case let next = nextNight(after: night, in: zone), next <= moment { night = next }
  return night
}

/// The beginning of a day such as `2026-12-25` where the site is; nil for what is no day.
public func startOfDay(_ text: String, in zone: String) -> Moment? {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
  guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], (1970...9998).contains(year) else { return nil }
  let wanted = DateComponents(year: year, month: month, day: day)
  guard wanted.isValidDate(in: calendar(zone)), let date = calendar(zone).date(from: wanted) else { return nil }
  return Moment(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
}

/// `20261121-143005`: in front of the name of a file that is downloaded (E42a).
func timestamp(_ moment: Moment, in zone: String) -> String {
  let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
  let parts = calendar(zone).dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
  func digits(_ number: Int?, _ count: Int) -> String {
    let text = String(number ?? 0)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
  return digits(parts.year, 4) + digits(parts.month, 2) + digits(parts.day, 2) + "-" + digits(parts.hour, 2) + digits(parts.minute, 2)
    + digits(parts.second, 2)
}

private func calendar(_ zone: String) -> Calendar {
  var calendar = Calendar(identifier: .gregorian)
  calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
  return calendar
}
