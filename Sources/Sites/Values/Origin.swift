/// Scheme, host and port of a page, written as browsers write it in their `Origin` header: lower case, no default port.
public struct Origin: Hashable, Sendable, Comparable, CustomStringConvertible {
  public static let lengthLimit = 260
  public let description: String

  /// Nil for anything that is not exactly `scheme://host[:port]` with http or https.
  ///
  /// So `null`, which sandboxed frames and files send, is no origin: it would let every such page of the world in.
  /// A name outside ASCII is given in its punycode form, because that is what the header carries.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.lengthLimit else { return nil }
    let lower = text.lowercased()
    guard let scheme = ["https", "http"].first(where: { lower.hasPrefix($0 + "://") }) else { return nil }
    let authority = lower.dropFirst(scheme.count + 3)
    guard let (host, port) = Self.parts(of: authority), Self.isHost(host) else { return nil }
    var written = "\(scheme)://\(host)"
    if let port {
      guard let number = UInt16(port), number > 0, String(number) == port else { return nil }
      if number != (scheme == "https" ? 443 : 80) { written += ":\(number)" }
    }
    description = written
  }

  /// Its name, without scheme and port.
  public var host: String { Self.parts(of: description.drop { $0 != "/" }.dropFirst(2)).map { String($0.host) } ?? "" }

  /// Whether its name is the domain or one below it; every name is below none.
  func isUnder(_ domain: String) -> Bool { domain.isEmpty || host == domain || host.hasSuffix(".\(domain)") }

  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

  private static func parts(of authority: Substring) -> (host: Substring, port: Substring?)? {
    let afterHost = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":")
    guard let afterHost else { return authority.hasPrefix("[") ? nil : (authority, nil) }
    let rest = authority[afterHost...]
    if rest.isEmpty { return (authority, nil) }
    return rest.hasPrefix(":") ? (authority[..<afterHost], rest.dropFirst()) : nil
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host.hasPrefix("[") {
      let inside = host.dropFirst().dropLast()
      return inside.contains(":") && inside.utf8.allSatisfy { isDigit($0) || (97...102).contains($0) || $0 == UInt8(ascii: ":") }
    }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    return host.utf8.count <= 253
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { isDigit($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-") }
      }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
