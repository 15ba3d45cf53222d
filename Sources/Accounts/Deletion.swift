import Access
import Base
import Store
import Web

/// Deleting an account: the person goes, the row stays, because others' threads and the books point at it.
extension Accounts {
  /// What goes and what stays, for whoever decides about it.
  struct Consequences: Sendable {
    let sessions: Int
    let sites: Int
    let openChats: Int
    let messages: Int
  }

  func consequences(of id: AccountID) async throws -> Consequences {
    try await store.read { session in
      func count(_ sql: String) throws -> Int { try session.row(sql, id)?[0] ?? 0 }
      return Consequences(
        sessions: try count("SELECT COUNT(*) FROM sessions WHERE account_id = $1"),
        sites: try count("SELECT COUNT(*) FROM assignments WHERE account_id = $1"),
        openChats: try count("SELECT COUNT(*) FROM participants WHERE account_id = $1 AND here"),
        messages: try count("SELECT COUNT(*) FROM entries WHERE by_account = $1 AND client_id IS NOT NULL"))
    }
  }

  /// Other slices blank what they keep of the person, in the transaction that blanks the account. Before the program serves.
  public func onErase(_ erase: @escaping @Sendable (any Session, AccountID) throws -> Void) { erasers.withLock { $0.append(erase) } }

  /// Erases a person for good. Nobody can sign in as them, and their address is free again.
  public func erase(_ id: AccountID, by: AccountID?, from place: Whereabouts) async throws {
    guard id != by else { throw Refusal(.notAllowed) }
    // First out of service: open chats go back to the others while the account still has a name.
    if try await account(id)?.active == true { try await setActive(false, of: id, by: by, from: place) }
    let (now, audit, erasers) = (clock.now, audit(by, "account.deleted", id, place), erasers.withLock { $0 })
    try await store.write(locking: [.account(id)]) { session in
      guard try session.account(id) != nil else { throw Refusal(.notFound) }
      try session.blankAccount(id, at: now)
      for erase in erasers { try erase(session, id) }
      try session.audit(audit.line, id: audit.id, at: now)
    }
    await changed.publish(id)
  }
}

extension Session {
  fileprivate func blankAccount(_ id: AccountID, at now: Moment) throws {
    // `.invalid` is reserved (RFC 2606, section 2): no letter ever goes there.
    let address = "deleted-\(id)@accounts.invalid"
    try run(
      """
      UPDATE accounts
      SET email = $2, email_key = $2, name = '', name_key = '', first_name = '', surname = '', bio = '', interests = '{"list":[]}',
        time_zone = '', privacy = '{}', pseudonym = '', avatar = 'fern', password_hash = NULL, confirmed_at = NULL, last_seen_at = NULL,
        status = 'offline', active = FALSE, deleted_at = $3
      WHERE id = $1
      """, id, address, now)
    try dropSecondFactor(of: id)
    for table in [
      "sessions", "invitations", "account_links", "known_browsers", "external_identities", "passkeys", "personal_tokens", "assignments",
    ] {
      try run("DELETE FROM \(table) WHERE account_id = $1", id)
    }
  }
}
