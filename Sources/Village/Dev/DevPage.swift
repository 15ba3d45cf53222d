import Base
import FoundationEssentials
import Web

struct DevPage: Page {
  static let template = "dev"

  struct Line: Sendable {
    let time: String
    let name: String
    let detail: String?
  }

  struct Step: Sendable {
    let seconds: Int
    let label: String
  }

  let title: String
  let events: [Line]
  let isQuiet: Bool
  let now: String
  let nowExactly: String
  /// How far the clock is ahead of the machine's; nil while nobody has moved it.
  let ahead: String?
  let steps: [Step]

  init(_ texts: Texts, events: [DevEvents.Line], now: Moment) {
    title = texts["demo.dev.title"]
    self.events = events.map { Line(time: $0.at.clockText, name: $0.name, detail: $0.detail.isEmpty ? nil : $0.detail) }
    isQuiet = events.isEmpty
    self.now = now.dayText
    nowExactly = now.exactText
    let seconds = Int(now.milliseconds(since: machineTime()) + 500) / 1000
    ahead = seconds > 0 ? texts["demo.dev.clock.ahead", ["time": Self.span(seconds)]] : nil
    steps = [(60, "minute"), (600, "tenMinutes"), (3600, "hour"), (86_400, "day"), (30 * 86_400, "month")].map {
      Step(seconds: $0.0, label: texts["demo.dev.clock.step.\($0.1)"])
    }
  }

  /// Hours, minutes and seconds, which read the same in every language: `51:00:00`.
  private static func span(_ seconds: Int) -> String {
    let clock = Moment(milliseconds: Int64(seconds % 3600) * 1000).clockText.prefix(8).dropFirst(2)
    return "\(seconds / 3600)\(clock)"
  }
}

extension Moment {
  private var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  /// In UTC, as all of `/dev`.
  var exactText: String { date.formatted(.iso8601) }

  var dayText: String { exactText.replacing("T", with: " ").replacing("Z", with: " UTC") }

  /// `14:02:11.204`
  fileprivate var clockText: String {
    let time = milliseconds % 86_400_000
    return [(time / 3_600_000, ""), (time / 60_000 % 60, ":"), (time / 1000 % 60, ":")].map { $0.1 + Self.padded($0.0, 2) }.joined()
      + "." + Self.padded(time % 1000, 3)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
