import Base
import Crypto
import Foundation

/// Where and for whom a browser takes pushes, as the browser said: everything in it is looked at before it is kept.
struct PushSubscription: Hashable, Sendable {
  static let endpointLimit = 1000
  static let secretBytes = 16

  let endpoint: String
  /// A point of P-256, uncompressed: 65 bytes.
  let publicKey: [UInt8]
  let secret: [UInt8]

  init(endpoint: String, publicKey: [UInt8], secret: [UInt8]) {
    self.endpoint = endpoint
    self.publicKey = publicKey
    self.secret = secret
  }

  /// - Parameter privateHosts: hosts with port, such as `127.0.0.1:9000`, that the owner trusts, also without TLS.
  /// - Throws: `notUnderstood` for anything that no push can be sent to.
  init(endpoint: String, publicKey: String, secret: String, privateHosts: Set<String>) throws(Refusal) {
    guard endpoint.utf8.count <= Self.endpointLimit, let place = PushPlace(endpoint), place.isPublic || privateHosts.contains(place.host),
      let key = Base64URL.bytes(publicKey), key.count == 65, (try? P256.KeyAgreement.PublicKey(x963Representation: key)) != nil,
      let secret = Base64URL.bytes(secret), secret.count == Self.secretBytes
    else { throw Refusal(.notUnderstood) }
    self.init(endpoint: endpoint, publicKey: key, secret: secret)
  }
}

/// The origin of a push service.
struct PushPlace: Hashable, Sendable {
  let origin: String
  /// With the port, where there is one.
  let host: String
  /// Whether it has TLS, and a name that can be one of the public network. Where the name leads is looked at whenever it is asked.
  let isPublic: Bool

  init?(_ endpoint: String) {
    guard let parts = URLComponents(string: endpoint), let scheme = parts.scheme?.lowercased(), let name = parts.host, !name.isEmpty,
      ["https", "http"].contains(scheme), parts.user == nil, parts.fragment == nil,
      !endpoint.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value == 0x7F })
    else { return nil }
    host = name.lowercased() + (parts.port.map { ":\($0)" } ?? "")
    origin = "\(scheme)://\(host)"
    let labels = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    isPublic = scheme == "https" && labels.count > 1 && labels.last?.first?.isLetter == true && labels.last != "localhost"
  }
}
