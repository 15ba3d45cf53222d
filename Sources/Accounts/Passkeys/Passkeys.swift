import Base
import Mail
import Store
import Web

/// Passkeys: keys that a person's devices hold, and that open only the pages of this program's own name (WebAuthn).
///
/// One counts as both steps of a sign-in: the device is what somebody has, and it has made sure by finger, face or PIN who they are.
extension Accounts {
  static let passkeyLimit = 20
  static let passkeyNameLimit = 60

  /// Nil where the base address is a number: there are no passkeys then.
  var relyingParty: RelyingParty? { RelyingParty(baseAddress: baseAddress) }

  private func party() throws(Refusal) -> RelyingParty {
    guard let party = relyingParty else { throw Refusal(.notFound) }
    return party
  }

  /// A challenge for a browser, and what it sends back with the answer.
  func challenge(for account: AccountID? = nil, browser: String) throws -> (challenge: PasskeyChallenge, sealed: String) {
    let challenge = PasskeyChallenge(for: account, browser: browser, at: clock.now)
    return (challenge, try challenge.sealed(with: try factorKey()))
  }

  private func opened(_ sealed: String, for account: AccountID?, browser: String) throws -> PasskeyChallenge {
    guard let challenge = PasskeyChallenge(sealed, browser: browser, with: try factorKey(), at: clock.now), challenge.account == account
    else { throw Refusal(.passkeyLate) }
    return challenge
  }

  // MARK: One's own

  func passkeys(of account: AccountID) async throws -> [PasskeyRow] { try await store.read { try $0.passkeys(of: account) } }

  func passkey(_ id: PasskeyID, of person: SignedIn) async throws -> PasskeyRow {
    let account = person.member.id
    guard let row = try await store.read({ try $0.passkey(id, of: account) }) else { throw Refusal(.notFound) }
    return row
  }

  func addPasskey(
    _ registration: RelyingParty.Registration, named name: String, challenge sealed: String, of person: SignedIn, browser: String,
    from place: Whereabouts
  ) async throws {
    let id = person.member.id
    let challenge = try opened(sealed, for: id, browser: browser)
    let party = try party()
    let made: (credential: AuthenticatorData.Credential, signCount: UInt32)
    do throws(PasskeyFault) {
      made = try party.check(registration, challenge: challenge.bytes)
    } catch {
      throw Refusal(.passkeyRefused)
    }
    let (typed, now, passkey): (String, Moment, PasskeyID) = (Self.passkeyName(name), clock.now, ids.next())
    let name = typed.isEmpty ? UserAgent(place.browser).text : typed
    let (audit, letter) = (audit(id, "account.passkeyAdded", id, place), told(.added, name, person))
    do {
      try await store.write(locking: [.account(id)]) { [mail] session in
        guard try session.use(challenge) else { throw Refusal(.passkeyLate) }
        guard try session.passkeys(of: id).count < Self.passkeyLimit else {
          throw Refusal(.listIsFull, arguments: ["limit": String(Self.passkeyLimit)])
        }
        try session.insertPasskey(passkey, made.credential, signCount: made.signCount, named: name, of: id, at: now)
        if mail.isOn { try mail.post(letter, in: session) }
        try session.audit(audit.line, id: audit.id, at: now)
      }
    } catch StoreFailure.unique {
      throw Refusal(.passkeyTaken)
    }
  }

  func renamePasskey(_ passkey: PasskeyID, to name: String, of person: SignedIn) async throws {
    let id = person.member.id
    let name = Self.passkeyName(name)
    guard !name.isEmpty else { throw Refusal(.formInvalid, fields: ["name": .fieldMissing]) }
    try await store.write(locking: [.account(id)]) { session in
      guard try session.passkey(passkey, of: id) != nil else { throw Refusal(.notFound) }
      try session.renamePasskey(passkey, to: name)
    }
  }

  /// Refused where no other way in would be left. Sessions that it opened end with it, but for the one that asks.
  func removePasskey(_ passkey: PasskeyID, of person: SignedIn, password: String, from place: Whereabouts) async throws {
    let id = person.member.id
    let row = try await self.passkey(passkey, of: person)
    try await makeSure(of: person, password: password)
    let (now, audit, letter) = (clock.now, audit(id, "account.passkeyRemoved", id, place), told(.removed, row.name, person))
    let ended = try await store.write(locking: [.account(id)]) { [mail, own = person.sessionDigest] session -> [[UInt8]] in
      guard try session.passkey(passkey, of: id) != nil else { return [] }
      let ended = try session.deleteSessions(by: passkey, except: own)
      try session.dropPasskey(passkey)
      try session.keepAWayIn(to: id)
      if mail.isOn { try mail.post(letter, in: session) }
      try session.audit(audit.line, id: audit.id, at: now)
      return ended
    }
    for digest in ended { await revoked.publish(Revocation(account: id, session: digest)) }
  }

