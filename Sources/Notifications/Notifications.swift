import Access
import Base
import Crypto
import Live
import Logging
import Mail
import Outside
import Store
import Synchronization
import Texting
import Web
import Wire

/// Notifications: what an account is told of while it looks elsewhere.
///
/// A slice tells `Tidings` of a `NoticeKind` inside the transaction that makes them true, and settles them when they are no longer news.
/// A notice keeps identities only; what it says is read by the slice's `Teller` whenever somebody looks, so it is never older than the
/// thing itself, and who lost the right to see the thing sees no notice of it.
///
/// `run()` publishes what changed on `notices.{account}`; `Pages/` are the pages that work without scripts. `Push/` brings notices to browsers
/// whose pages are closed, and to telephones as an SMS; `Digest` gathers what was missed in a letter.
///
/// A class, because everybody shares its tellers and its gathering.
public final class Notifications: Sendable {
  /// What the notices of an account say; those that it may not see are left out.
  public typealias Teller = @Sendable (any Session, AccountID, [Notice]) throws -> [NoticeID: Story]

  static let newest = 20
  static let pageLength = 50
  /// Notices that are older are forgotten.
  static let keptSeconds: Int64 = 180 * 86_400
  /// How many are read or archived at once.
  static let atOnce = 500

  let store: any Store
  let jobs: Jobs
  let ids: IDMaker
  let clock: WallClock
  let hub: Hub
  let web: WebFront
  let logger: Logger
  let mail: Mail
  let texting: Texting
  /// nil where no browser takes pushes, because it reaches the house over a line that anybody may listen to.
  let push: PushSettings?
  /// Signs the links with which letters are stopped.
  let linkKey: SymmetricKey
  let baseAddress: String
  private let watch = Hook<@Sendable (AccountID) -> Whereabouts>({ _ in Whereabouts(isHere: false, mayRing: true) })
  private let tellers = Mutex<[(kind: NoticeKind, teller: Teller)]>([])
  private let changes = Gatherer<AccountID, Set<NoticeID>>(waitMilliseconds: 30, atOnce: 100) { $0.union($1) }

  /// - Parameters:
  ///   - keys: the one under which pushes are signed, and the one for links in letters.
  ///   - pushHosts: push services in the private network that the owner trusts.
  public init(
    store: any Store, jobs: Jobs, ids: IDMaker, clock: WallClock, hub: Hub, web: WebFront, mail: Mail, texting: Texting,
    outside: Outside,
    keys: (push: SymmetricKey, letters: SymmetricKey), pushHosts: Set<String>, logger: Logger
  ) {
    self.store = store
    self.jobs = jobs
    self.ids = ids
    self.clock = clock
    self.hub = hub
    self.web = web
    self.logger = logger
    self.mail = mail
    self.texting = texting
    baseAddress = web.settings.baseAddress
    push = PushSettings(from: web.settings.baseAddress, seed: keys.push, outside: outside, privateHosts: pushHosts)
    linkKey = keys.letters
  }

  /// Whether somebody is there to be told in the page, and whether they want to be rung at all.
  public struct Whereabouts: Sendable {
    public let isHere: Bool
    public let mayRing: Bool

    public init(isHere: Bool, mayRing: Bool) {
      self.isHere = isHere
      self.mayRing = mayRing
    }
  }

  /// While the slices are plugged together: who knows whether somebody is there.
  public func watch(_ look: @escaping @Sendable (AccountID) -> Whereabouts) { watch.set(look) }

  func presence(of account: AccountID) -> Whereabouts { watch.function(account) }

  /// While the slices are plugged together.
  public func add(_ kinds: [NoticeKind], _ teller: @escaping Teller) {
    tellers.withLock { tellers in tellers += kinds.map { ($0, teller) } }
  }

  var kinds: [NoticeKind] { tellers.withLock { $0.map(\.kind) } }

  func kind(named name: String) -> NoticeKind? { kinds.first { $0.name == name } }

