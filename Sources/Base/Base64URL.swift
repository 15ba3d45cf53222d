import FoundationEssentials

/// Base 64 with the letters of addresses and without padding (RFC 4648, section 5).
public enum Base64URL {
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Nil for what is none; padding may be there.
  public static func bytes(_ text: String) -> [UInt8]? {
    let plain = text.replacing("=", with: "").replacing("-", with: "+").replacing("_", with: "/")
    let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    return Data(base64Encoded: padded).map { Array($0) }
  }
}
