import Crypto

/// The signature of what a link says, as it stands in an address: 144 bits of HMAC-SHA-256 (RFC 2104) in Base64URL.
public enum LinkCode {
  private static let bytes = 18

  public static func of(_ claim: String, with key: SymmetricKey) -> String {
    Base64URL.text(Array(HMAC<SHA256>.authenticationCode(for: Array(claim.utf8), using: key)).prefix(bytes))
  }

  /// Every letter is looked at, so that the time taken says nothing about the first wrong one.
  public static func isRight(_ code: String, of claim: String, with key: SymmetricKey) -> Bool {
    let (given, right) = (Array(code.utf8), Array(of(claim, with: key).utf8))
    return given.count == right.count && zip(given, right).reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0
  }
}
