/// The address of a page: http or https, without what a jump inside the page adds.
struct WebAddress: Hashable, Sendable {
  let origin: Origin
  let text: String

  init?(_ text: String) {
    guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return nil }
    let whole = text[...]
    guard let scheme = whole.firstRange(of: "://") else { return nil }
    let end = whole[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? whole.endIndex
    guard let origin = Origin(String(whole[..<end])) else { return nil }
    self.origin = origin
    self.text = String(Self.withoutJump(whole))
  }

  /// A route behind a hash (`#/prices`, `#!prices`) is a page of its own; any other fragment is a place in one, or a secret of a sign-in.
  private static func withoutJump(_ address: Substring) -> Substring {
    guard let hash = address.firstIndex(of: "#") else { return address }
    let fragment = address[hash...].dropFirst()
    return fragment.hasPrefix("/") || fragment.hasPrefix("!") ? address : address[..<hash]
  }
}
