import Base
import Mail
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

  func setProfile(_ profile: PersonalProfile, of id: AccountID, from place: Whereabouts) async throws {
    let profile = try profile.checked()
    let (now, audit) = (clock.now, audit(id, "account.profileChanged", id, place))
    try await store.write(locking: [.account(id)]) { session in
      try session.setProfile(profile, of: id)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// Sets a new password against the present one. All sessions end, and this browser gets a new one.
  func changePassword(of person: SignedIn, from present: String, to new: String, at place: Whereabouts) async throws -> String {
    let id = person.member.id
    try await verify(present, of: person)
    if let problem = PasswordRules.problem(new, email: person.email, name: person.name) {
      throw Refusal(.formInvalid, fields: ["password": problem])
    }
    let hash = try await passwords.hash(new)
    let (secret, now, audit) = (Secret(), clock.now, audit(id, "account.passwordChanged", id, place))
    let (digest, recover) = (secret.digest, page("/recovery"))
    try await store.write(locking: [.account(id)]) { [mail] session in
      try session.setPassword(hash, of: id)
      try session.deleteSessions(of: id)
      try session.dropLinks(of: id)
      try session.insertSession(digest, of: id, at: now, from: place)
      let recipient = Recipient(address: person.email, name: person.name, language: person.language)
      try mail.post(.passwordChanged(to: recipient, at: now, link: recover, key: Self.key(digest)), in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    await revoked.publish(Revocation(account: id, session: nil))
    return secret.text
  }
}
