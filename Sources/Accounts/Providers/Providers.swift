import Base
import Mail
import Store
import Web

/// Signing in as whom somebody is known as elsewhere (Google, LinkedIn, Facebook, or any provider of OpenID Connect).
///
/// An account is found by the provider's own name for the person. By the mail address only once, and only when the provider says that it has
/// proved it: then the account is connected.
extension Accounts {
  /// How a way to a provider ended.
  enum Arrival: Sendable {
    case entered(Entrance)
    /// A letter has to prove the address first.
    case letterSent
    case connected
  }

  func provider(_ name: String) throws -> SignInProvider {
    guard let provider = providers.first(where: { $0.name.rawValue == name }) else { throw Refusal(.notFound) }
    return provider
  }

  private func back(_ provider: SignInProvider) -> String { page("/sign-in/with/\(provider.name.rawValue)/callback") }

  /// Begins a way: where to send the browser, and what it keeps meanwhile.
  func begin(_ provider: SignInProvider, next: String?, connecting: AccountID?) async throws -> (address: String, cookie: String) {
    let flow = ProviderFlow(provider: provider.name, next: next, connecting: connecting, began: machineTime())
    let address = try await providerClient.address(of: provider, flow, back: back(provider))
    return (address, try flow.sealed(with: try factorKey()))
  }

  /// Ends a way with what the provider sent the browser back with.
  func arrive(
    from provider: SignInProvider, code: String, state: String, cookie: String, person: SignedIn?, browser: String, language: Language,
    at place: Whereabouts
  ) async throws -> (arrival: Arrival, next: String?) {
    guard let flow = ProviderFlow(cookie, with: try factorKey(), at: machineTime()), flow.provider == provider.name, flow.state == state
    else { throw Refusal(.challengeOver) }
    let vouched = try await providerClient.person(provider, code: code, flow, back: back(provider))
    if let connecting = flow.connecting {
      guard let person, person.member.id == connecting else { throw Refusal(.challengeOver) }
      try await connect(vouched.identity, provider, to: person, from: place)
      return (.connected, nil)
    }
    let arrival = try await enter(vouched, provider, browser: browser, language: language, from: place)
    // As with a password: this browser has one session.
    if let person, case .entered = arrival { try await endSession(person.sessionDigest, of: person, from: place) }
    return (arrival, flow.next)
  }

  private func enter(
    _ vouched: Vouched, _ provider: SignInProvider, browser: String, language: Language, from place: Whereabouts
  ) async throws -> Arrival {
    let (now, key, how) = (clock.now, vouched.email.map(EmailAddress.key(of:)), ["provider": provider.name.rawValue])
    let known = try await store.read { session -> (account: Account, isConnected: Bool)? in
      if let account = try session.account(of: vouched.identity) { return (account, true) }
      guard vouched.isEmailVerified, let key, let account = try session.account(emailKey: key)?.account else { return nil }
      return (account, false)
    }
    guard let known else { return try await open(vouched, provider, browser: browser, language: language, from: place) }
    let account = known.account
    guard account.active else { throw Refusal(.accountInactive) }
    let (token, proof) = (Secret(), Proof(audit: audit(account.id, "account.signedIn", account.id, place, how), place: place))
    let (linked, letter) = (
      audit(account.id, "account.providerConnected", account.id, place, how), connected(provider, to: account.recipient)
    )
    let owes = try await store.write(locking: [.account(account.id)]) { [mail] session in
      if try !known.isConnected && session.account(of: vouched.identity) == nil {
        // The account has another one there already: that one it stays.
        guard try !session.providers(of: account.id).contains(provider.name) else { throw Refusal(.providerTaken) }
        try session.insert(vouched.identity, of: account.id, at: now)
        if mail.isOn { try mail.post(letter, in: session) }
        try session.audit(linked.line, id: linked.id, at: now)
      }
      return try self.open(token, for: account, by: proof, in: session, at: now)
    }
    return .entered(Entrance(account: account, token: token.text, owesSecondStep: owes))
  }

  /// For whom there is no account yet.
  private func open(
    _ vouched: Vouched, _ provider: SignInProvider, browser: String, language: Language, from place: Whereabouts
  ) async throws -> Arrival {
    guard let email = vouched.email, (try? EmailAddress(email)) != nil else { throw Refusal(.providerHasNoAddress) }
    guard try await signUpRules().isOpen(to: .customer) else { throw Refusal(.signUpClosed) }
    var draft = SignUpDraft()
    draft.email = email
    draft.firstName = String(vouched.firstName.filter { $0 != "\0" }.onOneLine.prefix(AccountDraft.nameLimit / 2))
    draft.surname = String(vouched.surname.filter { $0 != "\0" }.onOneLine.prefix(AccountDraft.nameLimit / 2 - 1))
    draft.language = language
    draft.identity = vouched.identity
    guard vouched.isEmailVerified else {
      try await signUp(draft, browser: browser, from: place)
      return .letterSent
    }
    let kept = KeptSignUp(
      email: email, browser: [], firstName: draft.firstName, surname: draft.surname, bio: "", isExpert: false, passwordHash: "",
      language: language, identity: vouched.identity)
    return .entered(try await open(kept, from: place) { _ in kept })
  }

  // MARK: Connecting and disconnecting

  private func connect(_ identity: ExternalIdentity, _ provider: SignInProvider, to person: SignedIn, from place: Whereabouts) async throws
  {
    let (id, now) = (person.member.id, clock.now)
    let audit = audit(id, "account.providerConnected", id, place, ["provider": provider.name.rawValue])
    let letter = connected(provider, to: Recipient(address: person.email, name: person.name, language: person.language))
    try await store.write(locking: [.account(id)]) { [mail] session in
      if let owner = try session.account(of: identity) {
        guard owner.id == id else { throw Refusal(.providerTaken) }
        return
      }
      guard try !session.providers(of: id).contains(provider.name) else { throw Refusal(.providerTaken) }
      try session.insert(identity, of: id, at: now)
      if mail.isOn { try mail.post(letter, in: session) }
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// Ends a connection; refused where no other way in would be left.
  func disconnect(_ provider: SignInProvider.Name, from person: SignedIn, at place: Whereabouts) async throws {
    let (id, now) = (person.member.id, clock.now)
    let audit = audit(id, "account.providerDisconnected", id, place, ["provider": provider.rawValue])
    try await store.write(locking: [.account(id)]) { session in
      guard try session.dropIdentity(provider, of: id) else { return }
      try session.keepAWayIn(to: id)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  private func connected(_ provider: SignInProvider, to recipient: Recipient) -> Letter {
    .providerConnected(to: recipient, provider: provider.title, at: clock.now, link: page("/profile/security"), key: Secret().text)
  }
}
