import Base
import FoundationEssentials
import Store
import Web

extension Lock {
  static func provider(_ name: ProviderName) -> Lock { Lock(table: "payment_providers", id: name.number) }
  static func purchase(_ id: PurchaseID) -> Lock { Lock(table: "purchases", id: id.rawValue) }
}

/// Which purchases a list shows.
struct PurchaseFilter: Sendable {
  var buyer: AccountID?
  /// Only those that wait for somebody: transfers, disputes, and what has to be looked at.
  var isWaiting = false
  var below: PurchaseID?
  var limit: Int
}

extension Session {
  public func purchase(_ id: PurchaseID) throws -> Purchase? { try purchases("WHERE id = $1", [id.sqlValue], limit: 1).first }

  func purchase(formKey: String, of buyer: AccountID) throws -> Purchase? {
    try purchases("WHERE account_id = $1 AND form_key = $2", [buyer.sqlValue, formKey.sqlValue], limit: 1).first
  }

  func purchase(payment: String, at provider: ProviderName) throws -> PurchaseID? {
    try row("SELECT id FROM purchases WHERE payment_id = $1 AND provider = $2", payment, provider.rawValue).map { $0[0] }
  }

  /// What somebody began and has not paid.
  func openPurchase(like order: Order, _ offer: Offer, of buyer: AccountID, since moment: Moment) throws -> Purchase? {
    let found = try purchases(
      """
      WHERE account_id = $1 AND pack_id = $2 AND provider = $3 AND keeps_card = $4 AND NOT by_card AND state IN ('created', 'pending', 'declined')
        AND created_at >= $5
      """, [buyer.sqlValue, order.pack.sqlValue, order.provider.rawValue.sqlValue, order.keepsCard.sqlValue, moment.sqlValue], limit: 1)
    return found.first { $0.offer == offer }
  }

  /// The last that was begun for a subscription.
  func lastPurchase(of subscription: SubscriptionID) throws -> Purchase? {
    try purchases("WHERE subscription_id = $1", [subscription.sqlValue], limit: 1).first
  }

  func purchases(_ filter: PurchaseFilter) throws -> [Purchase] {
    var conditions = ["id < $1"]
    var values: [SQLValue] = [(filter.below?.rawValue ?? .max).sqlValue]
    if let buyer = filter.buyer {
      values.append(buyer.sqlValue)
      conditions.append("account_id = $\(values.count)")
    }
    if filter.isWaiting {
      conditions.append(
        """
        (state = 'disputed' OR attention IS NOT NULL OR (provider = 'bank' AND state IN ('created', 'pending'))
          OR (validating AND state = 'pending'))
        """)
    }
    return try purchases("WHERE " + conditions.joined(separator: " AND "), values, limit: filter.limit)
  }

  /// How many somebody began since a moment.
  func countPurchases(by buyer: AccountID, since moment: Moment) throws -> Int {
    try row("SELECT COUNT(*) FROM purchases WHERE account_id = $1 AND created_at >= $2", buyer, moment)?[0] ?? 0
  }

