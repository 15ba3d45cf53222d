import Base
import Crypto
import Foundation

/// Something that a browser keeps for us and can neither read nor change: sealed with AES-GCM, bound to what it is for.
public enum SealedNote {
  public static func seal(_ note: some Encodable, for purpose: String, with key: SymmetricKey) throws -> String {
    let box = try AES.GCM.seal(JSONEncoder().encode(note), using: key, authenticating: Array(purpose.utf8))
    guard let combined = box.combined else { preconditionFailure("A nonce of the usual length is part of the box") }
    return Base64URL.text(combined)
  }

  /// Nil for what was not sealed here, or for something else.
  public static func open<Note: Decodable>(_ sealed: String, as type: Note.Type, for purpose: String, with key: SymmetricKey) -> Note? {
    guard let bytes = Base64URL.bytes(sealed), let box = try? AES.GCM.SealedBox(combined: bytes),
      let plain = try? AES.GCM.open(box, using: key, authenticating: Array(purpose.utf8))
    else { return nil }
    return try? JSONDecoder().decode(type, from: plain)
  }
}
