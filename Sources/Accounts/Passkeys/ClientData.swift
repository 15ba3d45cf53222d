import Base
import Foundation

/// What the browser says about where and for what an authenticator was asked (WebAuthn, section 5.8.1).
struct ClientData: Decodable {
  enum Ceremony: String {
    case create = "webauthn.create"
    case get = "webauthn.get"
  }

  /// Browsers write some two hundred.
  private static let byteLimit = 4096

  private let type: String
  private let challenge: String
  private let origin: String
  private let crossOrigin: Bool?

  init(_ bytes: [UInt8]) throws(PasskeyFault) {
    guard bytes.count <= Self.byteLimit, let read = try? StrangersJSON.decode(Self.self, from: bytes) else { throw .unreadable }
    self = read
  }

  func check(_ ceremony: Ceremony, _ challenge: [UInt8], from origin: String) throws(PasskeyFault) {
    guard type == ceremony.rawValue else { throw .ceremony }
    guard Base64URL.bytes(self.challenge) == challenge else { throw .challenge }
    guard self.origin == origin, crossOrigin != true else { throw .origin }
  }
}
