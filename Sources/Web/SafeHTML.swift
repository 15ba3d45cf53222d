import Mustache

/// Markup that this program made, or escaped, itself: the only thing that `{{{` may print.
public struct SafeHTML: Hashable, Sendable, MustacheCustomRenderable {
  public let text: String

  /// - Parameter trusted: markup without anything that somebody else wrote, unless it is escaped.
  public init(trusted: String) { text = trusted }

  public var renderText: String { text }
  public var isNull: Bool { false }
}

/// An address that is safe in `href` and `src`: it cannot run a script.
public struct SafeURL: Hashable, Sendable {
  public let text: String

  /// Nil for anything but the web, mail and telephone, or a path on this host.
  public init?(_ text: String) {
    let lower = text.lowercased()
    let isLocal = text.hasPrefix("/") && !text.hasPrefix("//") && !text.hasPrefix("/\\")
    guard isLocal || ["https://", "http://", "mailto:", "tel:"].contains(where: lower.hasPrefix) else { return nil }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value == 0x7F }) else { return nil }
    self.text = text
  }

  /// A file that lies beside the page, or in a folder beside it, whatever its name is: for pages that are read without a server.
  public init(beside path: String) {
    text = path.utf8.map { byte in
      switch byte {
      case 48...57, 65...90, 97...122: String(UnicodeScalar(byte))
      case _ where "-._/".utf8.contains(byte): String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }

  /// A path of ours, known when the program was written.
  public init(path: StaticString) {
    text = path.description
  }

  /// A path below one of ours that ends with an identity or a name without reserved characters.
  public init(path: StaticString, _ last: some LosslessStringConvertible) {
    let allowed = last.description.utf8.allSatisfy { $0 >= 48 && $0 <= 57 || $0 >= 97 && $0 <= 122 || $0 >= 65 && $0 <= 90 || $0 == 45 }
    rule(allowed, "The end of a path has letters, digits and hyphens only")
    text = path.description + last.description
  }
}
