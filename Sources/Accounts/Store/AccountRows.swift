import Access
import Base
import Store
import Web

extension Lock {
  public static func account(_ id: AccountID) -> Lock { Lock(table: "accounts", id: id.rawValue) }
}

private let accountColumns = """
  id, email, name, is_agent, is_manager, is_administrator, pseudonym, avatar, language, status, last_seen_at, active,
  EXISTS (SELECT 1 FROM invitations WHERE invitations.account_id = accounts.id AND invitations.used_at IS NULL)
  """

extension Session {
  public func account(_ id: AccountID) throws -> Account? {
    try row("SELECT \(accountColumns) FROM accounts WHERE id = $1", id).map(Account.init)
  }

  func account(emailKey: String) throws -> (account: Account, passwordHash: String?)? {
    try row("SELECT \(accountColumns), password_hash FROM accounts WHERE email_key = $1", emailKey).map { (Account($0), $0[13]) }
  }

  /// A page of all accounts, in the order of their names.
  func accounts(skipping offset: Int, limit: Int) throws -> [Account] {
    try rows("SELECT \(accountColumns) FROM accounts ORDER BY name, id LIMIT $1 OFFSET $2", limit, offset).map(Account.init)
  }

  func countAccounts() throws -> Int { try row("SELECT COUNT(*) FROM accounts")?[0] ?? 0 }

  func administrators() throws -> [AccountID] {
    try rows("SELECT id FROM accounts WHERE is_administrator AND active ORDER BY id").map { $0[0] }
  }

  func insert(_ draft: AccountDraft, id: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO accounts (id, email, email_key, name, password_hash, is_agent, is_manager, is_administrator, pseudonym, avatar, language,
        status, last_seen_at, active, created_at)
      VALUES ($1, $2, $3, $4, NULL, $5, $6, $7, $8, $9, $10, 'offline', NULL, $11, $12)
      """,
      id, draft.email, EmailAddress.key(of: draft.email), draft.name, draft.roles.contains(.agent), draft.roles.contains(.manager),
      draft.roles.contains(.administrator), draft.pseudonym, draft.avatar.rawValue, draft.language.rawValue, true, now)
  }

  func update(_ id: AccountID, to draft: AccountDraft) throws {
    try run(
      """
      UPDATE accounts
      SET email = $2, email_key = $3, name = $4, is_agent = $5, is_manager = $6, is_administrator = $7, pseudonym = $8, avatar = $9,
        language = $10
      WHERE id = $1
      """,
      id, draft.email, EmailAddress.key(of: draft.email), draft.name, draft.roles.contains(.agent), draft.roles.contains(.manager),
      draft.roles.contains(.administrator), draft.pseudonym, draft.avatar.rawValue, draft.language.rawValue)
  }

  func setPassword(_ hash: String, of id: AccountID) throws { try run("UPDATE accounts SET password_hash = $2 WHERE id = $1", id, hash) }

  func setActive(_ active: Bool, of id: AccountID) throws {
    try run("UPDATE accounts SET active = $2, status = 'offline' WHERE id = $1", id, active)
  }

  func setStatus(_ status: AccountStatus, of id: AccountID) throws {
    try run("UPDATE accounts SET status = $2 WHERE id = $1", id, status.rawValue)
  }

  func setSeen(_ id: AccountID, at now: Moment) throws { try run("UPDATE accounts SET last_seen_at = $2 WHERE id = $1", id, now) }

  /// The sites that an account answers for: the door asks for them with every member.
  func assignedSites(of id: AccountID) throws -> Set<SiteID> {
    Set(try rows("SELECT site_id FROM assignments WHERE account_id = $1 ORDER BY site_id LIMIT 1000", id).map { $0[0] as SiteID })
  }
}

extension Account {
  init(_ row: Row) {
    guard let language = Language(rawValue: row[8]), let status = AccountStatus(rawValue: row[9]) else {
      preconditionFailure("An account has a language and a status that exist")
    }
    self.init(
      id: row[0], email: row[1], name: row[2], roles: Role.set(agent: row[3], manager: row[4], administrator: row[5]), pseudonym: row[6],
      // A drawing may be retired; the account then shows the first one.
      avatar: Avatar(rawValue: row[7]) ?? .fern, language: language, status: status, lastSeenAt: row[10], active: row[11],
      isInvited: row[12])
  }
}

extension Role {
  static func set(agent: Bool, manager: Bool, administrator: Bool) -> Set<Role> {
    Set([agent ? .agent : nil, manager ? .manager : nil, administrator ? .administrator : nil].compactMap(\.self))
  }
}