  /// The ways that are open in this house.
  var channels: [Channel] { [.page] + (push == nil ? [] : [.push]) + (mail.isOn ? [.mail] : []) + (texting.isOn ? [.sms] : []) }

  // MARK: Telling

  /// Tells an account, in the caller's transaction. Tidings that were told before change nothing.
  public func tell(_ tidings: Tidings, to account: AccountID, in session: any Session) throws {
    let wishes = try session.wishes(of: account)
    let shown = wishes.wants(tidings.kind, by: .page)
    guard let notice = try session.tell(tidings, to: account, id: ids.next(), shown: shown) else {
      // Told before, but not so well: nobody is rung for that.
      if let notice = try session.correct(tidings, of: account) { note([notice], of: account, in: session) }
      return
    }
    note([notice], of: account, in: session)
    if rings(tidings.kind, wishes) { try expectDelivery(of: notice, in: session) }
    if mail.isOn, !tidings.kind.hasOwnLetter, wishes.wants(tidings.kind, by: .mail) {
      try expectDigest(of: account, at: clock.now, in: session)
    }
  }

  /// Whether an account wants letters of a kind that has its own.
  public func wantsLetter(_ kind: NoticeKind, _ account: AccountID, in session: any Session) throws -> Bool {
    try session.wishes(of: account).wants(kind, by: .mail)
  }

  /// What the notices about a subject say is something else now, though nothing happened that one is told of.
  public func retell(about subject: String, to accounts: Set<AccountID>, in session: any Session) throws {
    for (notice, account) in try session.touchNotices(about: subject, of: accounts.sorted()) { note([notice], of: account, in: session) }
  }

  /// These tidings are no longer news for anybody but those in `keeping`.
  public func settle(_ kind: NoticeKind, about subject: String, keeping: Set<AccountID> = [], in session: any Session) throws {
    for notice in try session.unread(about: subject, kind: kind) where !keeping.contains(notice.account) {
      try session.setRead(notice.id, at: clock.now)
      note([notice.id], of: notice.account, in: session)
    }
  }

  /// The account has seen what it was told of.
  public func seen(_ kind: NoticeKind, about subject: String, by account: AccountID, in session: any Session) throws {
    for notice in try session.unread(about: subject, kind: kind, of: account) {
      try session.setRead(notice.id, at: clock.now)
      note([notice.id], of: account, in: session)
    }
  }

  /// What an account has not read of some kinds is no news for it any more.
  public func seen(kinds: [String], by account: AccountID, in session: any Session) throws {
    for notice in try session.unread(of: account, limit: Self.atOnce) where kinds.contains(notice.kind) {
      try session.setRead(notice.id, at: clock.now)
      note([notice.id], of: account, in: session)
    }
  }

  /// An account's rights changed: what it may no longer see goes from its list.
  public func rightsChanged(of account: AccountID) async throws {
    let now = clock.now
    try await store.write(urgency: .background) { [self] session in
      let open = try session.notices(of: account, .open, limit: Self.atOnce)
      let visible = Set(try told(open, to: account, in: session).map(\.notice.id))
      for notice in open where !visible.contains(notice.id) {
        try session.setArchived(notice.id, at: now)
        note([notice.id], of: account, in: session)
      }
    }
  }

  /// What an erased account was told of, and what it wished for, goes with it.
  public func erase(_ account: AccountID, in session: any Session) throws {
    for table in ["notices", "notice_wishes", "notice_hours", "notice_digests", "push_subscriptions"] {
      try session.run("DELETE FROM \(table) WHERE account_id = $1", account)
    }
  }

  /// What it was about is erased: the notices go, from open pages too.
  public func forget(about subject: String, in session: any Session) throws {
    for row in try session.rows("SELECT id, account_id FROM notices WHERE subject = $1", subject) {
      note([row[0]], of: row[1], in: session)
    }
    try session.run("DELETE FROM notices WHERE subject = $1", subject)
  }

  private func note(_ notices: [NoticeID], of account: AccountID, in session: any Session) {
    session.afterCommit { [changes] in changes.note(account, Set(notices)) }
  }

