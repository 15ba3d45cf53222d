import Accounts
import Base
import Files
import Store

extension Session {
  /// What holds at a website; where nobody chose, the program's own.
  public func policy(at site: SiteID) throws -> SitePolicy { try policies(only: site)[site] ?? SitePolicy() }

  /// Whether contact details are hidden there before anybody reads them: asked of many messages, so of one column.
  public func hidesContactDetails(at site: SiteID) throws -> Bool {
    try row("SELECT 1 FROM site_policies WHERE site_id = $1 AND off_platform = 'mask'", site) != nil
  }

  /// Of every website where somebody chose.
  public func policies(only site: SiteID? = nil) throws -> [SiteID: SitePolicy] {
    let found = try rows(
      """
      SELECT site_id, off_platform, whatsapp_number, whatsapp_text, file_kinds, file_megabytes, cookie_domain, visitor_key
      FROM site_policies
      WHERE CAST($1 AS BIGINT) IS NULL OR site_id = $1
      """, site)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], SitePolicy($0)) })
  }

  fileprivate func write(_ policy: SitePolicy, at site: SiteID) throws {
    let kinds = FileKind.allCases.filter(policy.fileKinds.contains).map { "\($0)" }.joined(separator: " ")
    try run(
      """
      INSERT INTO site_policies
        (site_id, off_platform, whatsapp_number, whatsapp_text, file_kinds, file_megabytes, cookie_domain, visitor_key)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (site_id) DO UPDATE
      SET off_platform = excluded.off_platform, whatsapp_number = excluded.whatsapp_number, whatsapp_text = excluded.whatsapp_text,
        file_kinds = excluded.file_kinds, file_megabytes = excluded.file_megabytes, cookie_domain = excluded.cookie_domain,
        visitor_key = excluded.visitor_key
      """, site, policy.offPlatform.rawValue, policy.whatsAppNumber, policy.whatsAppText, kinds, policy.fileMegabytes,
      policy.cookieDomain, policy.visitorKey.rawValue)
  }
}

extension SitePolicy {
  fileprivate init(_ row: Row) {
    let kinds: String = row[4]
    let words = Set(kinds.split(separator: " "))
    (offPlatform, whatsAppNumber, whatsAppText) = (known(row[1]), row[2], row[3])
    fileKinds = Set(FileKind.allCases.filter { words.contains("\($0)") })
    (fileMegabytes, cookieDomain, visitorKey) = (row[5], row[6], known(row[7]))
  }
}

extension Sites {
  /// Open pages of the website come back and find what holds now.
  public func save(_ policy: SitePolicy, at site: SiteID, by account: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let line = AuditLine(
      by: account, deed: "site.policy", thing: "site.\(site)", address: place.address.text,
      detail: [
        "offPlatform": policy.offPlatform.rawValue, "files": policy.fileEndings.joined(separator: " "),
        "megabytes": "\(policy.fileMegabytes)", "cookies": policy.cookieDomain, "key": policy.visitorKey.rawValue,
      ])
    let isChanged = try await store.write(locking: [.site(site)]) { session in
      guard try session.site(site) != nil else { throw Refusal(.notFound) }
      guard try session.policy(at: site) != policy else { return false }
      try session.write(policy, at: site)
      try session.audit(line, id: auditID, at: now)
      return true
    }
    if isChanged { await changed(site) }
  }
}
