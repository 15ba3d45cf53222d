import Accounts
import Base
import Ledger
import LedgerCore
import Store

/// What providers tell, and what follows: the one place where a purchase is paid.
extension Payments {
  /// Takes a delivery in.
  ///
  /// - Throws: `Refusal(.webhookInvalid)` unless it is proved to be the provider's.
  func receive(_ delivery: Delivery, from name: ProviderName) async throws {
    guard let provider = provider(name) else { throw Refusal(.notFound) }
    try await watching(name) { try await record(try await provider.read(delivery), from: name) }
  }

  /// Writes events down, each once, with what follows from it in the same transaction.
  func record(_ events: [ProviderEvent], from provider: ProviderName) async throws {
    for event in events {
      // Whose it is may become known between the look and the lock; a second look knows it.
      var tries = 0
      while try await !record(event, from: provider) {
        tries += 1
        precondition(tries < 10, "A payment does not change its owner")
      }
    }
  }

  private func record(_ event: ProviderEvent, from provider: ProviderName) async throws -> Bool {
    let now = clock.now
    let seen = try await store.read { try $0.purchase(of: event, at: provider) }
    let locks: [Lock] = [.provider(provider)] + (seen.map { [.account($0.buyer), .purchase($0.id)] } ?? [])
    return try await store.write(locking: locks) { [self] session in
      let found = try session.purchase(of: event, at: provider)
      guard found?.id == seen?.id else { return false }
      guard try session.insert(event, from: provider, about: found?.id, at: now), var purchase = found else { return true }
      try apply(event, to: &purchase, at: now, in: session)
      if event.fact == .declined { try watchDeclines(of: purchase.buyer, at: now, in: session) }
      // The buyer agreed; now it is ours to take it.
      if event.fact == .approved, purchase.state.isOpen { try lookNow(at: purchase.id, in: session) }
      return true
    }
  }

  /// Adds a fact to a purchase and moves what follows. In the transaction that wrote the event down.
  func apply(_ event: ProviderEvent, to purchase: inout Purchase, at now: Moment, in session: any Session) throws {
    let before = purchase
    var told = [event.fact]
    if let payment = event.payment, !purchase.facts.isPaid || purchase.payment == nil {
      purchase.payment = payment
      told += try session.claimEvents(of: payment, from: purchase.provider, for: purchase.id)
    }
    for fact in told { add(fact, of: event, to: &purchase, at: now) }
    guard purchase != before else { return }
    for movement in PurchaseFacts.movements(from: before.facts, to: purchase.facts) {
      try book(movement, of: &purchase, at: now, in: session)
    }
    purchase.changedAt = now
    try session.update(purchase, at: now)
    try follow(from: before, to: purchase, at: now, in: session)
  }

  private func add(_ told: PurchaseFact, of event: ProviderEvent, to purchase: inout Purchase, at now: Moment) {
    guard let fact = purchase.capped(told) else {
      purchase.attention = .amountDiffers
      return
    }
    if fact != told || purchase.contradicts(fact) { purchase.attention = .amountDiffers }
    switch fact {
    // Somebody has to look at it: nothing is credited for an amount that nobody asked for.
    case .paid(let money) where money != purchase.price: purchase.attention = .amountDiffers
    case .paid where purchase.facts.isPaid:
      if purchase.payment != event.payment { purchase.attention = .paidTwice }
    case .paid:
      purchase.paidAt = now
      purchase.facts = purchase.facts.adding(fact)
    case .refundFailed:
      purchase.attention = .refundFailed
      purchase.facts = purchase.facts.adding(fact)
    default: purchase.facts = purchase.facts.adding(fact)
    }
  }

