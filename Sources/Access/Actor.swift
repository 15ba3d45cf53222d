import Base

/// Who wants something.
public enum Actor: Hashable, Sendable {
  case signedOut
  /// A browser on a website, known by its key.
  case visitor(VisitorID, of: SiteID)
  case account(Member)

  /// A signed-in account with what it may, as of the last look.
  public struct Member: Hashable, Sendable {
    public let id: AccountID
    public let roles: Set<Role>
    /// The sites that the account answers for.
    public let sites: Set<SiteID>
    /// What a program with a token may of that; nil for somebody at a browser.
    public let scopes: Set<Scope>?
    /// The website that handed somebody over, at which alone they act; nil for who came in by themselves.
    public let embeddedAt: SiteID?

    public init(id: AccountID, roles: Set<Role>, sites: Set<SiteID>, scopes: Set<Scope>? = nil, embeddedAt: SiteID? = nil) {
      self.id = id
      self.roles = roles
      self.sites = sites
      self.scopes = scopes
      self.embeddedAt = embeddedAt
    }

    public var isTeam: Bool { !roles.isDisjoint(with: Role.team) }
  }
}

/// Roles combine. An agent answers for assigned sites; a manager reads all of them and writes nothing; an administrator runs the house;
/// an expert has a public profile and advises for a price. Who has none is a customer.
public enum Role: String, CaseIterable, Codable, Sendable, Comparable {
  case agent, manager, administrator, expert

  /// Those who work here.
  public static let team: Set<Role> = [.agent, .manager, .administrator]

  public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}
