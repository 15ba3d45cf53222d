import Base
import Store
import Wire

/// Reads the rows of a table that are somebody's, a page at a time, with every column that the database has.
struct PersonalReader: Sendable {
  static let pageRows = 200

  struct Column: Sendable {
    let name: String
    let isJSON: Bool
    let isWithheld: Bool
  }

  let store: any Store
  let subject: DataSubject
  let table: PersonalTable
  let columns: [Column]

  init(_ table: PersonalTable, of subject: DataSubject, in store: any Store) async throws {
    self.store = store
    self.subject = subject
    self.table = table
    let known = try await store.read { try $0.liveColumns(of: table.name) }
    columns = known.map { Column(name: $0.name, isJSON: $0.type == "json", isWithheld: table.withheld.contains($0.name)) }
  }

  /// Each row in the order of its key.
  ///
  /// - Parameter take: gets up to `pageRows` at a time, as many pages as there are.
  func forEachPage(_ take: ([Row]) async throws -> Void) async throws {
    var after: [SQLValue] = []
    while true {
      let page = try await page(after: after)
      if page.isEmpty { return }
      try await take(page)
      guard page.count == Self.pageRows, let last = page.last else { return }
      after = table.key.map { key in columns.firstIndex { $0.name == key }.map { last.values[$0] } ?? .null }
    }
  }

  func json(_ row: Row) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      for (column, value) in zip(columns, row.values) {
        if column.isWithheld, value != .null {
          json.field(column.name, PersonalCell.withheld)
        } else {
          json.field(column.name, PersonalCell(value: value, isJSON: column.isJSON))
        }
      }
    }
    return json.bytes
  }

  /// The value of a column in a row; nil where there is none, or nothing that may be given.
  func text(_ name: String, of row: Row) -> String? {
    guard let index = columns.firstIndex(where: { $0.name == name }), !columns[index].isWithheld else { return nil }
    if case .text(let text) = row.values[index], !text.isEmpty { return text }
    return nil
  }

  private func page(after: [SQLValue]) async throws -> [Row] {
    let names = columns.map(\.name).joined(separator: ", ")
    let key = table.key.joined(separator: ", ")
    let readable = table.readable.map { " AND (\($0))" } ?? ""
    let places = after.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
    let onward = after.isEmpty ? "" : " AND (\(key)) > (\(places))"
    let sql = "SELECT \(names) FROM \(table.name) WHERE (\(table.rows))\(readable)\(onward) ORDER BY \(key) LIMIT \(Self.pageRows)"
    let values = [subject.number.sqlValue] + after
    return try await store.read { try $0.rows(sql, values) }
  }
}
