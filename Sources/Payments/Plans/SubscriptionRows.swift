import Base
import Ledger
import Store

extension Lock {
  static func subscription(_ id: SubscriptionID) -> Lock { Lock(table: "subscriptions", id: id.rawValue) }
}

extension Session {
  func subscription(_ id: SubscriptionID) throws -> Subscription? { try subscriptions("id = $1", [id.sqlValue]).first }

  /// The subscriptions of somebody that run.
  func subscriptions(of owner: AccountID) throws -> [Subscription] {
    try subscriptions("account_id = $1 AND ended_at IS NULL", [owner.sqlValue])
  }

  func subscription(of owner: AccountID, serving unit: CreditUnit) throws -> Subscription? {
    try subscriptions("account_id = $1 AND serves = $2 AND ended_at IS NULL", [owner.sqlValue, unit.rawValue.sqlValue]).first
  }

  private func subscriptions(_ condition: String, _ values: [SQLValue]) throws -> [Subscription] {
    try rows(
      """
      SELECT id, account_id, pack_id, provider, serves, unit, units, bonus, price_minor, currency, valid_days, answer_minor, at_once, renews,
        started_at, months, paid_until, tries, ended_at
      FROM subscriptions
      WHERE \(condition)
      ORDER BY id
      LIMIT 10
      """, values
    ).map { row in
      guard let provider = ProviderName(rawValue: row[3]) else { preconditionFailure("The schema knows no other provider") }
      let price = row.money(8, currency: 9)
      let (answer, atOnce): (Int64?, Int64?) = (row[11], row[12])
      let unlimited = answer.map { Plan.Unlimited(answer: Money($0, price.currency), atOnce: atOnce ?? 1) }
      var found = Subscription(
        id: row[0], owner: row[1], pack: row[2], provider: provider, plan: Plan(serves: row.unit(4), unlimited: unlimited),
        offer: Offer(row.unit(5), units: row[6], bonus: row[7], price: price), validDays: row[10], startedAt: row[14], paidUntil: row[16])
      (found.renews, found.months, found.tries, found.endedAt) = (row[13], row[15], row[17], row[18])
      return found
    }
  }

  func insert(_ subscription: Subscription) throws {
    let (plan, offer) = (subscription.plan, subscription.offer)
    try run(
      """
      INSERT INTO subscriptions (id, account_id, pack_id, provider, serves, unit, units, bonus, price_minor, currency, valid_days,
        answer_minor, at_once, renews, started_at, months, paid_until, tries)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
      """, subscription.id, subscription.owner, subscription.pack, subscription.provider.rawValue, plan.serves.rawValue,
      offer.unit.rawValue, offer.units, offer.bonus, offer.price.minor, offer.price.currency.code, subscription.validDays,
      plan.unlimited?.answer.minor, plan.unlimited?.atOnce, subscription.renews, subscription.startedAt, subscription.months,
      subscription.paidUntil, subscription.tries)
  }

  func update(_ subscription: Subscription) throws {
    try run(
      "UPDATE subscriptions SET renews = $2, started_at = $3, months = $4, paid_until = $5, tries = $6, ended_at = $7 WHERE id = $1",
      subscription.id, subscription.renews, subscription.startedAt, subscription.months, subscription.paidUntil, subscription.tries,
      subscription.endedAt)
  }

  /// The subscription that includes somebody's next question, if one does: a month of it is paid, and fewer questions wait than may.
  public func included(for account: AccountID, in unit: CreditUnit, at now: Moment) throws -> Inclusion? {
    guard let subscription = try subscription(of: account, serving: unit), let unlimited = subscription.plan.unlimited else { return nil }
    guard
      try row("SELECT 1 FROM lots WHERE account_id = $1 AND unit = $2 AND free_units > 0 AND expires_at > $3", account, "months", now)
        != nil
    else { return nil }
    let open: Int64 =
      try row("SELECT COUNT(*) FROM holds WHERE subscription_id = $1 AND settled_at IS NULL", subscription.id).map { $0[0] } ?? 0
    return open < unlimited.atOnce ? Inclusion(subscription: subscription.id, worth: unlimited.answer) : nil
  }

  /// Whether a subscription included something since a moment that was answered or may still be.
  func hasIncluded(_ subscription: SubscriptionID, since moment: Moment) throws -> Bool {
    try row(
      "SELECT 1 FROM holds WHERE subscription_id = $1 AND held_at >= $2 AND released < units LIMIT 1", subscription, moment) != nil
  }

  /// The same for a question that is asked now: two that are asked at once are counted one after the other.
  public func takeIncluded(for account: AccountID, in unit: CreditUnit, at now: Moment) throws -> Inclusion? {
    let taken = try run(
      "UPDATE subscriptions SET tries = tries WHERE account_id = $1 AND serves = $2 AND ended_at IS NULL", account, unit.rawValue)
    return taken == 0 ? nil : try included(for: account, in: unit, at: now)
  }
}
