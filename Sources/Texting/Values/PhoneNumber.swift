/// A telephone number as the whole world dials it (ITU-T E.164): a plus and at most fifteen digits, the first of which is no zero.
public struct PhoneNumber: Hashable, Sendable {
  static let digits = 7...15

  public let text: String

  /// Reads what people type, with blanks, brackets, hyphens or `00` for the plus; nil for what is no number of the world.
  public init?(_ typed: String) {
    let plain = typed.unicodeScalars.compactMap { scalar -> String? in
      if scalar.properties.numericType == .decimal { return scalar.properties.numericValue.map { String(Int($0)) } }
      return scalar.properties.isWhitespace || Self.separators.contains(scalar) ? nil : String(scalar)
    }.joined()
    let digits = plain.hasPrefix("+") ? plain.dropFirst() : plain.hasPrefix("00") ? plain.dropFirst(2) : ""
    guard Self.digits.contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }), digits.first != "0" else {
      return nil
    }
    text = "+\(digits)"
  }

  /// All that is ever shown of it.
  var hint: String { String(text.suffix(2)) }

  /// With marks that right-to-left keyboards put around a number.
  private static let separators = Set("-‐‑–()./\u{200E}\u{200F}\u{202A}\u{202C}".unicodeScalars)
}
