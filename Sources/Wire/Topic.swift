import Base

/// What a client can subscribe to, travelling as `chat.5`.
public enum Topic: Hashable, Sendable, CustomStringConvertible, LosslessStringConvertible, JSONWritable {
  /// The log of a conversation.
  case chat(ConversationID)
  /// What a site's visitors are told about its agents.
  case site(SiteID)
  /// An account's own desk.
  case agent(AccountID)
  /// The live list of a site, for its team.
  case visitors(SiteID)
  /// Everybody who is on a site right now, for its team.
  case monitoring(SiteID)
  /// What an account is told of.
  case notices(AccountID)
  /// An expert's own paid threads: all of them, or those at one website.
  case threads(AccountID, at: SiteID? = nil)
  /// What an account has.
  case wallet(AccountID)

  public init?(_ description: String) {
    let parts = description.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    guard let topic = Self.named(parts[0], id: String(parts[1])) else { return nil }
    self = topic
  }

  public var description: String {
    switch self {
    case .chat(let id): "chat.\(id)"
    case .site(let id): "site.\(id)"
    case .agent(let id): "agent.\(id)"
    case .visitors(let id): "visitors.\(id)"
    case .monitoring(let id): "monitoring.\(id)"
    case .notices(let id): "notices.\(id)"
    case .threads(let id, let site): "threads.\(id)\(site.map { "@\($0)" } ?? "")"
    case .wallet(let id): "wallet.\(id)"
    }
  }

  /// Whether it is a log, which is resumed by number; the others are states, which are given whole.
  public var isLog: Bool { if case .chat = self { true } else { false } }

  public func write(to json: inout JSONWriter) { json.string(description) }

  private static func threads(_ id: String) -> Topic? {
    let parts = id.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2, let account = AccountID(String(parts[0])) else { return nil }
    guard parts.count == 2 else { return .threads(account) }
    return SiteID(String(parts[1])).map { .threads(account, at: $0) }
  }

  private static func named(_ kind: Substring, id: String) -> Topic? {
    switch kind {
    case "chat": ConversationID(id).map(Topic.chat)
    case "site": SiteID(id).map(Topic.site)
    case "agent": AccountID(id).map(Topic.agent)
    case "visitors": SiteID(id).map(Topic.visitors)
    case "monitoring": SiteID(id).map(Topic.monitoring)
    case "notices": AccountID(id).map(Topic.notices)
    case "threads": threads(id)
    case "wallet": AccountID(id).map(Topic.wallet)
    default: nil
    }
  }
}
