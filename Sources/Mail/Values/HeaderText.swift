/// Words of people on their way into a header or a sentence: one line, nothing that ends it or turns it around.
enum HeaderText {
  static let nameLimit = 120
  static let subjectLimit = 240
  static let argumentLimit = 400

  /// nil when nothing is left. Line breaks and other controls become spaces.
  static func line(_ text: String, limit: Int) -> String? {
    let words = text.replacing("\0", with: " ").onOneLine
    return words.isEmpty ? nil : String(words.prefix(limit))
  }

  /// Somebody's own lines in the body of a letter: nothing but line breaks steers what follows.
  static func lines(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.map { isUnfit($0) ? " " : $0 }))
    }
  }

  private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Controls; separators of lines and paragraphs; what changes the direction of what follows.
    case 0...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
