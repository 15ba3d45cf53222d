import Base
import Brakes
import Store

/// Offers, and for whom they are, as the database keeps them.
extension Session {
  private static var columns: String {
    """
    o.id, o.name, o.pack_id, o.price_minor, o.currency, o.bonus, o.starts_at, o.ends_at, o.ended_at, o.bought, o.bought_days, o.balance,
    o.balance_units, o.site_id, o.gathered_to, o.gathered_at
    """
  }

  func specialOffers(limit: Int) throws -> [SpecialOffer] {
    try rows("SELECT \(Self.columns) FROM offers AS o ORDER BY o.id DESC LIMIT $1", limit).map(SpecialOffer.init)
  }

  func specialOffer(_ id: SpecialOfferID) throws -> SpecialOffer? {
    try row("SELECT \(Self.columns) FROM offers AS o WHERE o.id = $1", id).map(SpecialOffer.init)
  }

  /// What somebody is offered now and has not bought yet; nothing while they excluded themselves.
  func specialOffers(for buyer: AccountID, at now: Moment) throws -> [SpecialOffer] {
    guard try exclusionEnd(of: buyer, at: now) == nil else { return [] }
    return try rows(
      """
      SELECT \(Self.columns)
      FROM offer_recipients AS r
      JOIN offers AS o ON o.id = r.offer_id
      WHERE r.account_id = $1 AND o.starts_at <= $2 AND o.ends_at > $2 AND o.ended_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM purchases AS p WHERE p.offer_id = o.id AND p.account_id = $1 AND p.paid_at IS NOT NULL)
      ORDER BY o.id DESC
      LIMIT 50
      """, buyer, now
    ).map(SpecialOffer.init)
  }

  /// What a pack costs somebody now.
  func price(of pack: Pack, for buyer: AccountID, at now: Moment) throws -> PackPrice {
    PackPrice(pack, try specialOffers(for: buyer, at: now).filter { $0.pack == pack.id })
  }

  func insert(_ offer: SpecialOffer, at now: Moment) throws {
    try run(
      """
      INSERT INTO offers (id, name, pack_id, price_minor, currency, bonus, starts_at, ends_at, bought, bought_days, balance, balance_units,
        site_id, gathered_to, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14)
      """, offer.id, offer.name, offer.pack, offer.price?.minor, offer.currency.code, offer.bonus, offer.startsAt, offer.endsAt,
      offer.segment.bought.rawValue, offer.segment.boughtDays, offer.segment.balance.rawValue, offer.segment.balanceUnits,
      offer.segment.site, now)
  }

  func end(_ offer: SpecialOfferID, at now: Moment) throws {
    try run("UPDATE offers SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", offer, now)
  }

  // MARK: Whom it is for

  /// How many are in a segment: the same condition as the sending asks.
  func count(_ segment: Segment, _ unit: CreditUnit, at now: Moment) throws -> Int64 {
    let condition = SegmentCondition(segment, unit, above: AccountID(rawValue: 0), at: now)
    return try rows("SELECT COUNT(*) FROM accounts AS a WHERE \(condition.sql)", condition.values).first?[0] ?? 0
  }

  func accounts(in segment: Segment, _ unit: CreditUnit, above: AccountID, limit: Int, at now: Moment) throws -> [AccountID] {
    let condition = SegmentCondition(segment, unit, above: above, at: now)
    return try rows("SELECT a.id FROM accounts AS a WHERE \(condition.sql) ORDER BY a.id LIMIT \(limit)", condition.values).map { $0[0] }
  }

  func address(_ offer: SpecialOfferID, to account: AccountID) throws {
    try run("INSERT INTO offer_recipients (offer_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", offer, account)
  }

  func setGathered(_ offer: SpecialOfferID, to account: AccountID, at moment: Moment?) throws {
    try run("UPDATE offers SET gathered_to = $2, gathered_at = $3 WHERE id = $1", offer, account, moment)
  }

  /// Whether letters that nobody asked for may go to somebody: a customer who has bought before and proved the address.
  func takesOffers(_ account: AccountID) throws -> Bool {
    try row(
      """
      SELECT 1
      FROM accounts AS a
      WHERE a.id = $1 AND a.active AND a.confirmed_at IS NOT NULL
        AND EXISTS (SELECT 1 FROM purchases AS p WHERE p.account_id = a.id AND p.paid_at IS NOT NULL)
      """, account) != nil
  }

