// The one file here that needs all of Foundation: it takes letters apart.
import Foundation

/// Words as banks pass them on: Latin letters without marks, digits and few signs (EPC217-08, "SEPA Conversion Table").
enum BankText {
  private static let signs: Set<Character> = ["/", "-", "?", ":", "(", ")", ".", ",", "'", "+", " "]
  private static let spelled: [Character: String] = [
    "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "þ": "th",
    "ı": "i", "’": "'", "–": "-", "&": "+",
  ]

  /// - Returns: nil where something has no such letters.
  static func of(_ words: String) -> String? {
    var text = ""
    for character in words.precomposedStringWithCanonicalMapping {
      if let spelled = spelled[character] {
        text += spelled
        continue
      }
      guard let plain = String(character).decomposedStringWithCanonicalMapping.unicodeScalars.first.map(Character.init), isFit(plain) else {
        return nil
      }
      text.append(plain)
    }
    let trimmed = text.split(separator: " ").joined(separator: " ")
    // A slash at either end, or two of them, mean something to banks.
    guard !trimmed.isEmpty, !trimmed.hasPrefix("/"), !trimmed.hasSuffix("/"), !trimmed.contains("//") else { return nil }
    return trimmed
  }

  private static func isFit(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber) || signs.contains(character)
  }
}
