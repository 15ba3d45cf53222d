import Access
import Accounts
import Availability
import Base
import ConversationsCore
import Crypto
import Live
import Logging
import Mail
import NIOCore
import Notifications
import Sites
import Store
import Synchronization
import Web
import Wire

/// Conversations: what visitors and agents say to each other, kept as a log and told live.
///
/// - `Line` answers for one connection; `admission(for:)` makes them.
/// - `Session.perform` is the one way in which a log grows: lock → read → decide → append → after the commit, publish (`announce`).
/// - `run()` keeps lists, marks and forgotten forms moving for as long as the program lives.
/// - `examine()` folds every log and compares it with its state row.
///
/// A class, because every connection and every other slice talks to the same one.
public final class Conversations: Sendable {
  /// The longest message, in Unicode scalars.
  public static let textLimit = 8000

  public struct Move: Sendable {
    public let account: AccountID
    public let isHere: Bool
  }

  /// An account's first connection opened, or its last one has been gone for a while.
  public let accountMoved = Event<Move>()

  public struct Typing: Sendable {
    public let conversation: ConversationID
    public let on: Bool

    public init(conversation: ConversationID, on: Bool) {
      self.conversation = conversation
      self.on = on
    }
  }

  /// A visitor types, or stopped: for the lists that another node is asked for meanwhile.
  public let visitorTyped = Event<Typing>()

  /// Somebody on a website came, did something, or was heard of again after a silence: for the live pages.
  public let visitorStirred = Event<Stir>()

  /// Somebody of the team writes in a chat: every node hears of it, because any of them may look whether an agent is silent.
  public let agentTyped = Event<ConversationID>()

  /// Somebody chose by what they can be reached, another system reported, or what they do began or ended.
  public let availabilityChanged = Event<AccountID>()

  /// Somebody was shut out of a website.
  public let visitorBanned = Event<SiteID>()
  /// The rules of a website changed, or whom it invites.
  public let rulesChanged = Event<SiteID>()

  /// Somebody of the team came or went.
  struct Arrival: Sendable {
    let isHere: Bool
    /// Whether it was a connection of this node.
    let isOurs: Bool
  }

  let store: any Store
  let jobs: Jobs
  let ids: IDMaker
  let clock: WallClock
  let hub: Hub
  let web: WebFront
  let sites: Sites
  let notifications: Notifications
  let recognise: Recognise
  let saveStatus: @Sendable (AgentStatus, AccountID) async throws -> Void
  let filing: Filing
  let mail: Mail
  /// How one-to-one threads are paid.
  let toll: any Toll
  /// Signs what leads back to a thread.
  let linkKey: SymmetricKey
  let isSessionOpen: @Sendable (AccountID, [UInt8]) async throws -> Bool
  let logger: Logger
  /// What must not be erased by its age.
  public let holds = ThreadHolds()
  /// Who is connected, here or on another node.
  public let presence: Presence
  let desk: Desk
  let typing = TypingBoard()
  let signs = SignsOfLife()
  let waits = WaitingTimes()
  let polls = PollCount()
  let lookout = Lookout()
  /// Visitors of websites whose live page somebody has open.
  let stirs = Gatherer<VisitorID, SiteID>(waitMilliseconds: Lookout.gatherMilliseconds, atOnce: Lookout.atOnce) { $1 }
  /// Numbers above the head are cut when they are written.
  let marks = Gatherer<MarkBook.Key, Mark>(
    waitMilliseconds: MarkBook.gatherMilliseconds, atOnce: MarkBook.atOnce, merge: MarkBook.later)
  let news = Gatherer<ConversationID, News>(waitMilliseconds: News.gatherMilliseconds, atOnce: News.atOnce) { $0.union($1) }
  /// Conversations in which something was said that cannot be found yet.
  let findable = Gatherer<ConversationID, Bool>(waitMilliseconds: searchMilliseconds, atOnce: searchedAtOnce, rest: 2) { $1 }
  /// Accounts that paid, or were paid back.
  let wallets = Gatherer<AccountID, Bool>(waitMilliseconds: News.gatherMilliseconds, atOnce: News.atOnce) { $1 }
  /// Experts whose clock began or ended: everybody else's page shows it.
  let occupied = Gatherer<AccountID, Bool>(waitMilliseconds: News.gatherMilliseconds, atOnce: News.atOnce) { $1 }
  /// Accounts that came or went: their chats show it.
  let arrivals = Gatherer<AccountID, Arrival>(waitMilliseconds: News.gatherMilliseconds, atOnce: News.atOnce) { $1 }

  /// - Parameters:
  ///   - recognise: finds the account behind a session's token.
  ///   - filing: where the files of chats arrive and are kept.
  ///   - isSessionOpen: whether the session with this digest still is one of the account's.
  ///   - saveStatus: keeps what an account says about being there.
  ///   - linkKey: signs the links that lead back to a thread.
  public init(
    store: any Store, jobs: Jobs, ids: IDMaker, clock: WallClock, hub: Hub, eventLoop: any EventLoop, web: WebFront, sites: Sites,
    notifications: Notifications, recognise: @escaping Recognise,
    isSessionOpen: @escaping @Sendable (AccountID, [UInt8]) async throws -> Bool,
    saveStatus: @escaping @Sendable (AgentStatus, AccountID) async throws -> Void, filing: Filing, mail: Mail, toll: any Toll,
    linkKey: SymmetricKey,
    logger: Logger,
    linger: TimeAmount = .seconds(10)
  ) {
    self.store = store
    self.jobs = jobs
    self.ids = ids
    self.clock = clock
    self.hub = hub
    self.web = web
    self.sites = sites
    self.notifications = notifications
    self.recognise = recognise
    self.saveStatus = saveStatus
    self.filing = filing
    self.mail = mail
    self.toll = toll
    self.linkKey = linkKey
    self.isSessionOpen = isSessionOpen
    self.logger = logger
    let told = Told()
    presence = Presence(linger: linger, on: eventLoop) { change in told.listener?.presenceChanged(change) }
    desk = Desk(store: store, presence: presence, clock: clock)
    told.listen(self)
    register(on: notifications)
    tellKeepers(by: notifications)
    tellOfMentions(by: notifications)
    tellOfBans(by: notifications)
    tellOfRules(by: notifications)
  }

