import Access
import Base
import Store
import Web

/// Sessions in frames of websites: their token is held by the page alone, and they act at that website alone.
extension Accounts {
  /// As long as nobody vouches anew.
  public static let embeddedSeconds: Int64 = 3600

  /// - Returns: the token, for the page in the frame.
  public func startEmbedded(for account: AccountID, at site: SiteID, from place: Whereabouts) async throws -> String {
    let (secret, now) = (Secret(), clock.now)
    let (digest, end) = (secret.digest, now.adding(seconds: Self.embeddedSeconds))
    let audit = audit(account, "account.signedIn", account, place, ["site": "\(site)"])
    try await store.write { session in
      try session.insertSession(digest, of: account, at: now, from: place)
      try session.run("UPDATE sessions SET site_id = $2, expires_at = $3 WHERE token_digest = $1", digest, site, end)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    return secret.text
  }

  /// The website vouched for the same person anew.
  public func prolongEmbedded(_ person: SignedIn) async throws {
    let (digest, now) = (person.sessionDigest, clock.now)
    let end = now.adding(seconds: Self.embeddedSeconds)
    try await store.write { session in
      try session.run(
        "UPDATE sessions SET used_at = $2, expires_at = $3 WHERE token_digest = $1 AND site_id IS NOT NULL", digest, now, end)
    }
  }

  /// The person behind a frame's token. An account that got more to say here than its website gave it (a role of the team, another website to
  /// answer for) is nobody's to hand over any more.
  func recognise(embedded text: String) async throws -> SignedIn? {
    guard let digest = Secret(text)?.digest else { return nil }
    let now = clock.now
    return try await store.read { try $0.person(embedded: digest, at: now) }
  }

  /// Uses up something that may be used once, until the end of its time.
  ///
  /// - Returns: false when it was used before.
  public func useOnce(_ text: String, until end: Moment) async throws -> Bool {
    let digest = Secret.digest(of: text)
    return try await store.write { session in
      try session.run(
        "INSERT INTO used_challenges (challenge_digest, expires_at) VALUES ($1, $2) ON CONFLICT (challenge_digest) DO NOTHING", digest, end)
        == 1
    }
  }
}

extension Session {
  func person(embedded digest: [UInt8], at now: Moment) throws -> SignedIn? {
    let found = try row(
      """
      SELECT \(SignedIn.columns), sessions.site_id
      FROM sessions
      JOIN accounts ON accounts.id = sessions.account_id
      JOIN sites ON sites.id = sessions.site_id
      JOIN host_people ON host_people.site_id = sessions.site_id AND host_people.account_id = sessions.account_id
      WHERE sessions.token_digest = $1 AND sessions.expires_at > $2 AND accounts.active AND sites.active
        AND NOT (accounts.is_agent OR accounts.is_manager OR accounts.is_administrator)
        AND NOT EXISTS (
          SELECT 1 FROM assignments WHERE assignments.account_id = accounts.id AND assignments.site_id <> sessions.site_id)
      """, digest, now)
    return try found.map { try signedIn($0, digest, scopes: nil, embeddedAt: $0[12]) }
  }
}
