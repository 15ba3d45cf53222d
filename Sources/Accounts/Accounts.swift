import Access
import Base
import Crypto
import Files
import Mail
import Outside
import Store
import Synchronization
import Web

/// Accounts: who can sign in, what they may, and how they are named to visitors.
///
/// - `SignIn`, `Invitations`, `SignUp/` and `Providers/` (somebody else's word) prove who one is; `Security/` opens the session, asks for the
///   second step and lists where one is signed in. `recognise` finds the person behind a session, for pages and for live connections.
/// - `People` is what an administrator does; `Profile` is what everybody does to their own account.
/// - `Store/` holds the rows, `Pages/` the routes with their page models; others read accounts inside their own transactions with
///   `session.account(_:)`.
///
/// Other slices learn of changes from the events. A class, because its listeners and its hashing threads are shared.
public final class Accounts: Sendable {
  public struct StatusChange: Sendable {
    public let account: AccountID
    public let status: AccountStatus

    public init(account: AccountID, status: AccountStatus) {
      self.account = account
      self.status = status
    }
  }

  public struct Revocation: Sendable {
    public let account: AccountID
    /// The digest of the one session that ended, or of a program's token; nil when all of them did.
    public let session: [UInt8]?

    public init(account: AccountID, session: [UInt8]?) {
      self.account = account
      self.session = session
    }
  }

  public let statusChanged = Event<StatusChange>()
  /// Name, pseudonym, avatar, roles or whether it is active.
  public let changed = Event<AccountID>()
  /// Live connections of these sessions must be closed.
  public let revoked = Event<Revocation>()

  let store: any Store
  let ids: IDMaker
  let clock: WallClock
  let passwords = Passwords()
  let threadKeepers = Mutex<[@Sendable (any Session, ConversationID, AccountID) throws -> Void]>([])
  let erasers = Mutex<[@Sendable (any Session, AccountID) throws -> Void]>([])
  let mail: Mail
  let baseAddress: String
  /// Seals what accounts share with authenticator apps.
  let factorKey: @Sendable () throws -> SymmetricKey
  /// On whose word people may come in.
  let providers: [SignInProvider]
  let providerClient: ProviderClient
  /// Where photos arrive.
  let landing: Landing?

  /// - Parameters:
  ///   - baseAddress: what one-time links begin with.
  ///   - factorKey: must not lie in the database; the same on all nodes.
  ///   - landing: where photos arrive; nil where nobody has one.
  ///   - ask: how providers are asked.
  public init(
    store: any Store, ids: IDMaker, clock: WallClock, mail: Mail, baseAddress: String,
    factorKey: @escaping @Sendable () throws -> SymmetricKey,
    providers: [SignInProvider] = [], landing: Landing? = nil, ask: @escaping @Sendable (HTTPQuestion) async throws -> HTTPAnswer
  ) {
    self.store = store
    self.mail = mail
    self.ids = ids
    self.clock = clock
    self.baseAddress = baseAddress
    self.factorKey = factorKey
    self.providers = providers
    self.landing = landing
    providerClient = ProviderClient(ask)
  }

  /// The pages: sign-in, invitations, people, profile.
  ///
  /// - Parameter status: what others see of somebody, which the live connections know.
  public func register(
    on routes: Routes, threadBehind: @escaping @Sendable (String) -> ConversationID? = { _ in nil },
    status: @escaping @Sendable (Account) -> AccountStatus
  ) {
    let signIn = SignInRoutes(accounts: self, web: routes.web)
    signIn.register(on: routes)
    ProviderRoutes(accounts: self, web: routes.web, signIn: signIn).register(on: routes)
    SignUpRoutes(accounts: self, web: routes.web, threadBehind: threadBehind).register(on: routes)
    SignUpRulesRoutes(accounts: self, web: routes.web).register(on: routes)
    RecoveryRoutes(accounts: self, web: routes.web).register(on: routes)
    InvitationRoutes(accounts: self, web: routes.web).register(on: routes)
    PeopleRoutes(accounts: self, web: routes.web, status: status).register(on: routes)
    ProfileRoutes(accounts: self, web: routes.web).register(on: routes)
    PhotoRoutes(accounts: self).register(on: routes)
    SecurityRoutes(accounts: self, web: routes.web).register(on: routes)
    SecondStepRoutes(accounts: self, web: routes.web).register(on: routes)
    PasskeyRoutes(accounts: self, web: routes.web, signIn: signIn).register(on: routes)
    TokenRoutes(accounts: self, web: routes.web).register(on: routes)
    AboutRoutes(accounts: self, web: routes.web).register(on: routes)
    PublicProfileRoutes(accounts: self, web: routes.web).register(on: routes)
  }

  /// Ends the hashing threads.
  public func close() async { await passwords.close() }

  public func account(_ id: AccountID) async throws -> Account? { try await store.read { try $0.account(id) } }

  /// The first accounts by name, for lists to choose from.
  public func agents(limit: Int = 500) async throws -> [Account] {
    try await store.read { try $0.answerers(limit: limit) }
  }

  // MARK: Sessions

