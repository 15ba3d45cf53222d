import Access
import Base
import Store
import Web

extension Session {
  /// The person behind a session that has not ended, and when it was last used.
  func person(session digest: [UInt8], at now: Moment) throws -> (person: SignedIn, createdAt: Moment, usedAt: Moment)? {
    let found = try row(
      """
      SELECT \(SignedIn.columns), sessions.created_at, sessions.used_at
      FROM sessions JOIN accounts ON accounts.id = sessions.account_id
      WHERE sessions.token_digest = $1 AND sessions.expires_at > $2 AND sessions.site_id IS NULL AND accounts.active
      """, digest, now)
    guard let found else { return nil }
    return (try signedIn(found, digest, scopes: nil), found[12], found[13])
  }

  /// What the columns of `SignedIn` tell.
  func signedIn(_ found: Row, _ digest: [UInt8], scopes: Set<Scope>?, embeddedAt: SiteID? = nil) throws -> SignedIn {
    let id: AccountID = found[0]
    let member = Access.Actor.Member(
      id: id, roles: Role.set(agent: found[6], manager: found[7], administrator: found[8], expert: found[9]),
      sites: try assignedSites(of: id), scopes: scopes, embeddedAt: embeddedAt)
    var person = SignedIn(
      member: member, name: found[1], email: found[2], avatar: found[3], status: found[4],
      language: Language(rawValue: found[5]) ?? .english, sessionDigest: digest)
    person.erasesAt = found[10]
    person.photo = (found[11] as String?).map { Photo.address(of: id, hash: $0) }
    return person
  }

  /// - Parameter passkey: with which it was opened.
  func insertSession(
    _ digest: [UInt8], of account: AccountID, at now: Moment, from place: Whereabouts, by passkey: PasskeyID? = nil
  ) throws {
    try run(
      """
      INSERT INTO sessions (token_digest, account_id, created_at, used_at, expires_at, address, browser, passkey_id)
      VALUES ($1, $2, $3, $3, $4, $5, $6, $7)
      """, digest, account, now, SessionLifetime.end(createdAt: now, usedAt: now), place.address.text, place.browser, passkey)
  }

  func useSession(_ digest: [UInt8], at now: Moment, until end: Moment) throws {
    try run("UPDATE sessions SET used_at = $2, expires_at = $3 WHERE token_digest = $1", digest, now, end)
  }

  func deleteSession(_ digest: [UInt8]) throws { try run("DELETE FROM sessions WHERE token_digest = $1", digest) }

  func deleteSessions(of account: AccountID) throws { try run("DELETE FROM sessions WHERE account_id = $1", account) }
}

extension SignedIn {
  static let columns = """
    accounts.id, accounts.name, accounts.email, accounts.avatar, accounts.status, accounts.language, accounts.is_agent,
    accounts.is_manager, accounts.is_administrator, accounts.is_expert, accounts.erase_at,
    (SELECT photos.hash FROM photos WHERE photos.account_id = accounts.id)
    """
}