  private func told(_ change: PasskeyChange, _ name: String, _ person: SignedIn) -> Letter {
    .passkeyChanged(
      to: Recipient(address: person.email, name: person.name, language: person.language), change: change, name: name, at: clock.now,
      link: page("/profile/security"), key: Secret().text)
  }

  private static func passkeyName(_ name: String) -> String {
    Form.trimmed(String(name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(passkeyNameLimit).map(Character.init)))
  }

  // MARK: Signing in

  /// Opens a session with a passkey, whose both steps it is.
  ///
  /// - Parameter old: the session that this browser had until now; it ends.
  func signIn(
    with assertion: RelyingParty.Assertion, challenge sealed: String, browser: String, old: SignedIn?, from place: Whereabouts
  ) async throws -> Entrance {
    let tries = Tries.addressKey(place.address.network)
    try await claim([(tries, Tries.perAddress)])
    let challenge = try opened(sealed, for: nil, browser: browser)
    let credential = assertion.credentialID
    let found = try await store.read { session in
      try session.passkey(credential: credential).flatMap { row in try session.account(row.account).map { (row, $0) } }
    }
    guard let (row, account) = found else {
      try await note(audit(nil, "account.signInFailed", nil, place, ["passkey": "unknown"]))
      throw Refusal(.passkeyUnknown)
    }
    let party = try party()
    let signCount: UInt32
    do throws(PasskeyFault) {
      // Nobody said who they are before, so the authenticator has to.
      guard assertion.userHandle == Self.userHandle(of: account.id) else { throw .owner }
      signCount = try party.check(assertion, key: row.key, challenge: challenge.bytes)
    } catch {
      try await note(audit(nil, "account.signInFailed", account.id, place, ["passkey": error.rawValue]))
      throw Refusal(.passkeyRefused)
    }
    return try await enter(account, by: row.id, signCount, challenge, old: old, from: place)
  }

  private func enter(
    _ account: Account, by passkey: PasskeyID, _ signCount: UInt32, _ challenge: PasskeyChallenge, old: SignedIn?,
    from place: Whereabouts
  ) async throws -> Entrance {
    let (id, token, now, oldDigest) = (account.id, Secret(), clock.now, old?.sessionDigest)
    let proof = Proof(audit: audit(id, "account.signedIn", id, place, ["with": "passkey"]), place: place, passkey: passkey)
    let (refused, copied) = (audit(id, "account.signInRefused", id, place), audit(id, "account.passkeyCounterWentBack", id, place))
    let tries = Tries.addressKey(place.address.network)
    let refusal: Refusal? = try await store.write(locking: [.account(id)]) { session in
      guard try session.use(challenge) else { return Refusal(.passkeyLate) }
      guard let row = try session.passkey(passkey, of: id), let account = try session.account(id) else { return Refusal(.passkeyUnknown) }
      guard account.active else {
        try session.audit(refused.line, id: refused.id, at: now)
        return Refusal(.accountInactive)
      }
      // A copy has signed meanwhile, or is signing now (WebAuthn, section 6.1.1).
      guard signCount == 0 && row.signCount == 0 || Int64(signCount) > row.signCount else {
        try session.audit(copied.line, id: copied.id, at: now)
        return Refusal(.passkeyRefused)
      }
      try session.usePasskey(row.id, signCount: signCount, at: now)
      try session.run("UPDATE tries SET count = count - 1 WHERE key = $1 AND count > 0", tries)
      if let oldDigest { try session.deleteSession(oldDigest) }
      try self.begin(token, for: account, by: proof, in: session, at: now)
      return nil
    }
    if let refusal { throw refusal }
    if let old { await revoked.publish(Revocation(account: old.member.id, session: old.sessionDigest)) }
    return Entrance(account: account, token: token.text, owesSecondStep: false)
  }

  /// By which an authenticator knows whose passkey it holds: the account's identity, which says nothing about the person.
  static func userHandle(of account: AccountID) -> [UInt8] { Array(account.description.utf8) }
}

extension Session {
  /// Some way in must be left: a password, somebody else's word, or a passkey.
  func keepAWayIn(to account: AccountID) throws {
    guard try hasPassword(account) || !providers(of: account).isEmpty || !passkeys(of: account).isEmpty else {
      throw Refusal(.passwordUnset)
    }
  }
}
