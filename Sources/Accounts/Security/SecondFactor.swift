import Base
import Crypto
import Mail
import Store
import Web

/// The second step at sign-in: a code of an authenticator app (RFC 6238), or a recovery code where the app is lost.
extension Accounts {
  /// What an app needs to make codes.
  struct Pairing: Sendable {
    let password: OneTimePassword
    let address: String
  }

  struct SecurityState: Sendable {
    let since: Moment?
    let codesLeft: Int
    let sessions: [SessionRow]
    let providers: Set<SignInProvider.Name>
    let passkeys: [PasskeyRow]
  }

  func security(of account: AccountID) async throws -> SecurityState {
    let now = clock.now
    return try await store.read { session in
      SecurityState(
        since: try session.secondFactor(of: account)?.confirmedAt, codesLeft: try session.recoveryCodesLeft(of: account),
        sessions: try session.sessions(of: account, at: now), providers: try session.providers(of: account),
        passkeys: try session.passkeys(of: account))
    }
  }

  // MARK: Switching it on and off

  /// Makes a new secret, against the password. It counts once a code of it was shown.
  func pair(_ person: SignedIn, password: String) async throws {
    let id = person.member.id
    try await verify(password, of: person)
    let (sealed, now) = (try seal(OneTimePassword().secret, of: id), clock.now)
    try await store.write(locking: [.account(id)]) { session in
      guard try !session.owesSecondStep(id) else { throw Refusal(.secondStepIsOn) }
      try session.dropSecondFactor(of: id)
      try session.insertSecondFactor(sealed, of: id, at: now)
    }
  }

  /// The secret that waits for its first code.
  func pairing(of person: SignedIn) async throws -> Pairing {
    let id = person.member.id
    guard let row = try await store.read({ try $0.secondFactor(of: id) }), row.confirmedAt == nil else { throw Refusal(.notFound) }
    let password = OneTimePassword(secret: try unseal(row.sealedSecret, of: id))
    return Pairing(password: password, address: password.address(house: mail.house, account: person.email))
  }

