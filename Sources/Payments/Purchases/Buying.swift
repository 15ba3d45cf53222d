import Accounts
import Base
import Brakes
import Foundation
import Store
import Web

/// What somebody pressed the button for.
struct Order: Sendable {
  let pack: PackID
  /// What the page said that it brings and costs.
  let shown: Offer?
  let provider: ProviderName
  /// The kept card shall pay.
  let byCard: Bool
  var keepsCard: Bool
  /// Of the page, the same for every press of its button.
  let formKey: Secret
  /// The offer that the page showed, which must be this customer's now.
  var special: SpecialOfferID?
}

extension Payments {
  /// So many may somebody begin in a day; far above what people buy, far below what a stolen session would try cards with.
  static let purchasesPerDay = 30
  static let daySeconds: Int64 = 86_400
  /// So long the same pack, paid in the same way, is the same purchase.
  static let goOnSeconds: Int64 = 1800

  /// Makes a purchase, or finds the one that the same page made before.
  ///
  /// - Throws: `priceChanged` when the pack is not what the page said, so that it can be looked at again.
  func buy(_ order: Order, by buyer: AccountID, in language: Language) async throws -> Purchase {
    guard ways.contains(order.provider) else { throw Refusal(.notFound) }
    let (id, now): (PurchaseID, Moment) = (ids.next(), clock.now)
    let reference = PurchaseReference.new()
    let key = order.key
    let purchase = try await store.write(locking: [.account(buyer)]) { [self] session -> Purchase in
      if let known = try session.purchase(formKey: key, of: buyer) { return known }
      guard try self.ways(for: buyer, in: session).contains(order.provider) else { throw Refusal(.notFound) }
      try session.refuseExcluded(buyer, at: now)
      guard let pack = try session.pack(order.pack), let validDays = try session.validDays(ofPackOnSale: order.pack) else {
        throw Refusal(.packNotOnSale)
      }
      let price = try session.price(of: pack, for: buyer, at: now)
      guard price.offer == order.shown, price.special?.id == order.special else { throw Refusal(.priceChanged) }
      guard takes(order.provider, price.offer.price.currency) else { throw Refusal(.notFound) }
      if let special = order.special, let begun = try session.openPurchase(under: special, of: buyer) { return begun }
      if let plan = pack.plan {
        guard order.provider.keepsCards else { throw Refusal(.notFound) }
        guard try session.subscription(of: buyer, serving: plan.serves) == nil else { throw Refusal(.subscriptionRunning) }
      }
      var order = order
      if !order.provider.keepsCards { order.keepsCard = false }
      // What is paid again every month is paid with the card that pays now.
      if pack.plan != nil { order.keepsCard = true }
      // Whoever went back and pressed again goes on with what they began.
      let recent = now.adding(seconds: -Self.goOnSeconds)
      if !order.byCard, let begun = try session.openPurchase(like: order, price.offer, of: buyer, since: recent) { return begun }
      let begun = try session.countPurchases(by: buyer, since: now.adding(seconds: -Self.daySeconds))
      guard begun < Self.purchasesPerDay else { throw Refusal(.tooManyTries, retryAfterSeconds: 3600) }
      if order.byCard, try session.savedCard(of: buyer, at: order.provider) == nil { throw Refusal(.cardNotKept) }
      var made = Purchase(
        id: id, buyer: buyer, formKey: key, reference: reference, pack: pack.id, offer: price.offer, validDays: validDays,
        provider: order.provider, keepsCard: order.keepsCard, byCard: order.byCard, language: language, createdAt: now, changedAt: now)
      if order.provider == .bank { made.facts.stage = .pending }
      try session.insert(made)
      if begun + 1 == Self.purchasesPerDay { try watchPurchases(of: buyer, at: now, in: session) }
      try session.note(price, of: id)
      try jobs.enqueue(
        .askOutcome, uniqueKey: "\(id)", payload: Self.payload(id), dueAt: now.adding(seconds: Self.askPauses[0]), in: session)
      return made
    }
    return purchase.checkout == nil && purchase.state.isOpen ? try await open(purchase) : purchase
  }

