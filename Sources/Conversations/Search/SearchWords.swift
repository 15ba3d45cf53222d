import Foundation

/// Words as the index has them: in lower case, without accents, of one width. What is looked for is folded in the same way.
enum SearchWords {
  static func folded(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil).lowercased()
  }

  /// A visitor's own details; a telephone number also as its digits alone, however it was written.
  static func ofVisitor(name: String?, email: String?, phone: String?) -> String {
    let digits = phone.map { String($0.filter(\.isASCIIDigit)) }
    return folded([name, email, phone, digits].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " "))
  }
}

extension Character {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

/// What somebody looks for: every term, each in one of its ways to be written.
struct SearchTerms: Hashable, Sendable {
  let all: [[String]]

  static let charactersAtLeast = 2
  static let charactersAtMost = 100
  /// What is shorter stands in no index.
  private static let indexedCharacters = 3
  private static let termLimit = 6
  /// So many digits and no letter are a telephone number.
  private static let digitsAtLeast = 5

  /// Nil for what is too short to be looked for.
  init?(_ text: String) {
    let folded = SearchWords.folded(String(text.prefix(Self.charactersAtMost)))
    let digits = String(folded.filter(\.isASCIIDigit))
    if digits.count >= Self.digitsAtLeast, folded.allSatisfy({ $0.isASCIIDigit || "+()-./ ".contains($0) }) {
      all = [Array(Set([digits, Self.trimmed(folded)])).sorted()]
    } else {
      let terms = folded.split(whereSeparator: \.isWhitespace).map(String.init).filter(Self.isEnough)
      guard !terms.isEmpty else { return nil }
      all = terms.prefix(Self.termLimit).map { [$0] }
    }
  }

  /// A letter stands in every second text; an emoji, or a sign that is a word, is enough by itself.
  private static func isEnough(_ term: String) -> Bool {
    term.count >= charactersAtLeast
      || term.unicodeScalars.contains { $0.properties.isIdeographic || ($0.properties.isEmoji && !$0.isASCII) }
  }

  /// Whether the index knows one of them at least.
  var areIndexed: Bool { all.contains(where: Self.isIndexed) }

  static func isIndexed(_ term: [String]) -> Bool { term.allSatisfy { $0.count >= indexedCharacters } }

  private static func trimmed(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }
}
