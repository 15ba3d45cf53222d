import Access
import Base
import Store
import Web

/// Somebody whom a website signed in and vouches for.
public struct HandedOver: Sendable {
  public let site: SiteID
  /// By which the website knows them.
  public let subject: String
  public let name: String
  /// An address that the website has verified; others are not kept.
  public let verifiedEmail: String?
  public let isExpert: Bool
  public let language: Language

  public init(site: SiteID, subject: String, name: String, verifiedEmail: String?, isExpert: Bool, language: Language) {
    self.site = site
    self.subject = subject
    self.name = name
    self.verifiedEmail = verifiedEmail
    self.isExpert = isExpert
    self.language = language
  }

  /// No letter ever goes there: the name is reserved (RFC 2606, section 2).
  static let domain = "host.invalid"

  fileprivate func draft(email: String) throws -> AccountDraft {
    try AccountDraft(
      name: name, email: email, avatar: Avatar.allCases.randomElement() ?? .fern, roles: isExpert ? [.expert] : [], language: language
    ).checked()
  }
}

/// Accounts of people whom a website handed over. They have no password, and none of them is ever an account that was there before: whoever
/// signs tokens for a website reaches the people of that website and nobody else.
extension Accounts {
  /// Their account, which is made when they are seen for the first time.
  ///
  /// - Parameter welcome: what else becomes true with a new account, in its transaction.
  /// - Returns: also whether it was made just now.
  public func account(
    of person: HandedOver, from place: Whereabouts, _ welcome: @escaping @Sendable (any Session, AccountID) throws -> Void = { _, _ in }
  ) async throws -> (id: AccountID, isNew: Bool) {
    let (id, now): (AccountID, Moment) = (ids.next(), clock.now)
    let nowhere = try person.draft(email: "\(Secret().text.prefix(16))@\(HandedOver.domain)")
    let wished = try person.verifiedEmail.flatMap { (try? EmailAddress($0)) == nil ? nil : try person.draft(email: $0) }
    let audit = audit(nil, "account.handedOver", id, place, ["site": "\(person.site)"])
    let known = try await store.write(locking: [Lock(table: "sites", id: person.site.rawValue)]) { session -> AccountID? in
      if let known = try session.account(of: person.subject, at: person.site) { return known }
      // An address that somebody has here already stays theirs.
      let isFree = try wished.map { try session.account(emailKey: EmailAddress.key(of: $0.email)) == nil } ?? false
      try session.insert(isFree ? wished ?? nowhere : nowhere, id: id, at: now)
      try session.run(
        "INSERT INTO host_people (site_id, subject, account_id, created_at) VALUES ($1, $2, $3, $4)", person.site, person.subject, id, now)
      if person.isExpert { try session.setStatus(.online, of: id, at: now) }
      try session.audit(audit.line, id: audit.id, at: now)
      try welcome(session, id)
      return nil
    }
    if let known {
      guard let account = try await self.account(known), account.active else { throw Refusal(.accountInactive) }
      guard account.roles.contains(.expert) == person.isExpert else { throw Refusal(.hostTokenInvalid, arguments: ["why": "role"]) }
      return (known, false)
    }
    await changed.publish(id)
    return (id, true)
  }
}

extension Accounts {
  /// Whether somebody can sign in without the website that brought them.
  public func hasOwnWayIn(_ account: AccountID) async throws -> Bool {
    try await store.read { session in
      try session.row(
        """
        SELECT 1
        FROM accounts a
        WHERE a.id = $1 AND (a.password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.account_id = a.id)
          OR EXISTS (SELECT 1 FROM external_identities e WHERE e.account_id = a.id))
        """, account) != nil
    }
  }
}

extension Session {
  /// Who somebody of a website is here.
  public func account(of subject: String, at site: SiteID) throws -> AccountID? {
    try row("SELECT account_id FROM host_people WHERE site_id = $1 AND subject = $2", site, subject)?[0]
  }
}
