import Base
import Store

extension Session {
  func insertInvitation(_ digest: [UInt8], of account: AccountID, at now: Moment, until end: Moment) throws {
    try run(
      "INSERT INTO invitations (token_digest, account_id, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, NULL)", digest, account,
      now, end)
  }

  /// The account that a link still opens.
  func invited(_ digest: [UInt8], at now: Moment) throws -> Account? {
    let found = try row(
      "SELECT account_id FROM invitations WHERE token_digest = $1 AND used_at IS NULL AND expires_at > $2", digest, now)
    guard let found, let account = try account(found[0]), account.active else { return nil }
    return account
  }

  /// Uses a link up; false when somebody else was quicker.
  func useInvitation(_ digest: [UInt8], at now: Moment) throws -> Bool {
    try run("UPDATE invitations SET used_at = $2 WHERE token_digest = $1 AND used_at IS NULL AND expires_at > $2", digest, now) == 1
  }

  /// Only the newest link of an account opens it.
  func dropInvitations(of account: AccountID) throws { try run("DELETE FROM invitations WHERE account_id = $1", account) }
}
