import Base
import Crypto

/// What opens exactly one thread on any device (X6): it stands in letters, and in the page that an account opens for its own thread.
///
/// It proves itself by its signature, so nothing is kept of it. It is shown where a browser on a website shows its visitor key.
public struct ThreadLink: Hashable, Sendable {
  /// How long a letter leads back.
  public static let lifetimeSeconds: Int64 = 30 * 86_400

  public enum Holder: Hashable, Sendable {
    /// Whoever has the letter with the answers up to the number.
    case letter(upTo: Int64)
    /// The account that keeps the thread, for as long as this session lasts.
    case session(AccountID, digest: [UInt8])
  }

  public let conversation: ConversationID
  public let holder: Holder
  public let expires: Moment

  public init(to conversation: ConversationID, for holder: Holder, at now: Moment) {
    self.conversation = conversation
    self.holder = holder
    expires = now.adding(seconds: Self.lifetimeSeconds)
  }

  /// As it stands in an address: claim and code, in letters, digits, dots and hyphens.
  public func signed(with key: SymmetricKey) -> String { "\(claim).\(LinkCode.of(claim, with: key))" }

  /// Reads one that this program signed, however old; nil for any other.
  public init?(_ text: String, signedWith key: SymmetricKey) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 5, let conversation = ConversationID(parts[1]), let expires = Int64(parts[2]) else { return nil }
    switch (parts[0], parts.count) {
    case ("letter", 5):
      guard let n = Int64(parts[3]) else { return nil }
      holder = .letter(upTo: n)
    case ("session", 6):
      guard let account = AccountID(parts[3]), let digest = Base64URL.bytes(parts[4]) else { return nil }
      holder = .session(account, digest: digest)
    default: return nil
    }
    self.conversation = conversation
    self.expires = Moment(milliseconds: expires)
    // Written as we write it: a number with a sign or a zero in front is not what was signed.
    guard let code = parts.last, text == "\(claim).\(code)", LinkCode.isRight(code, of: claim, with: key) else { return nil }
  }

  private var claim: String {
    switch holder {
    case .letter(let n): "letter.\(conversation).\(expires.milliseconds).\(n)"
    case .session(let account, let digest): "session.\(conversation).\(expires.milliseconds).\(account).\(Base64URL.text(digest))"
    }
  }
}
