import Base

/// One line of what was done by whom, for those who have to answer for it. It names things and never holds what was written or typed.
public struct AuditLine: Sendable {
  public let by: AccountID?
  /// What was done, such as `account.deactivated`.
  public let deed: String
  /// To what, such as `account.71`.
  public let thing: String
  public let address: String
  public let detail: [String: String]

  public init(by: AccountID?, deed: String, thing: String, address: String, detail: [String: String] = [:]) {
    self.by = by
    self.deed = deed
    self.thing = thing
    self.address = address
    self.detail = detail
  }

  /// The same about an account that was found later.
  func about(_ account: AccountID) -> AuditLine {
    AuditLine(by: by, deed: deed, thing: "account.\(account)", address: address, detail: detail)
  }
}
