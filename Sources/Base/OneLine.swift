extension String {
  /// Words of people where one line has to do, such as a name: what would end the line or turn around what follows becomes a blank, and
  /// blanks stand alone. U+0000 stays, to be refused.
  public var onOneLine: String {
    let scalars = unicodeScalars.map { Self.endsOrTurns($0) ? " " : $0 }
    return String(UnicodeScalarView(scalars)).split(separator: " ").joined(separator: " ")
  }

  private static func endsOrTurns(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Controls; separators of lines and paragraphs; what changes the direction of what follows.
    case 1...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
