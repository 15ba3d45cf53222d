import Accounts
import Base
import Brakes
import Notifications
import Store

extension JobKind {
  static let renew = JobKind("subscriptions.renew", retries: .patient)
}

extension NoticeKind {
  /// The coming month could not be paid with the card that is kept.
  static let subscriptionUnpaid = NoticeKind("subscriptionUnpaid", push: true, mail: true)
  static let subscriptionEnded = NoticeKind("subscriptionEnded", push: false, mail: true)
}

/// Subscriptions begin with a purchase, and go on with one every month (A42).
extension Payments {
  /// A purchase was paid that belongs to a subscription, or begins one: it has one more month.
  ///
  /// - Returns: until when it is paid now; nil for any other purchase.
  func addMonth(for purchase: inout Purchase, at now: Moment, in session: any Session) throws -> Moment? {
    let known = try purchase.subscription.flatMap { try session.subscription($0) }
    guard let plan = try known?.plan ?? session.pack(purchase.pack)?.plan else { return nil }
    // Who paid twice for a beginning has two months; who paid after the end goes on.
    if var running = try session.subscription(of: purchase.buyer, serving: plan.serves) ?? known {
      let isBack = running.endedAt != nil
      running.endedAt = nil
      running.addMonth(at: now)
      if isBack { running.renews = true }
      try session.update(running)
      purchase.subscription = running.id
      try expectRenewal(of: running, in: session)
      try notifications.settle(.subscriptionUnpaid, about: "subscription.\(running.id)", in: session)
      return running.paidUntil
    }
    var begun = Subscription(
      id: ids.next(), owner: purchase.buyer, pack: purchase.pack, provider: purchase.provider, plan: plan, offer: purchase.offer,
      validDays: purchase.validDays, startedAt: now, paidUntil: now)
    begun.addMonth(at: now)
    try session.insert(begun)
    purchase.subscription = begun.id
    try expectRenewal(of: begun, in: session)
    return begun.paidUntil
  }

  /// What was paid for it went back: it is not asked for again.
  func stopRenewing(_ purchase: Purchase, in session: any Session) throws {
    guard var subscription = try purchase.subscription.flatMap({ try session.subscription($0) }), subscription.renews else { return }
    subscription.renews = false
    try session.update(subscription)
  }

  private func expectRenewal(of subscription: Subscription, in session: any Session) throws {
    let due = subscription.paidUntil.adding(seconds: -Subscription.leadSeconds)
    try jobs.enqueue(.renew, uniqueKey: "\(subscription.id)", payload: Self.payload(of: subscription.id), dueAt: due, in: session)
  }

