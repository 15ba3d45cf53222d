import Base
import FoundationEssentials

extension Moment {
  /// As machines read it, to the second: `2026-11-21T14:32:07Z`.
  public var isoText: String { Date(timeIntervalSince1970: Double(milliseconds / 1000)).ISO8601Format() }

  /// Reads the beginning of a day in universal time, as forms send it: `2026-11-21`.
  public init?(dayText: String) {
    guard dayText.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil, let date = try? Date("\(dayText)T00:00:00Z", strategy: .iso8601)
    else { return nil }
    self.init(milliseconds: Int64(date.timeIntervalSince1970) * 1000)
  }

  /// `2026-11-21 14:32 UTC`: the same in every language, and it names its zone.
  public var universalText: String { isoText.replacing("T", with: " ").prefix(16) + " UTC" }
}

/// A moment as a `<time>` of a page: in universal time, until the page's script says it as "3 minutes ago" in the reader's own.
public struct ShownMoment: Sendable {
  let iso: String
  let text: String

  public init(_ moment: Moment) {
    iso = moment.isoText
    text = moment.universalText
  }

  private init(iso: String, text: String) {
    self.iso = iso
    self.text = text
  }

  /// Its day in universal time, for what is promised to the day.
  public static func day(_ moment: Moment) -> ShownMoment { ShownMoment(iso: moment.isoText, text: String(moment.isoText.prefix(10))) }
}
