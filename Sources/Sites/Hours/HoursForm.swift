import Base
import ConversationsCore

/// The form of a website's hours: rows with a beginning and an end for each weekday, and days on which others hold.
enum HoursForm {
  static let blockLimit = 5
  static let exceptionLimit = 40

  enum Part: String {
    case from, to, date, dayFrom, dayTo
  }

  static func name(_ part: Part, _ numbers: Int...) -> String { ([part.rawValue] + numbers.map(String.init)).joined(separator: "-") }

  /// Every field that the form may have.
  static let names: [String] =
    Hours.Weekday.allCases.flatMap { day in (0..<blockLimit).flatMap { [name(.from, day.rawValue, $0), name(.to, day.rawValue, $0)] } }
    + (0..<exceptionLimit).flatMap { [name(.date, $0), name(.dayFrom, $0), name(.dayTo, $0)] }

  static func hours(_ typed: [String: String]) throws(Refusal) -> Hours {
    var reader = HoursReader(typed)
    var week: [Hours.Weekday: [Hours.Block]] = [:]
    for day in Hours.Weekday.allCases { week[day] = reader.blocks(of: day) }
    let exceptions = reader.exceptions()
    guard reader.problems.isEmpty else { throw Refusal(.formInvalid, fields: reader.problems) }
    return Hours(week: week, exceptions: exceptions)
  }

  /// What the fields hold when the form is opened.
  static func typed(of hours: Hours) -> [String: String] {
    var typed: [String: String] = [:]
    for (day, blocks) in hours.week {
      for (row, block) in blocks.prefix(blockLimit).enumerated() {
        typed[name(.from, day.rawValue, row)] = clockTime(block.from)
        typed[name(.to, day.rawValue, row)] = clockTime(block.to)
      }
    }
    let lines = hours.exceptions.sorted { $0.key < $1.key }.flatMap { day, blocks in
      blocks.isEmpty ? [(day, nil)] : blocks.map { (day, Optional($0)) }
    }
    for (row, (day, block)) in lines.prefix(exceptionLimit).enumerated() {
      typed[name(.date, row)] = Sites.text(of: day)
      typed[name(.dayFrom, row)] = block.map { clockTime($0.from) }
      typed[name(.dayTo, row)] = block.map { clockTime($0.to) }
    }
    return typed
  }
}

/// Reads the rows one by one and gathers what is wrong with them.
private struct HoursReader {
  private let typed: [String: String]
  private(set) var problems: [String: Refusal.Reason] = [:]

  init(_ typed: [String: String]) { self.typed = typed }

  mutating func blocks(of day: Hours.Weekday) -> [Hours.Block] {
    var blocks: [Hours.Block] = []
    for row in 0..<HoursForm.blockLimit {
      let names = (HoursForm.name(.from, day.rawValue, row), HoursForm.name(.to, day.rawValue, row))
      guard let block = block(names.0, names.1) else { continue }
      if blocks.contains(where: block.overlaps) { problems[names.0] = .hoursOverlap }
      blocks.append(block)
    }
    return blocks
  }

  mutating func exceptions() -> [Hours.Day: [Hours.Block]] {
    var found: [Hours.Day: [Hours.Block]] = [:]
    for row in 0..<HoursForm.exceptionLimit {
      let (date, from, to) = (HoursForm.name(.date, row), HoursForm.name(.dayFrom, row), HoursForm.name(.dayTo, row))
      guard !value(date).isEmpty || !value(from).isEmpty || !value(to).isEmpty else { continue }
      guard let day = day(value(date)) else {
        problems[date] = value(date).isEmpty ? .fieldMissing : .dateInvalid
        continue
      }
      let block = block(from, to)
      let known = found[day] ?? []
      // A day that is closed and open at once, too.
      if let block, known.contains(where: block.overlaps) { problems[from] = .hoursOverlap }
      if found[day] != nil, block == nil || known.isEmpty { problems[date] = problems[date] ?? .hoursOverlap }
      found[day] = known + (block.map { [$0] } ?? [])
    }
    return found
  }

  private mutating func block(_ from: String, _ to: String) -> Hours.Block? {
    guard !value(from).isEmpty || !value(to).isEmpty else { return nil }
    let (starts, ends) = (minute(from), minute(to))
    guard let starts, let ends else { return nil }
    let block = Hours.Block(from: starts, to: ends == 0 ? Hours.Block.dayMinutes : ends)
    if block == nil { problems[to] = .timesTurned }
    return block
  }

  private mutating func minute(_ name: String) -> Int? {
    let minute = minutes(value(name))
    if minute == nil { problems[name] = value(name).isEmpty ? .fieldMissing : .timeInvalid }
    return minute
  }

  private func value(_ name: String) -> String { typed[name] ?? "" }
}
