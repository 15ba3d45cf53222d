import Web

/// Days and what was counted on them as a drawing: what it shows stands as a table beside it.
struct Chart: Sendable {
  struct Point: Sendable {
    let x: Int
    let y: Int
    let label: String
  }

  struct Row: Sendable {
    let day: String
    let count: String
  }

  private static let (width, height, top, bottom) = (600, 150, 10, 130)

  /// Of the line, as `points` has it.
  let line: String
  /// Of the area below it.
  let area: String
  let points: [Point]
  let most: String
  let first: String
  let last: String
  let rows: [Row]

  init(_ days: [(day: String, chats: Int64)]) {
    let most = max(1, days.map(\.chats).max() ?? 1)
    let step = days.count > 1 ? Double(Self.width - 20) / Double(days.count - 1) : 0
    points = days.enumerated().map { index, day in
      let y = Double(Self.bottom) - Double(day.chats) / Double(most) * Double(Self.bottom - Self.top)
      return Point(x: 10 + Int((Double(index) * step).rounded()), y: Int(y.rounded()), label: "\(day.day): \(day.chats)")
    }
    line = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
    area = ["\(points.first?.x ?? 10),\(Self.bottom)", line, "\(points.last?.x ?? 10),\(Self.bottom)"].joined(separator: " ")
    self.most = String(most)
    first = days.first?.day ?? ""
    last = days.last?.day ?? ""
    rows = days.reversed().map { Row(day: $0.day, count: String($0.chats)) }
  }
}

/// When chats begin: a row for each weekday, a cell for each hour.
struct HeatMap: Sendable {
  struct Cell: Sendable {
    let count: String
    /// 0 for nothing, 1 to 4 for quarters of the busiest hour.
    let level: String
  }

  struct Row: Sendable {
    let day: String
    let cells: [Cell]
  }

  let heads: [String]
  let rows: [Row]

  init(_ hours: [[Int64]], _ texts: Texts) {
    let most = max(1, hours.joined().max() ?? 1)
    heads = (0..<24).map { $0 < 10 ? "0\($0)" : "\($0)" }
    rows = (1...7).map { weekday in
      Row(
        day: texts["sites.hours.day.\(weekday)"],
        cells: hours[weekday].map { Cell(count: String($0), level: String($0 == 0 ? 0 : ($0 * 4 + most - 1) / most)) })
    }
  }
}
