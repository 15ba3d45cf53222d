import Availability
import Base
import Pricing
import Sites
import Store
import Wire

/// How what is said in a one-to-one thread is paid. Conversations calls it inside the transaction that says it: a question and what is set
/// aside for it become true together, or not at all. Threads without an expert have no toll.
public protocol Toll: Sendable {
  /// A customer asks: what an answer costs is set aside.
  ///
  /// - Throws: what stands in the way, as a `Refusal`: nothing is said then.
  func ask(_ question: PaidQuestion, in session: any Session) throws

  /// The expert answers with the message `n`: what was set aside for older questions is theirs.
  func answer(_ n: Int64, in conversation: ConversationID, at now: Moment, in session: any Session) throws

  /// The latest answers and chats by the minute that were paid for, oldest first.
  func paidAnswers(in conversation: ConversationID, in session: any Session) throws -> [PaidAnswer]

  /// The customer rates a paid answer, or gives a tip for it.
  ///
  /// - Parameter make: what it is, given the unit that the answer was paid in.
  /// - Returns: what the log says; nil when it was done already.
  /// - Throws: what stands in the way, as a `Refusal`.
  func thank(
    for deal: Deal, in conversation: ConversationID, at now: Moment, in session: any Session, _ make: (CreditUnit) -> Thanks
  ) throws -> Thanks?

  /// What one of the two does about their chat by the minute.
  ///
  /// - Returns: what the log says.
  /// - Throws: what stands in the way, as a `Refusal`.
  func act(_ wish: MinuteWish, for deal: Deal, in conversation: ConversationID, at now: Moment, in session: any Session) throws
    -> [MinuteNews]

  /// One of the two is there: said every few seconds while their chat by the minute goes on.
  func beat(of session: MinuteSessionID, isOver: Bool, in conversation: ConversationID, by side: MinuteSide, at now: Moment)

  /// One of the two types.
  func typed(in conversation: ConversationID, by side: MinuteSide, at now: Moment)

  /// How a chat by the minute stands, and what one costs; nil where there is none and none is offered.
  func minutes(_ deal: Deal, in conversation: ConversationID, at site: SiteID, now: Moment, in session: any Session) throws -> MinutesView?

  /// What the next message of a thread costs; nil where nothing is paid any more.
  ///
  /// - Parameter isThere: the expert is.
  func quote(_ deal: Deal, at site: SiteID, isThere: Bool, now: Moment, in session: any Session) throws -> AskingPrice?

  /// The expert will answer what was left for them, or will not.
  ///
  /// - Returns: what the log says; nil when nothing waits to be accepted.
  func judge(_ deal: Deal, accepts: Bool, in conversation: ConversationID, at now: Moment, in session: any Session) throws -> DealNews?

  /// The line `n` says what the chat by the minute that is just over came to: by it the chat is rated.
  func billed(_ n: Int64, in conversation: ConversationID, in session: any Session) throws

  /// Whether a chat by the minute was asked for or goes on.
  func isClockRunning(in conversation: ConversationID, in session: any Session) throws -> Bool

  /// What an account has.
  func wallets(of account: AccountID, in session: any Session) throws -> [WalletView]

  /// What waits for a paid answer.
  func waiting(in conversations: [ConversationID], in session: any Session) throws -> [ConversationID: WaitingQuestions]
}

/// What one of the two wants of their chat by the minute.
public struct MinuteWish: Hashable, Sendable {
  public let deed: MinuteDeed
  public let side: MinuteSide
  /// The price of a minute that a customer was shown.
  public let rate: Int64?

  public init(deed: MinuteDeed, side: MinuteSide, rate: Int64?) {
    self.deed = deed
    self.side = side
    self.rate = rate
  }
}

public struct PaidQuestion: Sendable {
  public let site: SiteID
  public let conversation: ConversationID
  public let customer: AccountID
  public let expert: AccountID
  /// The number of the message.
  public let n: Int64
  /// What it says, where that can be read.
  public let text: String?
  /// What its sender was shown.
  public let agreed: Agreement
  /// The expert is.
  public let isThere: Bool
  public let at: Moment

  public var deal: Deal { Deal(customer: customer, expert: expert) }
}

/// What the next message of a thread costs, how it goes, and what is promised for it.
public struct AskingPrice: Hashable, Sendable {
  public let quote: Quote
  public let way: MessageWay
  public let answerSeconds: Int64
  /// What it costs when it goes to the expert's telephone as well; nil where it cannot.
  public let sms: Int64?
  /// The website sells messages now.
  public let isSold: Bool

