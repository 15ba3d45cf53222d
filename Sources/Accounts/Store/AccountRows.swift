import Access
import Base
import Store
import Web

extension Lock {
  public static func account(_ id: AccountID) -> Lock { Lock(table: "accounts", id: id.rawValue) }
}

extension Session {
  public func account(_ id: AccountID) throws -> Account? {
    try row("SELECT \(Account.columns) FROM accounts WHERE id = $1", id).map(Account.init)
  }

  func account(emailKey: String) throws -> (account: Account, passwordHash: String?)? {
    try row("SELECT \(Account.columns), password_hash FROM accounts WHERE email_key = $1", emailKey).map { (Account($0), $0[16]) }
  }

  /// Those who answer, by name, for lists to choose from.
  func answerers(limit: Int) throws -> [Account] {
    try rows("SELECT \(Account.columns) FROM accounts WHERE is_agent AND active ORDER BY name, id LIMIT $1", limit).map(Account.init)
  }

  /// Those whom somebody may want to reach, by name.
  public func reachable(limit: Int) throws -> [Account] {
    try rows("SELECT \(Account.columns) FROM accounts WHERE (is_agent OR is_expert) AND active ORDER BY name, id LIMIT $1", limit)
      .map(Account.init)
  }

  func administrators() throws -> [AccountID] {
    try rows("SELECT id FROM accounts WHERE is_administrator AND active ORDER BY id").map { $0[0] }
  }

  func insert(_ draft: AccountDraft, id: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO accounts (id, email, email_key, name, name_key, password_hash, is_agent, is_manager, is_administrator, is_expert, pseudonym,
        avatar, language, status, last_seen_at, active, created_at)
      VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, $8, $9, $10, $11, $12, 'offline', NULL, $13, $14)
      """,
      id, draft.email, EmailAddress.key(of: draft.email), draft.name, draft.name.lowercased(), draft.roles.contains(.agent),
      draft.roles.contains(.manager), draft.roles.contains(.administrator), draft.roles.contains(.expert), draft.pseudonym,
      draft.avatar.rawValue, draft.language.rawValue, true, now)
  }

  func update(_ id: AccountID, to draft: AccountDraft) throws {
    try run(
      """
      UPDATE accounts
      SET email = $2, email_key = $3, name = $4, name_key = $5, is_agent = $6, is_manager = $7, is_administrator = $8, is_expert = $9,
        pseudonym = $10, avatar = $11, language = $12
      WHERE id = $1
      """,
      id, draft.email, EmailAddress.key(of: draft.email), draft.name, draft.name.lowercased(), draft.roles.contains(.agent),
      draft.roles.contains(.manager), draft.roles.contains(.administrator), draft.roles.contains(.expert), draft.pseudonym,
      draft.avatar.rawValue, draft.language.rawValue)
  }

  func setPassword(_ hash: String, of id: AccountID) throws { try run("UPDATE accounts SET password_hash = $2 WHERE id = $1", id, hash) }

  func setActive(_ active: Bool, of id: AccountID) throws {
    try run("UPDATE accounts SET active = $2, status = 'offline' WHERE id = $1", id, active)
  }

  func setStatus(_ status: AccountStatus, of id: AccountID, at now: Moment) throws {
    try run("UPDATE accounts SET status = $2, status_at = $3 WHERE id = $1", id, status.rawValue, now)
  }

  func setSeen(_ id: AccountID, at now: Moment) throws { try run("UPDATE accounts SET last_seen_at = $2 WHERE id = $1", id, now) }

  /// The sites that an account answers for: the door asks for them with every member.
  func assignedSites(of id: AccountID) throws -> Set<SiteID> {
    Set(try rows("SELECT site_id FROM assignments WHERE account_id = $1 ORDER BY site_id LIMIT 1000", id).map { $0[0] as SiteID })
  }
}

extension Account {
  /// What `init(_ row:)` reads.
  static let columns = """
    id, email, name, is_agent, is_manager, is_administrator, is_expert, pseudonym, avatar, language, status, last_seen_at, active,
    EXISTS (SELECT 1 FROM invitations WHERE invitations.account_id = accounts.id AND invitations.used_at IS NULL),
    EXISTS (SELECT 1 FROM second_factors WHERE second_factors.account_id = accounts.id AND second_factors.confirmed_at IS NOT NULL),
    (SELECT photos.hash FROM photos WHERE photos.account_id = accounts.id)
    """

  init(_ row: Row) {
    guard let language = Language(rawValue: row[9]), let status = AccountStatus(rawValue: row[10]) else {
      preconditionFailure("An account has a language and a status that exist")
    }
    let (id, photoHash): (AccountID, String?) = (row[0], row[15])
    self.init(
      id: id, email: row[1], name: row[2], roles: Role.set(agent: row[3], manager: row[4], administrator: row[5], expert: row[6]),
      pseudonym: row[7],
      // A drawing may be retired; the account then shows the first one.
      avatar: Avatar(rawValue: row[8]) ?? .fern, language: language, status: status, lastSeenAt: row[11], active: row[12],
      isInvited: row[13], hasSecondStep: row[14], photo: photoHash.map { Photo.address(of: id, hash: $0) })
  }
}

extension Role {
  static func set(agent: Bool, manager: Bool, administrator: Bool, expert: Bool) -> Set<Role> {
    Set([agent ? .agent : nil, manager ? .manager : nil, administrator ? .administrator : nil, expert ? .expert : nil].compactMap(\.self))
  }
}
