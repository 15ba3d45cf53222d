/// An address as mail can carry it in every header and command: nothing in it ends a line, a list or an address.
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
  public static let lengthLimit = 254
  public static let localLimit = 64

  public let text: String

  /// nil for anything that is no address. What stands before the @ is ASCII, because not every server on the way takes more; names of
  /// hosts may have letters of every alphabet.
  public init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= Self.lengthLimit, (1...Self.localLimit).contains(parts[0].utf8.count) else { return nil }
    let atoms = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard atoms.allSatisfy({ !$0.isEmpty && $0.unicodeScalars.allSatisfy(Self.isAtom) }) else { return nil }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard labels.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasSuffix("-") && $0.unicodeScalars.allSatisfy(Self.isHost) }) else {
      return nil
    }
    self.text = text
  }

  public var domain: String { String(text[text.index(after: text.lastIndex(of: "@") ?? text.startIndex)...]) }
  public var description: String { text }

  /// By which an address is found: upper and lower case are the same.
  var key: String { Self.key(of: text) }
  static func key(of text: String) -> String { text.lowercased() }

  /// RFC 5322, 3.2.3.
  private static func isAtom(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains(scalar))
  }

  private static func isHost(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "-" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || scalar.properties.generalCategory == .nonspacingMark
  }
}
