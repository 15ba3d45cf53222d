// The one file here that needs all of Foundation: zones come from the system's tables.
import Base
import Foundation

/// The hours of somebody's day in which nothing rings and nothing is mailed. Notices wait in the page all the same.
public struct QuietHours: Hashable, Sendable {
  public var isOn: Bool
  /// Minutes of the day, in the zone.
  public var starts: Int
  public var ends: Int
  public var zone: String

  /// Nobody is woken who did not ask for it.
  public static let standard = QuietHours(isOn: true, starts: 22 * 60, ends: 7 * 60, zone: "UTC")

  public init(isOn: Bool, starts: Int, ends: Int, zone: String) {
    self.isOn = isOn
    self.starts = starts
    self.ends = ends
    self.zone = zone
  }

  /// When the quiet that this moment lies in ends; nil when it is not quiet.
  public func end(at moment: Moment) -> Moment? {
    guard isOn, starts != ends else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
    let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
    let parts = calendar.dateComponents([.hour, .minute], from: date)
    let minute = (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
    let isQuiet = starts < ends ? (starts..<ends).contains(minute) : minute >= starts || minute < ends
    guard isQuiet else { return nil }
    let end = DateComponents(hour: ends / 60, minute: ends % 60)
    guard let found = calendar.nextDate(after: date, matching: end, matchingPolicy: .nextTime) else { return nil }
    return Moment(milliseconds: Int64(found.timeIntervalSince1970 * 1000))
  }

  /// `22:00` in minutes.
  static func minutes(_ text: String) -> Int? {
    let parts = text.split(separator: ":").compactMap { Int($0) }
    guard parts.count >= 2, (0..<24).contains(parts[0]), (0..<60).contains(parts[1]) else { return nil }
    return parts[0] * 60 + parts[1]
  }

  static func text(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return two(minutes / 60) + ":" + two(minutes % 60)
  }
}