  /// Switches the second step on with a first code. All other sessions end: from now on each has shown both steps.
  ///
  /// - Returns: the recovery codes, which nobody can show again.
  func confirmPairing(_ code: String, of person: SignedIn, from place: Whereabouts) async throws -> [RecoveryCode] {
    let (id, own) = (person.member.id, person.sessionDigest)
    try await claimCode(id)
    let (codes, now, time) = ((0..<RecoveryCode.count).map { _ in RecoveryCode() }, clock.now, machineTime())
    let (audit, letter) = (audit(id, "account.secondStepOn", id, place), changed(.on, of: person))
    let ended = try await store.write(locking: [.account(id)]) { [mail] session -> [[UInt8]] in
      guard let row = try session.secondFactor(of: id), row.confirmedAt == nil else { throw Refusal(.notFound) }
      let password = OneTimePassword(secret: try self.unseal(row.sealedSecret, of: id))
      guard let step = password.step(of: Self.plain(code), at: time, after: row.lastStep) else { throw Self.wrongCode }
      try session.useStep(step, of: id)
      try session.confirmSecondFactor(of: id, at: now)
      try session.setRecoveryCodes(codes, of: id)
      try session.run("DELETE FROM tries WHERE key = $1", Tries.codeKey(id))
      let others = try session.deleteSessions(of: id, except: own)
      try mail.post(letter, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
      return others
    }
    for digest in ended { await revoked.publish(Revocation(account: id, session: digest)) }
    return codes
  }

  /// New recovery codes, against the password; the old ones open nothing any more.
  func renewRecoveryCodes(of person: SignedIn, password: String, from place: Whereabouts) async throws -> [RecoveryCode] {
    let id = person.member.id
    try await verify(password, of: person)
    let (codes, now) = ((0..<RecoveryCode.count).map { _ in RecoveryCode() }, clock.now)
    let (audit, letter) = (audit(id, "account.recoveryCodesRenewed", id, place), changed(.codesRenewed, of: person))
    try await store.write(locking: [.account(id)]) { [mail] session in
      guard try session.owesSecondStep(id) else { throw Refusal(.notFound) }
      try session.setRecoveryCodes(codes, of: id)
      try mail.post(letter, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    return codes
  }

  /// Switches the second step off, against the password.
  func unpair(_ person: SignedIn, password: String, from place: Whereabouts) async throws {
    try await verify(password, of: person)
    try await dropSecondStep(of: person.member.id, by: person.member.id, letter: changed(.off, of: person), from: place)
  }

  /// An administrator lets somebody in again who has lost the app and every recovery code.
  func unpair(_ account: Account, by administrator: AccountID, from place: Whereabouts) async throws {
    let letter = Letter.secondFactorChanged(
      to: account.recipient, change: .off, at: clock.now, link: page("/profile/security"), key: Secret().text)
    try await dropSecondStep(of: account.id, by: administrator, letter: letter, from: place)
  }

  private func dropSecondStep(of id: AccountID, by: AccountID, letter: Letter, from place: Whereabouts) async throws {
    let (now, audit) = (clock.now, audit(by, "account.secondStepOff", id, place))
    try await store.write(locking: [.account(id)]) { [mail] session in
      guard try session.secondFactor(of: id) != nil else { return }
      let wasOn = try session.owesSecondStep(id)
      try session.dropSecondFactor(of: id)
      guard wasOn else { return }
      try mail.post(letter, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  private func changed(_ change: SecondFactorChange, of person: SignedIn) -> Letter {
    .secondFactorChanged(
      to: Recipient(address: person.email, name: person.name, language: person.language), change: change, at: clock.now,
      link: page("/profile/security"), key: Secret().text)
  }

  // MARK: The second step itself

  /// Whose second step a browser owes; refused when the way was left for too long.
  func challenged(by token: String) async throws -> Account {
    let now = clock.now
    guard let secret = Secret(token), let account = try await store.read({ try $0.challenged(secret.digest, at: now) }) else {
      throw Refusal(.challengeOver)
    }
    return account
  }

  /// Takes a code of the app, or a recovery code, and opens the session. Each opens once.
  func proveSecondStep(_ code: String, challenge: String, from place: Whereabouts) async throws -> Entrance {
    let account = try await challenged(by: challenge)
    let (id, recovery) = (account.id, RecoveryCode(code))
    // The codes of the app are few enough to be guessed at; a recovery code is not, and must open when somebody else has used up the tries.
    try await claim([(Tries.codeAddressKey(place.address.network), Tries.perAddress)])
    if recovery == nil { try await claimCode(id) }
    guard let challenge = Secret(challenge) else { throw Refusal(.challengeOver) }
    let (token, now, time) = (Secret(), clock.now, machineTime())
    let how = ["second": recovery == nil ? "app" : "recoveryCode"]
    let proof = Proof(audit: audit(id, "account.signedIn", id, place, how), place: place)
    let failed = audit(id, "account.codeFailed", id, place)
    let isRight = try await store.write(locking: [.account(id)]) { session in
      guard let account = try session.challenged(challenge.digest, at: now) else { throw Refusal(.challengeOver) }
      guard try self.takes(code, recovery, of: id, at: time, in: session) else {
        try session.audit(failed.line, id: failed.id, at: now)
        return false
      }
      try session.dropChallenges(of: id)
      try session.run("DELETE FROM tries WHERE key = $1", Tries.codeKey(id))
      try self.begin(token, for: account, by: proof, in: session, at: now)
      return true
    }
    guard isRight else { throw Self.wrongCode }
    return Entrance(account: account, token: token.text, owesSecondStep: false)
  }

  private func takes(_ code: String, _ recovery: RecoveryCode?, of id: AccountID, at time: Moment, in session: any Session) throws -> Bool {
    // Switched off in the meantime by an administrator: the first step is all that is asked.
    guard let row = try session.secondFactor(of: id), row.confirmedAt != nil else { return true }
    if let recovery { return try session.useRecoveryCode(recovery, of: id) }
    let password = OneTimePassword(secret: try unseal(row.sealedSecret, of: id))
    guard let step = password.step(of: Self.plain(code), at: time, after: row.lastStep) else { return false }
    try session.useStep(step, of: id)
    return true
  }

  private func claimCode(_ id: AccountID) async throws {
    let now = clock.now
    let wait = try await store.write { try $0.claimTry([(Tries.codeKey(id), Tries.codesPerDay)], within: Tries.daySeconds, at: now) }
    if let wait { throw Refusal(.tooManyTries, retryAfterSeconds: wait) }
  }

  private static let wrongCode = Refusal(.formInvalid, fields: ["code": .wrongCode])

  /// The digits as they were meant: with spaces between them, or in another script.
  private static func plain(_ code: String) -> String { code.compactMap { $0.wholeNumberValue.map(String.init) }.joined() }

  // MARK: The secret at rest

  private func seal(_ secret: [UInt8], of id: AccountID) throws -> [UInt8] {
    let box = try AES.GCM.seal(secret, using: try factorKey(), authenticating: Array(id.description.utf8))
    guard let combined = box.combined else { preconditionFailure("A nonce of the usual length is part of the box") }
    return Array(combined)
  }

  /// Bound to its account: a row that was copied to another one opens nothing.
  private func unseal(_ sealed: [UInt8], of id: AccountID) throws -> [UInt8] {
    Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: try factorKey(), authenticating: Array(id.description.utf8)))
  }
}
