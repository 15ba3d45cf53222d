/// How many text messages a text is: the telephone puts pieces together, and each is paid for.
///
/// In the alphabet of GSM 03.38 one has 160 letters, or 153 when there are several; in UCS-2, which everything else takes, 70 or 67.
enum TextLength {
  /// A longer text is cut, and the page that has the whole of it stands at its end.
  static let segmentLimit = 4

  static func segments(of text: String) -> Int {
    let (costs, whole, piece) = measure(text)
    guard costs.reduce(0, +) > whole else { return 1 }
    var (count, left) = (1, piece)
    for cost in costs {
      // What takes two places is never torn apart.
      if cost > left { (count, left) = (count + 1, piece) }
      left -= cost
    }
    return count
  }

  /// The text, or as much of its beginning as leaves room for where the rest is read.
  static func fitted(_ text: String, link: String) -> String {
    guard segments(of: text) > segmentLimit else { return text }
    let letters = Array(text)
    let cut = { (kept: Int) in String(letters.prefix(kept)) + "... " + link }
    var (fits, fails) = (0, letters.count)
    while fails - fits > 1 {
      let middle = (fits + fails) / 2
      if segments(of: cut(middle)) > segmentLimit { fails = middle } else { fits = middle }
    }
    return cut(fits)
  }

  /// How many places each letter takes, and how many places a single one and a piece have.
  private static func measure(_ text: String) -> (costs: [Int], whole: Int, piece: Int) {
    let costs = text.unicodeScalars.map { basic.contains($0) ? 1 : extended.contains($0) ? 2 : 0 }
    guard costs.contains(0) else { return (costs, 160, 153) }
    return (text.unicodeScalars.map { UTF16.width($0) }, 70, 67)
  }

  private static let basic = Set(
    ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
      + "abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
  private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)
}
