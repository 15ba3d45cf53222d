import Base

/// Amounts of money as a language writes them: `€10.00`, `10,00 €`, `TND 24.500`. The same that browsers write with `Intl.NumberFormat`.
///
/// For what is read; in a form an amount stands as `Money.decimal`.
public struct MoneyWords: Sendable {
  private static let space = "\u{A0}"
  private static let rightToLeftMark = "\u{200F}"
  private static let leftToRightMark = "\u{200E}"

  private let language: Language

  public init(_ language: Language) { self.language = language }

  public subscript(money: Money) -> String {
    let (sign, number, symbol) = (money.minor < 0 ? "-" : "", number(money), symbol(money.currency))
    switch language {
    case .english:
      // A code keeps its distance, a sign does not.
      let gap = symbol.last?.isLetter == true ? Self.space : ""
      return sign + symbol + gap + number
    case .french, .italian: return sign + number + Self.space + symbol
    case .arabic:
      let signed = sign.isEmpty ? number : Self.leftToRightMark + sign + number
      return Self.rightToLeftMark + signed + Self.space + symbol
    }
  }

  private func number(_ money: Money) -> String {
    let parts = money.decimal.drop { $0 == "-" }.split(separator: ".").map(String.init)
    let whole = grouped(parts[0])
    return parts.count == 2 ? whole + decimalSign + parts[1] : whole
  }

  private var decimalSign: String { language == .french || language == .italian ? "," : "." }

  private func grouped(_ digits: String) -> String {
    let sign: String
    switch language {
    case .english, .arabic: sign = ","
    case .french: sign = "\u{202F}"
    case .italian:
      // Italian writes 1234 in one piece.
      guard digits.count > 4 else { return digits }
      sign = "."
    }
    var groups: [Substring] = []
    var rest = digits[...]
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    return ([rest] + groups).joined(separator: sign)
  }

  private func symbol(_ currency: Currency) -> String { Self.symbols[language]?[currency.code] ?? currency.code }

  /// Those that browsers write in another way than by their code.
  private static let symbols: [Language: [String: String]] = [
    .english: [
      "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$",
      "BRL": "R$",
    ],
    .french: [
      "EUR": "€", "USD": "$US", "GBP": "£GB", "INR": "₹", "KRW": "₩", "CAD": "$CA", "AUD": "$AU", "NZD": "$NZ", "MXN": "$MX", "BRL": "R$",
      "LBP": "£LB", "SGD": "$SG",
    ],
    .italian: ["EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$"],
    .arabic: [
      "EUR": "€", "USD": "US$", "GBP": "UK£", "JPY": "JP¥", "INR": "₹", "KRW": "₩", "CAD": "CA$", "AUD": "AU$", "NZD": "NZ$",
      "MXN": "MX$", "BRL": "R$", "TND": "د.ت.\u{200F}", "MAD": "د.م.\u{200F}", "DZD": "د.ج.\u{200F}", "EGP": "ج.م.\u{200F}",
      "AED": "د.إ.\u{200F}", "SAR": "ر.س.\u{200F}", "KWD": "د.ك.\u{200F}", "BHD": "د.ب.\u{200F}", "OMR": "ر.ع.\u{200F}",
      "JOD": "د.أ.\u{200F}", "LYD": "د.ل.\u{200F}", "LBP": "ل.ل.\u{200F}", "QAR": "ر.ق.\u{200F}",
    ],
  ]
}
