import Base
import Crypto

/// What opens an account once when the authenticator app is lost: 80 random bits, shown once as four groups of four letters.
struct RecoveryCode: Sendable {
  static let count = 10
  private static let length = 16
  let text: String

  /// A new one from the system's generator.
  init() { text = base32(SymmetricKey(size: .init(bitCount: 80)).withUnsafeBytes { Array($0) }) }

  /// Reads one as people type it; nil when it cannot be one.
  init?(_ typed: String) {
    let letters = typed.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard letters.count == Self.length else { return nil }
    text = letters
  }

  /// SHA-256, which is all that is kept: 80 bits cannot be tried through.
  var digest: [UInt8] { Secret.digest(of: text) }

  /// For reading and writing down.
  var grouped: String {
    let letters = Array(text.lowercased())
    return stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<min($0 + 4, letters.count)]) }.joined(separator: "-")
  }
}
