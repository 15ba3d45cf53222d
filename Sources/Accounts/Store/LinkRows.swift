import Base
import Store

/// What a one-time link of an account that exists is for.
enum LinkPurpose: String { case recovery, address }

extension Session {
  func insertLink(
    _ digest: [UInt8], _ purpose: LinkPurpose, of account: AccountID, email: String? = nil, at now: Moment, until end: Moment
  ) throws {
    try run(
      "INSERT INTO account_links (token_digest, account_id, purpose, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
      digest, account, purpose.rawValue, email, now, end)
  }

  /// The account that a link still opens, and the address that it names.
  func linked(_ digest: [UInt8], _ purpose: LinkPurpose, at now: Moment) throws -> (account: Account, email: String?)? {
    let found = try row(
      "SELECT account_id, email FROM account_links WHERE token_digest = $1 AND purpose = $2 AND expires_at > $3", digest, purpose.rawValue,
      now)
    guard let found, let account = try account(found[0]), account.active else { return nil }
    return (account, found[1])
  }

  /// Links are used up by being deleted, together with all others that a thief might hold.
  func dropLinks(of account: AccountID) throws {
    try run("DELETE FROM account_links WHERE account_id = $1", account)
    try dropInvitations(of: account)
  }

  func dropLinks(of account: AccountID, _ purpose: LinkPurpose) throws {
    try run("DELETE FROM account_links WHERE account_id = $1 AND purpose = $2", account, purpose.rawValue)
  }

  /// The account's address is proved: a letter that was sent there has been used.
  func confirm(_ account: AccountID, at now: Moment) throws {
    try run("UPDATE accounts SET confirmed_at = COALESCE(confirmed_at, $2) WHERE id = $1", account, now)
  }

  func setEmail(_ email: String, of account: AccountID, at now: Moment) throws {
    try run(
      "UPDATE accounts SET email = $2, email_key = $3, confirmed_at = $4 WHERE id = $1", account, email, EmailAddress.key(of: email), now)
  }
}
