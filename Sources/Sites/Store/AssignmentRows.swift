import Base
import Store

/// Who answers for which site, and as whom. These run inside anybody's transaction.
extension Session {
  /// As whom this account speaks on this site. Without an assignment (an administrator who joins) under its own pseudonym;
  /// nil for an account that does not exist.
  public func face(of account: AccountID, on site: SiteID) throws -> Face? {
    try row(
      """
      SELECT accounts.id, COALESCE(assignments.pseudonym, accounts.pseudonym), COALESCE(assignments.avatar, accounts.avatar)
      FROM accounts
      LEFT JOIN assignments ON assignments.account_id = accounts.id AND assignments.site_id = $2
      WHERE accounts.id = $1
      """, account, site
    ).map { Face(account: $0[0], name: $0[1], avatar: $0[2]) }
  }

  /// The agents who answer for the site, by pseudonym; nobody whose account is switched off or is no agent any more.
  public func team(of site: SiteID) throws -> [Face] {
    try rows(
      """
      SELECT accounts.id, COALESCE(assignments.pseudonym, accounts.pseudonym) AS name, COALESCE(assignments.avatar, accounts.avatar)
      FROM assignments
      JOIN accounts ON accounts.id = assignments.account_id
      WHERE assignments.site_id = $1 AND accounts.active AND accounts.is_agent
      ORDER BY name, accounts.id
      """, site
    ).map { Face(account: $0[0], name: $0[1], avatar: $0[2]) }
  }

  /// The sites that the account answers for.
  public func sites(answeredBy account: AccountID) throws -> [SiteID] {
    try rows("SELECT site_id FROM assignments WHERE account_id = $1 ORDER BY site_id", account).map { $0[0] }
  }

  func assignments(of site: SiteID) throws -> [Assignment] {
    try rows("SELECT site_id, account_id, pseudonym, avatar FROM assignments WHERE site_id = $1 ORDER BY account_id", site).map {
      Assignment(site: $0[0], account: $0[1], pseudonym: $0[2], avatar: $0[3])
    }
  }

  func assignments(to account: AccountID) throws -> [Assignment] {
    try rows("SELECT site_id, account_id, pseudonym, avatar FROM assignments WHERE account_id = $1 ORDER BY site_id", account).map {
      Assignment(site: $0[0], account: $0[1], pseudonym: $0[2], avatar: $0[3])
    }
  }

  func save(_ assignment: Assignment) throws {
    try run(
      """
      INSERT INTO assignments (site_id, account_id, pseudonym, avatar) VALUES ($1, $2, $3, $4)
      ON CONFLICT (site_id, account_id) DO UPDATE SET pseudonym = excluded.pseudonym, avatar = excluded.avatar
      """, assignment.site, assignment.account, assignment.pseudonym, assignment.avatar)
  }

  func removeAssignment(site: SiteID, account: AccountID) throws -> Bool {
    try run("DELETE FROM assignments WHERE site_id = $1 AND account_id = $2", site, account) > 0
  }

  /// Everybody who can be assigned, by name.
  func agents() throws -> [Agent] {
    try rows(
      "SELECT id, name, pseudonym, avatar FROM accounts WHERE (is_agent OR is_expert) AND active ORDER BY name, id LIMIT $1",
      Agent.listLimit
    ).map {
      Agent(account: $0[0], name: $0[1], pseudonym: $0[2], avatar: $0[3])
    }
  }

  /// How many agents answer for each site.
  func teamSizes() throws -> [SiteID: Int] {
    let found = try rows(
      """
      SELECT assignments.site_id, COUNT(*) FROM assignments
      JOIN accounts ON accounts.id = assignments.account_id
      WHERE accounts.active AND accounts.is_agent
      GROUP BY assignments.site_id
      """)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
  }
}

/// An agent as the administration shows them, with what is theirs where a site says nothing else.
struct Agent: Sendable {
  static let listLimit = 500

  let account: AccountID
  let name: String
  let pseudonym: String
  let avatar: String
}
