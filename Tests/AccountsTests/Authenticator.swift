import Base
import Crypto
import CryptoExtras
import Foundation

@testable import Accounts

/// An authenticator without hardware: it makes passkeys and signs with them as WebAuthn describes, and lies where it is told to.
struct Authenticator {
  enum Key {
    case es256(P256.Signing.PrivateKey)
    case edDSA(Curve25519.Signing.PrivateKey)
    case rs256(_RSA.Signing.PrivateKey)
  }

  var key = Key.es256(P256.Signing.PrivateKey())
  var credentialID = Array(Secret().text.utf8)
  /// What it says that it has counted; 0 says that it does not count.
  var count: UInt32 = 0
  var user: [UInt8] = []

  // What it, or the browser around it, may lie about.
  var origin = "http://localhost:8080"
  var party = "localhost"
  /// Present, verified, may be backed up, is backed up.
  var flags: UInt8 = 0x1D
  var isCrossOrigin = false
  var type: String?
  var algorithm: Int64?

  func clientData(_ usual: String, _ challenge: String) -> [UInt8] {
    let more = isCrossOrigin ? ",\"crossOrigin\":true" : ",\"crossOrigin\":false,\"other_keys_can_be_added_here\":\"do not compare\""
    return Array("{\"type\":\"\(type ?? usual)\",\"challenge\":\"\(challenge)\",\"origin\":\"\(origin)\"\(more)}".utf8)
  }

  private func data(_ flags: UInt8) -> [UInt8] {
    SHA256.hash(data: Array(party.utf8)) + [flags] + withUnsafeBytes(of: count.bigEndian) { Array($0) }
  }

  var newData: [UInt8] {
    data(flags | 0x40) + Array(repeating: 0xA5, count: 16) + [UInt8(credentialID.count >> 8), UInt8(credentialID.count & 255)]
      + credentialID + cose
  }

  /// The format `none` (WebAuthn, section 8.7), as browsers pass it on.
  func attestation(_ data: [UInt8]? = nil) -> [UInt8] {
    Written.map([
      (Written.text("fmt"), Written.text("none")), (Written.text("attStmt"), Written.map([])),
      (Written.text("authData"), Written.bytes(data ?? newData)),
    ])
  }

  var cose: [UInt8] {
    switch key {
    case .es256(let key):
      let point = Array(key.publicKey.rawRepresentation)
      return Written.map([
        (Written.integer(1), Written.integer(2)), (Written.integer(3), Written.integer(algorithm ?? -7)),
        (Written.integer(-1), Written.integer(1)), (Written.integer(-2), Written.bytes(Array(point[..<32]))),
        (Written.integer(-3), Written.bytes(Array(point[32...]))),
      ])
    case .edDSA(let key):
      return Written.map([
        (Written.integer(1), Written.integer(1)), (Written.integer(3), Written.integer(algorithm ?? -8)),
        (Written.integer(-1), Written.integer(6)), (Written.integer(-2), Written.bytes(Array(key.publicKey.rawRepresentation))),
      ])
    case .rs256(let key):
      let numbers = try? key.publicKey.getKeyPrimitives()
      return Written.map([
        (Written.integer(1), Written.integer(3)), (Written.integer(3), Written.integer(algorithm ?? -257)),
        (Written.integer(-1), Written.bytes(Array(numbers?.modulus ?? Data()))),
        (Written.integer(-2), Written.bytes(Array(numbers?.publicExponent ?? Data()))),
      ])
    }
  }

  /// Signs in: counts, where it counts at all.
  mutating func assertion(_ challenge: String) throws -> RelyingParty.Assertion {
    if count > 0 { count += 1 }
    let (client, data) = (clientData("webauthn.get", challenge), data(flags))
    return RelyingParty.Assertion(
      credentialID: credentialID, clientData: client, authenticatorData: data,
      signature: try signature(of: data + SHA256.hash(data: client)), userHandle: user)
  }

  private func signature(of message: [UInt8]) throws -> [UInt8] {
    switch key {
    case .es256(let key): Array(try key.signature(for: message).derRepresentation)
    case .edDSA(let key): Array(try key.signature(for: message))
    case .rs256(let key): Array(try key.signature(for: message, padding: .insecurePKCS1v1_5).rawRepresentation)
    }
  }
}

/// CBOR as authenticators write it (RFC 8949, section 3).
enum Written {
  static func head(_ type: UInt8, _ count: UInt64) -> [UInt8] {
    let big = withUnsafeBytes(of: count.bigEndian) { Array($0) }
    return switch count {
    case 0..<24: [type << 5 | UInt8(count)]
    case 24..<256: [type << 5 | 24, UInt8(count)]
    case 256..<65_536: [type << 5 | 25] + big[6...]
    case 65_536..<4_294_967_296: [type << 5 | 26] + big[4...]
    default: [type << 5 | 27] + big
    }
  }

  static func integer(_ number: Int64) -> [UInt8] { number < 0 ? head(1, UInt64(-1 - number)) : head(0, UInt64(number)) }
  static func bytes(_ bytes: [UInt8]) -> [UInt8] { head(2, UInt64(bytes.count)) + bytes }
  static func text(_ text: String) -> [UInt8] { head(3, UInt64(text.utf8.count)) + text.utf8 }
  static func map(_ pairs: [([UInt8], [UInt8])]) -> [UInt8] { head(5, UInt64(pairs.count)) + pairs.flatMap { $0 + $1 } }
}
