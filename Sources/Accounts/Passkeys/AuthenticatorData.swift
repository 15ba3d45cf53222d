/// What an authenticator says about itself and signs (WebAuthn, section 6.1).
struct AuthenticatorData: Sendable {
  /// What it has made, when it was asked for a new passkey.
  struct Credential: Sendable {
    let id: [UInt8]
    /// A COSE_Key as it was written.
    let key: [UInt8]
  }

  /// WebAuthn, section 4: identities of credentials are at most so long.
  static let credentialIDLimit = 1023
  private static let headLength = 37

  let partyHash: [UInt8]
  let userWasPresent: Bool
  let userWasVerified: Bool
  let signCount: UInt32
  let credential: Credential?

  init(_ bytes: [UInt8]) throws(PasskeyFault) {
    guard bytes.count >= Self.headLength else { throw .unreadable }
    partyHash = Array(bytes[..<32])
    let flags = bytes[32]
    userWasPresent = flags & 0x01 != 0
    userWasVerified = flags & 0x04 != 0
    let (mayBeBackedUp, isBackedUp) = (flags & 0x08 != 0, flags & 0x10 != 0)
    guard mayBeBackedUp || !isBackedUp else { throw .unreadable }
    signCount = bytes[33..<Self.headLength].reduce(0) { $0 << 8 | UInt32($1) }
    var rest = bytes[Self.headLength...]
    credential = flags & 0x40 != 0 ? try Self.credential(&rest) : nil
    if flags & 0x80 != 0 {
      // Nothing was asked for, and what comes unasked is ignored.
      do { _ = try CBOR(readingFrom: &rest) } catch { throw .unreadable }
    }
    guard rest.isEmpty else { throw .unreadable }
  }

  private static func credential(_ rest: inout ArraySlice<UInt8>) throws(PasskeyFault) -> Credential {
    // The model of the authenticator: without an attestation only its word.
    rest = rest.dropFirst(16)
    guard rest.count >= 2 else { throw .unreadable }
    let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(2)
    guard (1...credentialIDLimit).contains(length), rest.count > length else { throw .unreadable }
    let id = Array(rest.prefix(length))
    rest = rest.dropFirst(length)
    let key = rest
    do { _ = try CBOR(readingFrom: &rest) } catch { throw .unreadable }
    return Credential(id: id, key: Array(key.dropLast(rest.count)))
  }
}
