import Access
import Base
import Conversations
import Ledger
import Notifications
import Payments
import Sites
import Store
import Web

/// Deals: how conversations are paid.
///
/// - `Terms` say what an answer costs at a website, and what is promised for it.
/// - `MessageToll` holds, captures and gives back inside the transactions of Conversations.
/// - `Deadlines` keep every promise's end.
/// - `Sessions/`: chats by the minute. `MinuteDesk` writes down what happens and does what the meter says.
/// - `Thanking` is what comes after an answer; `ServiceRefunds` give back what was paid for one; `Disputes/` say when they should.
/// - `Pages/`: who can be asked, what was earned, the terms.
public final class Deals: Sendable {
  let store: any Store
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  let ledger: Ledger
  let toll: MessageToll
  let sites: Sites
  let conversations: Conversations
  let notifications: Notifications
  let payments: Payments
  /// Accounts whose credit changed: a chat by the minute may wait for it.
  let credited = Gatherer<AccountID, Bool>(waitMilliseconds: 100, atOnce: 200) { $1 }

  public init(
    store: any Store, ids: IDMaker, clock: WallClock, web: WebFront, ledger: Ledger, toll: MessageToll, sites: Sites,
    conversations: Conversations, notifications: Notifications, payments: Payments
  ) {
    self.store = store
    self.ids = ids
    self.clock = clock
    self.web = web
    self.ledger = ledger
    self.toll = toll
    self.sites = sites
    self.conversations = conversations
    self.notifications = notifications
    self.payments = payments
    register(on: notifications)
    tellEnds(by: notifications)
    toll.tellTips(by: notifications)
    toll.minutes.heartbeats.onChange { [weak self] place, events in self?.note(events, of: place) }
    ledger.onWalletMoved { [credited] account, _ in credited.note(account, true) }
    toll.texting?.onAnswer(
      locking: { answer in [.conversation(answer.conversation)] },
      { [weak self] session, answer in try self?.hear(answer, in: session) })
    toll.texting?.onLoss { [toll] session, conversation, now in try toll.expectLoss(in: conversation, at: now, session) }
    tellRefunds(by: notifications)
    tellDisputes(by: notifications)
    holdBack()
  }

  public func register(on routes: Routes) {
    ExpertRoutes(deals: self).register(on: routes)
    TermsRoutes(deals: self).register(on: routes)
    RatesRoutes(deals: self).register(on: routes)
    EarningsRoutes(deals: self).register(on: routes)
    CreditRoutes(deals: self).register(on: routes)
    GuidelineRoutes(deals: self).register(on: routes)
    PurseRoutes(deals: self).register(on: routes)
    DealRoutes(deals: self).register(on: routes)
    MinuteRoutes(deals: self).register(on: routes)
  }

  /// Somebody's thread with an expert, which is made when there is none: one for life.
  ///
  /// - Throws: `notFound` for who cannot be asked there.
  public func thread(of customer: SignedIn, with expert: AccountID, at site: SiteID, from sender: Sender) async throws -> ConversationID {
    guard customer.member.id != expert else { throw Refusal(.notAllowed) }
    guard try await experts(at: site).contains(where: { $0.account == expert }) else { throw Refusal(.notFound) }
    let (account, now) = (customer.member.id, clock.now)
    let (visitor, conversation, key) = (ids.next(Kinds.Visitor.self), ids.next(Kinds.Conversation.self), Secret().digest)
    let name = customer.name
    return try await store.write(locking: [.account(account)]) { session in
      if let known = try session.thread(of: account, with: expert, at: site) { return known }
      let made = try session.createVisitor(visitor, site: site, keyDigest: key, from: sender, at: now)
      try session.run("UPDATE visitors SET name = $2, form_sent_at = $3, account_id = $4 WHERE id = $1", made.id, name, now, account)
      try session.createConversation(conversation, of: made.id, at: site, now: now)
      try session.run("UPDATE conversations SET customer_id = $2, expert_id = $3 WHERE id = $1", conversation, account, expert)
      return conversation
    }
  }

  /// Who can be asked at a website, by name.
  func experts(at site: SiteID) async throws -> [Face] { try await store.read { try $0.experts(at: site) } }
}

extension Session {
  func experts(at site: SiteID) throws -> [Face] {
    guard try terms(at: site) != nil, try self.site(site)?.active == true,
      try !features(at: site).isDisjoint(with: [.paidQuestions, .minuteChats])
    else { return [] }
    return try rows(
      """
      SELECT a.id, COALESCE(s.pseudonym, a.pseudonym) AS name, COALESCE(s.avatar, a.avatar)
      FROM assignments s
      JOIN accounts a ON a.id = s.account_id
      WHERE s.site_id = $1 AND a.active AND a.is_expert
      ORDER BY name, a.id
      LIMIT 500
      """, site
    ).map { Face(account: $0[0], name: $0[1], avatar: $0[2]) }
  }

  fileprivate func thread(of customer: AccountID, with expert: AccountID, at site: SiteID) throws -> ConversationID? {
    try row("SELECT id FROM conversations WHERE site_id = $1 AND customer_id = $2 AND expert_id = $3", site, customer, expert)?[0]
  }
}
