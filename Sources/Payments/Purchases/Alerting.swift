import Base
import Operations
import Store

/// What about payments needs an administrator at once (B80).
extension Payments {
  static let declinesSeconds: Int64 = 3600

  /// Takes a delivery in, and counts those that cannot be proved or handled.
  func watching(_ name: ProviderName, _ deed: () async throws -> Void) async throws {
    do {
      try await deed()
      deliveries.worked(name)
    } catch let error as CancellationError {
      throw error
    } catch {
      if deliveries.failed(name) {
        logger.error("A payment provider is not heard", metadata: ["provider": "\(name.rawValue)", "error": "\(error)"])
        try await operations.raise(
          .webhookFailing, about: "provider.\(name.rawValue)", ["provider": name.rawValue, "count": "\(DeliveryWatch.failuresInRow)"])
      }
      throw error
    }
  }

  /// A bank took a payment back.
  func alert(from before: Purchase, to purchase: Purchase, at now: Moment, in session: any Session) throws {
    for (id, dispute) in purchase.facts.disputes where dispute.state != .won {
      // Lost after it was open is no news; open again after it was won is.
      if let earlier = before.facts.disputes[id], earlier.state != .won { continue }
      let amount = Money(dispute.amountMinor, purchase.price.currency)
      let detail = ["account": "\(purchase.buyer)", "reference": purchase.reference].merging(.money(amount)) { $1 }
      try operations.raise(.chargeback, about: purchase.about, detail, at: now, in: session)
    }
  }

  /// Many declined payments of one buyer within an hour: somebody tries cards.
  func watchDeclines(of buyer: AccountID, at now: Moment, in session: any Session) throws {
    guard terms.fraudDeclines > 0 else { return }
    let count = try session.countDeclines(of: buyer, since: now.adding(seconds: -Self.declinesSeconds))
    guard count >= terms.fraudDeclines else { return }
    try operations.raise(
      .fraudFlag, about: "account.\(buyer)", ["account": "\(buyer)", "rule": "declines", "count": "\(count)"], at: now, in: session)
  }

  /// As many purchases as somebody may begin in a day are far more than people buy.
  func watchPurchases(of buyer: AccountID, at now: Moment, in session: any Session) throws {
    try operations.raise(
      .fraudFlag, about: "account.\(buyer)", ["account": "\(buyer)", "rule": "purchases", "count": "\(Self.purchasesPerDay)"], at: now,
      in: session)
  }
}

extension Session {
  /// How many payments of a buyer were declined since a moment: each try counts, though its purchase is declined once.
  fileprivate func countDeclines(of buyer: AccountID, since moment: Moment) throws -> Int64 {
    // Whoever changed nothing for two days tries no cards.
    let first = moment.adding(seconds: -2 * Payments.daySeconds)
    return try row(
      """
      SELECT COUNT(*)
      FROM purchases p
      JOIN payment_events e ON e.purchase_id = p.id
      WHERE p.account_id = $1 AND p.changed_at >= $2 AND e.received_at >= $3 AND CAST(e.fact AS TEXT) = '{"declined":{}}'
      """, buyer, first, moment)?[0] ?? 0
  }
}
