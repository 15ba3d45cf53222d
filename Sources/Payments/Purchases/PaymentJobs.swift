import Base
import Foundation
import Store

extension JobKind {
  /// Nothing was heard of a purchase: its provider is asked.
  static let askOutcome = JobKind("purchases.ask", retries: .patient)
  static let payRefund = JobKind("purchases.refund", retries: .patient)
  static let keepCard = JobKind("purchases.keepCard")
  static let forgetCard = JobKind("purchases.forgetCard")
  static let closeCheckout = JobKind("purchases.close")
  static let testDelivery = JobKind("purchases.testDelivery")
}

extension Payments {
  /// When a purchase of which nothing was heard is asked about, in seconds since it was made; then every day.
  static let askPauses: [Int64] = [600, 4200, 6 * 3600]
  private static let leaseSeconds: Int64 = 120

  /// When a purchase that nobody paid is over. A debit or a transfer may take days.
  static func endSeconds(_ provider: ProviderName) -> Int64 {
    switch provider {
    case .stripe: 14 * daySeconds
    case .test: daySeconds
    // An order ends by itself; a payment that PayPal looks at may take weeks.
    case .paypal, .bank: 30 * daySeconds
    }
  }

  var askHandler: JobHandler {
    .outside(
      .askOutcome, leaseSeconds: Self.leaseSeconds, { [self] job in try await ask(about: Self.purchase(in: job.payload)) },
      complete: { [self] session, job, next in
        guard let next else { return }
        let id = try Self.purchase(in: job.payload)
        if let purchase = try session.purchase(id) { try remind(of: purchase, in: session) }
        try jobs.enqueue(.askOutcome, uniqueKey: "\(id)", payload: job.payload, dueAt: next, in: session)
      })
  }

  /// - Returns: when to ask again; nil when there is nothing left to ask.
  private func ask(about id: PurchaseID) async throws -> Moment? {
    guard let purchase = try await store.read({ try $0.purchase(id) }), purchase.state.isOpen else { return nil }
    if let provider = provider(purchase.provider) { try await record(try await provider.outcome(of: purchase), from: purchase.provider) }
    guard let after = try await store.read({ try $0.purchase(id) }), after.state.isOpen else { return nil }
    let (now, age) = (clock.now, clock.now.milliseconds(since: purchase.createdAt) / 1000)
    guard age < Self.endSeconds(purchase.provider) else {
      let over = ProviderEvent(id: "over.\(id)", kind: "expired", fact: .expired, purchase: id, payment: nil)
      try await record([over], from: purchase.provider)
      return nil
    }
    let pause = Self.askPauses.first { $0 > age }.map { $0 - age } ?? Self.daySeconds
    return now.adding(seconds: pause)
  }

  var refundHandler: JobHandler {
    .outside(
      .payRefund, leaseSeconds: Self.leaseSeconds, { [self] job in try await payRefund(RefundPayload(job.payload)) },
      buried: { [self] session, job in
        guard var purchase = try session.purchase(RefundPayload(job.payload).purchase) else { return nil }
        // Whether it was paid out nobody knows: somebody has to look.
        purchase.attention = .refundFailed
        try session.update(purchase, at: clock.now)
        return nil
      })
  }

  private struct RefundPayload: Decodable {
    let purchase: PurchaseID
    let refund: RefundID

    init(_ payload: String) throws { self = try JSONDecoder().decode(RefundPayload.self, from: Data(payload.utf8)) }
  }

  private func payRefund(_ payload: RefundPayload) async throws {
    guard let purchase = try await store.read({ try $0.purchase(payload.purchase) }), let provider = provider(purchase.provider),
      let asked = purchase.facts.refunds["\(payload.refund)"], asked.state == .asked
    else { return }
    let amount = Money(asked.amountMinor, purchase.price.currency)
    do {
      try await record(
        try await provider.refund(AskedRefund(id: payload.refund, amount: amount), of: purchase), from: purchase.provider)
    } catch let refusal as ProviderRefusal {
      logger.error("A refund was refused", metadata: ["purchase": "\(purchase.id)", "answer": "\(refusal)"])
      let event = ProviderEvent(
        id: "refused.\(payload.refund)", kind: "refused", fact: .refundFailed("\(payload.refund)", amount), purchase: purchase.id,
        payment: nil)
      try await record([event], from: purchase.provider)
    }
  }

