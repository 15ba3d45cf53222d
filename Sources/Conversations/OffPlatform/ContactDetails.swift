/// What leads past a website: mail addresses, telephone numbers and links to messengers, as people write them.
enum ContactDetails {
  /// What stands in their place.
  static let mask = "•••"
  /// Fewer digits are no telephone number.
  static let fewestDigits = 8

  /// The text without them; nil where there are none.
  static func masked(_ text: String) -> String? {
    guard mayBe(in: text) else { return nil }
    let hidden = maskingNumbers(in: maskingWords(in: text))
    return hidden == text ? nil : hidden
  }

  /// Nearly every message is done with here.
  static func mayBe(in text: String) -> Bool {
    var digits = 0
    for scalar in text.unicodeScalars {
      if scalar == "@" || scalar == ":" || scalar == "/" { return true }
      if isDigit(scalar) { digits += 1 }
      if digits >= fewestDigits { return true }
    }
    return false
  }

  /// How much of a word is looked at: addresses are shorter, and a search goes back and forth in what it looks at.
  private static let longestWord = 300

  private static func maskingWords(in text: String) -> String {
    var done = ""
    var word = ""
    func end() {
      let isSuspect = word.contains { $0 == "@" || $0 == ":" || $0 == "/" }
      done += isSuspect ? maskingWord(word.prefix(longestWord)) + word.dropFirst(longestWord) : word
      word = ""
    }
    for character in text {
      guard character.isWhitespace else {
        word.append(character)
        continue
      }
      end()
      done.append(character)
    }
    end()
    return done
  }

  private static func maskingWord(_ text: Substring) -> String {
    let address = /[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+/
    let link =
      /(?:https?:\/\/)?(?:[a-z\-]+\.)?(?:wa\.me|whatsapp\.com|t\.me|telegram\.(?:me|org)|m\.me|messenger\.com|signal\.me|viber\.com|discord\.(?:gg|com)|line\.me|join\.skype\.com|instagram\.com|facebook\.com|snapchat\.com)\/\S+/
    let scheme = /(?:whatsapp|viber|tg|skype|sgnl|tel|sms|mailto|callto):\S+/
    return String(text).replacing(address, with: mask).replacing(link.ignoresCase(), with: mask).replacing(scheme.ignoresCase(), with: mask)
  }

  /// Digits with blanks, points, hyphens, slashes and brackets between them are one number, unless they are a day or a time.
  private static func maskingNumbers(in text: String) -> String {
    var done = String.UnicodeScalarView()
    var run: [Unicode.Scalar] = []
    func end() {
      let rest = run.reversed().prefix { !isDigit($0) }.count
      let number = run.dropLast(rest)
      if number.count(where: isDigit) >= fewestDigits, !isDate(number) {
        done.append(contentsOf: mask.unicodeScalars)
      } else {
        done.append(contentsOf: number)
      }
      done.append(contentsOf: run.suffix(rest))
      run = []
    }
    for scalar in text.unicodeScalars {
      if isDigit(scalar) || scalar == "+" && run.isEmpty || !run.isEmpty && isBetween(scalar) {
        run.append(scalar)
      } else {
        end()
        done.append(scalar)
      }
    }
    end()
    return String(done)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? (48...57).contains(scalar.value) : scalar.properties.numericType == .decimal
  }

  private static func isBetween(_ scalar: Unicode.Scalar) -> Bool { " \u{A0}\u{202F}.-‐‑–/()".unicodeScalars.contains(scalar) }

  /// `2026-11-22`, `22.11.2026` and `22/11/2026`, alone or with what can follow a day: an hour.
  private static func isDate(_ number: some Collection<Unicode.Scalar>) -> Bool {
    String(String.UnicodeScalarView(number)).wholeMatch(
      of: /(?:\d{4}[.\/\-]\d{1,2}[.\/\-]\d{1,2}|\d{1,2}[.\/\-]\d{1,2}[.\/\-]\d{4})(?:[ \-–]+\d{1,2}(?:[.]\d{2})?)?/) != nil
  }
}
