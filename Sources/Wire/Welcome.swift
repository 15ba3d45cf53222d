import Base

/// The answer to a hello.
public struct Welcome: Frame {
  public let you: You
  public let topic: Topic
  /// Said to visitors alone: whether an agent of the site is there.
  public let siteIsOnline: Bool?

  public init(visitor: VisitorID, name: String?, formSent: Bool, topic: Topic, siteIsOnline: Bool) {
    you = .visitor(visitor, name: name, formSent: formSent)
    self.topic = topic
    self.siteIsOnline = siteIsOnline
  }

  public init(account: AccountID, name: String, roles: [String]) {
    you = .account(account, name: name, roles: roles)
    topic = .agent(account)
    siteIsOnline = nil
  }

  public enum You: Hashable, Sendable {
    case visitor(VisitorID, name: String?, formSent: Bool)
    case account(AccountID, name: String, roles: [String])
  }

  public var event: String { "Welcome" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("protocol", WireLimits.protocolVersion)
    json.field("you", you)
    json.field("topic", topic)
    if let siteIsOnline { json.field("site") { $0.field("online", siteIsOnline) } }
  }
}

extension Welcome.You: JSONWritable {
  public func write(to json: inout JSONWriter) {
    json.object { object in
      switch self {
      case .visitor(let id, let name, let formSent):
        object.field("kind", "visitor")
        object.field("id", id)
        object.field("name", name)
        object.field("formSent", formSent)
      case .account(let id, let name, let roles):
        object.field("kind", "account")
        object.field("id", id)
        object.field("name", name)
        object.field("roles", roles)
      }
    }
  }
}
