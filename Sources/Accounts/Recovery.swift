import Access
import Base
import Mail
import Store
import Web

/// Getting back in without the password, and moving to another address: both by a link that is sent there.
extension Accounts {
  static let recoverySeconds: Int64 = 3600
  static let addressSeconds: Int64 = 86_400

  /// Sends a link to set a new password, where the address has an account. Nobody learns here whether it has.
  func askRecovery(of email: String, from place: Whereabouts) async throws {
    guard mail.isOn else { throw Refusal(.mailIsOff) }
    do { _ = try EmailAddress(email) } catch { throw Refusal(.formInvalid, fields: ["email": error.reason]) }
    let (key, now) = (EmailAddress.key(of: email), clock.now)
    try await claim([(Tries.mailKey(key), Tries.lettersPerAddress), (Tries.recoveryKey(place.address.network), Tries.perAddress)])
    let secret = Secret()
    let (digest, link, audit) = (secret.digest, page("/recovery/\(secret.text)"), audit(nil, "account.recoveryAsked", nil, place))
    try await store.write { [mail] session in
      guard let account = try session.account(emailKey: key)?.account, account.active else { return }
      try session.insertLink(digest, .recovery, of: account.id, at: now, until: now.adding(seconds: Self.recoverySeconds))
      try mail.post(.recovery(to: account.recipient, link: link, expires: .minutes(60), key: Self.key(digest)), in: session)
      try session.audit(audit.line.about(account.id), id: audit.id, at: now)
    }
  }

  /// The account that a recovery link opens.
  func recovering(by token: String) async throws -> Account {
    let now = clock.now
    guard let secret = Secret(token), let account = try await store.read({ try $0.linked(secret.digest, .recovery, at: now)?.account })
    else { throw Refusal(.linkVoid) }
    return account
  }

  /// Sets a new password by a link: every session ends, every other link is void, and the address counts as proved.
  func recover(by token: String, password: String, from place: Whereabouts) async throws -> Account {
    let account = try await recovering(by: token)
    if let problem = PasswordRules.problem(password, email: account.email, name: account.name) {
      throw Refusal(.formInvalid, fields: ["password": problem])
    }
    let hash = try await passwords.hash(password)
    let (now, audit) = (clock.now, audit(account.id, "account.recovered", account.id, place))
    guard let digest = Secret(token)?.digest else { throw Refusal(.linkVoid) }
    let recover = page("/recovery")
    try await store.write(locking: [.account(account.id)]) { [mail] session in
      guard let found = try session.linked(digest, .recovery, at: now)?.account else { throw Refusal(.linkVoid) }
      try session.dropLinks(of: account.id)
      try session.setPassword(hash, of: account.id)
      try session.confirm(account.id, at: now)
      try session.deleteSessions(of: account.id)
      try session.run("DELETE FROM tries WHERE key = $1", Tries.accountKey(EmailAddress.key(of: found.email)))
      try mail.post(.passwordChanged(to: found.recipient, at: now, link: recover, key: Self.key(digest)), in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    await revoked.publish(Revocation(account: account.id, session: nil))
    return account
  }

  /// Sends a link to the new address. Nothing changes before it is used.
  func askNewAddress(_ email: String, of person: SignedIn, password: String, from place: Whereabouts) async throws {
    guard mail.isOn else { throw Refusal(.mailIsOff) }
    do { _ = try EmailAddress(email) } catch { throw Refusal(.formInvalid, fields: ["email": error.reason]) }
    let (id, key, now) = (person.member.id, EmailAddress.key(of: email), clock.now)
    guard key != EmailAddress.key(of: person.email) else { throw Refusal(.formInvalid, fields: ["email": .addressIsYours]) }
    try await verify(password, of: person)
    try await claim([(Tries.mailKey(key), Tries.lettersPerAddress)])
    let secret = Secret()
    let (digest, link, audit) = (secret.digest, page("/address/\(secret.text)"), audit(id, "account.addressChangeAsked", id, place))
    let (signIn, recover) = (page("/sign-in"), page("/recovery"))
    try await store.write(locking: [.account(id)]) { [mail] session in
      let recipient = Recipient(address: email, name: person.name, language: person.language)
      guard try session.account(emailKey: key) == nil else {
        try mail.post(.alreadyRegistered(to: recipient, signIn: signIn, recover: recover, key: Self.key(digest)), in: session)
        return
      }
      try session.dropLinks(of: id, .address)
      try session.insertLink(digest, .address, of: id, email: email, at: now, until: now.adding(seconds: Self.addressSeconds))
      try mail.post(.addressChange(to: recipient, link: link, expires: .hours(24), key: Self.key(digest)), in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// The address that a link moves an account to.
  func newAddress(by token: String) async throws -> String {
    let now = clock.now
    guard let secret = Secret(token), let email = try await store.read({ try $0.linked(secret.digest, .address, at: now)?.email }) else {
      throw Refusal(.linkVoid)
    }
    return email
  }

  /// Moves an account to its new address, and tells the old one.
  func moveAddress(by token: String, from place: Whereabouts) async throws {
    guard let digest = Secret(token)?.digest else { throw Refusal(.linkVoid) }
    let now = clock.now
    guard let account = try await store.read({ try $0.linked(digest, .address, at: now)?.account }) else { throw Refusal(.linkVoid) }
    let audit = audit(account.id, "account.addressChanged", account.id, place)
    do {
      try await store.write(locking: [.account(account.id)]) { [mail] session in
        guard let link = try session.linked(digest, .address, at: now), let email = link.email else { throw Refusal(.linkVoid) }
        let old = link.account.recipient
        try session.setEmail(email, of: account.id, at: now)
        try session.dropLinks(of: account.id)
        try mail.post(.addressChanged(to: old, newAddress: email, at: now, key: Self.key(digest)), in: session)
        try session.audit(audit.line, id: audit.id, at: now)
      }
    } catch StoreFailure.unique {
      throw Refusal(.linkVoid)
    }
    await changed.publish(account.id)
  }

  /// Asks for the present password before something that a borrowed browser must not do.
  func verify(_ password: String, of person: SignedIn) async throws {
    let emailKey = EmailAddress.key(of: person.email)
    let key = Tries.accountKey(emailKey)
    try await claim([(key, Tries.perAccount)])
    let known = try await store.read { try $0.account(emailKey: emailKey) }
    guard let hash = known?.passwordHash else { throw Refusal(.formInvalid, fields: ["present": .passwordUnset]) }
    guard password.utf8.count <= PasswordRules.byteLimit, try await passwords.verify(password, hash) else {
      throw Refusal(.formInvalid, fields: ["present": .wrongPassword])
    }
    try await store.write { try $0.run("DELETE FROM tries WHERE key = $1", key) }
  }
}

extension Account {
  /// As letters address somebody.
  var recipient: Recipient { Recipient(address: email, name: name, language: language) }
}
