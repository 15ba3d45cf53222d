import Accounts
import Base
import Conversations
import Ledger
import Store
import Web

extension JobKind {
  /// A trial is over.
  static let endTrial = JobKind("trials.end")
  /// Somebody tries the demo and asked; nobody may be there to answer.
  static let answerTrial = JobKind("trials.answer")
}

/// The flow without an account (A45b): a throw-away customer who chooses, buys with test money, writes and is answered. Only in the demo.
///
/// It is a real account without an address, so that every page is the real one. It ends with its session or after a day, by the erasing that every
/// account ends by; whoever gives an address keeps it. When nobody signed in as the expert is there, a scripted answer comes that says it is one.
///
/// A class, because the ledger tells it of every wallet.
public final class Trials: Sendable {
  public typealias Erase = @Sendable (any Session, AccountID) throws -> Void

  static let lifetimeSeconds: Int64 = 86_400
  /// Who is there answers sooner, or is at least writing.
  static let answerAfterSeconds: Int64 = 6

  let store: any Store
  let jobs: Jobs
  let clock: WallClock
  let web: WebFront
  let accounts: Accounts
  let conversations: Conversations
  let erase: Erase

  /// - Parameter erase: puts the erasing of an account down, to be done now.
  public init(
    store: any Store, jobs: Jobs, clock: WallClock, web: WebFront, accounts: Accounts, conversations: Conversations, erase: @escaping Erase
  ) {
    self.store = store
    self.jobs = jobs
    self.clock = clock
    self.web = web
    self.accounts = accounts
    self.conversations = conversations
    self.erase = erase
  }

  /// Makes the customer and opens a session.
  ///
  /// - Returns: the token of the session.
  func begin(in language: Language, from place: Whereabouts) async throws -> String {
    let texts = web.texts(language)
    let draft = AccountDraft(
      name: texts["demo.trial.name"], email: Accounts.trialAddress(), pseudonym: texts["demo.trial.name"],
      avatar: Avatar.allCases.randomElement() ?? .fern, roles: [], language: language)
    let account = try await accounts.create(draft, by: nil, from: place)
    let end = clock.now.adding(seconds: Self.lifetimeSeconds)
    try await store.write { [jobs] session in
      try session.run("INSERT INTO trials (account_id, ends_at) VALUES ($1, $2)", account, end)
      try jobs.enqueue(.endTrial, uniqueKey: "\(account)", payload: #"{"account":"\#(account)"}"#, dueAt: end, in: session)
    }
    return try await accounts.startSession(for: account, from: place)
  }

  /// A session of somebody ended: a trial ends with it.
  public func sessionEnded(of account: AccountID) async throws {
    try await store.write { [self] session in try end(account, in: session) }
  }

  /// A trial that nobody kept is erased.
  private func end(_ account: AccountID, in session: any Session) throws {
    guard try session.isTrial(account), try session.account(account)?.active == true else { return }
    try erase(session, account)
  }

  public var jobHandlers: [JobHandler] {
    [
      JobHandler(.endTrial) { [self] session, payload in
        if let account = AccountID(payload.filter(\.isNumber)) { try end(account, in: session) }
      },
      .outside(.answerTrial, leaseSeconds: 60) { [self] job in
        if let conversation = ConversationID(job.payload.filter(\.isNumber)) { try await standIn(in: conversation) }
      },
    ]
  }

  // MARK: The scripted answer

  /// What somebody has changed: when something was set aside by a trial, an answer is due in some seconds. Called after the commit.
  public func walletMoved(_ account: AccountID) {
    store.submit(locking: [], urgency: .background) { [self] session in
      guard try session.isTrial(account) else { return }
      for (conversation, heldAt) in try session.askedBy(account) {
        try jobs.enqueue(
          .answerTrial, uniqueKey: "\(conversation)", payload: Conversations.payload(about: conversation),
          dueAt: heldAt.adding(seconds: Self.answerAfterSeconds), in: session)
      }
    } completion: { _ in
      // What is not put down now is put down with the next move; a deadline gives the credit back in any case.
    }
  }

  private func standIn(in conversation: ConversationID) async throws {
    let found = try await store.read { session in
      try session.row("SELECT customer_id, expert_id FROM conversations WHERE id = $1", conversation).map { row -> (AccountID, AccountID) in
        (row[0], row[1])
      }
    }
    guard let (customer, expert) = found else { return }
    let (hold, language) = try await store.read { session in
      (try session.openHolds(in: conversation).last, try session.account(customer)?.language ?? .english)
    }
    // Somebody is signed in as the expert: the answer is theirs.
    guard let hold, hold.payer == customer, conversations.status(of: expert) == .offline else { return }
    try await conversations.answer(
      web.texts(language)["demo.trial.answer"], client: "trial-\(conversation)-\(hold.n)", in: conversation, as: expert)
  }
}

extension Session {
  /// Where somebody waits for an answer, and since when.
  fileprivate func askedBy(_ account: AccountID) throws -> [(ConversationID, Moment)] {
    try rows(
      """
      SELECT conversation_id, MAX(held_at)
      FROM holds
      WHERE payer_id = $1 AND settled_at IS NULL AND conversation_id IS NOT NULL
      GROUP BY conversation_id
      LIMIT 50
      """, account
    ).map { ($0[0], $0[1]) }
  }
}