  private func purchases(_ condition: String, _ values: [SQLValue], limit: Int) throws -> [Purchase] {
    let found = try rows(
      """
      SELECT id, account_id, form_key, reference, pack_id, unit, units, bonus, price_minor, currency, valid_days, provider, keeps_card,
        by_card, stage, attempt, session_id, session_address, payment_id, received_minor, credited_units, lot_id, attention, language,
        created_at, changed_at, paid_at, subscription_id, validating, by_recharge
      FROM purchases
      \(condition)
      ORDER BY id DESC
      LIMIT \(limit)
      """, values)
    let purchases = found.map { row in
      guard let provider = ProviderName(rawValue: row[11]), let stage = PurchaseFacts.Stage(rawValue: row[14]) else {
        preconditionFailure("The schema knows no other words for a purchase")
      }
      var purchase = Purchase(
        id: row[0], buyer: row[1], formKey: row[2], reference: row[3], pack: row[4],
        offer: Offer(row.unit(5), units: row[6], bonus: row[7], price: row.money(8, currency: 9)), validDays: row[10], provider: provider,
        keepsCard: row[12], byCard: row[13], language: Language(rawValue: row[23]) ?? .english, createdAt: row[24], changedAt: row[25])
      purchase.facts.stage = stage
      purchase.facts.isValidating = row[28]
      purchase.isRecharge = row[29]
      purchase.paidAt = row[26]
      purchase.facts.isPaid = purchase.paidAt != nil
      purchase.attempt = row[15]
      let session: String? = row[16]
      purchase.checkout = session.map { Checkout(session: $0, address: row[17]) }
      purchase.payment = row[18]
      purchase.receivedMinor = row[19]
      purchase.creditedUnits = row[20]
      purchase.lot = row[21]
      purchase.subscription = row[27]
      let attention: String? = row[22]
      purchase.attention = attention.flatMap { Purchase.Attention(rawValue: $0) }
      return purchase
    }
    return try withFacts(purchases)
  }

  /// With their refunds and disputes: a few rows each.
  private func withFacts(_ purchases: [Purchase]) throws -> [Purchase] {
    guard !purchases.isEmpty else { return [] }
    var found = purchases
    let places = Dictionary(uniqueKeysWithValues: purchases.enumerated().map { ($1.id, $0) })
    let list = SQLList(purchases.map(\.id), from: 1)
    for row in try rows(
      "SELECT purchase_id, refund_id, is_ours, units, amount_minor, state FROM purchase_refunds WHERE purchase_id \(list.sql)", list.values)
    {
      guard let place = places[row[0]], let state = PurchaseFacts.Refund.State(rawValue: row[5]) else { continue }
      found[place].facts.refunds[row[1]] = PurchaseFacts.Refund(isOurs: row[2], units: row[3], amountMinor: row[4], state: state)
    }
    for row in try rows(
      "SELECT purchase_id, dispute_id, amount_minor, state FROM purchase_disputes WHERE purchase_id \(list.sql)", list.values)
    {
      guard let place = places[row[0]], let state = PurchaseFacts.Dispute.State(rawValue: row[3]) else { continue }
      found[place].facts.disputes[row[1]] = PurchaseFacts.Dispute(amountMinor: row[2], state: state)
    }
    return found
  }

  func insert(_ purchase: Purchase) throws {
    try run(
      """
      INSERT INTO purchases (id, account_id, form_key, reference, pack_id, unit, units, bonus, price_minor, currency, valid_days, provider,
        keeps_card, by_card, stage, state, attempt, language, created_at, changed_at, subscription_id, by_recharge)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, $20, $21)
      """,
      purchase.id, purchase.buyer, purchase.formKey, purchase.reference, purchase.pack, purchase.offer.unit.rawValue, purchase.offer.units,
      purchase.offer.bonus, purchase.offer.price.minor, purchase.offer.price.currency.code, purchase.validDays, purchase.provider.rawValue,
      purchase.keepsCard, purchase.byCard, purchase.facts.stage.rawValue, purchase.state.rawValue, purchase.attempt,
      purchase.language.code, purchase.createdAt, purchase.subscription, purchase.isRecharge)
  }