  /// The person behind a session's token; nil when it never was one or has ended.
  public func recognise(_ sessionToken: String) async throws -> SignedIn? {
    guard let secret = Secret(sessionToken) else { return nil }
    let (digest, now) = (secret.digest, clock.now)
    guard let found = try await store.read({ try $0.person(session: digest, at: now) }) else { return nil }
    if now.milliseconds(since: found.usedAt) > SessionLifetime.touchSeconds * 1000 {
      let end = SessionLifetime.end(createdAt: found.createdAt, usedAt: now)
      // A full disk must not lock people out: when it fails, the next request tries again.
      try? await store.write { try $0.useSession(digest, at: now, until: end) }
    }
    return found.person
  }

  /// Whether the session with this digest still is one of the account's.
  public func isOpen(session digest: [UInt8], of account: AccountID) async throws -> Bool {
    let now = clock.now
    return try await store.read { session in
      let person = try session.person(session: digest, at: now)?.person ?? session.person(embedded: digest, at: now)
      return person?.member.id == account
    }
  }

  /// The person behind what was shown, in a browser or by a program.
  public func recognise(_ credential: Credential) async throws -> SignedIn? {
    switch credential {
    case .session(let token): try await recognise(token)
    case .bearer(let token): try await recognise(bearer: token)
    }
  }

  /// Who a session's token stands for.
  public func member(of sessionToken: String) async throws -> Access.Actor {
    try await recognise(sessionToken).map { .account($0.member) } ?? .signedOut
  }

  /// Starts a session for somebody who has proved who they are. The token goes into the browser's cookie and nowhere else.
  public func startSession(for account: AccountID, from place: Whereabouts) async throws -> String {
    let (secret, now) = (Secret(), clock.now)
    let digest = secret.digest
    try await store.write { try $0.insertSession(digest, of: account, at: now, from: place) }
    return secret.text
  }

  public func signOut(_ person: SignedIn, from place: Whereabouts) async throws {
    let (audit, now) = (audit(person.member.id, "account.signedOut", person.member.id, place), clock.now)
    try await store.write { session in
      try session.deleteSession(person.sessionDigest)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    await revoked.publish(Revocation(account: person.member.id, session: person.sessionDigest))
  }

  // MARK: Being there

  public func setStatus(_ status: AccountStatus, of account: AccountID) async throws {
    let now = clock.now
    try await store.write { try $0.setStatus(status, of: account, at: now) }
    await statusChanged.publish(StatusChange(account: account, status: status))
  }

  /// Notes that somebody is there now, or was until now.
  public func touch(_ account: AccountID) async throws {
    let now = clock.now
    try await store.write(urgency: .background) { try $0.setSeen(account, at: now) }
  }

  // MARK: Work for later

  /// As long as its cookie is kept.
  static let knownBrowserSeconds: Int64 = 365 * 86_400
  public static let sweepSeconds: Int64 = 3600
  private static let sweep = JobKind("accounts.sweep")

  /// Deletes what has run out, every hour: sessions, sign-ups, links, tries.
  public func jobHandlers(_ jobs: Jobs) -> [JobHandler] {
    [
      JobHandler(Self.sweep) { [clock] session, _ in
        let now = clock.now
        try session.run("DELETE FROM sessions WHERE expires_at <= $1", now)
        try session.run("DELETE FROM invitations WHERE expires_at <= $1", now)
        try session.run("DELETE FROM sign_ups WHERE expires_at <= $1", now)
        try session.run("DELETE FROM account_links WHERE expires_at <= $1", now)
        try session.run("DELETE FROM sign_in_challenges WHERE expires_at <= $1", now)
        try session.run("DELETE FROM personal_tokens WHERE expires_at <= $1", now.adding(seconds: -PersonalToken.shownSeconds))
        try session.run("DELETE FROM used_challenges WHERE expires_at <= $1", now)
        try session.run("DELETE FROM known_browsers WHERE seen_at <= $1", now.adding(seconds: -Self.knownBrowserSeconds))
        try session.run("DELETE FROM tries WHERE window_ends_at <= $1", now)
        try Self.expectSweep(jobs, after: now, in: session)
      }
    ]
  }

  /// Puts the hourly work down, once there is none: at the start.
  public func prepare(_ jobs: Jobs) async throws {
    let now = clock.now
    try await store.write { try Self.expectSweep(jobs, after: now, in: $0) }
  }

  private static func expectSweep(_ jobs: Jobs, after now: Moment, in session: any Session) throws {
    try jobs.enqueue(sweep, uniqueKey: "hourly", dueAt: now.adding(seconds: sweepSeconds), in: session)
  }

  // MARK: Shared by the parts

  func link(_ secret: Secret) -> String { "\(baseAddress)/invitation/\(secret.text)" }

  /// A line and its identity, made before the write: a write may run twice.
  func audit(
    _ by: AccountID?, _ deed: String, _ account: AccountID?, _ place: Whereabouts, _ detail: [String: String] = [:]
  ) -> (line: AuditLine, id: AuditLineID) {
    let thing = account.map { "account.\($0)" } ?? "account"
    return (AuditLine(by: by, deed: deed, thing: thing, address: place.address.text, detail: detail), ids.next())
  }
}
