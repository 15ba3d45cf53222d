import Base
import Crypto
import CryptoExtras
import Testing

@testable import Accounts

/// What an authenticator says, looked at without a house around it.
@Suite struct PasskeyCheckTests {
  private static let challenge = Array("sixteen bytes or more".utf8)
  private static let text = Base64URL.text(challenge)

  private func party() throws -> RelyingParty { try #require(RelyingParty(baseAddress: "http://localhost:8080")) }

  private func fault(of lie: (inout Authenticator) -> Void) throws -> PasskeyFault? {
    let honest = Authenticator()
    var liar = honest
    lie(&liar)
    let assertion = try liar.assertion(Self.text)
    return #expect(throws: PasskeyFault.self) {
      _ = try party().check(assertion, key: honest.cose, challenge: Self.challenge)
    }
  }

  @Test("P8: passkeys of every algorithm that pages ask for are made and sign; a signature by another key does not count")
  func algorithms() throws {
    let keys: [Authenticator.Key] = [
      .es256(P256.Signing.PrivateKey()), .edDSA(Curve25519.Signing.PrivateKey()), .rs256(try _RSA.Signing.PrivateKey(keySize: .bits2048)),
    ]
    #expect(keys.count == PasskeyKey.algorithms.count)
    for key in keys {
      var device = Authenticator(key: key)
      let registration = RelyingParty.Registration(
        clientData: device.clientData("webauthn.create", Self.text), attestation: device.attestation())
      let (credential, count) = try party().check(registration, challenge: Self.challenge)
      #expect(credential.id == device.credentialID && credential.key == device.cose && count == 0)
      let assertion = try device.assertion(Self.text)
      #expect(try party().check(assertion, key: credential.key, challenge: Self.challenge) == 0)
      #expect(throws: PasskeyFault.signature) {
        _ = try party().check(assertion, key: Authenticator().cose, challenge: Self.challenge)
      }
    }
  }

  @Test("P8: what was made on another page, for another name, without a touch or without knowing whose it is, is refused by name")
  func lies() throws {
    #expect(try fault { $0.origin = "http://localhost:8081" } == .origin)
    #expect(try fault { $0.origin = "https://localhost:8080" } == .origin)
    #expect(try fault { $0.isCrossOrigin = true } == .origin)
    #expect(try fault { $0.type = "webauthn.create" } == .ceremony)
    #expect(try fault { $0.party = "parley.example" } == .party)
    #expect(try fault { $0.flags = 0x04 } == .presence)
    #expect(try fault { $0.flags = 0x01 } == .verification)
    // Backed up, but not such that it could be.
    #expect(try fault { $0.flags = 0x15 } == .unreadable)
    #expect(try fault { $0.flags = 0x45 } == .unreadable)
    #expect(try fault { $0.flags = 0x85 } == .unreadable)
    #expect(try fault { $0.key = .es256(P256.Signing.PrivateKey()) } == .signature)
    var device = Authenticator()
    let assertion = try device.assertion(Base64URL.text(Array("another challenge".utf8)))
    #expect(throws: PasskeyFault.challenge) { _ = try party().check(assertion, key: device.cose, challenge: Self.challenge) }
  }

  @Test("P8: a changed bit anywhere in what was signed is found")
  func bits() throws {
    var device = Authenticator()
    let good = try device.assertion(Self.text)
    for place in good.authenticatorData.indices {
      var data = good.authenticatorData
      data[place] ^= 0x20
      let bad = RelyingParty.Assertion(
        credentialID: good.credentialID, clientData: good.clientData, authenticatorData: data, signature: good.signature,
        userHandle: good.userHandle)
      #expect(throws: PasskeyFault.self) { _ = try party().check(bad, key: device.cose, challenge: Self.challenge) }
    }
  }

  @Test("P8: a new passkey that is cut anywhere, has something behind it or holds no usable key is refused")
  func registrations() throws {
    let device = Authenticator()
    func fault(_ attestation: [UInt8], client: [UInt8]? = nil) throws -> PasskeyFault? {
      let registration = RelyingParty.Registration(
        clientData: client ?? device.clientData("webauthn.create", Self.text), attestation: attestation)
      return #expect(throws: PasskeyFault.self) { _ = try party().check(registration, challenge: Self.challenge) }
    }
    let whole = device.attestation()
    for length in whole.indices { #expect(try fault(Array(whole[..<length])) == .unreadable) }
    #expect(try fault(whole + [0]) == .unreadable)
    let data = device.newData
    for length in data.indices { #expect(try fault(device.attestation(Array(data[..<length]))) == .unreadable) }
    #expect(try fault(device.attestation(data + [0])) == .unreadable)
    var other = device
    other.algorithm = -47
    #expect(try fault(other.attestation()) == .algorithm)
    other.algorithm = -8
    #expect(try fault(other.attestation()) == .algorithm)
    other = device
    other.credentialID = Array(repeating: 1, count: 1024)
    #expect(try fault(other.attestation()) == .unreadable)
    // A point beside the curve.
    let beside = Written.map([
      (Written.integer(1), Written.integer(2)), (Written.integer(3), Written.integer(-7)), (Written.integer(-1), Written.integer(1)),
      (Written.integer(-2), Written.bytes(Array(repeating: 1, count: 32))),
      (Written.integer(-3), Written.bytes(Array(repeating: 2, count: 32))),
    ])
    #expect(try fault(device.attestation(Array(data.dropLast(device.cose.count)) + beside)) == .unreadable)
    #expect(try fault(whole, client: Array("{\"type\":\"webauthn.create\"".utf8)) == .unreadable)
    #expect(try fault(whole, client: Array(repeating: UInt8(ascii: " "), count: 5000)) == .unreadable)
  }

  @Test("P8: CBOR is read as its standard shows it, and what claims to be endless is not waited for")
  func cbor() throws {
    func read(_ bytes: [UInt8]) throws -> CBOR {
      var rest = bytes[...]
      return try CBOR(readingFrom: &rest)
    }
    // Examples of RFC 8949, appendix A.
    #expect(try read([0x00]) == .integer(0))
    #expect(try read([0x19, 0x03, 0xE8]) == .integer(1000))
    #expect(try read([0x1B, 0, 0, 0, 0xE8, 0xD4, 0xA5, 0x10, 0]) == .integer(1_000_000_000_000))
    #expect(try read([0x39, 0x03, 0xE7]) == .integer(-1000))
    #expect(try read([0x3B] + Array(repeating: 0xFF, count: 8)) == .other)
    #expect(try read([0x44, 1, 2, 3, 4]) == .bytes([1, 2, 3, 4]))
    #expect(try read([0x62, 0xC3, 0xBC]) == .text("ü"))
    #expect(try read([0x62, 0xC3, 0x28]) == .other)
    #expect(try read([0x82, 0x01, 0xF5]) == .array([.integer(1), .other]))
    #expect(try read([0xA1, 0x61, 0x61, 0xA0]) == .map([.text("a"): .map([:])]))
    #expect(try read([0xC1, 0x1A, 0x51, 0x4B, 0x67, 0xB0]) == .other)
    #expect(try read([0xFB, 0x3F, 0xF1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9A]) == .other)
    let refused: [[UInt8]] = [
      [], [0x18], [0x1C], [0xFF], [0x44, 1, 2, 3], [0x82, 1], [0xA2, 1, 1, 1, 1],
      // Of indefinite length.
      [0x9F, 0x01, 0xFF], [0xBF, 0xFF], [0x5F, 0x41, 0x01, 0xFF], [0x7F, 0xFF],
      // Huge claims.
      [0x9B] + Array(repeating: 0xFF, count: 8), [0xBB, 0, 0, 0, 1, 0, 0, 0, 0], [0x5B, 0x7F] + Array(repeating: 0xFF, count: 7),
      [0x9A, 0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 0, count: 5000),
      // Deep ones.
      Array(repeating: 0x81, count: 5000), Array(repeating: 0xC1, count: 5000),
    ]
    for bytes in refused { #expect(throws: CBOR.Unreadable.self, "\(bytes.prefix(9))") { _ = try read(bytes) } }
    var dice = SystemRandomNumberGenerator()
    for _ in 0..<5000 {
      let noise = (0..<Int.random(in: 0..<60, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
      // Whatever it is, it ends, and takes no more than there is.
      var rest = noise[...]
      _ = try? CBOR(readingFrom: &rest)
      #expect(rest.count <= noise.count)
    }
  }

  @Test("P8: passkeys belong to the name of the base address; a number has none")
  func names() {
    #expect(RelyingParty(baseAddress: "https://chat.harbour.example")?.id == "chat.harbour.example")
    #expect(RelyingParty(baseAddress: "https://chat.harbour.example:8443")?.origin == "https://chat.harbour.example:8443")
    for address in ["http://127.0.0.1:8080", "http://[::1]:8080", "localhost", ""] { #expect(RelyingParty(baseAddress: address) == nil) }
  }
}