  /// Opens the provider's page for a purchase. Asked again it finds the same page.
  ///
  /// - Throws: `paymentUnavailable` when there is none now; the purchase waits.
  func open(_ purchase: Purchase) async throws -> Purchase {
    guard let provider = provider(purchase.provider) else { return purchase }
    try await refuseExcluded(purchase.buyer)
    // A kept card pays once without its owner; after that they are asked to come.
    let isByCard = purchase.byCard && purchase.attempt == 1
    do {
      let card = isByCard ? try await store.read { try $0.savedCard(of: purchase.buyer, at: purchase.provider) } : nil
      let checkout = try await provider.begin(purchase, for: buyer(of: purchase, card: card))
      if let card, purchase.provider == .test { try await charge(card, for: purchase) }
      return try await change(purchase.id) { changed in
        guard changed.checkout == nil else { return }
        changed.checkout = checkout
        if checkout.session.hasPrefix("pi_"), changed.payment == nil { changed.payment = checkout.session }
        changed.facts = changed.facts.adding(.pending)
      }
    } catch let refusal as ProviderRefusal {
      logger.warning("A payment could not begin", metadata: ["purchase": "\(purchase.id)", "answer": "\(refusal)"])
      // Asked in the same way it would answer the same: the next try is another attempt.
      _ = try await change(purchase.id) { changed in
        changed.attempt = purchase.attempt + 1
        if refusal.isAboutCard { changed.facts = changed.facts.adding(.declined) }
      }
      throw Refusal(refusal.isAboutCard ? .cardDeclined : .paymentUnavailable)
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.error("A payment provider does not answer", metadata: ["purchase": "\(purchase.id)", "error": "\(error)"])
      // A card may have paid although nobody told us: what became of it is asked later, and nothing is tried twice.
      guard isByCard else { throw Refusal(.paymentUnavailable) }
      return try await change(purchase.id) { $0.facts = $0.facts.adding(.pending) }
    }
  }

  /// Asked again before each way to a payment: somebody may have excluded themselves after they began.
  func refuseExcluded(_ buyer: AccountID) async throws {
    let now = clock.now
    try await store.read { try $0.refuseExcluded(buyer, at: now) }
  }

  /// Somebody thought better of it.
  func cancel(_ id: PurchaseID, by buyer: AccountID) async throws {
    guard let purchase = try await purchase(id, of: buyer) else { throw Refusal(.notFound) }
    guard purchase.state.isOpen else { return }
    let event = ProviderEvent(id: "cancelled.\(id)", kind: "cancelled", fact: .cancelled, purchase: id, payment: nil)
    try await record([event], from: purchase.provider)
    guard purchase.checkout != nil else { return }
    try await store.write { [jobs, clock] session in
      try jobs.enqueue(.closeCheckout, uniqueKey: "\(id)", payload: Self.payload(id), dueAt: clock.now, in: session)
    }
  }

  /// Has the provider asked now what became of a purchase: its buyer agreed, or came back.
  func lookNow(at id: PurchaseID, in session: any Session) throws {
    try jobs.enqueue(.askOutcome, uniqueKey: "\(id)", payload: Self.payload(id), dueAt: clock.now, in: session)
  }

  /// Another try after one that was declined, where the last one has no page any more: an order at PayPal is paid once or never, and a kept card
  /// had none.
  func tryAgain(_ purchase: Purchase) async throws -> Purchase {
    guard purchase.state == .declined, let checkout = purchase.checkout, purchase.provider.isCaptured || checkout.address == nil else {
      return purchase
    }
    return try await change(purchase.id) { changed in
      guard changed.attempt == purchase.attempt, changed.state == .declined else { return }
      changed.attempt += 1
      changed.checkout = nil
      if changed.provider.isCaptured { (changed.facts.stage, changed.facts.isValidating) = (.created, false) }
    }
  }

  /// A purchase of somebody; nobody else's.
  func purchase(_ id: PurchaseID, of buyer: AccountID) async throws -> Purchase? {
    try await store.read { try $0.purchase(id) }.flatMap { $0.buyer == buyer ? $0 : nil }
  }

  /// Changes what is known of a purchase that moves no money.
  private func change(_ id: PurchaseID, _ change: @escaping @Sendable (inout Purchase) -> Void) async throws -> Purchase {
    let now = clock.now
    return try await store.write(locking: [.purchase(id)]) { session in
      guard var purchase = try session.purchase(id) else { throw Refusal(.notFound) }
      let before = purchase
      change(&purchase)
      precondition(PurchaseFacts.movements(from: before.facts, to: purchase.facts).isEmpty, "Money moves with an event alone")
      guard purchase != before else { return before }
      purchase.changedAt = now
      try session.update(purchase, at: now)
      return purchase
    }
  }

  private func buyer(of purchase: Purchase, card: SavedCard?) -> Buyer {
    let page = "\(web.settings.baseAddress)\(PurchaseRoutes.path)/\(purchase.id)"
    let words = UnitWords(web.texts(purchase.language))
    return Buyer(
      card: card, returnAddress: "\(page)?back=paid", cancelAddress: "\(page)?back=cancelled",
      title: words[purchase.offer.total, purchase.offer.unit])
  }

  static func payload(_ id: PurchaseID) -> String { #"{"purchase":"\#(id)"}"# }

  private struct Payload: Decodable {
    let purchase: PurchaseID
  }

  static func purchase(in payload: String) throws -> PurchaseID {
    try JSONDecoder().decode(Payload.self, from: Data(payload.utf8)).purchase
  }
}

extension Payments {
  /// The purchase that an order made before its payment could not begin.
  func made(_ order: Order, by buyer: AccountID) async throws -> Purchase? {
    try await store.read { try $0.purchase(formKey: order.key, of: buyer) }
  }
}

extension Order {
  /// The page may have been chosen from anew after a look at the checkout: another pack is another purchase.
  var key: String { "\(formKey.text).\(pack).\(provider.rawValue)\(byCard ? ".card" : "")" }
}
