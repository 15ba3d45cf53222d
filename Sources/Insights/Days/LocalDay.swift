// Needs all of Foundation: zones come from the system's tables.
import Base
import Foundation

/// A day of a website: from midnight to midnight by its own clock, which is 23 or 25 hours where the clock is changed.
struct LocalDay: Hashable, Sendable {
  /// `2026-11-22`
  let text: String
  let span: Range<Moment>
}

/// The clock on the wall of a website.
struct WallZone: Sendable {
  private let calendar: Calendar

  init(_ name: String) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: name) ?? .gmt
    self.calendar = calendar
  }

  /// The day of `now` and those before it, the oldest first.
  func days(_ count: Int, until now: Moment) -> [LocalDay] {
    let today = calendar.startOfDay(for: now.date)
    return (0..<count).reversed().compactMap { back in
      guard let start = calendar.date(byAdding: .day, value: -back, to: today).map(calendar.startOfDay(for:)),
        let next = calendar.date(byAdding: .day, value: 1, to: start).map(calendar.startOfDay(for:))
      else { return nil }
      let parts = calendar.dateComponents([.year, .month, .day], from: start)
      let text = [(parts.year ?? 0, 4), (parts.month ?? 0, 2), (parts.day ?? 0, 2)].map(Self.digits).joined(separator: "-")
      return LocalDay(text: text, span: Moment(start)..<Moment(next))
    }
  }

  /// The weekday, 1 for Monday, and the hour of a moment.
  func weekHour(of moment: Moment) -> (weekday: Int, hour: Int) {
    let parts = calendar.dateComponents([.weekday, .hour], from: moment.date)
    return (((parts.weekday ?? 1) + 5) % 7 + 1, parts.hour ?? 0)
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}

extension Moment {
  fileprivate var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
  fileprivate init(_ date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }
}
