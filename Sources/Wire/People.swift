/// Who takes part in a conversation, and who is there.
public struct People: Hashable, Sendable, JSONWritable {
  public let visitor: Visitor
  public let agents: [Agent]

  public init(visitor: Visitor, agents: [Agent]) {
    self.visitor = visitor
    self.agents = agents
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
    }
  }
}