  /// Writes down what changed about it.
  func update(_ purchase: Purchase, at now: Moment) throws {
    try run(
      """
      UPDATE purchases SET stage = $2, state = $3, attempt = $4, session_id = $5, session_address = $6, payment_id = $7,
        received_minor = $8, credited_units = $9, lot_id = $10, attention = $11, changed_at = $12, paid_at = $13, subscription_id = $14,
        validating = $15
      WHERE id = $1
      """,
      purchase.id, purchase.facts.stage.rawValue, purchase.state.rawValue, purchase.attempt, purchase.checkout?.session,
      purchase.checkout?.address, purchase.payment, purchase.receivedMinor, purchase.creditedUnits, purchase.lot,
      purchase.attention?.rawValue, now, purchase.paidAt, purchase.subscription, purchase.facts.isValidating)
    for (id, refund) in purchase.facts.refunds.sorted(by: { $0.key < $1.key }) {
      try run(
        """
        INSERT INTO purchase_refunds (purchase_id, refund_id, is_ours, units, amount_minor, state, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (purchase_id, refund_id) DO UPDATE SET state = excluded.state
        """, purchase.id, id, refund.isOurs, refund.units, refund.amountMinor, refund.state.rawValue, now)
    }
    for (id, dispute) in purchase.facts.disputes.sorted(by: { $0.key < $1.key }) {
      try run(
        """
        INSERT INTO purchase_disputes (purchase_id, dispute_id, amount_minor, state, opened_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (purchase_id, dispute_id) DO UPDATE SET state = excluded.state
        """, purchase.id, id, dispute.amountMinor, dispute.state.rawValue, now)
    }
  }

  // MARK: Events

  /// Writes an event down.
  ///
  /// - Returns: false when it was there already.
  func insert(_ event: ProviderEvent, from provider: ProviderName, about purchase: PurchaseID?, at now: Moment) throws -> Bool {
    let fact = String(decoding: try JSONEncoder().encode(event.fact), as: UTF8.self)
    return try run(
      """
      INSERT INTO payment_events (provider, event_id, kind, purchase_id, payment_id, fact, received_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (provider, event_id) DO NOTHING
      """, provider.rawValue, event.id, event.kind, purchase, event.payment, fact, now) == 1
  }

  /// What was told about a payment before anybody knew whose it was; it is the purchase's from now on.
  func claimEvents(of payment: String, from provider: ProviderName, for purchase: PurchaseID) throws -> [PurchaseFact] {
    let found = try rows(
      """
      SELECT fact FROM payment_events
      WHERE payment_id = $1 AND purchase_id IS NULL AND provider = $2
      ORDER BY received_at, event_id
      LIMIT 100
      """, payment, provider.rawValue)
    try run(
      "UPDATE payment_events SET purchase_id = $3 WHERE payment_id = $1 AND purchase_id IS NULL AND provider = $2", payment,
      provider.rawValue, purchase)
    return try found.map { try JSONDecoder().decode(PurchaseFact.self, from: Data(($0[0] as String).utf8)) }
  }

  func events(of purchase: PurchaseID) throws -> [(kind: String, at: Moment)] {
    try rows(
      "SELECT kind, received_at FROM payment_events WHERE purchase_id = $1 ORDER BY received_at DESC, event_id LIMIT 50", purchase
    ).map { ($0[0], $0[1]) }
  }

  // MARK: Cards

  func savedCard(of account: AccountID, at provider: ProviderName) throws -> SavedCard? {
    try row(
      "SELECT customer_id, method_id, brand, last_digits FROM saved_cards WHERE account_id = $1 AND provider = $2", account,
      provider.rawValue
    ).map { SavedCard(customer: $0[0], method: $0[1], brand: $0[2], lastDigits: $0[3]) }
  }

  func save(_ card: SavedCard, of account: AccountID, at provider: ProviderName, _ now: Moment) throws {
    try run(
      """
      INSERT INTO saved_cards (account_id, provider, customer_id, method_id, brand, last_digits, saved_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (account_id, provider) DO UPDATE SET
        customer_id = excluded.customer_id, method_id = excluded.method_id, brand = excluded.brand, last_digits = excluded.last_digits,
        saved_at = excluded.saved_at
      """, account, provider.rawValue, card.customer, card.method, card.brand, card.lastDigits, now)
  }

  func removeCard(of account: AccountID, at provider: ProviderName) throws {
    try run("DELETE FROM saved_cards WHERE account_id = $1 AND provider = $2", account, provider.rawValue)
  }
}
