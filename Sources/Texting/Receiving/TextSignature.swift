import Base
import Crypto
import FoundationEssentials

/// The header `X-Twilio-Signature`: HMAC-SHA-1, in Base64, over the address that the gateway asked and every field of the form, by name.
///
/// The address is the public one of the settings: what a request says about its own host is whatever somebody wrote there.
enum TextSignature {
  static let header = "X-Twilio-Signature"

  static func of(_ fields: [(name: String, value: String)], at address: String, with secret: String) -> String {
    // Of a name that comes twice each value counts once, in order.
    let values = Dictionary(grouping: fields, by: \.name).mapValues { Set($0.map(\.value)) }
    let claim = values.keys.sorted(by: precedes).reduce(address) { claim, name in
      (values[name] ?? []).sorted(by: precedes).reduce(claim) { $0 + name + $1 }
    }
    let key = SymmetricKey(data: Array(secret.utf8))
    return Data(HMAC<Insecure.SHA1>.authenticationCode(for: Array(claim.utf8), using: key)).base64EncodedString()
  }

  /// Every letter is looked at, so that the time taken says nothing about the first wrong one.
  static func isRight(_ given: String, _ right: String) -> Bool {
    let (given, right) = (Array(given.utf8), Array(right.utf8))
    return given.count == right.count && zip(given, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// By their numbers in Unicode, not by the rules of any language.
  private static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}
