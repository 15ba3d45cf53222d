/// Numbers as people type them, with the digits of their own script: `٢٥٠`, `۲۵۰` and `250` are the same.
extension String {
  /// With the digits that programs read, a point for the Arabic decimal mark, and without the marks that keyboards put around and into numbers.
  public var typedNumber: String {
    let plain = unicodeScalars.compactMap { scalar -> String? in
      if scalar.properties.numericType == .decimal { return scalar.properties.numericValue.map { String(Int($0)) } }
      if scalar == "\u{66B}" { return "." }
      return Self.marksInNumbers.contains(scalar) ? nil : String(scalar)
    }
    return plain.joined()
  }

  /// The Arabic mark of thousands, and what turns the direction of writing.
  private static let marksInNumbers = Set("\u{66C}\u{61C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}".unicodeScalars)
}

extension FixedWidthInteger {
  /// Reads a whole number that somebody typed; nil for anything else.
  public init?(typed text: String) { self.init(text.typedNumber) }
}
