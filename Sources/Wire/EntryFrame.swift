import Base

/// One entry of a log. `after` is the number before `n` that this reader may see.
public struct EntryFrame: Frame {
  public let topic: Topic
  public let n: Int64
  public let after: Int64
  public let at: Moment
  public let chat: ChatID
  public let by: Party
  public let client: String?
  public let body: Body

  public init(topic: Topic, n: Int64, after: Int64, at: Moment, chat: ChatID, by: Party, client: String?, body: Body) {
    self.topic = topic
    self.n = n
    self.after = after
    self.at = at
    self.chat = chat
    self.by = by
    self.client = client
    self.body = body
  }

  public var event: String { body.event }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", topic)
    json.field("n", n)
    json.field("after", after)
    json.field("at", at)
    json.field("chat", chat)
    json.field("by", by)
    json.field("client", ifAny: client)
    json.field("body", body)
  }
}
