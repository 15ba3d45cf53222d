import Access
import Base
import Mail
import Store
import Web

/// Opening an account: somebody asks, proves the address by a link, and only then there is an account.
///
/// Whether an address has an account already is told by a letter to that address and by nothing else: the answer to the form is the same.
extension Accounts {
  static let signUpSeconds: Int64 = 86_400
  static let bioLimit = 2000

  /// What somebody who wants an account fills in.
  struct SignUpDraft: Sendable {
    var kind = SignUpRules.Kind.customer
    var email = ""
    var firstName = ""
    var surname = ""
    var bio = ""
    var password = ""
    /// By whom somebody is known who chooses no password.
    var identity: ExternalIdentity?
    /// The conversation that the account shall keep.
    var thread: ConversationID?
    var language = Language.english

    /// What the account is called: the name, or what stands before the address's @.
    var name: String {
      let given = [firstName, surname].filter { !$0.isEmpty }.joined(separator: " ")
      return given.isEmpty ? email.split(separator: "@").first.map(String.init) ?? email : given
    }

    fileprivate func check(_ rules: SignUpRules) throws(Refusal) {
      guard rules.isOpen(to: kind) else { throw Refusal(.signUpClosed) }
      let asked = identity == nil ? rules.fields(of: kind) : .free
      var problems: [String: Refusal.Reason] = [:]
      problems["firstName"] = Self.problem(firstName, asked.firstName, limit: AccountDraft.nameLimit / 2)
      problems["surname"] = Self.problem(surname, asked.surname, limit: AccountDraft.nameLimit / 2 - 1)
      problems["bio"] = Self.problem(bio, asked.bio, limit: Accounts.bioLimit)
      do { _ = try EmailAddress(email) } catch { problems["email"] = error.reason }
      if identity == nil { problems["password"] = PasswordRules.problem(password, email: email, name: name) }
      guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    }

    private static func problem(_ text: String, _ demand: SignUpRules.Demand, limit: Int) -> Refusal.Reason? {
      if text.utf8.contains(0) { return .textHasNull }
      if text.isEmpty { return demand == .required ? .fieldMissing : nil }
      return text.unicodeScalars.count > limit ? .fieldTooLong : nil
    }
  }

  /// Another slice gives the thread that somebody signs up from to the account, in the transaction that opens it. Before the program serves.
  public func onKeep(_ keep: @escaping @Sendable (any Session, ConversationID, AccountID) throws -> Void) {
    threadKeepers.withLock { $0.append(keep) }
  }

  public func signUpRules() async throws -> SignUpRules { try await store.read { try $0.signUpRules() } }

  /// Whether somebody may open an account here.
  public func isOpen() async throws -> Bool { mail.isOn ? try await !signUpRules().kinds.isEmpty : false }

