/// Who takes part in a conversation, and who is there.
public struct People: Hashable, Sendable, JSONWritable {
  public let visitor: Visitor
  public let agents: [Agent]
  /// Where the visitor stands among those who wait; nil for who does not.
  public let queue: Queue?

  public init(visitor: Visitor, agents: [Agent], queue: Queue? = nil) {
    self.visitor = visitor
    self.agents = agents
    self.queue = queue
  }

  public struct Queue: Hashable, Sendable, JSONWritable {
    /// 1 for who is next.
    public let position: Int64
    /// How long others waited there lately; nil where too few did.
    public let latelySeconds: Int64?
    /// Nobody came in time: they may leave it with the team.
    public let overdue: Bool

    public init(position: Int64, latelySeconds: Int64?, overdue: Bool) {
      self.position = position
      self.latelySeconds = latelySeconds
      self.overdue = overdue
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("position", position)
        object.field("latelySeconds", latelySeconds)
        object.field("overdue", overdue)
      }
    }
  }

  public struct Visitor: Hashable, Sendable, JSONWritable {
    public let name: String?
    public let online: Bool

    public init(name: String?, online: Bool) {
      self.name = name
      self.online = online
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("name", name)
        object.field("online", online)
      }
    }
  }

  public struct Agent: Hashable, Sendable, JSONWritable {
    public let party: AgentParty
    public let status: AgentStatus
    /// Whether the agent is in the present chat.
    public let here: Bool

    public init(_ party: AgentParty, status: AgentStatus, here: Bool) {
      self.party = party
      self.status = status
      self.here = here
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        party.writeFields(to: &object)
        object.field("status", status)
        object.field("here", here)
      }
    }
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("visitor", visitor)
      object.field("agents", agents)
      object.field("queue", queue)
    }
  }
}
