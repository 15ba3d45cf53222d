import Base
import Store

/// A passkey of an account, as it is kept.
struct PasskeyRow: Sendable {
  let id: PasskeyID
  let account: AccountID
  let credentialID: [UInt8]
  /// A COSE_Key.
  let key: [UInt8]
  let signCount: Int64
  let name: String
  let createdAt: Moment
  let usedAt: Moment?

  fileprivate static let columns = "id, account_id, credential_id, public_key, sign_count, name, created_at, used_at"

  fileprivate init(_ row: Row) {
    id = row[0]
    account = row[1]
    credentialID = row[2]
    key = row[3]
    signCount = row[4]
    name = row[5]
    createdAt = row[6]
    usedAt = row[7]
  }
}

extension Session {
  /// In the order in which they were added; there are never more than `Accounts.passkeyLimit`.
  func passkeys(of account: AccountID) throws -> [PasskeyRow] {
    try rows("SELECT \(PasskeyRow.columns) FROM passkeys WHERE account_id = $1 ORDER BY created_at, id LIMIT 100", account)
      .map(PasskeyRow.init)
  }

  func passkey(_ id: PasskeyID, of account: AccountID) throws -> PasskeyRow? {
    try row("SELECT \(PasskeyRow.columns) FROM passkeys WHERE id = $1 AND account_id = $2", id, account).map(PasskeyRow.init)
  }

  func passkey(credential: [UInt8]) throws -> PasskeyRow? {
    try row("SELECT \(PasskeyRow.columns) FROM passkeys WHERE credential_id = $1", credential).map(PasskeyRow.init)
  }

  func insertPasskey(
    _ id: PasskeyID, _ credential: AuthenticatorData.Credential, signCount: UInt32, named name: String, of account: AccountID,
    at now: Moment
  ) throws {
    try run(
      """
      INSERT INTO passkeys (id, account_id, credential_id, public_key, sign_count, name, created_at, used_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)
      """, id, account, credential.id, credential.key, Int64(signCount), name, now)
  }

  func usePasskey(_ id: PasskeyID, signCount: UInt32, at now: Moment) throws {
    try run("UPDATE passkeys SET sign_count = $2, used_at = $3 WHERE id = $1", id, Int64(signCount), now)
  }

  func renamePasskey(_ id: PasskeyID, to name: String) throws { try run("UPDATE passkeys SET name = $2 WHERE id = $1", id, name) }

  func dropPasskey(_ id: PasskeyID) throws { try run("DELETE FROM passkeys WHERE id = $1", id) }

  /// Writes down that a challenge was answered; false when it was before.
  func use(_ challenge: PasskeyChallenge) throws -> Bool {
    try run(
      "INSERT INTO used_challenges (challenge_digest, expires_at) VALUES ($1, $2) ON CONFLICT (challenge_digest) DO NOTHING",
      challenge.digest, challenge.end) == 1
  }
}
