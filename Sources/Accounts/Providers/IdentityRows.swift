import Base
import Store

extension Session {
  func account(of identity: ExternalIdentity) throws -> Account? {
    let found = try row(
      "SELECT account_id FROM external_identities WHERE provider = $1 AND subject = $2", identity.provider.rawValue, identity.subject)
    return try found.flatMap { try account($0[0]) }
  }

  func insert(_ identity: ExternalIdentity, of account: AccountID, at now: Moment) throws {
    try run(
      "INSERT INTO external_identities (provider, subject, account_id, created_at) VALUES ($1, $2, $3, $4)", identity.provider.rawValue,
      identity.subject, account, now)
  }

  func providers(of account: AccountID) throws -> Set<SignInProvider.Name> {
    let rows = try rows("SELECT provider FROM external_identities WHERE account_id = $1 LIMIT 100", account)
    return Set(rows.compactMap { SignInProvider.Name(rawValue: $0[0]) })
  }

  func dropIdentity(_ provider: SignInProvider.Name, of account: AccountID) throws -> Bool {
    try run("DELETE FROM external_identities WHERE account_id = $1 AND provider = $2", account, provider.rawValue) == 1
  }

  func hasPassword(_ account: AccountID) throws -> Bool {
    try row("SELECT 1 FROM accounts WHERE id = $1 AND password_hash IS NOT NULL", account) != nil
  }
}
