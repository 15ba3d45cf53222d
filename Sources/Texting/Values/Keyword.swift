/// The words with which a telephone ends texts and has them again: those that gateways know everywhere, and their French sister.
enum Keyword: Sendable {
  case stop, start

  private static let stops: Set<String> = [
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE", "ARRET", "ARRÊT", "توقف", "إيقاف",
  ]
  private static let starts: Set<String> = ["START", "UNSTOP"]

  /// Nil for anything that says more than the one word.
  init?(_ text: String) {
    let letters = text.unicodeScalars.filter { !$0.properties.isWhitespace && !".!\"'".unicodeScalars.contains($0) }
    let word = String(String.UnicodeScalarView(letters)).uppercased()
    if Self.stops.contains(word) { self = .stop } else if Self.starts.contains(word) { self = .start } else { return nil }
  }
}