  public init(_ quote: Quote, way: MessageWay = .question, answerSeconds: Int64 = 0, sms: Int64? = nil, isSold: Bool = true) {
    self.isSold = isSold
    self.quote = quote
    self.way = way
    self.answerSeconds = answerSeconds
    self.sms = sms
  }
}

/// An answer that was paid for.
public struct PaidAnswer: Hashable, Sendable {
  /// Its number in the log.
  public let n: Int64
  public let at: Moment
  /// What it was paid in, which a tip for it is given in.
  public let unit: CreditUnit

  public var rateUntil: Moment { at.adding(seconds: Rating.openSeconds) }

  public init(n: Int64, at: Moment, unit: CreditUnit) {
    self.n = n
    self.at = at
    self.unit = unit
  }
}

public struct WaitingQuestions: Hashable, Sendable {
  public let open: Int64
  /// What is set aside for them, without what a subscription includes.
  public let held: Int64
  /// The earliest deadline, and when the customer is told that it takes longer.
  public let dueAt: Moment
  public let noticeAt: Moment
  /// How many of them wait to be accepted or declined.
  public let left: Int64

  public init(open: Int64, held: Int64, dueAt: Moment, noticeAt: Moment, left: Int64) {
    self.left = left
    self.open = open
    self.held = held
    self.dueAt = dueAt
    self.noticeAt = noticeAt
  }
}

/// Who pays whom in a thread.
public struct Deal: Hashable, Sendable {
  public let customer: AccountID
  public let expert: AccountID

  public init(customer: AccountID, expert: AccountID) {
    self.customer = customer
    self.expert = expert
  }
}

/// What the parties of a paid thread are shown, without whether the expert is there.
struct Standing: Sendable {
  let conversation: ConversationID
  let price: AskingPrice
  let waiting: WaitingQuestions?
  let asked: Int64
  let expert: Face
  let paid: [PaidAnswer]
  let minutes: MinutesView?
  let features: Set<Feature>
  /// What the expert does elsewhere.
  let activity: Acceptance.Activity?
}

extension DealView.Waiting {
  init(_ waiting: WaitingQuestions) {
    self.init(open: waiting.open, held: waiting.held, dueAt: waiting.dueAt, noticeAt: waiting.noticeAt, left: waiting.left)
  }
}

extension Conversations {
  /// Whether somebody is there who answers a visitor.
  func isAnswered(_ guest: Line.Guest) -> Bool { guest.expert.map { desk.status(of: $0) != .offline } ?? desk.isOnline(guest.site) }

  /// Nil where nothing is paid.
  func standing(of held: Held, in session: any Session) throws -> Standing? {
    guard let deal = held.deal, let face = try session.face(of: deal.expert, on: held.site) else { return nil }
    // What was free from the beginning has no deal; what became free costs nothing.
    let price =
      try toll.quote(deal, at: held.site, isThere: isThere(deal.expert), now: clock.now, in: session) ?? AskingPrice(Quote(.credits, []))
    return Standing(
      conversation: held.id, price: price,
      waiting: try toll.waiting(in: [held.id], in: session)[held.id], asked: held.state.asked, expert: face,
      paid: try toll.paidAnswers(in: held.id, in: session),
      minutes: try toll.minutes(deal, in: held.id, at: held.site, now: clock.now, in: session),
      features: try session.features(at: held.site), activity: try session.activity(of: deal.expert, except: held.id))
  }

  func seen(_ standing: Standing) -> DealView {
    let (expert, price) = (standing.expert, standing.price)
    let availability = desk.availability(of: expert.account, doing: standing.activity)
    return DealView(
      unit: price.quote.unit, price: price.isSold ? price.quote.total.count : 0, isSold: price.isSold,
      isIncluded: price.isSold && price.quote.isIncluded, way: price.way, answerSeconds: price.answerSeconds,
      smsPrice: price.isSold ? price.sms : nil,
      waiting: standing.waiting.map(DealView.Waiting.init), asked: standing.asked,
      expert: DealView.Expert(
        id: expert.account, name: expert.name, avatar: expert.avatar, status: availability.status,
        reach: availability.reach(takesMessages: standing.features.contains(.offlineMessages))),
      paid: standing.paid.map { DealView.Paid(n: $0.n, unit: $0.unit, rateUntil: $0.rateUntil) },
      thanks: standing.features.intersection([.ratings, .tips]).sorted().map(\.rawValue),
      minutes: standing.minutes)
  }

  /// What an account has changed: every open page of it is told in a moment.
  public func walletMoved(_ account: AccountID) { wallets.note(account, true) }