  /// Hands presence to a slice that is made after it. Weak, because the slice holds the presence.
  private final class Told: Sendable {
    private let holder = Mutex<Weak>(Weak())
    private struct Weak: Sendable { weak var listener: Conversations? }
    var listener: Conversations? { holder.withLock { $0.listener } }
    func listen(_ listener: Conversations) { holder.withLock { $0.listener = listener } }
  }

  /// What is kept in memory because every message asks for it.
  public struct Memory: Sendable {
    public let teams: Int
    public let people: Int
    /// Visitors and accounts that are there.
    public let here: Int
    /// When teams were last read whole; nil before the first time.
    public let loadedAt: Moment?
    /// Something changed that could not be read since.
    public let isStale: Bool

    public init(teams: Int, people: Int, here: Int, loadedAt: Moment?, isStale: Bool) {
      self.teams = teams
      self.people = people
      self.here = here
      self.loadedAt = loadedAt
      self.isStale = isStale
    }
  }

  public var memory: Memory { desk.memory }

  func newChat() -> ChatID { ids.next() }

  /// What others see of an account: nobody is online or away without a connection in the last seconds.
  public func status(of account: AccountID) -> AgentStatus { desk.status(of: account) }

  /// - Parameter acceptance: as `Session.acceptance` has it.
  public func availability(of account: AccountID, accepting acceptance: Acceptance) -> Availability {
    desk.availability(of: account, accepting: acceptance)
  }

  /// Queues a command in the order of the calls for this conversation, publishes what it made true, then answers.
  ///
  /// Not async on purpose: called from an event loop, the order of frames is the order of the log.
  func submit(
    _ command: ConversationsCore.Command, in conversation: ConversationID, by doer: Doer, lead: Lead? = nil,
    agreed: Agreement = Agreement(),
    locking locks: [Lock] = [],
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    submit(in: conversation, agreed: agreed, locking: locks, then: then) { session, now in
      try session.perform(command, in: conversation, by: doer, lead: lead, at: now)
    }
  }

  /// The same for what is decided inside the transaction.
  ///
  /// - Parameters:
  ///   - agreed: what the sender was shown.
  ///   - locks: what else the decision is about.
  func submit(
    in conversation: ConversationID, agreed: Agreement = Agreement(), locking locks: [Lock] = [],
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void,
    _ work: @escaping @Sendable (any Session, Moment) throws -> Performed
  ) {
    let now = clock.now
    store.submit(locking: [.conversation(conversation)] + locks, urgency: .interactive) { [self] session in
      var performed = try work(session, now)
      try followRules(after: &performed, at: now, in: session)
      try keepTurns(after: &performed, at: now, in: session)
      try settle(performed, agreed: agreed, at: now, in: session)
      return performed
    } completion: { [self] result in
      switch result {
      case .success(let performed):
        announce(performed)
        FailPoint.beforeAnswer.kills()
      // The sender tries again and is acknowledged then; the others would not hear of it.
      case .failure(StoreFailure.outcomeUnknown): news.note(conversation, [.row, .log])
      // Whoever was shown another price is told the one that holds.
      case .failure(let refusal as Refusal) where [.answerPriceChanged, .wayChanged].contains(refusal.reason):
        news.note(conversation, .deal)
      case .failure: break
      }
      then(result)
    }
  }

  /// What follows from what was said, in its transaction.
  func settle(_ performed: Performed, agreed: Agreement, at now: Moment, in session: any Session) throws {
    try charge(performed, agreed: agreed, at: now, in: session)
    try performed.expectForm(jobs, in: session)
    try performed.expectNotices(jobs, at: now, in: session)
    try retellNotices(after: performed, in: session)
    guard performed.answered, mail.isOn else { return }
    try expectLetter(in: performed.conversation, at: now.adding(seconds: Self.awaySeconds), in: session)
  }

  /// The same for whoever can wait.
  @discardableResult
  func perform(_ command: ConversationsCore.Command, in conversation: ConversationID, by doer: Doer) async throws -> Performed {
    try await withCheckedThrowingContinuation { continuation in
      submit(command, in: conversation, by: doer) { continuation.resume(with: $0) }
    }
  }

  /// What stands in the way, as its reader can be told.
  func refusal(for error: any Error) -> Refusal {
    switch error {
    case let refusal as Refusal: return refusal
    case StoreFailure.full: return Refusal(.storageFull, retryAfterSeconds: 30)
    case StoreFailure.overloaded: return Refusal(.unavailable, retryAfterSeconds: 2)
    default:
      logger.error("A command failed", metadata: ["error": .string(String(reflecting: error))])
      return Refusal(.unavailable, retryAfterSeconds: 2)
    }
  }
}

extension Session {
  /// The conversation of the visitor. Where a chat waits or runs in it, the widget shows its panel on every page.
  public func chat(of visitor: VisitorID) throws -> VisitorChat? {
    try row("SELECT id, state IN ('waiting', 'active') FROM conversations WHERE visitor_id = $1", visitor)
      .map { VisitorChat(conversation: $0[0], isOpen: $0[1]) }
  }
}
