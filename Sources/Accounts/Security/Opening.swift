import Base
import Mail
import Store
import Web

/// How every session begins.
extension Accounts {
  /// What a proof of who one is gives.
  public struct Entrance: Sendable {
    public let account: Account
    /// For the browser's cookie: of the session, or of the way to it while a second step is owed.
    public let token: String
    public let owesSecondStep: Bool
  }

  /// How long one may take for the second step.
  static let challengeSeconds: Int64 = 600

  /// Opens a session for who has just proved the first step, whatever that was: a password, an invitation, a letter. Where the account asks
  /// for a second step there is only a challenge, so that no link leads around it.
  ///
  /// - Returns: whether the second step is owed.
  func open(_ token: Secret, for account: Account, by proof: Proof, in session: any Session, at now: Moment) throws -> Bool {
    guard try session.owesSecondStep(account.id) else {
      try begin(token, for: account, by: proof, in: session, at: now)
      return false
    }
    try session.insertChallenge(token.digest, of: account.id, at: now, until: now.adding(seconds: Self.challengeSeconds))
    return true
  }

  /// From where somebody comes, and what is written down about it. Made before the write: a write may run twice.
  struct Proof: Sendable {
    let audit: (line: AuditLine, id: AuditLineID)
    let place: Whereabouts
    /// With which it was proved.
    var passkey: PasskeyID?
    /// By which a letter about it is known.
    let letter = Secret().text
  }

  func begin(_ token: Secret, for account: Account, by proof: Proof, in session: any Session, at now: Moment) throws {
    try session.insertSession(token.digest, of: account.id, at: now, from: proof.place, by: proof.passkey)
    try session.audit(proof.audit.line, id: proof.audit.id, at: now)
    guard let browser = proof.place.secret, try !session.knowBrowser(browser.digest, of: account.id, at: now), mail.isOn else { return }
    let letter = Letter.newSignIn(
      to: account.recipient, browser: UserAgent(proof.place.browser).text, address: proof.place.address.text, at: now,
      link: page("/profile/security"), key: proof.letter)
    try mail.post(letter, in: session)
  }
}