  func tellWallets(of accounts: [AccountID]) async {
    do {
      let found = try await store.read { [toll] session in try accounts.map { ($0, try toll.wallets(of: $0, in: session)) } }
      for (account, wallets) in found {
        for wallet in wallets {
          hub.publish(.event(Topic.wallet(account).description, json: WalletChanged(account: account, wallet: wallet).json))
        }
      }
    } catch {
      // Whoever follows a wallet is told of its next change, or subscribes again.
      logger.error("Wallets could not be read", metadata: ["error": .string(String(reflecting: error))])
    }
  }

  /// Pays for what was said, in its transaction.
  ///
  /// - Parameter agreed: what the sender was shown.
  func charge(_ performed: Performed, agreed: Agreement, at now: Moment, in session: any Session) throws {
    guard let deal = performed.deal, !performed.entries.isEmpty else { return }
    if performed.isClosed, try toll.waiting(in: [performed.conversation], in: session)[performed.conversation] != nil {
      throw Refusal(.answerDue)
    }
    if performed.isClosed, try toll.isClockRunning(in: performed.conversation, in: session) { throw Refusal(.minutesRunning) }
    if let n = performed.saidByVisitor {
      let question = PaidQuestion(
        site: performed.site, conversation: performed.conversation, customer: deal.customer, expert: deal.expert, n: n,
        text: performed.entries.last { $0.n == n }?.body.readableText, agreed: agreed, isThere: isThere(deal.expert), at: now)
      try toll.ask(question, in: session)
    }
    if let n = performed.answeredWith { try toll.answer(n, in: performed.conversation, at: now, in: session) }
  }

  /// Whether an expert answers now: who is away comes back.
  public func isThere(_ expert: AccountID) -> Bool { desk.status(of: expert) != .offline }

  /// Queues what an expert does with what was left for them, in the order of the calls for this conversation. Who accepts comes in, and is
  /// asked for the right to answer there; nobody needs one to give a credit back.
  ///
  /// - Parameter rights: held by who gives or takes that right.
  func judge(
    in conversation: ConversationID, by doer: Doer, accepts: Bool, locking rights: [Lock],
    then: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    noteTogether(in: conversation, locking: rights, urgency: .interactive, then: then) { [self] session, now in
      guard let deal = try session.held(conversation, answerers: false)?.deal, deal.expert == doer.account else {
        throw Refusal(.notAllowed)
      }
      if accepts { try session.requireRight(of: doer, toWriteIn: conversation) }
      guard let news = try toll.judge(deal, accepts: accepts, in: conversation, at: now, in: session) else { return [] }
      let joined = accepts ? [try session.perform(.join, in: conversation, by: doer, at: now)] : []
      return joined + [try session.perform(.noteDeal(news), in: conversation, by: .clock, at: now)]
    }
  }

  /// Queues what a customer says or gives after an answer, or a visitor says after a chat, in the order of the calls for this conversation.
  func thank(
    in conversation: ConversationID, by doer: Doer, _ make: @escaping @Sendable (CreditUnit) -> Thanks,
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    submit(in: conversation, then: then) { [self] session, now in
      guard let held = try session.held(conversation, answerers: false) else { throw Refusal(.notFound) }
      let said = try session.masking(make(.credits), in: held)
      guard let deal = held.deal else { return try rate(said, in: held, by: doer, at: now, in: session) }
      // A rating has words and no unit, a tip a unit and no words.
      let asPaid: @Sendable (CreditUnit) -> Thanks = { if case .rating = said { said } else { make($0) } }
      guard let thanks = try toll.thank(for: deal, in: conversation, at: now, in: session, asPaid) else { return .nothing(in: held) }
      return try session.perform(.thank(thanks), in: conversation, by: doer, at: now)
    }
  }

  /// A kind of job that acts on one thread, whose identity is its payload's `conversation`, and that may have news for its log.
  public func dealJob(
    _ kind: JobKind, _ work: @escaping @Sendable (any Session, ConversationID, Moment) throws -> [DealNews]
  ) -> JobHandler {
    JobHandler(
      kind, locking: { payload in Self.thread(in: payload).map { [.conversation($0)] } ?? [] },
      { [clock] session, payload -> [Performed] in
        guard let conversation = Self.thread(in: payload) else { return [] }
        let now = clock.now
        return try work(session, conversation, now).map { news in
          try session.perform(.noteDeal(news), in: conversation, by: .clock, at: now)
        }
      },
      committed: { [weak self] performed in
        for one in performed { self?.announce(one) }
      })
  }

  /// The payload of such a job.
  public static func payload(about conversation: ConversationID) -> String { #"{"conversation":"\#(conversation)"}"# }

  static func thread(in payload: String) -> ConversationID? {
    payload.split(separator: "\"").dropFirst(3).first.flatMap { ConversationID(String($0)) }
  }
}
