import Crypto

/// The content coding `aes128gcm` (RFC 8188), in one record: what a push carries is never longer.
enum ContentCoding {
  static let recordBytes: UInt32 = 4096
  static let saltBytes = 16
  /// What fits into one record beside the delimiter and the tag.
  static let plainLimit = Int(recordBytes) - 17

  static func seal(_ plain: [UInt8], key: SymmetricKey, salt: [UInt8], keyID: [UInt8]) throws -> [UInt8] {
    precondition(salt.count == saltBytes && keyID.count < 256 && plain.count <= plainLimit, "One record has room for it")
    let contentKey = derived(key, salt, "Content-Encoding: aes128gcm", bytes: 16)
    let nonce = derived(key, salt, "Content-Encoding: nonce", bytes: 12).withUnsafeBytes { Array($0) }
    // 2 marks the last record.
    let box = try AES.GCM.seal(plain + [2], using: contentKey, nonce: AES.GCM.Nonce(data: nonce))
    let size = (0..<4).reversed().map { UInt8(truncatingIfNeeded: recordBytes >> (8 * $0)) }
    return salt + size + [UInt8(keyID.count)] + keyID + Array(box.ciphertext) + Array(box.tag)
  }

  private static func derived(_ key: SymmetricKey, _ salt: [UInt8], _ info: String, bytes: Int) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(inputKeyMaterial: key, salt: salt, info: Array(info.utf8) + [0], outputByteCount: bytes)
  }
}

/// Encryption for one browser (RFC 8291): the push service carries what it cannot read.
enum PushMessage {
  static func encrypt(
    _ plain: [UInt8], for subscription: PushSubscription, sender: P256.KeyAgreement.PrivateKey = P256.KeyAgreement.PrivateKey(),
    salt: [UInt8] = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
  ) throws -> [UInt8] {
    let receiver = try P256.KeyAgreement.PublicKey(x963Representation: subscription.publicKey)
    let ours = Array(sender.publicKey.x963Representation)
    let shared = try sender.sharedSecretFromKeyAgreement(with: receiver)
    let info = Array("WebPush: info".utf8) + [0] + subscription.publicKey + ours
    let key = shared.hkdfDerivedSymmetricKey(using: SHA256.self, salt: subscription.secret, sharedInfo: info, outputByteCount: 32)
    return try ContentCoding.seal(plain, key: key, salt: salt, keyID: ours)
  }
}