  private static func payload(of id: SubscriptionID) -> String { #"{"subscription":"\#(id)"}"# }

  private static func subscription(in payload: String) -> SubscriptionID? {
    payload.split(separator: "\"").dropFirst(3).first.flatMap { SubscriptionID(String($0)) }
  }

  /// Its owner ends it, or thinks better of that.
  func setRenewing(_ id: SubscriptionID, _ renews: Bool, by owner: AccountID) async throws {
    try await store.write(locking: [.account(owner), .subscription(id)]) { [self] session in
      guard var found = try session.subscription(id), found.owner == owner, found.endedAt == nil else { throw Refusal(.notFound) }
      guard found.renews != renews else { return }
      found.renews = renews
      if renews { found.tries = 0 }
      try session.update(found)
      try expectRenewal(of: found, in: session)
    }
  }

  var renewHandler: JobHandler {
    .outside(
      .renew, leaseSeconds: 120,
      { [self] job -> Moment? in
        guard let id = Self.subscription(in: job.payload) else { return nil }
        return try await renew(id)
      },
      complete: { [self] session, job, next in
        guard let next, let id = Self.subscription(in: job.payload) else { return }
        try jobs.enqueue(.renew, uniqueKey: "\(id)", payload: job.payload, dueAt: next, in: session)
      })
  }

  /// Does what is next for a subscription.
  ///
  /// - Returns: when to look again; nil when it has ended.
  private func renew(_ id: SubscriptionID) async throws -> Moment? {
    let now = clock.now
    guard
      let (subscription, isUnderWay) = try await store.read({ session in
        try session.subscription(id).map { ($0, try session.isRenewalUnderWay($0, at: now)) }
      }), subscription.endedAt == nil
    else { return nil }
    switch subscription.step(at: now, isUnderWay: isUnderWay) {
    case .wait(let moment): return moment
    case .end:
      try await end(subscription, at: now)
      return nil
    case .charge:
      // In a break nothing is renewed: what was paid lasts, and then it ends, unless the break is over before.
      if let end = try await store.read({ try $0.exclusionEnd(of: subscription.owner, at: now) }) {
        guard now >= subscription.paidUntil else { return min(end, subscription.paidUntil) }
        try await self.end(subscription, at: now)
        return nil
      }
      guard let purchase = try await order(subscription, at: now) else { return now.adding(seconds: 1) }
      do {
        _ = try await open(purchase)
      } catch let refusal as Refusal where [.cardDeclined, .paymentUnavailable].contains(refusal.reason) {
        if refusal.reason == .cardDeclined { try await store.write { [self] in try tellUnpaid(subscription, at: now, in: $0) } }
      }
      return now.adding(seconds: Subscription.lookSeconds)
    }
  }

  private func end(_ subscription: Subscription, at now: Moment) async throws {
    try await store.write(locking: [.account(subscription.owner), .subscription(subscription.id)]) { [notifications] session in
      // Paid in this moment, it goes on.
      guard var current = try session.subscription(subscription.id), current.endedAt == nil, current.paidUntil <= now else { return }
      current.endedAt = now
      try session.update(current)
      try notifications.settle(.subscriptionUnpaid, about: "subscription.\(current.id)", in: session)
      try notifications.tell(
        Tidings(.subscriptionEnded, about: "subscription.\(current.id)", data: ["subscription": "\(current.id)"], at: now),
        to: current.owner, in: session)
    }
  }

  /// The purchase of the coming month.
  ///
  /// - Returns: nil when there is nothing to pay it with; that was a try, too.
  private func order(_ subscription: Subscription, at now: Moment) async throws -> Purchase? {
    let (id, reference): (PurchaseID, String) = (ids.next(), PurchaseReference.new())
    let locks: [Lock] = [.account(subscription.owner), .subscription(subscription.id)]
    return try await store.write(locking: locks) { [self] session in
      guard var current = try session.subscription(subscription.id), current.step(at: now, isUnderWay: false) == .charge else { return nil }
      current.tries += 1
      try session.update(current)
      guard let owner = try session.account(current.owner), owner.active,
        try session.savedCard(of: current.owner, at: current.provider) != nil
      else {
        try tellUnpaid(current, at: now, in: session)
        return nil
      }
      var made = Purchase(
        id: id, buyer: current.owner, formKey: "renewal.\(id)", reference: reference, pack: current.pack, offer: current.offer,
        validDays: current.validDays, provider: current.provider, keepsCard: true, byCard: true, language: owner.language, createdAt: now,
        changedAt: now)
      made.subscription = current.id
      try session.insert(made)
      try jobs.enqueue(
        .askOutcome, uniqueKey: "\(id)", payload: Self.payload(id), dueAt: now.adding(seconds: Self.askPauses[0]), in: session)
      return made
    }
  }

  func tellUnpaid(_ subscription: Subscription, at now: Moment, in session: any Session) throws {
    let tidings = Tidings(
      .subscriptionUnpaid, about: "subscription.\(subscription.id)", data: ["subscription": "\(subscription.id)"], at: now)
    try notifications.tell(tidings, to: subscription.owner, in: session)
  }

  func tellSubscribers() {
    notifications.add([.subscriptionUnpaid, .subscriptionEnded]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let texts = web.texts(reader.language)
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let id = notice.identity("subscription", of: Kinds.Subscription.self), let found = try session.subscription(id),
          found.owner == account
        else { continue }
        stories[notice.id] = Story(
          name: PlanWords(texts)[found.plan, found.offer], place: texts["payments.wallet.title"], text: nil, conversation: nil,
          path: ShopRoutes.walletPath, acts: [])
      }
      return stories
    }
  }
}

extension Session {
  /// Whether a payment for the coming month has begun, and nobody knows how it ends: not told, or its owner pays by hand just now.
  fileprivate func isRenewalUnderWay(_ subscription: Subscription, at now: Moment) throws -> Bool {
    guard let last = try lastPurchase(of: subscription.id), last.state.isOpen else { return false }
    let isByHand = last.checkout?.address != nil && last.changedAt.adding(seconds: Subscription.lookSeconds) > now
    return last.state != .declined || isByHand
  }
}
