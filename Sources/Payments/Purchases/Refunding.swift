import Accounts
import Base
import Ledger
import Store

/// What an administrator does with a purchase by hand.
extension Payments {
  /// Pays back units that are neither used nor set aside. They leave the wallet now, so that they cannot be used meanwhile; when the provider does
  /// not pay the refund out they come back.
  ///
  /// - Returns: what goes back.
  @discardableResult
  func refund(_ units: Int64, of id: PurchaseID, by: AccountID, from place: Whereabouts) async throws -> Money {
    let (refund, now): (RefundID, Moment) = (ids.next(), clock.now)
    let auditID: AuditLineID = ids.next()
    return try await store.write(locking: try await refundLocks(of: id)) { [self] session in
      let (amount, purchase) = try payOut(units, of: id, as: refund, at: now, in: session)
      try stopRenewing(purchase, in: session)
      let detail = ["units": "\(units)", "amount": "\(amount)", "account": "\(purchase.buyer)"]
      try session.audit(audit(by, "purchase.refunded", "purchase.\(id)", place, detail).line, id: auditID, at: now)
      return amount
    }
  }

  /// A buyer gives back what is left of the own purchase, within the days that the owner of the house allows.
  func giveBack(_ id: PurchaseID, by buyer: AccountID, from place: Whereabouts) async throws {
    let (refund, now): (RefundID, Moment) = (ids.next(), clock.now)
    let auditID: AuditLineID = ids.next()
    try await store.write(locking: try await refundLocks(of: id)) { [self] session in
      guard let purchase = try session.purchase(id), purchase.buyer == buyer else { throw Refusal(.notFound) }
      // A second press finds nothing left.
      guard let left = try returnable(purchase, at: now, in: session) else { throw Refusal(.notRefundable) }
      let (amount, given) = try payOut(left.units, of: id, as: refund, at: now, in: session)
      try stopRenewing(given, in: session)
      let detail = ["units": "\(left.units)", "amount": "\(amount)"]
      try session.audit(audit(buyer, "purchase.givenBack", "purchase.\(id)", place, detail).line, id: auditID, at: now)
    }
  }

  /// What its buyer may give back now, and until when; nil where nothing can be. A transfer is paid back by hand, so an administrator is asked.
  func returnable(_ purchase: Purchase, at now: Moment, in session: any Session) throws -> (units: Int64, worth: Money, until: Moment)? {
    guard terms.refundDays > 0, purchase.provider != .bank, Self.refundable.contains(purchase.state), let paidAt = purchase.paidAt,
      let lot = try purchase.lot.flatMap({ try session.lotView($0) }), lot.free > 0
    else { return nil }
    // A month in which something was asked for is used, though it is there until its end.
    if purchase.offer.unit == .months, let subscription = purchase.subscription, try session.hasIncluded(subscription, since: paidAt) {
      return nil
    }
    let until = paidAt.adding(seconds: terms.refundDays * Self.daySeconds)
    return now < until ? (lot.free, lot.freeWorth, until) : nil
  }

  private static let refundable: Set<PurchaseState> = [.paid, .partlyRefunded, .won]

  /// What a refund of a purchase locks, in this order.
  public func refundLocks(of id: PurchaseID) async throws -> [Lock] {
    guard let seen = try await store.read({ try $0.purchase(id) }) else { throw Refusal(.notFound) }
    return [.provider(seen.provider), .account(seen.buyer), .purchase(id)]
  }

  /// Pays units of a purchase out, inside a transaction with its locks.
  @discardableResult
  public func payOut(_ units: Int64, of id: PurchaseID, as refund: RefundID, at now: Moment, in session: any Session) throws
    -> (amount: Money, purchase: Purchase)
  {
    guard var purchase = try session.purchase(id), let lot = purchase.lot, Self.refundable.contains(purchase.state) else {
      throw Refusal(.notRefundable)
    }
    guard units > 0 else { throw Refusal(.amountInvalid) }
    let amount = try ledger.refund(
      lot, units: units, through: purchase.provider.rawValue, key: "refund.\(refund)", about: purchase.about, at: now, in: session)
    // Who pays transfers back by hand does it now.
    let isByHand = purchase.provider == .bank
    let asked = PurchaseFacts.Refund(isOurs: true, units: units, amountMinor: amount.minor, state: isByHand ? .done : .asked)
    purchase.facts.refunds["\(refund)"] = asked
    purchase.changedAt = now
    try session.update(purchase, at: now)
    if isByHand {
      try tellRefunded(asked, "\(refund)", of: purchase, at: now, in: session)
    } else {
      try jobs.enqueue(
        .payRefund, uniqueKey: "\(refund)", payload: #"{"purchase":"\#(id)","refund":"\#(refund)"}"#, dueAt: now, in: session)
    }
    return (amount, purchase)
  }

  /// A transfer arrived.
  ///
  /// - Parameters:
  ///   - received: what came, which may be another amount than the one that was asked for.
  ///   - units: what is credited for it.
  func credit(_ id: PurchaseID, received: Money, units: Int64, by: AccountID, from place: Whereabouts) async throws {
    let now = clock.now
    guard let seen = try await store.read({ try $0.purchase(id) }), seen.provider == .bank else { throw Refusal(.notFound) }
    guard received.minor > 0, received.minor <= Pack.priceLimitMinor, received.currency == seen.offer.price.currency else {
      throw Refusal(.amountInvalid)
    }
    guard units > 0, units <= Pack.unitLimit else { throw Refusal(.amountInvalid) }
    let event = ProviderEvent(
      id: "bank.\(id)", kind: "credited", fact: .paid(received), purchase: id, payment: "bank.\(seen.reference)")
    let detail = ["amount": "\(received)", "units": "\(units)", "account": "\(seen.buyer)"]
    let audit = audit(by, "purchase.credited", "purchase.\(id)", place, detail)
    try await store.write(locking: [.provider(.bank), .account(seen.buyer), .purchase(id)]) { [self] session in
      // A second press finds the event of the first.
      guard var purchase = try session.purchase(id), try session.insert(event, from: .bank, about: id, at: now) else { return }
      if received != purchase.offer.price { purchase.receivedMinor = received.minor }
      if units != purchase.offer.total { purchase.creditedUnits = units }
      try apply(event, to: &purchase, at: now, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// Somebody has looked at it.
  func settleAttention(_ id: PurchaseID, by: AccountID, from place: Whereabouts) async throws {
    let now = clock.now
    let audit = audit(by, "purchase.lookedAt", "purchase.\(id)", place)
    try await store.write(locking: [.purchase(id)]) { session in
      guard var purchase = try session.purchase(id), purchase.attention != nil else { return }
      purchase.attention = nil
      try session.update(purchase, at: now)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }
}
