import Base

/// The answer to subscribing to a log: what the reader missed, and how things stand.
public struct Subscribed: Frame {
  public let id: String?
  public let topic: Topic
  /// The number that the entries follow.
  public let from: Int64
  public let head: Int64
  /// The reader drops what it held: there was more than fits in one answer.
  public let reset: Bool
  public let entries: [EntryFrame]
  public let chat: ChatView?
  public let marks: Marks
  public let people: People
  /// How a paid thread stands; nil where nothing is paid.
  public let deal: DealView?
  /// For how long the author of a message may change it; 0 for never.
  public let editSeconds: Int64

  public init(
    id: String?, topic: Topic, from: Int64, head: Int64, reset: Bool, entries: [EntryFrame], chat: ChatView?, marks: Marks, people: People,
    deal: DealView?, editSeconds: Int64
  ) {
    self.id = id
    self.topic = topic
    self.from = from
    self.head = head
    self.reset = reset
    self.entries = entries
    self.chat = chat
    self.marks = marks
    self.people = people
    self.deal = deal
    self.editSeconds = editSeconds
  }

  public var event: String { "Subscribed" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", topic)
    json.field("from", from)
    json.field("head", head)
    json.field("reset", reset)
    json.field("entries", entries)
    json.field("chat", chat)
    json.field("marks", marks)
    json.field("people", people)
    json.field("deal", deal)
    json.field("editSeconds", editSeconds)
  }
}

/// The answer of `GET …/entries`: older entries of a log.
public struct OlderEntries: JSONWritable, Equatable, Sendable {
  public let entries: [EntryFrame]
  public let more: Bool

  public init(entries: [EntryFrame], more: Bool) {
    self.entries = entries
    self.more = more
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("entries", entries)
      object.field("more", more)
    }
  }
}
