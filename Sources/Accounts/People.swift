import Access
import Base
import Store
import Web

/// What an administrator does to accounts.
extension Accounts {
  public static let pageLength = 50

  /// A new account without a password: it needs a link from `invite`.
  public func create(_ draft: AccountDraft, by: AccountID?, from place: Whereabouts) async throws -> AccountID {
    let draft = try draft.checked()
    let id: AccountID = ids.next()
    let (now, audit) = (clock.now, audit(by, "account.created", id, place, ["roles": Self.names(draft.roles)]))
    try await refusingTakenAddress {
      try await store.write { session in
        try session.insert(draft, id: id, at: now)
        try session.audit(audit.line, id: audit.id, at: now)
      }
    }
    await changed.publish(id)
    return id
  }

  /// The first administrator of a new house, who is an agent as well because there may be nobody else, or the way back into one: an account that exists is made administrator and active again.
  ///
  /// - Returns: the one-time link.
  public func createAdministrator(email: String, name: String) async throws -> String {
    let key = EmailAddress.key(of: email)
    let id: AccountID
    if let known = try await store.read({ try $0.account(emailKey: key) })?.account {
      if !known.active { try await setActive(true, of: known.id, by: nil, from: .console) }
      var draft = known.draft
      draft.roles.insert(.administrator)
      _ = try await update(known.id, to: draft, by: nil, from: .console)
      id = known.id
    } else {
      id = try await create(AccountDraft(name: name, email: email, roles: [.administrator, .agent]), by: nil, from: .console)
    }
    return try await invite(id, by: nil, from: .console)
  }

  /// Changes an account. With its roles its sessions end: a token never outlives what it was given for.
  ///
  /// - Returns: whether the sessions ended.
  public func update(_ id: AccountID, to draft: AccountDraft, by: AccountID?, from place: Whereabouts) async throws -> Bool {
    let draft = try draft.checked()
    let now = clock.now
    let changedAudit = audit(by, "account.changed", id, place)
    let rolesAudit = audit(by, "account.rolesChanged", id, place, ["roles": Self.names(draft.roles)])
    let locks = try await locks(for: id)
    let rolesChanged = try await refusingTakenAddress {
      try await store.write(locking: locks) { session in
        guard let before = try session.account(id) else { throw Refusal(.notFound) }
        if !draft.roles.contains(.administrator) { try session.keepAnAdministrator(without: id) }
        try session.update(id, to: draft)
        try session.audit(changedAudit.line, id: changedAudit.id, at: now)
        guard before.roles != draft.roles else { return false }
        try session.deleteSessions(of: id)
        try session.audit(rolesAudit.line, id: rolesAudit.id, at: now)
        return true
      }
    }
    await changed.publish(id)
    if rolesChanged { await revoked.publish(Revocation(account: id, session: nil)) }
    return rolesChanged
  }

  /// Takes an account out of service, or back into it. Its sessions, tokens and links end.
  public func setActive(_ active: Bool, of id: AccountID, by: AccountID?, from place: Whereabouts) async throws {
    let (now, audit) = (clock.now, audit(by, active ? "account.activated" : "account.deactivated", id, place))
    try await store.write(locking: try await locks(for: id)) { session in
      guard try session.account(id) != nil else { throw Refusal(.notFound) }
      if !active { try session.keepAnAdministrator(without: id) }
      try session.setActive(active, of: id)
      try session.deleteSessions(of: id)
      try session.dropTokens(of: id)
      try session.dropInvitations(of: id)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    await changed.publish(id)
    await statusChanged.publish(StatusChange(account: id, status: .offline))
    await revoked.publish(Revocation(account: id, session: nil))
  }

  /// One page of those who are meant, and how many there are in all.
  func people(_ query: PeopleQuery) async throws -> (accounts: [Account], total: Int) { try await store.read { try $0.people(query) } }

  /// The account and everybody who could be the last administrator: two of them cannot put each other out at the same moment.
  private func locks(for id: AccountID) async throws -> [Lock] {
    let administrators = try await store.read { try $0.administrators() }
    return Set(administrators + [id]).map(Lock.account)
  }

  private func refusingTakenAddress<Value>(_ write: () async throws -> Value) async throws -> Value {
    do {
      return try await write()
    } catch StoreFailure.unique {
      throw Refusal(.formInvalid, fields: ["email": .emailTaken])
    }
  }

  private static func names(_ roles: Set<Role>) -> String { roles.sorted().map(\.rawValue).joined(separator: " ") }
}

extension Session {
  fileprivate func keepAnAdministrator(without id: AccountID) throws {
    let administrators = try administrators()
    if administrators == [id] { throw Refusal(.lastAdministrator) }
  }
}