  // MARK: What a reader does

  /// Marks one notice of an account as read, or all of them.
  public func read(_ notice: NoticeID?, of account: AccountID) async throws {
    try await change(notice, of: account, .unread) { try $0.setRead($1, at: $2) }
  }

  /// Puts one notice of an account away, or all of them.
  public func archive(_ notice: NoticeID?, of account: AccountID) async throws {
    try await change(notice, of: account, .open) { try $0.setArchived($1, at: $2) }
  }

  private func change(
    _ notice: NoticeID?, of account: AccountID, _ shelf: NoticeShelf,
    _ change: @escaping @Sendable (any Session, NoticeID, Moment) throws -> Void
  ) async throws {
    let now = clock.now
    try await store.write { [self] session in
      let meant: [NoticeID]
      if let notice {
        // Somebody else's and none at all look the same.
        guard try session.notice(notice)?.account == account else { throw Refusal(.notFound) }
        meant = [notice]
      } else {
        meant = try session.notices(of: account, shelf, limit: Self.atOnce).map(\.id)
      }
      for id in meant { try change(session, id, now) }
      note(meant, of: account, in: session)
    }
  }

  // MARK: What a reader sees

  public func unread(of account: AccountID) async throws -> Int64 {
    try await store.read { try $0.countNotices(of: account, .unread) }
  }

  public func snapshot(of account: AccountID, id: String? = nil) async throws -> NoticesSnapshot {
    try await store.read { [self] session in
      let newest = try session.notices(of: account, .open, limit: Self.newest)
      return NoticesSnapshot(
        id: id, account: account, unread: try session.countNotices(of: account, .unread),
        rows: try told(newest, to: account, in: session).map { NoticeRow($0) })
    }
  }

  /// With what they say, in the same order; without those that the account may not see.
  func told(_ notices: [Notice], to account: AccountID, in session: any Session) throws -> [ToldNotice] {
    var stories: [NoticeID: Story] = [:]
    for (kind, teller) in tellers.withLock({ $0 }) {
      let mine = notices.filter { $0.kind == kind.name }
      if !mine.isEmpty { stories.merge(try teller(session, account, mine)) { $1 } }
    }
    return notices.compactMap { notice in stories[notice.id].map { ToldNotice(notice: notice, story: $0) } }
  }

  // MARK: Publishing

  /// Publishes what changed until the task is cancelled.
  public func run() async { await changes.run { await self.publish($0) } }

  private func publish(_ batch: [AccountID: Set<NoticeID>]) async {
    do {
      let frames = try await store.read { [self] session in
        try batch.map { account, ids in
          let notices = try session.notices(ids.sorted())
          let open = notices.filter { $0.archivedAt == nil && $0.shown }
          let rows = try told(open, to: account, in: session).map { NoticeRow($0) }
          let gone = ids.subtracting(rows.map(\.id)).sorted()
          // Where one left the list, another moved up into it.
          let newest = gone.isEmpty ? [] : try session.notices(of: account, .open, limit: Self.newest).filter { !ids.contains($0.id) }
          let others = try told(newest, to: account, in: session).map { NoticeRow($0) }
          return NoticesChanged(account: account, unread: try session.countNotices(of: account, .unread), rows: rows + others, gone: gone)
        }
      }
      for frame in frames { hub.publish(.event(Topic.notices(frame.account).description, json: frame.json)) }
    } catch {
      // Whoever looks sees it with the next change, or when they come back.
      logger.error("Notices could not be published", metadata: ["error": .string(String(reflecting: error))])
    }
  }
}

extension NoticeRow {
  init(_ told: ToldNotice) {
    self.init(
      id: told.notice.id, kind: told.notice.kind, revision: told.notice.revision, count: told.notice.count, at: told.notice.at,
      read: told.notice.readAt != nil, conversation: told.story.conversation, place: told.story.place, name: told.story.name,
      text: told.story.text, acts: told.notice.readAt == nil ? told.story.acts.map(\.rawValue) : [])
  }
}
