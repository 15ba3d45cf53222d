import Access
import Base
import Mail
import Store
import Web

/// Accounts without an address, with which somebody only tries the demo. They go by themselves, unless an address is given.
extension Accounts {
  /// An address that no letter ever goes to.
  public static func trialAddress() -> String { "\(Secret().text.prefix(16))@\(SignedIn.trialDomain)" }

  /// Asks for a trial to be kept: a letter proves the address, and the password is the account's from now on. Nobody learns here whether the
  /// address has an account.
  public func keepTrial(_ person: SignedIn, email: String, password: String, from place: Whereabouts) async throws {
    guard person.isTrial else { throw Refusal(.notAllowed) }
    guard mail.isOn else { throw Refusal(.mailIsOff) }
    var problems: [String: Refusal.Reason] = [:]
    do { _ = try EmailAddress(email) } catch { problems["email"] = error.reason }
    problems["password"] = PasswordRules.problem(password, email: email, name: person.name)
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    let (id, key, now) = (person.member.id, EmailAddress.key(of: email), clock.now)
    try await claim([(Tries.mailKey(key), Tries.lettersPerAddress), (Tries.signUpKey(place.address.network), Tries.signUpsPerNetwork)])
    let hash = try await passwords.hash(password)
    let secret = Secret()
    let (digest, link, audit) = (secret.digest, page("/address/\(secret.text)"), audit(id, "account.addressChangeAsked", id, place))
    let (signIn, recover) = (page("/sign-in"), page("/recovery"))
    try await store.write(locking: [.account(id)]) { [mail] session in
      let recipient = Recipient(address: email, name: nil, language: person.language)
      guard try session.account(emailKey: key) == nil else {
        try mail.post(.alreadyRegistered(to: recipient, signIn: signIn, recover: recover, key: Self.key(digest)), in: session)
        return
      }
      try session.setPassword(hash, of: id)
      try session.dropLinks(of: id, .address)
      try session.insertLink(digest, .address, of: id, email: email, at: now, until: now.adding(seconds: Self.addressSeconds))
      try mail.post(.addressChange(to: recipient, link: link, expires: .hours(24), key: Self.key(digest)), in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }
}

extension Session {
  /// Whether somebody only tries the demo with an account and has not given an address.
  public func isTrial(_ account: AccountID) throws -> Bool {
    try row(
      "SELECT 1 FROM trials AS t JOIN accounts AS a ON a.id = t.account_id WHERE t.account_id = $1 AND a.confirmed_at IS NULL", account)
      != nil
  }
}
