// The calendar of somebody's own time zone comes from all of Foundation.
import Base
import Foundation

/// What a cap is about.
public enum CapSpan: String, CaseIterable, Hashable, Sendable {
  /// One round of a thread, from its opening to its closing.
  case session
  /// From midnight to midnight, and from the first to the first, in the payer's time zone.
  case day, month
}

/// From when to when.
struct SpendingWindow: Hashable, Sendable {
  let start: Moment
  let end: Moment
}

extension CapSpan {
  /// Nil for a session, which no calendar ends.
  func window(at now: Moment, in zone: String) -> SpendingWindow? {
    let component: Calendar.Component
    switch self {
    case .session: return nil
    case .day: component = .day
    case .month: component = .month
    }
    return Calendar.of(zone).dateInterval(of: component, for: now.date).map { SpendingWindow(start: Moment($0.start), end: Moment($0.end)) }
  }
}

extension String {
  /// Read from left to right wherever it stands (Unicode Bidirectional Algorithm, LRI and PDI).
  var leftToRight: String { "\u{2066}\(self)\u{2069}" }
}

extension Calendar {
  static func of(_ zone: String) -> Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
    return calendar
  }
}

extension Moment {
  init(_ date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }

  var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  /// By the clocks of a zone, which it names: `2026-11-22 00:00 (Europe/Paris)`. Fenced in by signs that nobody sees, because Arabic would turn it.
  func text(in zone: String) -> String {
    let parts = Calendar.of(zone).dateComponents([.year, .month, .day, .hour, .minute], from: date)
    func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
    let text = "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute)) (\(zone))"
    return text.leftToRight
  }
}
