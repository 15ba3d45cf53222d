import Base

/// Who did something in a conversation, as the readers are told.
public enum Party: Hashable, Sendable, JSONWritable {
  /// The name is nil before the form.
  case visitor(VisitorID, name: String?)
  /// An agent under the name of the site, with the colour that the conversation gave.
  case agent(AgentParty)
  /// Nobody: something happened by itself.
  case system

  public enum Kind: String, Sendable, CaseIterable, Codable, JSONWritable {
    case visitor, agent, system
  }

  public var kind: Kind {
    switch self {
    case .visitor: .visitor
    case .agent: .agent
    case .system: .system
    }
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("kind", kind)
      switch self {
      case .visitor(let id, let name):
        object.field("id", id)
        object.field("name", name)
      case .agent(let agent): agent.writeFields(to: &object)
      case .system: break
      }
    }
  }
}

public struct AgentParty: Hashable, Sendable {
  public let id: AccountID
  public let name: String
  public let avatar: String
  public let colour: Int64

  public init(id: AccountID, name: String, avatar: String, colour: Int64) {
    self.id = id
    self.name = name
    self.avatar = avatar
    self.colour = colour
  }

  func writeFields(to json: inout JSONWriter) {
    json.field("id", id)
    json.field("name", name)
    json.field("avatar", avatar)
    json.field("colour", colour)
  }
}
