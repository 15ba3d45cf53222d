import Base
import Store
import Web

extension Accounts {
  /// Opens a session with address and password, or the way to the second step.
  ///
  /// An unknown address, a wrong password and an account without a password are the same refusal after the same work.
  /// - Parameter old: the session that this browser had until now; it ends.
  public func signIn(email: String, password: String, old: SignedIn? = nil, from place: Whereabouts) async throws -> Entrance {
    let key = EmailAddress.key(of: email)
    guard key.unicodeScalars.count <= EmailAddress.lengthLimit, password.utf8.count <= PasswordRules.byteLimit else {
      throw Refusal(.wrongSignIn)
    }
    let (accountKey, addressKey, now) = (Tries.accountKey(key), Tries.addressKey(place.address.network), clock.now)
    // Behind the messages of those who chat: whoever signs in waits for a hash anyway.
    let wait = try await store.write(urgency: .background) { session in
      try session.claimTry([(accountKey, Tries.perAccount), (addressKey, Tries.perAddress)], at: now)
    }
    if let wait { throw Refusal(.tooManyTries, retryAfterSeconds: wait) }
    let known = try await store.read { try $0.account(emailKey: key) }
    guard try await passwords.verify(password, known?.passwordHash), let account = known?.account else {
      try await note(audit(nil, "account.signInFailed", known?.account.id, place))
      throw Refusal(.wrongSignIn)
    }
    guard account.active else {
      try await note(audit(account.id, "account.signInRefused", account.id, place))
      throw Refusal(.accountInactive)
    }
    let (secret, oldDigest) = (Secret(), old?.sessionDigest)
    let proof = Proof(audit: audit(account.id, "account.signedIn", account.id, place), place: place)
    let owes = try await store.write { session in
      try session.forgiveTries(account: accountKey, address: addressKey)
      if let oldDigest { try session.deleteSession(oldDigest) }
      return try self.open(secret, for: account, by: proof, in: session, at: now)
    }
    if let old { await revoked.publish(Revocation(account: old.member.id, session: old.sessionDigest)) }
    return Entrance(account: account, token: secret.text, owesSecondStep: owes)
  }

  func note(_ audit: (line: AuditLine, id: AuditLineID)) async throws {
    let now = clock.now
    try await store.write(urgency: .background) { try $0.audit(audit.line, id: audit.id, at: now) }
  }
}
