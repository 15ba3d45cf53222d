import Base
import Crypto

/// As whom this house speaks to push services (RFC 8292): one key for good, because a browser takes pushes only from the key that it
/// subscribed to.
struct PushKey: Sendable {
  static let lifeSeconds: Int64 = 12 * 3600

  private let key: P256.Signing.PrivateKey
  /// Whom the people of a push service can ask, an address of mail or of the web.
  private let contact: String

  init(seed: SymmetricKey, contact: String) {
    self.contact = contact
    var (found, count): (P256.Signing.PrivateKey?, UInt8) = (nil, 0)
    // Of all numbers of 256 bits one in four thousand million is no key of the curve; then the next one is taken.
    while found == nil {
      let scalar = HKDF<SHA256>.deriveKey(inputKeyMaterial: seed, info: Array("vapid".utf8) + [count], outputByteCount: 32)
      found = scalar.withUnsafeBytes { try? P256.Signing.PrivateKey(rawRepresentation: $0) }
      precondition(count < .max, "Some number is a key")
      count += 1
    }
    guard let found else { preconditionFailure("The loop ends with a key") }
    key = found
  }

  /// What a browser subscribes with.
  var publicText: String { Base64URL.text(key.publicKey.x963Representation) }

  /// The header `Authorization` for a push service. Tokens of third parties use the time of the machine.
  func authorization(for place: PushPlace, at now: Moment) throws -> String {
    let head = Base64URL.text(Array(#"{"typ":"JWT","alg":"ES256"}"#.utf8))
    let end = now.adding(seconds: Self.lifeSeconds).milliseconds / 1000
    let claims = Base64URL.text(Array(#"{"aud":"\#(place.origin)","exp":\#(end),"sub":"\#(contact)"}"#.utf8))
    let signature = try key.signature(for: Array("\(head).\(claims)".utf8))
    return "vapid t=\(head).\(claims).\(Base64URL.text(signature.rawRepresentation)), k=\(publicText)"
  }
}
