import Base

/// Who somebody of the team is on one site: the pseudonym and the drawing that visitors see, never the real name.
public struct Face: Hashable, Sendable {
  public let account: AccountID
  public let name: String
  public let avatar: String

  public init(account: AccountID, name: String, avatar: String) {
    self.account = account
    self.name = name
    self.avatar = avatar
  }
}
