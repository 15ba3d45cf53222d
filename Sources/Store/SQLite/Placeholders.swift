import Synchronization

/// Rewrites `$1` to `?1`: SQLite takes `$1` as a name, numbered by where it first appears, and would swap the values of `$2, $1`.
final class Placeholders: Sendable {
  /// Statements are texts of the program, so this is only reached when somebody builds them from data.
  private static let limit = 4096
  private let known = Mutex<[String: Rewritten]>([:])

  struct Rewritten {
    let text: String
    /// Reads or changes rows, and nothing that GRDB would have to know of, such as the schema or a transaction.
    let isOfRows: Bool
  }

  func rewrite(_ sql: String) -> Rewritten {
    known.withLock { known in
      if let statement = known[sql] { return statement }
      if known.count >= Self.limit { known.removeAll() }
      let text = Self.rewritten(sql)
      let verb = text.drop { $0.isWhitespace }.prefix { $0.isLetter }.uppercased()
      let statement = Rewritten(text: text, isOfRows: Self.verbsOfRows.contains(verb))
      known[sql] = statement
      return statement
    }
  }

  private static let verbsOfRows: Set<String> = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]

  static func rewritten(_ sql: String) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(sql.utf8.count)
    for piece in SQLScript.pieces(sql) {
      guard piece.kind == .code else {
        text.append(contentsOf: piece.text)
        continue
      }
      text.append(contentsOf: piece.text.map { $0 == UInt8(ascii: "$") ? UInt8(ascii: "?") : $0 })
    }
    return String(decoding: text, as: UTF8.self)
  }
}
