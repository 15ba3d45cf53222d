import Base
import Brakes
import Conversations
import Ledger
import Notifications
import Payments
import Pricing
import Sites
import Store
import Texting
import Web
import Wire

extension JobKind {
  static let watchDeadlines = JobKind("deadline.watch")
}

/// Questions paid by the message: the price is held when one is sent, the next answer captures every older hold of its thread, and what nobody
/// answers in time comes back by itself (requirements, decision 3).
public struct MessageToll: Toll {
  let ledger: Ledger
  let jobs: Jobs
  let notifications: Notifications
  let refunds: ServiceRefunds
  let minutes: MinuteDesk
  /// By which experts are reached who are not there; nil where there is none.
  let texting: Texting?
  let web: WebFront
  /// Whether an answer rated one star is given back, once per customer and month.
  let refundsOneStar: Bool

  public init(
    ledger: Ledger, jobs: Jobs, ids: IDMaker, notifications: Notifications, texting: Texting?, web: WebFront, refundsOneStar: Bool
  ) {
    self.ledger = ledger
    self.texting = texting
    self.web = web
    self.jobs = jobs
    self.notifications = notifications
    refunds = ServiceRefunds(ledger: ledger, ids: ids, notifications: notifications)
    self.refundsOneStar = refundsOneStar
    minutes = MinuteDesk(ledger: ledger, jobs: jobs, ids: ids, heartbeats: Heartbeats(run: ids.next()))
  }

  public func ask(_ question: PaidQuestion, in session: any Session) throws {
    // While a clock runs, what is said is paid by it.
    if try minutes.note(.customer, wroteIn: question.conversation, at: question.at, in: session) { return }
    guard try session.answers(question.expert, at: question.site) else { throw Refusal(.expertGone) }
    // Whoever chose to be called alone, or to be left alone, is not written to.
    let channels = try session.acceptance(of: question.expert, at: question.at).channels
    guard !channels.isDisjoint(with: [.chat, .offlineMessage]) else { throw Refusal(.expertUnavailable) }
    // Since an administrator made it free.
    guard let terms = try session.terms(at: question.site) else { return }
    try session.require(.paidQuestions, at: question.site)
    let way = try way(of: question, terms, takesOffline: channels.contains(.offlineMessage), in: session)
    guard try session.openQuestions(for: question.expert) < terms.openLimit else { throw Refusal(.intakeFull) }
    let included = way.isLeft ? nil : try session.takeIncluded(for: question.customer, in: terms.price.unit, at: question.at)
    guard let quote = Quote.of(way.service, terms.tariff, try session.rates(of: question.expert), isIncluded: included != nil) else {
      return
    }
    if let agreed = question.agreed.price, agreed != quote.total.count {
      throw Refusal(.answerPriceChanged, arguments: ["count": String(quote.total.count)])
    }
    try session.brake(quote.total, of: question.customer, in: question.conversation, at: question.at)
    let promise = terms.promise(way)
    let hold = try ledger.hold(
      HoldWish(
        payer: question.customer, payee: question.expert, units: quote.price, commission: terms.commission, terms: terms.id,
        conversation: question.conversation, n: question.n, deadline: question.at.adding(seconds: promise.answerSeconds), quote: quote.json),
      from: included, at: question.at, in: session)
    if way.isLeft { try leave(question, by: way, for: hold, in: session) }
    if included == nil { try remind(question.customer, of: quote.price, at: question.at, in: session) }
    try watch(question.conversation, from: question.at.adding(seconds: promise.noticeSeconds), in: session)
  }

  /// Whoever has just sent the last question that the credit is enough for is told so (B65b), until there is more.
  private func remind(_ customer: AccountID, of price: Units, at now: Moment, in session: any Session) throws {
    let subject = "wallet.\(price.unit.rawValue)"
    let free = try session.wallet(of: customer, in: price.unit).free
    guard free < price.count else { return try notifications.seen(.creditLow, about: subject, by: customer, in: session) }
    try notifications.tell(Tidings(.creditLow, about: subject, data: [:], at: now), to: customer, in: session)
  }