  private func book(_ movement: Movement, of purchase: inout Purchase, at now: Moment, in session: any Session) throws {
    switch movement {
    case .settle:
      let paidUntil = try addMonth(for: &purchase, at: now, in: session)
      purchase.lot = try ledger.settle(
        sale(
          purchase.units, purchase.price, of: purchase, key: "purchase.\(purchase.id)",
          until: purchase.offer.unit == .months ? paidUntil : nil,
          at: now), at: now, in: session)
    case .giveBack(let id):
      guard let refund = purchase.facts.refunds[id] else { return }
      let price = Money(refund.amountMinor, purchase.price.currency)
      try ledger.settle(sale(refund.units, price, of: purchase, key: "refund.\(id).failed", at: now), at: now, in: session)
    case .takeBack(let name, let minor):
      try stopRenewing(purchase, in: session)
      try ledger.chargeBack(
        lot(of: purchase), amount: Money(minor, purchase.price.currency), through: purchase.provider.rawValue,
        key: Self.key(purchase, name), about: purchase.about, at: now, in: session)
    case .undo(let name):
      try ledger.chargeBackWon(
        undoing: Self.key(purchase, name), of: lot(of: purchase), through: purchase.provider.rawValue,
        key: Self.key(purchase, "\(name).won"), about: purchase.about, at: now, in: session)
    case .lose(let name):
      try ledger.chargeBackLost(
        undoing: Self.key(purchase, name), of: lot(of: purchase), key: Self.key(purchase, "\(name).lost"), about: purchase.about, at: now,
        in: session)
    }
  }

  private func sale(_ units: Int64, _ price: Money, of purchase: Purchase, key: String, until end: Moment? = nil, at now: Moment) -> Sale {
    Sale(
      key: key, about: purchase.about, buyer: purchase.buyer, units: Units(units, purchase.offer.unit), price: price,
      provider: purchase.provider.rawValue, expiresAt: end ?? purchase.validDays.map { now.adding(seconds: $0 * Self.daySeconds) })
  }

  private func lot(of purchase: Purchase) -> LotID {
    guard let lot = purchase.lot else { preconditionFailure("What was paid has a lot") }
    return lot
  }

  private static func key(_ purchase: Purchase, _ name: String) -> String { "purchase.\(purchase.id).\(name)" }

  /// Who is told, and what is asked for next.
  private func follow(from before: Purchase, to purchase: Purchase, at now: Moment, in session: any Session) throws {
    if purchase.facts.isPaid, !before.facts.isPaid {
      try tellPaid(purchase, at: now, in: session)
      try reward(purchase, at: now, in: session)
      try jobs.cancel(.askOutcome, uniqueKey: "\(purchase.id)", in: session)
      // What a kept card paid by itself says nothing new of it; its owner may have taken it away meanwhile.
      if purchase.keepsCard, purchase.payment != nil, purchase.checkout?.address != nil || !purchase.byCard {
        try jobs.enqueue(.keepCard, uniqueKey: "\(purchase.id)", payload: Self.payload(purchase.id), dueAt: now, in: session)
      }
    }
    try alert(from: before, to: purchase, at: now, in: session)
    try followRecharge(from: before, to: purchase, at: now, in: session)
    if purchase.state == .declined, before.state != .declined,
      let subscription = try purchase.subscription.flatMap({ try session.subscription($0) })
    {
      try tellUnpaid(subscription, at: now, in: session)
    }
    let news = purchase.facts.refunds.filter { id, refund in refund.state == .done && before.facts.refunds[id]?.state != .done }
    for (id, refund) in news.sorted(by: { $0.key < $1.key }) { try tellRefunded(refund, id, of: purchase, at: now, in: session) }
  }
}

extension Session {
  /// Whose an event is: the provider's word for it, or the payment that we know already.
  fileprivate func purchase(of event: ProviderEvent, at provider: ProviderName) throws -> Purchase? {
    let named = try event.purchase.flatMap { try purchase($0) }
    if let named, named.provider == provider { return named }
    return try event.payment.flatMap { try purchase(payment: $0, at: provider) }.flatMap { try purchase($0) }
  }
}
