import Base

/// By what a visitor is known: what the browser keeps, or the signed link of a letter or of an account's page.
public enum VisitorKey: Hashable, Sendable {
  case browser(Secret)
  case link(String)

  static let linkLengthLimit = 250

  /// Nil for what is neither.
  public init?(_ text: String) {
    if let secret = Secret(text) {
      self = .browser(secret)
    } else if text.utf8.count <= Self.linkLengthLimit, text.contains("."), text.utf8.allSatisfy(Self.isOfLink) {
      self = .link(text)
    } else {
      return nil
    }
  }

  public var text: String {
    switch self {
    case .browser(let secret): secret.text
    case .link(let text): text
    }
  }

  private static func isOfLink(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
    default: false
    }
  }
}

public struct VisitorHello: Hashable, Sendable {
  /// The widget key of the website.
  public let site: String
  public let key: VisitorKey
  public let page: PageSeen?
  public let language: String?

  public init(site: String, key: VisitorKey, page: PageSeen?, language: String?) {
    self.site = site
    self.key = key
    self.page = page
    self.language = language
  }
}

/// The page of the website that a visitor looks at.
public struct PageSeen: Hashable, Sendable, Decodable {
  public let url: String
  public let title: String

  public init(url: String, title: String) {
    self.url = url
    self.title = title
  }
}

/// What a visitor filled in; which fields must be there is the site's rule.
public struct LeadForm: Hashable, Sendable, Decodable {
  public let name: String?
  public let email: String?
  public let phone: String?
  public let service: String?

  public init(name: String?, email: String?, phone: String?, service: String?) {
    self.name = name
    self.email = email
    self.phone = phone
    self.service = service
  }
}

/// A message as its sender names it: the same `client` at every retry.
public struct Message: Hashable, Sendable {
  public let client: String
  public let text: String
  public let agreed: Agreement

  public init(client: String, text: String, agreed: Agreement = Agreement()) {
    self.client = client
    self.text = text
    self.agreed = agreed
  }
}

/// A note of the team, and whom it calls.
public struct Note: Hashable, Sendable {
  public let client: String
  public let text: String
  public let mentions: [AccountID]

  public init(client: String, text: String, mentions: [AccountID]) {
    self.client = client
    self.text = text
    self.mentions = mentions
  }
}

/// What somebody wrote in a conversation and did not send.
public struct Draft: Hashable, Sendable, JSONWritable {
  public let conversation: ConversationID
  /// Empty for what was sent or thrown away.
  public let text: String
  /// When it was written: the newest one counts.
  public let at: Moment

  public init(conversation: ConversationID, text: String, at: Moment) {
    self.conversation = conversation
    self.text = text
    self.at = at
  }

  public func write(to json: inout JSONWriter) { json.object { writeFields(to: &$0) } }

  func writeFields(to json: inout JSONWriter) {
    json.field("conversation", conversation)
    json.field("text", text)
    json.field("at", at)
  }
}

/// Several things about a chat at once: what is said, what it is called by, and what becomes of it. All of them happen or none.
public struct Macro: Hashable, Sendable {
  public enum End: Hashable, Sendable {
    case nothing, close
    case transfer(to: AccountID)
  }

  /// The same at every retry, as a message's.
  public let client: String
  /// Empty where nothing is said.
  public let text: String
  public let tags: [TagID]
  public let end: End

  public static let tagLimit = 20

  public init(client: String, text: String, tags: [TagID], end: End) {
    self.client = client
    self.text = text
    self.tags = tags
    self.end = end
  }
}

/// What the sender of a message was shown, where an answer is paid; nil where nothing was.
public struct Agreement: Hashable, Sendable {
  /// The price, in units.
  public let price: Int64?
  public let way: MessageWay?

  public init(price: Int64? = nil, way: MessageWay? = nil) {
    self.price = price
    self.way = way
  }
}

public enum AgentStatus: String, Sendable, CaseIterable, Codable, JSONWritable {
  case online, away, offline
}

/// What is possible with somebody now, the best first: what customers are told.
public enum Reach: String, Sendable, CaseIterable, Codable, JSONWritable {
  case chat
  /// There, and back in a moment.
  case away
  /// By telephone alone.
  case call
  case busy, offlineMessage
  /// Not there, at a website that takes no offline messages: what is asked all the same waits for an answer as any question.
  case offline
  case unavailable
}
