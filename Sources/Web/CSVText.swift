/// A table as text (RFC 4180), for spreadsheets.
public struct CSVText: Hashable, Sendable {
  public let text: String

  public init(_ rows: [[String]]) {
    text = rows.map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func cell(_ words: String) -> String {
    // A spreadsheet takes what begins so for a formula; a number stays one.
    let isFormula = words.first.map { "=+@\t\r".contains($0) || $0 == "-" && Double(words) == nil } ?? false
    let text = isFormula ? "'" + words : words
    guard text.contains(where: { ",\"\r\n".contains($0) || $0 == "\r\n" }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
