import Base
import Crypto

/// What an authenticator is asked to sign. It lies sealed in the page that asks and is bound to its browser, so that asking writes nothing;
/// once answered it is written down, so that no answer counts twice.
struct PasskeyChallenge: Codable, Sendable {
  static let seconds: Int64 = 300
  private static let purpose = "passkey challenge"

  let bytes: [UInt8]
  /// The form token of the browser that asked.
  private let browser: String
  /// Whose new passkey it is for; nil when somebody signs in.
  let account: AccountID?
  private let began: Moment

  init(for account: AccountID? = nil, browser: String, at now: Moment) {
    var generator = SystemRandomNumberGenerator()
    bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    self.browser = browser
    self.account = account
    began = now
  }

  /// Nil for what was not sealed here, by another browser, or too long ago.
  init?(_ sealed: String, browser: String, with key: SymmetricKey, at now: Moment) {
    guard let challenge = SealedNote.open(sealed, as: Self.self, for: Self.purpose, with: key), challenge.browser == browser,
      now < challenge.end
    else { return nil }
    self = challenge
  }

  func sealed(with key: SymmetricKey) throws -> String { try SealedNote.seal(self, for: Self.purpose, with: key) }

  var text: String { Base64URL.text(bytes) }
  var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }
  var end: Moment { began.adding(seconds: Self.seconds) }
}
