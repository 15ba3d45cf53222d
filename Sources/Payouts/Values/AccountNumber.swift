/// A bank account by its IBAN (ISO 13616). Tunisian ones may be typed as their RIB of 20 digits, too.
public struct AccountNumber: Hashable, Sendable, CustomStringConvertible {
  public let iban: String

  /// How long the IBANs of a country are; others are judged by their check digits alone.
  private static let lengths = [
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BH": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "JO": 30, "KW": 30, "LB": 28, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MR": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "QA": 29, "RO": 24,
    "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26,
  ]
  private static let ribDigits = 20

  /// - Returns: nil for what cannot be an account: its check digits are wrong.
  public init?(_ typed: String) {
    let text = typed.uppercased().filter { !$0.isWhitespace && $0 != "-" }
    if text.utf8.count == Self.ribDigits, text.utf8.allSatisfy({ (48...57).contains($0) }) {
      // A RIB has check digits of its own, so those of the IBAN around it are always the same.
      guard Self.remainder(text) == 0 else { return nil }
      self.init("TN59" + text)
      return
    }
    guard (15...34).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) }),
      text.utf8.prefix(2).allSatisfy({ $0 >= 65 }), text.utf8.dropFirst(2).prefix(2).allSatisfy({ $0 <= 57 }),
      Self.lengths[String(text.prefix(2))].map({ $0 == text.utf8.count }) ?? true,
      Self.remainder(String(text.dropFirst(4) + text.prefix(4))) == 1
    else { return nil }
    // The part of a Tunisian one is a RIB.
    if text.hasPrefix("TN"), Self.remainder(String(text.dropFirst(4))) != 0 { return nil }
    self.init(checked: text)
  }

  private init(checked iban: String) { self.iban = iban }

  public var country: String { String(iban.prefix(2)) }

  /// What is shown of it.
  public var hint: String { "\(country) •••• \(iban.suffix(4))" }

  /// In groups of four, as people read it.
  public var description: String {
    stride(from: 0, to: iban.utf8.count, by: 4).map { String(iban.dropFirst($0).prefix(4)) }.joined(separator: " ")
  }

  /// Modulo 97, letters counting from 10 (ISO 7064).
  private static func remainder(_ text: String) -> Int {
    text.utf8.reduce(0) { rest, byte in
      byte <= 57 ? (rest * 10 + Int(byte) - 48) % 97 : (rest * 100 + Int(byte) - 55) % 97
    }
  }
}
