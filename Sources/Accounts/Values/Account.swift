import Access
import Base
import Web

/// Somebody who can sign in.
public struct Account: Hashable, Sendable {
  public let id: AccountID
  public let email: String
  public let name: String
  public let roles: Set<Role>
  /// What visitors read instead of the name, where a site gives no other.
  public let pseudonym: String
  public let avatar: Avatar
  public let language: Language
  public let status: AccountStatus
  public let lastSeenAt: Moment?
  public let active: Bool
  /// Whether a one-time link was handed over that nobody has used yet.
  public let isInvited: Bool
  /// Whether sign-in asks for a second step.
  public let hasSecondStep: Bool
  /// The address of a picture of oneself.
  public let photo: String?
}
