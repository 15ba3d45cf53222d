// The one file here that needs all of Foundation: zones come from the system's tables.
import Base
import ConversationsCore
import Foundation
import Web

extension Site {
  /// How far ahead of a moment its timetable tells, at least.
  static let timetableDays: Int64 = 120

  /// When the website is open, from a day before the moment on.
  public func timetable(at moment: Moment) -> Timetable {
    let reach = moment.adding(seconds: -86_400)..<moment.adding(seconds: Self.timetableDays * 86_400)
    return Timetable(hours, with: offsets(of: timeZone, in: reach), until: reach.upperBound)
  }
}

extension Site {
  /// The day, such as `2026-11-22`, and the hour on the clock of the website.
  public func localTime(at moment: Moment) -> (day: String, hour: Int64) {
    let ahead = offsets(of: timeZone, in: moment..<moment.adding(milliseconds: 1)).first?.milliseconds ?? 0
    let text = moment.adding(milliseconds: ahead).isoText
    return (String(text.prefix(10)), Int64(text.dropFirst(11).prefix(2)) ?? 0)
  }
}

/// How far the clock of a zone is ahead of UTC, and when that changes.
func offsets(of zone: String, in reach: Range<Moment>) -> [Timetable.Offset] {
  let zone = TimeZone(identifier: zone) ?? .gmt
  var found: [Timetable.Offset] = []
  var next: Moment? = reach.lowerBound
  while let from = next, from < reach.upperBound {
    let date = Date(timeIntervalSince1970: Double(from.milliseconds) / 1000)
    found.append(Timetable.Offset(from: from, milliseconds: Int64(zone.secondsFromGMT(for: date)) * 1000))
    next = zone.nextDaylightSavingTimeTransition(after: date).map { Moment(milliseconds: Int64($0.timeIntervalSince1970 * 1000)) }
    if let found = next, found <= from { break }
  }
  return found
}
