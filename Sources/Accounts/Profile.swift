import Base
import Store
import Web

/// What everybody may change of their own account.
extension Accounts {
  struct ProfileDraft: Sendable {
    var name: String
    var pseudonym: String
    var avatar: Avatar
    var language: Language
  }

  func updateProfile(of id: AccountID, to profile: ProfileDraft, from place: Whereabouts) async throws {
    guard let account = try await account(id) else { throw Refusal(.notFound) }
    var draft = account.draft
    draft.name = profile.name
    draft.pseudonym = profile.pseudonym
    draft.avatar = profile.avatar
    draft.language = profile.language
    _ = try await update(id, to: draft, by: id, from: place)
  }

  /// Sets a new password against the present one. All sessions end, and this browser gets a new one.
  func changePassword(of person: SignedIn, from present: String, to new: String, at place: Whereabouts) async throws -> String {
    let id = person.member.id
    let emailKey = EmailAddress.key(of: person.email)
    let (key, now) = (Tries.accountKey(emailKey), clock.now)
    let wait = try await store.write { try $0.claimTry([(key, Tries.perAccount)], at: now) }
    if let wait { throw Refusal(.tooManyTries, retryAfterSeconds: wait) }
    let known = try await store.read { try $0.account(emailKey: emailKey) }
    guard present.utf8.count <= PasswordRules.byteLimit, try await passwords.verify(present, known?.passwordHash) else {
      throw Refusal(.formInvalid, fields: ["present": .wrongSignIn])
    }
    if let problem = PasswordRules.problem(new, email: person.email, name: person.name) {
      throw Refusal(.formInvalid, fields: ["password": problem])
    }
    let hash = try await passwords.hash(new)
    let (secret, audit) = (Secret(), audit(id, "account.passwordChanged", id, place))
    let digest = secret.digest
    try await store.write(locking: [.account(id)]) { session in
      try session.run("DELETE FROM tries WHERE key = $1", key)
      try session.setPassword(hash, of: id)
      try session.deleteSessions(of: id)
      try session.insertSession(digest, of: id, at: now, from: place)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    await revoked.publish(Revocation(account: id, session: nil))
    return secret.text
  }
}
