/// Events on a log topic that are no entries: said once, never numbered, made good by the next one or by subscribing again.

import Base

public struct AgentTyping: Frame {
  public let topic: Topic
  public let by: AgentParty
  public let on: Bool

  public init(topic: Topic, by: AgentParty, on: Bool) {
    self.topic = topic
    self.by = by
    self.on = on
  }

  public var event: String { "AgentTyping" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", topic)
    json.field("by", Party.agent(by))
    json.field("on", on)
  }
}

public struct VisitorTyping: Frame {
  public let topic: Topic
  public let on: Bool
  /// What they have typed so far; nil where the website does not show it.
  public let text: String?

  public init(topic: Topic, on: Bool, text: String? = nil) {
    self.topic = topic
    self.on = on
    self.text = text
  }

  public var event: String { "VisitorTyping" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", topic)
    json.field("on", on)
    json.field("text", ifAny: text)
  }
}

/// Who of the team has a chat open. Told to the team alone.
public struct AgentViewing: Frame {
  public struct Viewer: Hashable, Sendable, JSONWritable {
    public let id: AccountID
    public let name: String
    public let avatar: String

    public init(id: AccountID, name: String, avatar: String) {
      self.id = id
      self.name = name
      self.avatar = avatar
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", id)
        object.field("name", name)
        object.field("avatar", avatar)
      }
    }
  }

  public let topic: Topic
  public let by: Viewer
  public let on: Bool

  public init(topic: Topic, by: Viewer, on: Bool) {
    self.topic = topic
    self.by = by
    self.on = on
  }

  public var event: String { "AgentViewing" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", topic)
    json.field("by", by)
    json.field("on", on)
  }
}

/// Somebody sent a file: beside the entry, for whoever listens for files alone.
public struct FileUploaded: Frame {
  public let topic: Topic
  public let n: Int64
  public let by: Party
  public let file: AttachedFile

  public init(topic: Topic, n: Int64, by: Party, file: AttachedFile) {
    self.topic = topic
    self.n = n
    self.by = by
    self.file = file
  }

  public var event: String { "FileUploaded" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", topic)
    json.field("n", n)
    json.field("by", by)
    json.field("file", Body.file(file))
  }
}

public struct MarksChanged: Frame {
  public let topic: Topic
  public let marks: Marks

  public init(topic: Topic, marks: Marks) {
    self.topic = topic
    self.marks = marks
  }

  public var event: String { "Marks" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", topic)
    json.field("marks", marks)
  }
}

public struct PeopleChanged: Frame {
  public let topic: Topic
  public let people: People

  public init(topic: Topic, people: People) {
    self.topic = topic
    self.people = people
  }

  public var event: String { "People" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", topic)
    json.field("people", people)
  }
}
