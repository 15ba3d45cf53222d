import Crypto

/// What must not be guessed: 128 random bits, handed out once as 32 hexadecimal digits and kept only as a digest.
public struct Secret: Sendable, Hashable {
  public static let digits = 32
  public let text: String

  /// A new one from the system's generator.
  public init() {
    var generator = SystemRandomNumberGenerator()
    text = Self.hexadecimal((0..<Self.digits / 2).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// Reads one; nil unless it is exactly 32 lower-case hexadecimal digits.
  public init?(_ text: String) {
    guard text.utf8.count == Self.digits, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
    self.text = text
  }

  /// SHA-256 of the digits: what a database keeps, so that a stolen table opens nothing.
  public var digest: [UInt8] { Self.digest(of: text) }

  public static func digest(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
