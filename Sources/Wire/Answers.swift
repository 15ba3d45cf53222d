import Base

/// A command was carried out.
public struct Done: Frame {
  public let id: String?

  public init(id: String?) { self.id = id }

  public var event: String { "Done" }

  public func writeFields(to json: inout JSONWriter) { json.field("id", ifAny: id) }
}

/// A message is on the disk under this number.
public struct Acknowledged: Frame {
  public let id: String?
  public let topic: Topic
  public let client: String
  public let n: Int64
  public let at: Moment

  public init(id: String?, topic: Topic, client: String, n: Int64, at: Moment) {
    self.id = id
    self.topic = topic
    self.client = client
    self.n = n
    self.at = at
  }

  public var event: String { "Acknowledged" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", topic)
    json.field("client", client)
    json.field("n", n)
    json.field("at", at)
  }
}

/// A command was not carried out, in words that its sender can be shown.
public struct Refused: Frame {
  public let id: String?
  public let topic: Topic?
  public let reason: Refusal.Reason
  public let text: String
  public let fields: [String: String]
  public let retryAfterSeconds: Int?

  /// - Parameters:
  ///   - topic: the subscription that ended with it.
  ///   - text: the refusal in the reader's language.
  ///   - fields: the same for single fields of a form.
  public init(id: String?, topic: Topic? = nil, _ refusal: Refusal, text: String, fields: [String: String] = [:]) {
    self.id = id
    self.topic = topic
    reason = refusal.reason
    self.text = text
    self.fields = fields
    retryAfterSeconds = refusal.retryAfterSeconds
  }

  public var event: String { "Refused" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", ifAny: topic)
    json.field("reason", reason)
    json.field("text", text)
    json.field("fields", ifAny: fields.isEmpty ? nil : fields)
    json.field("retryAfterSeconds", ifAny: retryAfterSeconds)
  }
}

extension Refusal.Reason: JSONWritable {}

/// The heartbeat, with the head of each log that changed since the last one.
public struct Ping: Frame {
  public let heads: [String: Int64]

  public init(heads: [String: Int64]) { self.heads = heads }

  public var event: String { "Ping" }

  public func writeFields(to json: inout JSONWriter) { json.field("heads", heads) }
}
