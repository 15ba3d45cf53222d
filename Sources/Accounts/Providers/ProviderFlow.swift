import Base
import Crypto
import Web

/// The way of one browser to a provider and back. It lies sealed in that browser's cookie, so that only who began it can end it.
struct ProviderFlow: Codable, Sendable {
  static let seconds: Int64 = 600

  let provider: SignInProvider.Name
  /// Comes back with the answer (RFC 6749, section 10.12).
  var state = Secret().text
  /// Comes back inside the ID token (OpenID Connect Core, section 3.1.2.1).
  var nonce = Secret().text
  /// Two secrets long, because a verifier has at least 43 letters (RFC 7636, section 4.1).
  var verifier = Secret().text + Secret().text
  let next: String?
  /// The account that is to be connected; nil when somebody signs in.
  let connecting: AccountID?
  let began: Moment

  /// The S256 challenge of RFC 7636, section 4.2.
  var challenge: String { Base64URL.text(SHA256.hash(data: Array(verifier.utf8))) }

  func sealed(with key: SymmetricKey) throws -> String { try SealedNote.seal(self, for: Self.purpose, with: key) }

  /// Nil for what was not sealed here or is too old.
  init?(_ sealed: String, with key: SymmetricKey, at now: Moment) {
    guard let flow = SealedNote.open(sealed, as: Self.self, for: Self.purpose, with: key),
      now.milliseconds(since: flow.began) < Self.seconds * 1000
    else { return nil }
    self = flow
  }

  init(provider: SignInProvider.Name, next: String?, connecting: AccountID?, began: Moment) {
    self.provider = provider
    self.next = next
    self.connecting = connecting
    self.began = began
  }

  private static let purpose = "sign-in flow"
}
