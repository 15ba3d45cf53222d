import Store
import Wire

/// A value of a copy as JSON.
struct PersonalCell: JSONWritable {
  /// What stands in the place of a digest or a secret.
  static let withheld = "kept as a digest or sealed, and not given"

  let value: SQLValue
  let isJSON: Bool

  func write(to json: inout JSONWriter) {
    switch value {
    case .null: json.literal("null".utf8)
    case .integer(let number): json.literal(String(number).utf8)
    case .double(let number): json.literal(String(number).utf8)
    case .bool(let flag): json.literal((flag ? "true" : "false").utf8)
    case .text(let text): if isJSON { json.literal(text.utf8) } else { json.string(text) }
    case .bytes: json.string(Self.withheld)
    }
  }
}
