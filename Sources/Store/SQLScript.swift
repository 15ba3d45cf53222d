/// Reads SQL text just far enough to know where a statement ends and what is quoted.
enum SQLScript {
  struct Piece {
    enum Kind { case code, quoted, comment, end }
    let kind: Kind
    let text: ArraySlice<UInt8>
  }

  /// The statements of a text without their semicolons, comments between them left out.
  static func statements(_ script: String) -> [String] {
    var statements: [String] = []
    var text: [UInt8] = []
    var words = StatementWords()
    func finish() {
      let statement = String(decoding: text, as: UTF8.self).trimmed
      if !statement.isEmpty { statements.append(statement) }
      text = []
      words = StatementWords()
    }
    for piece in pieces(script) {
      switch piece.kind {
      case .comment: text.append(UInt8(ascii: " "))
      case .end where !words.isInsideTrigger: finish()
      case .code, .quoted, .end:
        if piece.kind == .code { words.read(piece.text) }
        text.append(contentsOf: piece.text)
      }
    }
    finish()
    return statements
  }

  static func pieces(_ script: String) -> [Piece] {
    let bytes = Array(script.utf8)
    var pieces: [Piece] = []
    var start = 0
    var index = 0
    func add(_ kind: Piece.Kind, upTo end: Int) {
      if start < index { pieces.append(Piece(kind: .code, text: bytes[start..<index])) }
      pieces.append(Piece(kind: kind, text: bytes[index..<end]))
      index = end
      start = end
    }
    while index < bytes.count {
      let following = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch (bytes[index], following) {
      case (UInt8(ascii: "'"), _), (UInt8(ascii: "\""), _):
        // A doubled quote ends one string and begins the next, which comes to the same.
        add(.quoted, upTo: bytes.end(after: [bytes[index]], from: index + 1))
      case (UInt8(ascii: "-"), UInt8(ascii: "-")): add(.comment, upTo: bytes.end(after: [UInt8(ascii: "\n")], from: index + 2))
      case (UInt8(ascii: "/"), UInt8(ascii: "*")): add(.comment, upTo: bytes.end(after: Array("*/".utf8), from: index + 2))
      case (UInt8(ascii: "$"), _):
        guard let tag = dollarTag(bytes, at: index) else {
          index += 1
          continue
        }
        add(.quoted, upTo: bytes.end(after: tag, from: index + tag.count))
      case (UInt8(ascii: ";"), _): add(.end, upTo: index + 1)
      default: index += 1
      }
    }
    if start < index { pieces.append(Piece(kind: .code, text: bytes[start..<index])) }
    return pieces
  }

  /// `$$` or `$name$`, which PostgreSQL quotes the body of a function with; nil for a parameter.
  private static func dollarTag(_ bytes: [UInt8], at start: Int) -> [UInt8]? {
    var index = start + 1
    while index < bytes.count, isWord(bytes[index]) { index += 1 }
    guard index < bytes.count, bytes[index] == UInt8(ascii: "$") else { return nil }
    if index > start + 1, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start + 1]) { return nil }
    return Array(bytes[start...index])
  }

  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// Follows the words of one statement, because the body of an SQLite trigger holds semicolons of its own.
private struct StatementWords {
  private var first: [String] = []
  private var last = ""
  private var hasBegun = false
  private var openCases = 0
  private var hasEnded = false

  var isInsideTrigger: Bool { hasBegun && !hasEnded }

  mutating func read(_ code: ArraySlice<UInt8>) {
    for word in code.split(whereSeparator: { !SQLScript.isWord($0) }) {
      last = String(decoding: word, as: UTF8.self).uppercased()
      if first.count < 3 { first.append(last) }
      guard first.first == "CREATE", first.contains("TRIGGER") else { continue }
      switch last {
      case "BEGIN": hasBegun = true
      case "CASE": openCases += 1
      case "END" where openCases > 0: openCases -= 1
      case "END": hasEnded = true
      default: break
      }
    }
  }
}

extension [UInt8] {
  /// The index after the next `mark`, or the end.
  fileprivate func end(after mark: [UInt8], from start: Int) -> Int {
    var index = start
    while index + mark.count <= count {
      if self[index..<index + mark.count].elementsEqual(mark) { return index + mark.count }
      index += 1
    }
    return count
  }
}

extension String {
  fileprivate var trimmed: String {
    let body = drop { $0.isWhitespace }
    guard let last = body.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(body[...last])
  }
}
