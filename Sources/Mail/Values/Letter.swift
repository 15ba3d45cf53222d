import Base
import Web

/// A letter before it is written: what it is about, for whom, and what goes into the places of its text.
public struct Letter: Sendable, Hashable, Codable {
  public let kind: LetterKind
  public let recipient: Recipient
  /// The poster's own, unique among letters of a kind: the identity or digest of the row that made it necessary. It is no secret.
  public let key: String
  /// What somebody wrote is shown on one line of at most 400 characters.
  public var arguments: [String: String]
  /// What the text announces, one line each; shown like the arguments.
  public var lines: [String]?
  /// What others wrote, whole.
  public var quotes: [Quote]?
  /// The address behind the button.
  public var button: String?
  /// The address behind a quieter link below it.
  public var second: String?
  public var life: LinkLife?
  /// Where a person says that such letters shall end. A POST there must do it at once (RFC 8058).
  public var unsubscribe: String?
  public var replyTo: String?

  public init(
    _ kind: LetterKind, to recipient: Recipient, arguments: [String: String] = [:], lines: [String]? = nil, quotes: [Quote]? = nil,
    button: String? = nil,
    second: String? = nil, life: LinkLife? = nil, unsubscribe: String? = nil, replyTo: String? = nil, key: String
  ) {
    for link in [button, second, unsubscribe].compactMap(\.self) {
      precondition(SafeURL(link) != nil && link.hasPrefix("http"), "A link of a letter is an absolute address of the web")
      precondition(link.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }, "A link is percent-encoded")
    }
    precondition(kind.canBeUnsubscribed == (unsubscribe != nil), "A letter that can be unsubscribed says where")
    self.kind = kind
    self.recipient = recipient
    self.arguments = arguments
    self.lines = lines
    self.quotes = quotes
    self.button = button
    self.second = second
    self.life = life
    self.unsubscribe = unsubscribe
    self.replyTo = replyTo
    self.key = key
  }
}

extension Letter {
  /// Words of somebody else, with every line of them.
  public struct Quote: Sendable, Hashable, Codable {
    public let by: String
    public let text: String

    public init(by: String, text: String) {
      self.by = by
      self.text = text
    }
  }
}

public struct Recipient: Sendable, Hashable, Codable {
  public let address: String
  public let name: String?
  public let language: Language

  public init(address: String, name: String? = nil, language: Language) {
    self.address = address
    self.name = name
    self.language = language
  }
}

/// What a letter is about. Its words are `mail.<name>.subject`, `.heading`, `.text`, `.after`, and `.button` and `.second` when it has them.
/// Slices name theirs: `extension LetterKind { static let answer = LetterKind("answer", canBeUnsubscribed: true) }`.
public struct LetterKind: Sendable, Hashable, Codable {
  public let name: String
  public let canBeUnsubscribed: Bool

  public init(_ name: String, canBeUnsubscribed: Bool = false) {
    self.name = name
    self.canBeUnsubscribed = canBeUnsubscribed
  }
}

/// How long the link of a letter opens something.
public enum LinkLife: Sendable, Hashable, Codable {
  case minutes(Int)
  case hours(Int)
  case days(Int)
}

/// What became of a letter.
public struct LetterOutcome: Sendable, Hashable {
  public enum Fate: Sendable, Hashable {
    /// A mail server, or the folder, took it.
    case delivered
    /// The recipient's address was refused for good.
    case bounced(code: Int, text: String)
    /// Given up for another reason: no server took it in all tries, or it was refused for what it is.
    case abandoned
  }

  public let kind: LetterKind
  public let key: String
  public let at: Moment
  public let fate: Fate
}

public struct Undeliverable: Sendable, Hashable {
  public let code: Int
  public let text: String
  public let at: Moment
}
