import Base
import Crypto
import Web

/// Codes of an authenticator app: time-based one-time passwords (RFC 6238) as every such app makes them, with HMAC-SHA-1, steps of
/// 30 seconds and 6 digits. The time is the machine's, because the app knows no other.
struct OneTimePassword: Sendable {
  static let stepSeconds: Int64 = 30
  static let digits = 6
  /// A code is taken one step early or late too: clocks differ and people type slowly (RFC 6238, section 5.2).
  static let drift: Int64 = 1
  /// 160 bits, as RFC 4226 recommends (section 4, R6).
  static let secretLength = 20

  let secret: [UInt8]

  init(secret: [UInt8]) { self.secret = secret }

  /// A new one from the system's generator.
  init() { secret = SymmetricKey(size: .init(bitCount: Self.secretLength * 8)).withUnsafeBytes { Array($0) } }

  static func step(at moment: Moment) -> Int64 { moment.milliseconds / 1000 / stepSeconds }

  /// The code of one step: HOTP of RFC 4226, section 5.3, with the step as the counter.
  func code(step: Int64, digits: Int = Self.digits) -> String {
    let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
    let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
    let offset = Int(mac[mac.count - 1] & 15)
    let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let text = String(number)
    return String((String(repeating: "0", count: digits) + text).suffix(digits))
  }

  /// The step whose code this is, among those that may still be used; nil when it is none of them.
  func step(of code: String, at moment: Moment, after last: Int64) -> Int64? {
    let now = Self.step(at: moment)
    return (now - Self.drift...now + Self.drift).first { $0 > last && self.code(step: $0) == code }
  }

  /// What the app reads from a picture or from letters that are typed, in the format that all of them take.
  func address(house: String, account: String) -> String {
    func escaped(_ text: String) -> String { FormCoding.encode(text).replacing("/", with: "%2F") }
    let (issuer, name) = (escaped(house.replacing(":", with: " ")), escaped(account))
    return "otpauth://totp/\(issuer):\(name)?secret=\(base32(secret))&issuer=\(issuer)"
  }
}

/// Base 32 without padding (RFC 4648, section 6).
func base32(_ bytes: [UInt8]) -> String {
  let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
  let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
  return String(
    stride(from: 0, to: bits.count, by: 5).map { start in
      letters[(0..<5).reduce(0) { $0 << 1 | Int(start + $1 < bits.count ? bits[start + $1] : 0) }]
    })
}
