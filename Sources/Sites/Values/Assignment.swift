import Base

/// That an agent answers for a site, and as whom. Nil: under the agent's own pseudonym or drawing, also when those change later.
public struct Assignment: Hashable, Sendable {
  public let site: SiteID
  public let account: AccountID
  public var pseudonym: String?
  public var avatar: String?

  public init(site: SiteID, account: AccountID, pseudonym: String? = nil, avatar: String? = nil) {
    self.site = site
    self.account = account
    self.pseudonym = pseudonym
    self.avatar = avatar
  }
}
