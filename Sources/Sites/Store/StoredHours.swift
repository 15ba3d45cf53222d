import ConversationsCore

/// Hours as their column holds them: `{"week":{"1":[[540,720]]},"days":{"2026-12-25":[]}}`, and `{}` where none are kept.
struct StoredHours: Codable {
  private var week: [String: [[Int]]]?
  private var days: [String: [[Int]]]?

  init(_ hours: Hours) {
    week = Dictionary(uniqueKeysWithValues: hours.week.map { ("\($0.key.rawValue)", $0.value.map { [$0.from, $0.to] }) })
    days = Dictionary(uniqueKeysWithValues: hours.exceptions.map { (Sites.text(of: $0.key), $0.value.map { [$0.from, $0.to] }) })
  }

  var hours: Hours {
    var hours = Hours()
    for (number, blocks) in week ?? [:] {
      if let weekday = Int(number).flatMap(Hours.Weekday.init) { hours.week[weekday] = Self.blocks(blocks) }
    }
    for (text, blocks) in days ?? [:] {
      if let day = day(text) { hours.exceptions[day] = Self.blocks(blocks) }
    }
    return hours
  }

  private static func blocks(_ pairs: [[Int]]) -> [Hours.Block] {
    pairs.compactMap { $0.count == 2 ? Hours.Block(from: $0[0], to: $0[1]) : nil }
  }
}
