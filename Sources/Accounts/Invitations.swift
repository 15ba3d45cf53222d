import Access
import Base
import Store
import Web

/// One-time links: whoever is given one sets the password of an account, once, within seven days.
extension Accounts {
  public static let invitationSeconds: Int64 = 7 * 86_400

  /// A new link for an account; the ones before it open nothing any more.
  public func invite(_ account: AccountID, by: AccountID?, from place: Whereabouts) async throws -> String {
    let (secret, now, audit) = (Secret(), clock.now, audit(by, "account.invited", account, place))
    let (digest, end) = (secret.digest, now.adding(seconds: Self.invitationSeconds))
    try await store.write(locking: [.account(account)]) { session in
      guard let found = try session.account(account) else { throw Refusal(.notFound) }
      guard found.active else { throw Refusal(.accountInactive) }
      try session.dropInvitations(of: account)
      try session.insertInvitation(digest, of: account, at: now, until: end)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    return link(secret)
  }

  /// The account that a link opens; refused when it was used, has run out or never was one.
  func invited(by token: String) async throws -> (secret: Secret, account: Account) {
    guard let secret = Secret(token) else { throw Refusal(.linkUsedOrExpired) }
    let (digest, now) = (secret.digest, clock.now)
    guard let account = try await store.read({ try $0.invited(digest, at: now) }) else { throw Refusal(.linkUsedOrExpired) }
    return (secret, account)
  }

  /// What an invited person fills in.
  struct Acceptance: Sendable {
    var name: String
    var pseudonym: String
    var password: String
    var language: Language
  }

  /// Uses a link up: sets the password, ends all sessions of before and opens a new one, or the way to the second step.
  func accept(_ token: String, _ answer: Acceptance, from place: Whereabouts) async throws -> Entrance {
    let (invitation, account) = try await invited(by: token)
    let draft = try account.checked(answer)
    let hash = try await passwords.hash(answer.password)
    let (secret, now, used) = (Secret(), clock.now, invitation.digest)
    let accepted = audit(account.id, "account.invitationAccepted", account.id, place)
    let proof = Proof(audit: audit(account.id, "account.signedIn", account.id, place), place: place)
    let opened = try await store.write(locking: [.account(account.id)]) { session in
      guard try session.invited(used, at: now) != nil, try session.useInvitation(used, at: now) else { throw Refusal(.linkUsedOrExpired) }
      try session.update(account.id, to: draft)
      try session.setPassword(hash, of: account.id)
      try session.deleteSessions(of: account.id)
      try session.audit(accepted.line, id: accepted.id, at: now)
      guard let opened = try session.account(account.id) else { preconditionFailure("An account that was just changed is there") }
      return Entrance(
        account: opened, token: secret.text,
        owesSecondStep: try self.open(secret, for: opened, by: proof, in: session, at: now))
    }
    await revoked.publish(Revocation(account: account.id, session: nil))
    await changed.publish(account.id)
    return opened
  }
}

extension Account {
  /// The account as it stands, to be changed.
  public var draft: AccountDraft {
    AccountDraft(name: name, email: email, pseudonym: pseudonym, avatar: avatar, roles: roles, language: language)
  }

  fileprivate func checked(_ answer: Accounts.Acceptance) throws -> AccountDraft {
    var draft = draft
    draft.name = answer.name
    draft.pseudonym = answer.pseudonym
    draft.language = answer.language
    var problems: [String: Refusal.Reason] = [:]
    do throws(Refusal) { draft = try draft.checked() } catch { problems = error.fields }
    problems["password"] = PasswordRules.problem(answer.password, email: email, name: answer.name)
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return draft
  }
}
