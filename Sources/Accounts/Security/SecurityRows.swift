import Base
import Store

/// What an account shares with an authenticator app, as it is kept.
struct SecondFactorRow: Sendable {
  let sealedSecret: [UInt8]
  let confirmedAt: Moment?
  let lastStep: Int64
}

/// A session as its owner sees it.
struct SessionRow: Sendable {
  let digest: [UInt8]
  let createdAt: Moment
  let usedAt: Moment
  let address: String
  let browser: String
}

extension Session {
  // MARK: The second step

  func secondFactor(of account: AccountID) throws -> SecondFactorRow? {
    let found = try row("SELECT sealed_secret, confirmed_at, last_step FROM second_factors WHERE account_id = $1", account)
    return found.map { SecondFactorRow(sealedSecret: $0[0], confirmedAt: $0[1], lastStep: $0[2]) }
  }

  /// Whether sign-in asks for a second step.
  func owesSecondStep(_ account: AccountID) throws -> Bool {
    try row("SELECT 1 FROM second_factors WHERE account_id = $1 AND confirmed_at IS NOT NULL", account) != nil
  }

  func insertSecondFactor(_ sealed: [UInt8], of account: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO second_factors (account_id, sealed_secret, created_at, confirmed_at, last_step) VALUES ($1, $2, $3, NULL, 0)
      """, account, sealed, now)
  }

  func confirmSecondFactor(of account: AccountID, at now: Moment) throws {
    try run("UPDATE second_factors SET confirmed_at = $2 WHERE account_id = $1", account, now)
  }

  func useStep(_ step: Int64, of account: AccountID) throws {
    try run("UPDATE second_factors SET last_step = $2 WHERE account_id = $1", account, step)
  }

  func dropSecondFactor(of account: AccountID) throws {
    for table in ["second_factors", "recovery_codes", "sign_in_challenges"] {
      try run("DELETE FROM \(table) WHERE account_id = $1", account)
    }
  }

  // MARK: Recovery codes

  func setRecoveryCodes(_ codes: [RecoveryCode], of account: AccountID) throws {
    try run("DELETE FROM recovery_codes WHERE account_id = $1", account)
    for code in codes { try run("INSERT INTO recovery_codes (account_id, code_digest) VALUES ($1, $2)", account, code.digest) }
  }

  func useRecoveryCode(_ code: RecoveryCode, of account: AccountID) throws -> Bool {
    try run("DELETE FROM recovery_codes WHERE account_id = $1 AND code_digest = $2", account, code.digest) == 1
  }

  func recoveryCodesLeft(of account: AccountID) throws -> Int {
    try row("SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1", account)?[0] ?? 0
  }

  // MARK: Between the steps

  func insertChallenge(_ digest: [UInt8], of account: AccountID, at now: Moment, until end: Moment) throws {
    try run(
      "INSERT INTO sign_in_challenges (token_digest, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)", digest, account, now,
      end)
  }

  /// Whose second step is awaited.
  func challenged(_ digest: [UInt8], at now: Moment) throws -> Account? {
    let found = try row("SELECT account_id FROM sign_in_challenges WHERE token_digest = $1 AND expires_at > $2", digest, now)
    guard let found, let account = try account(found[0]), account.active else { return nil }
    return account
  }

  func dropChallenges(of account: AccountID) throws { try run("DELETE FROM sign_in_challenges WHERE account_id = $1", account) }

  // MARK: Browsers and sessions

  /// Remembers a browser; false when the account is known from other browsers and not from this one.
  func knowBrowser(_ digest: [UInt8], of account: AccountID, at now: Moment) throws -> Bool {
    let known = try row(
      "SELECT COUNT(*), COUNT(CASE WHEN browser_digest = $2 THEN 1 END) FROM known_browsers WHERE account_id = $1", account, digest)
    let (all, same): (Int64, Int64) = (known?[0] ?? 0, known?[1] ?? 0)
    try run(
      """
      INSERT INTO known_browsers (account_id, browser_digest, seen_at) VALUES ($1, $2, $3)
      ON CONFLICT (account_id, browser_digest) DO UPDATE SET seen_at = excluded.seen_at
      """, account, digest, now)
    return all == 0 || same > 0
  }

  /// The newest use first.
  func sessions(of account: AccountID, at now: Moment) throws -> [SessionRow] {
    try rows(
      """
      SELECT token_digest, created_at, used_at, address, browser FROM sessions WHERE account_id = $1 AND expires_at > $2
      ORDER BY used_at DESC, created_at DESC LIMIT 100
      """, account, now
    ).map { SessionRow(digest: $0[0], createdAt: $0[1], usedAt: $0[2], address: $0[3], browser: $0[4]) }
  }

  /// Ends all sessions but one.
  ///
  /// - Returns: those that have ended.
  func deleteSessions(of account: AccountID, except own: [UInt8]) throws -> [[UInt8]] {
    let others = try rows("SELECT token_digest FROM sessions WHERE account_id = $1 AND token_digest <> $2", account, own)
      .map { $0[0] as [UInt8] }
    for digest in others { try deleteSession(digest) }
    return others
  }

  /// Ends those that a passkey opened, but for the one that asks.
  func deleteSessions(by passkey: PasskeyID, except own: [UInt8]) throws -> [[UInt8]] {
    try rows("DELETE FROM sessions WHERE passkey_id = $1 AND token_digest <> $2 RETURNING token_digest", passkey, own).map { $0[0] }
  }

  /// Only one's own can be ended.
  func deleteSession(_ digest: [UInt8], of account: AccountID) throws -> Bool {
    try run("DELETE FROM sessions WHERE token_digest = $1 AND account_id = $2", digest, account) == 1
  }
}
