import CArgon2

/// Argon2id with 19 MiB, two passes, one lane: what OWASP names for passwords, 16 ms of one processor.
enum Argon2 {
  private static let passes: UInt32 = 2
  private static let kibibytes: UInt32 = 19 * 1024
  private static let lanes: UInt32 = 1
  private static let saltBytes = 16
  private static let hashBytes = 32

  /// The encoded form, which carries salt and costs; a new salt each time.
  static func hash(_ password: String) -> String {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<saltBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let typed = Array(password.utf8)
    let length = argon2_encodedlen(passes, kibibytes, lanes, UInt32(saltBytes), UInt32(hashBytes), Argon2_id)
    var encoded = [CChar](repeating: 0, count: length)
    let code = argon2id_hash_encoded(passes, kibibytes, lanes, typed, typed.count, salt, saltBytes, hashBytes, &encoded, length)
    guard code == ARGON2_OK.rawValue else { fatalError("Argon2 has no memory: \(code)") }
    return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func verify(_ password: String, _ encoded: String) -> Bool {
    let typed = Array(password.utf8)
    return argon2id_verify(encoded, typed, typed.count) == ARGON2_OK.rawValue
  }
}
