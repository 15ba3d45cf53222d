import Base
import Crypto

/// How numbers lie in the database: sealed for their account, and found by a digest that nobody without the key can try numbers against.
struct PhoneSeal: Sendable {
  private let sealing: SymmetricKey
  private let finding: SymmetricKey

  init(_ key: SymmetricKey) {
    sealing = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array("seal".utf8), outputByteCount: 32)
    finding = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array("digest".utf8), outputByteCount: 32)
  }

  func digest(of number: PhoneNumber) -> [UInt8] { code("number.\(number.text)") }

  /// Bound to whose code it is and to which number it went: six digits alone would soon be found.
  func digest(ofCode code: String, for number: [UInt8], of account: AccountID) -> [UInt8] {
    self.code("code.\(account).\(Secret.hexadecimal(number)).\(code)")
  }

  func seal(_ number: PhoneNumber, of account: AccountID) throws -> [UInt8] {
    let box = try AES.GCM.seal(Array(number.text.utf8), using: sealing, authenticating: Array(Self.purpose(account).utf8))
    guard let combined = box.combined else { preconditionFailure("A nonce of the usual length is part of the box") }
    return Array(combined)
  }

  /// Bound to its account: a row that was copied to another one opens nothing.
  func open(_ sealed: [UInt8], of account: AccountID) throws -> PhoneNumber? {
    let plain = try AES.GCM.open(
      AES.GCM.SealedBox(combined: sealed), using: sealing, authenticating: Array(Self.purpose(account).utf8))
    return PhoneNumber(String(decoding: plain, as: UTF8.self))
  }

  private static func purpose(_ account: AccountID) -> String { "phone.\(account)" }

  private func code(_ claim: String) -> [UInt8] { Array(HMAC<SHA256>.authenticationCode(for: Array(claim.utf8), using: finding)) }
}
