import CQREncode

/// A picture that telephones read (ISO/IEC 18004), as the outline of its dark modules in a square of `side` units.
struct QRCode: Sendable {
  let side: Int
  /// For the attribute `d` of an SVG path.
  let path: String

  /// Light modules around the dark ones, which readers need (section 6.3.8 of the standard).
  private static let margin = 4

  /// Nil for a text that is too long for any such picture.
  init?(_ text: String) {
    guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return nil }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    side = width + 2 * Self.margin
    path = (0..<width * width).filter { code.pointee.data[$0] & 1 == 1 }.map { place in
      "M\(place % width + Self.margin) \(place / width + Self.margin)h1v1h-1z"
    }.joined()
  }
}
