import Crypto

/// This program as authenticators know it: by the name of its base address, which a passkey is bound to for ever.
///
/// The checks are those of WebAuthn, sections 7.1 and 7.2, for an attestation of "none": a statement about the make of an authenticator
/// is neither asked for nor looked at.
struct RelyingParty: Sendable {
  /// What a browser sends after somebody has made a passkey.
  struct Registration: Sendable {
    let clientData: [UInt8]
    let attestation: [UInt8]
  }

  /// What a browser sends after somebody has used one.
  struct Assertion: Sendable {
    let credentialID: [UInt8]
    let clientData: [UInt8]
    let authenticatorData: [UInt8]
    let signature: [UInt8]
    let userHandle: [UInt8]
  }

  let id: String
  let origin: String

  /// Nil where the base address has no name: a passkey cannot belong to a number.
  init?(baseAddress: String) {
    guard let scheme = baseAddress.firstRange(of: "://") else { return nil }
    let host = baseAddress[scheme.upperBound...].prefix { $0 != ":" && $0 != "/" }
    guard !host.isEmpty, !host.hasPrefix("["), host.contains(where: \.isLetter) else { return nil }
    id = String(host)
    origin = baseAddress
  }

  func check(_ registration: Registration, challenge: [UInt8]) throws(PasskeyFault) -> (AuthenticatorData.Credential, signCount: UInt32) {
    try ClientData(registration.clientData).check(.create, challenge, from: origin)
    var rest = registration.attestation[...]
    guard let attestation = try? CBOR(readingFrom: &rest), rest.isEmpty, let bytes = attestation["authData"]?.bytes else {
      throw .unreadable
    }
    let data = try AuthenticatorData(bytes)
    try check(data)
    guard let credential = data.credential else { throw .unreadable }
    _ = try PasskeyKey(cose: credential.key)
    return (credential, data.signCount)
  }

  /// - Returns: how often the authenticator says that it has signed.
  func check(_ assertion: Assertion, key: [UInt8], challenge: [UInt8]) throws(PasskeyFault) -> UInt32 {
    try ClientData(assertion.clientData).check(.get, challenge, from: origin)
    let data = try AuthenticatorData(assertion.authenticatorData)
    try check(data)
    let message = assertion.authenticatorData + SHA256.hash(data: assertion.clientData)
    guard try PasskeyKey(cose: key).signed(message, assertion.signature) else { throw .signature }
    return data.signCount
  }

  private func check(_ data: AuthenticatorData) throws(PasskeyFault) {
    guard data.partyHash == Array(SHA256.hash(data: Array(id.utf8))) else { throw .party }
    guard data.userWasPresent else { throw .presence }
    guard data.userWasVerified else { throw .verification }
  }
}
