import Base
import Web

/// Figures as the reader's language writes them.
struct FigureWords {
  let texts: Texts

  static let none = "–"

  func name(_ figure: Figure) -> String { texts["insights.figure.\(figure.rawValue)"] }

  func meaning(_ figure: Figure) -> String { texts["insights.meaning.\(figure.rawValue)"] }

  /// What stands on a card for it: how many there are, or what they come to on the average.
  func value(_ figure: Figure, _ tally: Tally) -> String {
    switch figure {
    case .answers, .stays: time(tally.mean)
    case .ratings: stars(tally)
    default: String(tally.count)
    }
  }

  /// What one row adds; nil where it is only counted.
  func amount(_ figure: Figure, _ row: CountedRow) -> String? {
    switch figure {
    case .answers, .stays: time(row.amount)
    case .ratings: String(row.amount)
    default: nil
    }
  }

  func time(_ milliseconds: Int64?) -> String {
    guard let milliseconds else { return Self.none }
    let seconds = Self.seconds(milliseconds)
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    if hours > 0 { return texts["insights.time.hours", ["hours": String(hours), "minutes": String(minutes)]] }
    if minutes > 0 { return texts["insights.time.minutes", ["minutes": String(minutes), "seconds": String(rest)]] }
    return texts["insights.time.seconds", ["seconds": String(rest)]]
  }

  static func seconds(_ milliseconds: Int64) -> Int64 { (milliseconds + 500) / 1000 }

  func stars(_ tally: Tally) -> String {
    guard let tenths = tally.tenths else { return Self.none }
    let point = [.french, .italian].contains(texts.language) ? "," : "."
    return texts["insights.stars", ["stars": "\(tenths / 10)\(point)\(tenths % 10)"]]
  }

  /// Chats of a hundred visitors, rounded half up (28 of 45 are 62).
  static func percent(chats: Int64, visitors: Int64) -> Int64? {
    visitors > 0 ? (chats * 200 + visitors) / (visitors * 2) : nil
  }

  func rate(chats: Int64, visitors: Int64) -> String {
    Self.percent(chats: chats, visitors: visitors).map { texts["insights.percent", ["part": String($0)]] } ?? Self.none
  }

  func agent(_ name: String?) -> String { name.flatMap { $0.isEmpty ? nil : $0 } ?? texts["insights.somebody"] }
}