  func watch(_ conversation: ConversationID, from due: Moment, in session: any Session) throws {
    try jobs.enqueue(
      .watchDeadlines, uniqueKey: conversation.description, payload: Conversations.payload(about: conversation), dueAt: due, in: session)
  }

  public func answer(_ n: Int64, in conversation: ConversationID, at now: Moment, in session: any Session) throws {
    _ = try minutes.note(.expert, wroteIn: conversation, at: now, in: session)
    for hold in try session.openHolds(in: conversation) {
      // Whoever looks a moment too late finds the deadline kept: what is overdue goes back, whether the job was there or not.
      if hold.deadline > now { try ledger.capture(hold, for: n, at: now, in: session) }
    }
  }

  public func quote(_ deal: Deal, at site: SiteID, isThere: Bool, now: Moment, in session: any Session) throws -> AskingPrice? {
    guard let terms = try session.terms(at: site) else { return nil }
    let way = try session.way(terms, isThere: isThere)
    let isIncluded = try !way.isLeft && session.included(for: deal.customer, in: terms.price.unit, at: now) != nil
    let quote = Quote.of(way.service, terms.tariff, try session.rates(of: deal.expert), isIncluded: isIncluded)
    let sms = try way.isLeft && reaches(deal.expert, terms, in: session) ? terms.smsPrice : nil
    let isSold = try session.features(at: site).contains(.paidQuestions)
    return quote.map { AskingPrice($0, way: way, answerSeconds: terms.promise(way).answerSeconds, sms: sms, isSold: isSold) }
  }

  public func wallets(of account: AccountID, in session: any Session) throws -> [WalletView] {
    try CreditUnit.spendable.map { unit in WalletView(unit, try session.wallet(of: account, in: unit)) }
  }

  public func waiting(in conversations: [ConversationID], in session: any Session) throws -> [ConversationID: WaitingQuestions] {
    var waiting: [ConversationID: WaitingQuestions] = [:]
    for start in stride(from: 0, to: conversations.count, by: SQLList.limit) {
      waiting.merge(try some(conversations[start..<min(start + SQLList.limit, conversations.count)], in: session)) { $1 }
    }
    return waiting
  }

  private func some(_ conversations: ArraySlice<ConversationID>, in session: any Session) throws -> [ConversationID: WaitingQuestions] {
    let list = SQLList(Array(conversations), from: 1)
    let found = try session.rows(
      """
      SELECT h.conversation_id, COUNT(*), CAST(COALESCE(SUM(CASE WHEN h.subscription_id IS NULL THEN h.units END), 0) AS BIGINT),
        MIN(h.deadline_at),
        MIN(h.held_at + CASE WHEN o.hold_id IS NULL THEN t.notice_seconds ELSE t.offline_seconds / 4 * 3 END * 1000),
        COUNT(CASE WHEN o.hold_id IS NOT NULL AND o.accepted_at IS NULL THEN 1 END)
      FROM holds h
      JOIN terms t ON t.id = h.terms_id
      LEFT JOIN offline_messages o ON o.hold_id = h.id
      WHERE h.settled_at IS NULL AND h.kind = 'question' AND h.conversation_id \(list.sql)
      GROUP BY h.conversation_id
      """, list.values)
    return Dictionary(
      uniqueKeysWithValues: found.map { ($0[0], WaitingQuestions(open: $0[1], held: $0[2], dueAt: $0[3], noticeAt: $0[4], left: $0[5])) })
  }
}

extension WalletView {
  public init(_ unit: CreditUnit, _ balance: WalletBalance) {
    self.init(unit: unit, units: balance.units, held: balance.held, revision: balance.revision)
  }
}

extension Session {
  /// Whether somebody still answers for a website.
  func answers(_ expert: AccountID, at site: SiteID) throws -> Bool {
    try row(
      """
      SELECT 1
      FROM assignments s
      JOIN accounts a ON a.id = s.account_id
      WHERE s.site_id = $1 AND s.account_id = $2 AND a.active AND a.is_expert
      """, site, expert) != nil
  }

  /// How many promises an expert has still to keep.
  func openQuestions(for expert: AccountID) throws -> Int64 {
    try row("SELECT COUNT(*) FROM holds WHERE payee_id = $1 AND settled_at IS NULL AND kind = 'question'", expert)?[0] ?? 0
  }
}