  // MARK: What came of it

  func result(of offer: SpecialOfferID) throws -> OfferResult {
    let recipients: Int64 = try row("SELECT COUNT(*) FROM offer_recipients WHERE offer_id = $1", offer)?[0] ?? 0
    let bought = try row(
      """
      SELECT COUNT(*), CAST(COALESCE(SUM(saved_minor), 0) AS BIGINT)
      FROM purchases
      WHERE offer_id = $1 AND paid_at IS NOT NULL
      """, offer)
    return OfferResult(recipients: recipients, bought: bought?[0] ?? 0, costMinor: bought?[1] ?? 0)
  }

  func note(_ price: PackPrice, of purchase: PurchaseID) throws {
    guard let special = price.special else { return }
    try run("UPDATE purchases SET offer_id = $2, saved_minor = $3 WHERE id = $1", purchase, special.id, price.saved)
  }

  /// What somebody began under an offer and has not paid: an offer is bought once, so they go on with that.
  func openPurchase(under offer: SpecialOfferID, of buyer: AccountID) throws -> Purchase? {
    let found = try row(
      """
      SELECT id
      FROM purchases
      WHERE offer_id = $1 AND account_id = $2 AND state IN ('created', 'pending', 'declined')
      ORDER BY id DESC
      LIMIT 1
      """, offer, buyer)
    return try found.flatMap { try purchase($0[0]) }
  }
}

struct OfferResult: Hashable, Sendable {
  let recipients: Int64
  let bought: Int64
  let costMinor: Int64
}

/// Customers who are in a segment. `a` is the account.
private struct SegmentCondition {
  private(set) var sql = """
    a.id > $1 AND a.active AND a.deleted_at IS NULL AND NOT (a.is_agent OR a.is_manager OR a.is_administrator OR a.is_expert)
      AND NOT EXISTS (SELECT 1 FROM trials AS t WHERE t.account_id = a.id AND a.confirmed_at IS NULL)
    """
  private(set) var values: [SQLValue]

  init(_ segment: Segment, _ unit: CreditUnit, above: AccountID, at now: Moment) {
    values = [above.sqlValue]
    let paid = "SELECT 1 FROM purchases AS p WHERE p.account_id = a.id AND p.paid_at IS NOT NULL"
    let day = now.adding(seconds: -segment.boughtDays * Payments.daySeconds)
    switch segment.bought {
    case .any: break
    case .never: sql += " AND NOT EXISTS (\(paid))"
    case .before: sql += " AND EXISTS (\(paid)) AND NOT EXISTS (\(paid) AND p.paid_at > \(place(day)))"
    case .within: sql += " AND EXISTS (\(paid) AND p.paid_at > \(place(day)))"
    }
    let free =
      "COALESCE((SELECT w.posted - w.held FROM wallets AS w WHERE w.account_id = a.id AND w.unit = '\(unit.rawValue)'), 0)"
    switch segment.balance {
    case .any: break
    case .atMost: sql += " AND \(free) <= \(place(segment.balanceUnits))"
    case .atLeast: sql += " AND \(free) >= \(place(segment.balanceUnits))"
    }
    if let site = segment.site {
      sql += """
         AND EXISTS (
          SELECT 1 FROM visitors AS v JOIN conversations AS c ON c.visitor_id = v.id
          WHERE v.account_id = a.id AND v.site_id = \(place(site)) AND c.head > 0)
        """
    }
  }

  private mutating func place(_ value: some SQLEncodable) -> String {
    values.append(value.sqlValue)
    return "$\(values.count)"
  }
}

extension SpecialOffer {
  fileprivate init(_ row: Row) {
    let currency = row.currency(4)
    let minor: Int64? = row[3]
    let gathered: Int64 = row[14]
    guard let bought = Segment.Bought(rawValue: row[9]), let balance = Segment.Balance(rawValue: row[11]) else {
      preconditionFailure("The schema knows no other words for a segment")
    }
    self.init(
      id: row[0], name: row[1], pack: row[2], price: minor.map { Money($0, currency) }, currency: currency, bonus: row[5],
      startsAt: row[6], endsAt: row[7], endedAt: row[8],
      segment: Segment(bought: bought, boughtDays: row[10], balance: balance, balanceUnits: row[12], site: row[13]),
      gatheredTo: gathered == 0 ? nil : AccountID(rawValue: gathered), gatheredAt: row[15])
  }
}
