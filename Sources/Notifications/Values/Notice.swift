import Base

/// A thing that an account is told of, as it is kept: what it is about by identity, never what is in it.
public struct Notice: Hashable, Sendable {
  public let id: NoticeID
  public let account: AccountID
  public let kind: String
  public let subject: String
  public let data: String
  public let count: Int64
  public let revision: Int64
  public let at: Moment
  public let readAt: Moment?
  public let archivedAt: Moment?
  let shown: Bool
  let mailedAt: Moment?

  /// An identity in its data: `{"conversation": "5"}`.
  public func identity<Kind>(_ name: String, of kind: Kind.Type = Kind.self) -> ID<Kind>? {
    guard let place = data.range(of: "\"\(name)\":") else { return nil }
    return ID<Kind>(String(data[place.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber }))
  }
}

/// What happened, for those who are told.
public struct Tidings: Hashable, Sendable {
  public let kind: NoticeKind
  /// What it is about, e.g. `chat.5`. Of an account, kind and subject one notice is unread: what comes to it moves it.
  public let subject: String
  public let data: [String: String]
  public let count: Int64
  /// When the latest of it happened. The same tidings told again change nothing, also after they were read.
  public let at: Moment

  public init(_ kind: NoticeKind, about subject: String, data: [String: String], count: Int64 = 1, at: Moment) {
    precondition(data.values.allSatisfy { ID<Kinds.Notice>($0) != nil }, "A notice names rows by their identity")
    self.kind = kind
    self.subject = subject
    self.data = data
    self.count = count
    self.at = at
  }

  var json: String { "{" + data.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",") + "}" }
}

/// What a notice says, read at the moment of telling by the slice whose kind it is.
public struct Story: Hashable, Sendable {
  public enum Act: String, Sendable {
    case join, reply
  }

  public let name: String?
  public let place: String
  public let text: String?
  public let conversation: ConversationID?
  /// The page of ours that shows it.
  public let path: String
  public let acts: [Act]

  public init(name: String?, place: String, text: String?, conversation: ConversationID?, path: String, acts: [Act]) {
    self.name = name
    self.place = place
    self.text = text
    self.conversation = conversation
    self.path = path
    self.acts = acts
  }
}

/// A notice with what it says.
struct ToldNotice: Hashable, Sendable {
  let notice: Notice
  let story: Story
}
