import Accounts
import Base
import Sites
import Store
import Web

/// What websites sign with: made here, shown once, at most two of a website at a time.
extension Hosts {
  /// So that a new one can be put in place while the old one still counts.
  static let secretLimit = 2

  struct SecretRow: Sendable {
    let id: HostSecretID
    let sealed: String
    let createdAt: Moment
  }

  /// Those that count, the newest first.
  public func secrets(of site: SiteID) async throws -> [String] {
    let key = try key()
    return try await store.read { try $0.hostSecrets(of: site) }
      .compactMap { SealedNote.open($0.sealed, as: String.self, for: Self.purpose(site), with: key) }
  }

  /// A new one. Where two count already the older of them ends.
  ///
  /// - Returns: the secret, which nobody can show again.
  public func makeSecret(of site: SiteID, by: AccountID?, from place: Whereabouts) async throws -> String {
    let secret = Secret().text + Secret().text
    let sealed = try SealedNote.seal(secret, for: Self.purpose(site), with: key())
    let (id, now): (HostSecretID, Moment) = (ids.next(), clock.now)
    let audit = audit("site.secretMade", site, by, place)
    try await store.write(locking: [.site(site)]) { session in
      guard try session.site(site) != nil else { throw Refusal(.notFound) }
      for old in try session.hostSecrets(of: site).dropFirst(Self.secretLimit - 1) { try session.dropHostSecret(old.id, of: site) }
      try session.run(
        "INSERT INTO host_secrets (id, site_id, sealed, created_at, created_by) VALUES ($1, $2, $3, $4, $5)", id, site, sealed, now, by)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    return secret
  }

  /// What is gone already goes again without a word.
  func dropSecret(_ id: HostSecretID, of site: SiteID, by: AccountID?, from place: Whereabouts) async throws {
    let (audit, now) = (audit("site.secretRemoved", site, by, place), clock.now)
    try await store.write(locking: [.site(site)]) { session in
      guard try session.dropHostSecret(id, of: site) else { return }
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  private func audit(_ deed: String, _ site: SiteID, _ by: AccountID?, _ place: Whereabouts) -> (line: AuditLine, id: AuditLineID) {
    (AuditLine(by: by, deed: deed, thing: "site.\(site)", address: place.address.text, detail: [:]), ids.next())
  }

  private static func purpose(_ site: SiteID) -> String { "host-secret.\(site)" }
}

extension Session {
  func hostSecrets(of site: SiteID) throws -> [Hosts.SecretRow] {
    try rows("SELECT id, sealed, created_at FROM host_secrets WHERE site_id = $1 ORDER BY id DESC LIMIT 10", site).map {
      Hosts.SecretRow(id: $0[0], sealed: $0[1], createdAt: $0[2])
    }
  }

  @discardableResult
  func dropHostSecret(_ id: HostSecretID, of site: SiteID) throws -> Bool {
    try run("DELETE FROM host_secrets WHERE id = $1 AND site_id = $2", id, site) == 1
  }
}
