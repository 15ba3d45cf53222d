import Access
import Base
import Mail
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

  /// Erases a person for good. Nobody can sign in as them, and their address is free again. Who did not ask for it is told by a last letter.
  ///
  /// - Parameter last: what belongs to the same transaction, after everything is gone.
  public func erase(
    _ id: AccountID, by: AccountID?, from place: Whereabouts, last: @escaping @Sendable (any Session) throws -> Void = { _ in }
  ) async throws {
    guard id != by else { throw Refusal(.notAllowed) }
    guard let account = try await account(id) else { throw Refusal(.notFound) }
    // First out of service: open chats go back to the others while the account still has a name.
    if account.active { try await setActive(false, of: id, by: by, from: place) }
    let (now, audit, erasers) = (clock.now, audit(by, "account.deleted", id, place), erasers.withLock { $0 })
    let farewell = by == nil ? nil : Letter.accountDeleted(to: account.recipient, at: now, key: "\(id)")
    try await store.write(locking: [.account(id)]) { [mail] session in
      guard try session.account(id) != nil else { throw Refusal(.notFound) }
      try session.blankAccount(id, at: now)
      for erase in erasers { try erase(session, id) }
      try session.audit(audit.line, id: audit.id, at: now)
      // After everything that bore the address is gone; this goes when it has left.
      if let farewell, mail.isOn { try mail.post(farewell, in: session) }
      try last(session)
    }
    await changed.publish(id)
  }
}

extension Session {
  /// Everything that the registry names as theirs, and what makes an account one that can be used.
  fileprivate func blankAccount(_ id: AccountID, at now: Moment) throws {
    try erase(.account(id), at: now)
    try run(
      """
      UPDATE accounts
      SET confirmed_at = NULL, last_seen_at = NULL, active = FALSE, deleted_at = $2, erase_at = NULL
      WHERE id = $1
      """, id, now)
  }
}
