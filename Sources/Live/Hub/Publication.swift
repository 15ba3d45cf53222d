/// Something that happened on a topic, with the finished JSON for each audience. A plain value, so that any bus can carry it.
public struct Publication: Codable, Hashable, Sendable {
  public let topic: String
  public let content: Content

  public enum Content: Codable, Hashable, Sendable {
    /// An entry of a log under number `n`; nil for an audience that does not see it.
    case entry(n: Int64, everybody: Entry?, team: Entry?)
    /// Anything that is not numbered: a patch, a snapshot, somebody typing.
    case event(everybody: [UInt8]?, team: [UInt8]?)
    /// A log has come to these numbers, whatever was told of it: whoever holds less reads it. Nil for an audience that sees nothing new.
    case head(everybody: Int64?, team: Int64?)
    /// Something about a state may not have been told: whoever follows it gets it whole.
    case stale
  }

  public struct Entry: Codable, Hashable, Sendable {
    /// The number before `n` that this audience may see.
    public let after: Int64
    public let json: [UInt8]

    public init(after: Int64, json: [UInt8]) {
      self.after = after
      self.json = json
    }
  }

  /// An entry of a log. Who does not see it is given nil.
  public static func entry(_ topic: String, n: Int64, everybody: Entry?, team: Entry?) -> Publication {
    Publication(topic: topic, content: .entry(n: n, everybody: everybody, team: team))
  }

  /// An event that all members of the topic see.
  public static func event(_ topic: String, json: [UInt8]) -> Publication {
    Publication(topic: topic, content: .event(everybody: json, team: json))
  }

  public static func event(_ topic: String, everybody: [UInt8]?, team: [UInt8]?) -> Publication {
    Publication(topic: topic, content: .event(everybody: everybody, team: team))
  }

  public static func head(_ topic: String, everybody: Int64?, team: Int64?) -> Publication {
    Publication(topic: topic, content: .head(everybody: everybody, team: team))
  }

  public static func stale(_ topic: String) -> Publication { Publication(topic: topic, content: .stale) }
}

/// As whom a connection reads a topic.
public enum Audience: Sendable {
  case everybody
  /// Who may also see what is only for the team.
  case team
}
