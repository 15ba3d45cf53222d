/// A table as text (RFC 4180), for spreadsheets.
public struct CSVText: Hashable, Sendable {
  private static let formulaSigns: Set<Unicode.Scalar> = ["=", "+", "@", "\t", "\r"]
  private static let endingSigns: Set<Unicode.Scalar> = [",", "\"", "\r", "\n"]
  private static let quote = UInt8(ascii: "\"")

  public let text: String

  public init(_ rows: [[String]]) {
    text = rows.map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func cell(_ words: String) -> String {
    // A spreadsheet takes what begins so for a formula; a number stays one. It reads signs one by one: what Swift takes for one with an accent
    // begins with a formula all the same, and a line ends at a line feed alone, too.
    let isFormula = words.unicodeScalars.first.map { formulaSigns.contains($0) || $0 == "-" && Double(words) == nil } ?? false
    let text = isFormula ? "'" + words : words
    guard text.unicodeScalars.contains(where: endingSigns.contains) else { return text }
    let doubled = text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
    return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
  }
}
