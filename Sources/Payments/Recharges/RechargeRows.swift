import Base
import Ledger
import Store

extension Lock {
  static func recharge(_ id: RechargeID) -> Lock { Lock(table: "recharges", id: id.rawValue) }
}

extension Session {
  func recharge(_ id: RechargeID) throws -> Recharge? { try recharges("id = $1", [id.sqlValue]).first }

  func recharge(of owner: AccountID, in unit: CreditUnit) throws -> Recharge? {
    try recharges("account_id = $1 AND unit = $2", [owner.sqlValue, unit.rawValue.sqlValue]).first
  }

  func recharges(of owner: AccountID) throws -> [Recharge] { try recharges("account_id = $1", [owner.sqlValue]) }

  /// The one that a purchase belongs to.
  func recharge(behind purchase: Purchase) throws -> Recharge? {
    guard purchase.isRecharge else { return nil }
    return try recharges("account_id = $1 AND purchase_id = $2", [purchase.buyer.sqlValue, purchase.id.sqlValue]).first
  }

  private func recharges(_ condition: String, _ values: [SQLValue]) throws -> [Recharge] {
    try rows(
      """
      SELECT id, account_id, unit, pack_id, units, bonus, price_minor, currency, provider, below, most, stop, under_way, purchase_id
      FROM recharges
      WHERE \(condition)
      ORDER BY id
      LIMIT 10
      """, values
    ).map { row in
      guard let provider = ProviderName(rawValue: row[8]) else { preconditionFailure("The schema knows no other provider") }
      var found = Recharge(
        id: row[0], owner: row[1], unit: row.unit(2), pack: row[3],
        offer: Offer(row.unit(2), units: row[4], bonus: row[5], price: row.money(6, currency: 7)), provider: provider, below: row[9],
        most: row[10])
      let stop: String? = row[11]
      found.stop = stop.flatMap { Recharge.Stop(rawValue: $0) }
      found.isUnderWay = row[12]
      found.purchase = row[13]
      return found
    }
  }

  /// Writes one down, in the place of the one before.
  func save(_ recharge: Recharge, at now: Moment) throws {
    try run(
      """
      INSERT INTO recharges (id, account_id, unit, pack_id, units, bonus, price_minor, currency, provider, below, most, stop, under_way,
        purchase_id, set_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
      ON CONFLICT (account_id, unit) DO UPDATE SET
        pack_id = excluded.pack_id, units = excluded.units, bonus = excluded.bonus, price_minor = excluded.price_minor,
        currency = excluded.currency, provider = excluded.provider, below = excluded.below, most = excluded.most, stop = excluded.stop,
        under_way = excluded.under_way, purchase_id = excluded.purchase_id, set_at = excluded.set_at
      """, recharge.id, recharge.owner, recharge.unit.rawValue, recharge.pack, recharge.offer.units, recharge.offer.bonus,
      recharge.offer.price.minor, recharge.offer.price.currency.code, recharge.provider.rawValue, recharge.below, recharge.most,
      recharge.stop?.rawValue, recharge.isUnderWay, recharge.purchase, now)
  }

  func removeRecharge(_ id: RechargeID) throws { try run("DELETE FROM recharges WHERE id = $1", id) }

  /// Begins one where less is free than its owner wants. Of a wallet one is under way.
  ///
  /// - Returns: nil where there is nothing to begin.
  func beginRecharge(of owner: AccountID, in unit: CreditUnit) throws -> RechargeID? {
    guard let recharge = try recharge(of: owner, in: unit), recharge.stop == nil, !recharge.isUnderWay,
      try wallet(of: owner, in: unit).free < recharge.below
    else { return nil }
    let changed = try run("UPDATE recharges SET under_way = TRUE WHERE id = $1 AND NOT under_way AND stop IS NULL", recharge.id)
    return changed == 1 ? recharge.id : nil
  }

  /// When it bought since a moment.
  func recharged(_ owner: AccountID, in unit: CreditUnit, since moment: Moment) throws -> [Moment] {
    try rows(
      """
      SELECT created_at
      FROM purchases
      WHERE account_id = $1 AND unit = $2 AND by_recharge AND created_at > $3
      ORDER BY created_at
      LIMIT 100
      """, owner, unit.rawValue, moment
    ).map { $0[0] }
  }

  /// Which of somebody's purchases were made by themselves, as the books name them.
  func recharged(_ owner: AccountID, limit: Int) throws -> Set<String> {
    Set(
      try rows("SELECT id FROM purchases WHERE account_id = $1 AND by_recharge ORDER BY id DESC LIMIT $2", owner, limit)
        .map { "purchase.\($0[0] as PurchaseID)" })
  }

  /// Since when a wallet is being filled by itself, so that it is worth waiting for; nil where it is not.
  public func rechargeBegan(of owner: AccountID, in unit: CreditUnit) throws -> Moment? {
    try row(
      """
      SELECT COALESCE(p.created_at, r.set_at)
      FROM recharges r
      LEFT JOIN purchases p ON p.id = r.purchase_id
      WHERE r.account_id = $1 AND r.unit = $2 AND r.under_way AND r.stop IS NULL
      """, owner, unit.rawValue)?[0]
  }
}