  var cardHandler: JobHandler {
    .outside(
      .keepCard, leaseSeconds: Self.leaseSeconds,
      { [self] job -> SavedCard? in
        guard let purchase = try await store.read({ try $0.purchase(Self.purchase(in: job.payload)) }), let payment = purchase.payment
        else {
          return nil
        }
        return try await provider(purchase.provider)?.card(of: payment)
      },
      complete: { [clock] session, job, card in
        guard let card, let purchase = try session.purchase(Self.purchase(in: job.payload)) else { return }
        try session.save(card, of: purchase.buyer, at: purchase.provider, clock.now)
      })
  }

  var closeHandler: JobHandler {
    .outside(.closeCheckout, leaseSeconds: Self.leaseSeconds) { [self] job in
      guard let purchase = try await store.read({ try $0.purchase(Self.purchase(in: job.payload)) }), !purchase.facts.isPaid else { return }
      do {
        try await provider(purchase.provider)?.close(purchase)
      } catch is ProviderRefusal {
        // It was closed already, or paid at this moment: an event tells.
      }
    }
  }

  /// What the provider calls a card that its owner took away: it goes there, too.
  private struct CardPayload: Codable {
    let provider: ProviderName
    let customer: String
    let method: String
  }

  func forgetCard(of account: AccountID, at name: ProviderName) async throws {
    let now = clock.now
    try await store.write(locking: [.account(account)]) { [self] session in
      guard let card = try session.savedCard(of: account, at: name) else { return }
      try endRecharges(of: account, at: name, in: session)
      try session.removeCard(of: account, at: name)
      let payload = CardPayload(provider: name, customer: card.customer, method: card.method)
      try jobs.enqueue(
        .forgetCard, payload: String(decoding: try JSONEncoder().encode(payload), as: UTF8.self), dueAt: now, in: session)
    }
  }

  var forgetHandler: JobHandler {
    .outside(.forgetCard, leaseSeconds: Self.leaseSeconds) { [self] job in
      let card = try JSONDecoder().decode(CardPayload.self, from: Data(job.payload.utf8))
      do {
        try await provider(card.provider)?.forget(
          SavedCard(customer: card.customer, method: card.method, brand: "", lastDigits: ""))
      } catch is ProviderRefusal {
        // It is gone there.
      }
    }
  }

  /// The test provider's mail, delivered as anybody's.
  var testHandler: JobHandler {
    .outside(.testDelivery, leaseSeconds: Self.leaseSeconds) { [self] job in
      guard let test = provider(.test) as? TestProvider else { return }
      let note = try JSONDecoder().decode(TestProvider.Note.self, from: Data(job.payload.utf8))
      try await receive(try test.delivery(of: note), from: .test)
    }
  }

  /// The test provider's kept card pays by itself, or does not.
  func charge(_ card: SavedCard, for purchase: Purchase) async throws {
    let fades = card.method == TestProvider.fadingCard
    try await deliver(
      TestProvider.Note(
        id: "test.\(purchase.id).byCard.\(purchase.attempt)", kind: fades ? .declined : .paid, purchase: purchase.id,
        minor: purchase.offer.price.minor, currency: purchase.offer.price.currency, fades: fades))
  }

  func deliver(_ note: TestProvider.Note, after seconds: Int64 = 0) async throws {
    let due = clock.now.adding(seconds: seconds)
    try await store.write { [jobs] session in
      let payload = String(decoding: try JSONEncoder().encode(note), as: UTF8.self)
      try jobs.enqueue(.testDelivery, uniqueKey: note.id, payload: payload, dueAt: due, in: session)
    }
  }
}
