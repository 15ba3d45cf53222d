import Base
import Crypto

/// The right to fetch the files of one conversation for a short time, bound to whom it was given: it stands in addresses, which leak.
public struct FilePass: Hashable, Sendable {
  public static let lifetimeSeconds: Int64 = 900

  public enum Reader: Hashable, Sendable {
    case account(AccountID)
    case visitor(VisitorID)
  }

  public let reader: Reader
  public let conversation: ConversationID
  public let expires: Moment

  public init(for reader: Reader, in conversation: ConversationID, at now: Moment) {
    self.reader = reader
    self.conversation = conversation
    expires = now.adding(seconds: Self.lifetimeSeconds)
  }

  /// As it stands in an address.
  public func signed(with key: SymmetricKey) -> String { "\(claim).\(LinkCode.of(claim, with: key))" }

  /// Reads one that this program signed; nil for any other.
  public init?(_ text: String, signedWith key: SymmetricKey) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, let conversation = ConversationID(parts[2]), let expires = Int64(parts[3]),
      let reader = Self.reader(parts[0], parts[1])
    else { return nil }
    self.reader = reader
    self.conversation = conversation
    self.expires = Moment(milliseconds: expires)
    // Written as we write it: a number with a sign or a zero in front is not what was signed.
    guard text == "\(claim).\(parts[4])", LinkCode.isRight(parts[4], of: claim, with: key) else { return nil }
  }

  private var claim: String {
    switch reader {
    case .account(let id): "account.\(id).\(conversation).\(expires.milliseconds)"
    case .visitor(let id): "visitor.\(id).\(conversation).\(expires.milliseconds)"
    }
  }

  private static func reader(_ kind: String, _ id: String) -> Reader? {
    switch kind {
    case "account": AccountID(id).map(Reader.account)
    case "visitor": VisitorID(id).map(Reader.visitor)
    default: nil
    }
  }
}