  public func setSignUpRules(_ rules: SignUpRules, by: AccountID, from place: Whereabouts) async throws {
    let (now, audit) = (clock.now, audit(by, "house.signUpRulesChanged", nil, place))
    try await store.write { session in
      try session.setHouseSetting(SignUpRules.settingName, to: rules)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// Asks for an account: a letter goes out, whatever is known of the address.
  ///
  /// - Parameter browser: what only this browser holds; with it the link alone opens the account.
  func signUp(_ draft: SignUpDraft, browser: String, from place: Whereabouts) async throws {
    guard mail.isOn else { throw Refusal(.mailIsOff) }
    try draft.check(try await signUpRules())
    let (key, now) = (EmailAddress.key(of: draft.email), clock.now)
    try await claim([(Tries.mailKey(key), Tries.lettersPerAddress), (Tries.signUpKey(place.address.network), Tries.signUpsPerNetwork)])
    let hash = draft.identity == nil ? try await passwords.hash(draft.password) : ""
    let secret = Secret()
    let (digest, browserDigest, link) = (secret.digest, Secret.digest(of: browser), page("/sign-up/\(secret.text)"))
    let recipient = Recipient(address: draft.email, name: draft.name, language: draft.language)
    let (signIn, recover) = (page("/sign-in"), page("/recovery"))
    try await store.write { [mail] session in
      guard try session.account(emailKey: key) == nil else {
        try mail.post(.alreadyRegistered(to: recipient, signIn: signIn, recover: recover, key: secret.text), in: session)
        return
      }
      try session.insertSignUp(digest, draft, browser: browserDigest, hash: hash, at: now, until: now.adding(seconds: Self.signUpSeconds))
      try mail.post(.confirm(to: recipient, link: link, expires: .hours(24), key: Self.key(digest)), in: session)
    }
  }

  /// A sign-up that waits for its proof, as its link finds it.
  struct PendingSignUp: Sendable {
    let email: String
    /// Whether the browser that asked is the one that came: then the link is enough.
    let isSameBrowser: Bool
    let keepsThread: Bool
  }

  func pendingSignUp(_ token: String, browser: String) async throws -> PendingSignUp {
    let (secret, now) = (Secret(token), clock.now)
    guard let secret, let found = try await store.read({ try $0.signUp(secret.digest, at: now) }) else { throw Refusal(.linkVoid) }
    guard found.identity == nil || found.browser == Secret.digest(of: browser) else { throw Refusal(.otherBrowser) }
    return PendingSignUp(email: found.email, isSameBrowser: found.browser == Secret.digest(of: browser), keepsThread: found.thread != nil)
  }

  /// The proof: makes the account and opens its first session.
  ///
  /// A browser that did not ask must know the password, so that nobody gets an account opened in another one's name by a click.
  func confirmSignUp(_ token: String, password: String, browser: String, from place: Whereabouts) async throws -> Entrance {
    guard let asked = Secret(token) else { throw Refusal(.linkVoid) }
    let (digest, now) = (asked.digest, clock.now)
    guard let found = try await store.read({ try $0.signUp(digest, at: now) }) else { throw Refusal(.linkVoid) }
    if found.browser != Secret.digest(of: browser) {
      guard found.identity == nil else { throw Refusal(.otherBrowser) }
      try await claim([(Tries.linkKey(digest), Tries.perAccount)])
      guard password.utf8.count <= PasswordRules.byteLimit, try await passwords.verify(password, found.passwordHash) else {
        throw Refusal(.formInvalid, fields: ["password": .wrongPassword])
      }
    }
    return try await open(found, from: place) { session in
      guard let found = try session.signUp(digest, at: now) else { throw Refusal(.linkVoid) }
      return found
    }
  }

  /// Makes the account of somebody whose address is proved, and opens its first session.
  ///
  /// - Parameter reading: reads once more, inside the transaction, what the account is made of.
  func open(
    _ found: KeptSignUp, from place: Whereabouts, _ reading: @escaping @Sendable (any Session) throws -> KeptSignUp
  ) async throws -> Entrance {
    let (id, now): (AccountID, Moment) = (ids.next(), clock.now)
    let secret = Secret()
    let created = audit(id, "account.signedUp", id, place, ["kind": found.isExpert ? "expert" : "customer"])
    let proof = Proof(audit: audit(id, "account.signedIn", id, place), place: place)
    let avatar = Avatar.allCases[Int(id.rawValue.magnitude % UInt64(Avatar.allCases.count))]
    let keepers = threadKeepers.withLock { $0 }
    let opened: Entrance
    do {
      opened = try await store.write { transaction in
        let kept = try reading(transaction)
        try transaction.openAccount(kept, id: id, avatar: avatar, at: now)
        if let thread = kept.thread { for keep in keepers { try keep(transaction, thread, id) } }
        try transaction.audit(created.line, id: created.id, at: now)
        guard let account = try transaction.account(id) else { preconditionFailure("An account that was just made is there") }
        return Entrance(
          account: account, token: secret.text,
          owesSecondStep: try self.open(secret, for: account, by: proof, in: transaction, at: now))
      }
    } catch StoreFailure.unique {
      // Somebody else proved the same address in the meantime.
      throw Refusal(.linkVoid)
    }
    await changed.publish(id)
    return opened
  }

  // MARK: Shared with recovery and change of address

  func page(_ path: String) -> String { "\(baseAddress)\(path)" }

  /// Counts tries and says when the next one is allowed.
  func claim(_ claims: [(key: String, limit: Int64)]) async throws {
    let now = clock.now
    let wait = try await store.write { try $0.claimTry(claims, at: now) }
    if let wait { throw Refusal(.tooManyTries, retryAfterSeconds: wait) }
  }

  /// What a letter is known by: it opens nothing.
  static func key(_ digest: [UInt8]) -> String { Secret.hexadecimal(Array(digest.prefix(16))) }

}
