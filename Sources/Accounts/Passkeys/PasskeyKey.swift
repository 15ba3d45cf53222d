import Crypto
import CryptoExtras

/// The public key of a passkey, read from its COSE_Key (RFC 9053, RFC 8230).
enum PasskeyKey {
  case es256(P256.Signing.PublicKey)
  case edDSA(Curve25519.Signing.PublicKey)
  /// What Windows Hello makes on older machines.
  case rs256(_RSA.Signing.PublicKey)

  /// The algorithms by their numbers in COSE, the preferred one first: pages ask authenticators for these.
  static let algorithms: [Int64] = [-7, -8, -257]

  init(cose bytes: [UInt8]) throws(PasskeyFault) {
    var rest = bytes[...]
    guard let key = try? CBOR(readingFrom: &rest), rest.isEmpty else { throw .unreadable }
    guard let type = key[1]?.integer, let algorithm = key[3]?.integer else { throw .unreadable }
    do {
      switch (algorithm, type) {
      case (-7, 2) where key[-1]?.integer == 1:
        guard let x = key[-2]?.bytes, let y = key[-3]?.bytes, x.count == 32, y.count == 32 else { throw PasskeyFault.unreadable }
        // Refused when the point does not lie on the curve.
        self = .es256(try P256.Signing.PublicKey(rawRepresentation: x + y))
      case (-8, 1) where key[-1]?.integer == 6:
        guard let x = key[-2]?.bytes else { throw PasskeyFault.unreadable }
        self = .edDSA(try Curve25519.Signing.PublicKey(rawRepresentation: x))
      case (-257, 3):
        guard let n = key[-1]?.bytes, let e = key[-2]?.bytes, (256...512).contains(n.count), e.count <= 4 else {
          throw PasskeyFault.unreadable
        }
        self = .rs256(try _RSA.Signing.PublicKey(n: n, e: e))
      default: throw PasskeyFault.algorithm
      }
    } catch let fault as PasskeyFault {
      throw fault
    } catch {
      throw .unreadable
    }
  }

  func signed(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
    switch self {
    case .es256(let key):
      guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
      return key.isValidSignature(signature, for: message)
    case .edDSA(let key): return key.isValidSignature(signature, for: message)
    case .rs256(let key):
      return key.isValidSignature(_RSA.Signing.RSASignature(rawRepresentation: signature), for: message, padding: .insecurePKCS1v1_5)
    }
  }
}
