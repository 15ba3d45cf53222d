import Base

/// One thing that an account is told of, as its reader gets it.
public struct NoticeRow: Hashable, Sendable, JSONWritable {
  public let id: NoticeID
  public let kind: String
  public let revision: Int64
  public let count: Int64
  public let at: Moment
  public let read: Bool
  public let conversation: ConversationID?
  /// Where it happened, e.g. the name of a website.
  public let place: String
  /// Whose doing it was; nil while nobody knows.
  public let name: String?
  /// The beginning of what was said.
  public let text: String?
  /// What can be done about it from the notice itself: `join`, `reply`.
  public let acts: [String]

  public init(
    id: NoticeID, kind: String, revision: Int64, count: Int64, at: Moment, read: Bool, conversation: ConversationID?, place: String,
    name: String?, text: String?, acts: [String]
  ) {
    self.id = id
    self.kind = kind
    self.revision = revision
    self.count = count
    self.at = at
    self.read = read
    self.conversation = conversation
    self.place = place
    self.name = name
    self.text = text
    self.acts = acts
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("id", id)
      object.field("kind", kind)
      object.field("revision", revision)
      object.field("count", count)
      object.field("at", at)
      object.field("read", read)
      object.field("conversation", conversation)
      object.field("place", place)
      object.field("name", name)
      object.field("text", text)
      object.field("acts", acts)
    }
  }
}

/// The whole state of `notices.{account}`: how many are unread, and the newest ones.
public struct NoticesSnapshot: Frame {
  public let id: String?
  public let account: AccountID
  public let unread: Int64
  public let rows: [NoticeRow]

  public init(id: String? = nil, account: AccountID, unread: Int64, rows: [NoticeRow]) {
    self.id = id
    self.account = account
    self.unread = unread
    self.rows = rows
  }

  public var event: String { "Snapshot" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", Topic.notices(account))
    json.field("unread", unread)
    json.field("rows", rows)
  }
}

/// A patch of `notices.{account}`: notices that are new or changed, and those that left the list.
public struct NoticesChanged: Frame {
  public let account: AccountID
  public let unread: Int64
  public let rows: [NoticeRow]
  public let gone: [NoticeID]

  public init(account: AccountID, unread: Int64, rows: [NoticeRow], gone: [NoticeID]) {
    self.account = account
    self.unread = unread
    self.rows = rows
    self.gone = gone
  }

  public var event: String { "NoticesChanged" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", Topic.notices(account))
    json.field("unread", unread)
    json.field("rows", rows)
    json.field("gone", gone)
  }
}
