import Accounts
import Base
import Ledger
import Store

/// Gifts, codes and friends as the database keeps them.
extension Session {
  /// What so many units are worth that nobody paid for: as many of the smallest pack on sale, so that an answer to them earns what an answer to a
  /// bought one does.
  ///
  /// - Returns: nil while nothing of the unit is on sale.
  public func worth(of count: Int64, _ unit: CreditUnit) throws -> Money? {
    try packsOnSale().first { $0.offer.unit == unit && $0.plan == nil }.map { pack in
      Money(pack.offer.price.minor * count / pack.offer.total, pack.offer.price.currency)
    }
  }

  /// Writes a gift down.
  ///
  /// - Returns: false when it was there already.
  func insert(_ given: Given, at now: Moment) throws -> Bool {
    try run(
      """
      INSERT INTO gifts (id, account_id, occasion, reason, unit, units, worth_minor, currency, purchase_id, given_by, at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      ON CONFLICT DO NOTHING
      """, given.id, given.owner, given.occasion.rawValue, given.reason, given.unit.rawValue, given.units, given.worth.minor,
      given.worth.currency.code, given.purchase, given.by, now, given.expiresAt) == 1
  }

  func gift(_ id: GiftID) throws -> Given? { try gifts("id = $1", [id.sqlValue], limit: 1).first?.given }

  /// What somebody was given, newest first.
  func gifts(of owner: AccountID, limit: Int) throws -> [(given: Given, at: Moment)] {
    try gifts("account_id = $1", [owner.sqlValue], limit: limit)
  }

  /// What came with a purchase.
  func gifts(with purchase: PurchaseID) throws -> [Given] { try gifts("purchase_id = $1", [purchase.sqlValue], limit: 20).map(\.given) }

  private func gifts(_ condition: String, _ values: [SQLValue], limit: Int) throws -> [(given: Given, at: Moment)] {
    try rows(
      """
      SELECT id, account_id, occasion, reason, units, unit, worth_minor, currency, purchase_id, given_by, expires_at, at
      FROM gifts
      WHERE \(condition)
      ORDER BY id DESC
      LIMIT \(limit)
      """, values
    ).map { row in
      guard let occasion = Given.Occasion(rawValue: row[2]) else { preconditionFailure("The schema knows no other occasions") }
      let given = Given(
        id: row[0], owner: row[1], occasion: occasion, reason: row[3], units: row[4], unit: row.unit(5), worth: row.money(6, currency: 7),
        purchase: row[8], by: row[9], expiresAt: row[10])
      return (given, row[11])
    }
  }

  // MARK: Codes

  private static var codeColumns: String { "id, code, kind, unit, units, valid_days, ends_at, use_limit, uses, in_minutes" }

  func promotionCodes(limit: Int) throws -> [PromotionCode] {
    try rows("SELECT \(Self.codeColumns) FROM promotion_codes ORDER BY id DESC LIMIT $1", limit).map(PromotionCode.init)
  }

  func promotionCode(_ id: PromotionCodeID) throws -> PromotionCode? {
    try row("SELECT \(Self.codeColumns) FROM promotion_codes WHERE id = $1", id).map(PromotionCode.init)
  }

  func promotionCode(typed code: String) throws -> PromotionCode? {
    try row("SELECT \(Self.codeColumns) FROM promotion_codes WHERE code = $1", code).map(PromotionCode.init)
  }

  /// Adds a code, or changes what may change about it.
  ///
  /// - Returns: false when another one is called so.
  func save(_ code: PromotionCode, at now: Moment) throws -> Bool {
    if try promotionCode(code.id) != nil {
      try run(
        "UPDATE promotion_codes SET units = $2, valid_days = $3, ends_at = $4, use_limit = $5 WHERE id = $1", code.id, code.units,
        code.validDays, code.endsAt, code.useLimit)
      return true
    }
    return try run(
      """
      INSERT INTO promotion_codes (id, code, kind, unit, units, valid_days, ends_at, use_limit, uses, created_at, in_minutes)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)
      ON CONFLICT DO NOTHING
      """, code.id, code.code, code.kind.stored, code.unit.rawValue, code.units, code.validDays, code.endsAt, code.useLimit, now,
      code.kind == .minutes) == 1
  }

  /// Counts a use, unless the code is over or used up by now.
  func countUse(of code: PromotionCodeID, at now: Moment) throws -> Bool {
    try run("UPDATE promotion_codes SET uses = uses + 1 WHERE id = $1 AND uses < use_limit AND ends_at > $2", code, now) == 1
  }

  /// - Returns: false when somebody used it before.
  func insertUse(of code: PromotionCodeID, by account: AccountID, gift: GiftID?, at now: Moment) throws -> Bool {
    try run(
      "INSERT INTO promotion_uses (code_id, account_id, used_at, gift_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", code, account,
      now, gift) == 1
  }

  /// Codes whose bonus waits for the next purchase.
  func waitingBonuses(of account: AccountID) throws -> [PromotionCode] {
    try rows(
      """
      SELECT c.id, c.code, c.kind, c.unit, c.units, c.valid_days, c.ends_at, c.use_limit, c.uses, c.in_minutes
      FROM promotion_uses AS u
      JOIN promotion_codes AS c ON c.id = u.code_id
      WHERE u.account_id = $1 AND u.gift_id IS NULL AND c.kind = 'bonus'
      ORDER BY c.id
      LIMIT 20
      """, account
    ).map(PromotionCode.init)
  }

  func setGift(_ gift: GiftID, of code: PromotionCodeID, by account: AccountID) throws {
    try run("UPDATE promotion_uses SET gift_id = $3 WHERE code_id = $1 AND account_id = $2", code, account, gift)
  }

  // MARK: Friends

  func referralCode(of account: AccountID) throws -> String? {
    try row("SELECT code FROM referral_codes WHERE account_id = $1", account)?[0]
  }

  func insertReferralCode(_ code: String, of account: AccountID, at now: Moment) throws {
    try run(
      "INSERT INTO referral_codes (account_id, code, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", account, code, now)
  }

  func owner(ofReferralCode code: String) throws -> AccountID? {
    try row(
      "SELECT r.account_id FROM referral_codes AS r JOIN accounts AS a ON a.id = r.account_id WHERE r.code = $1 AND a.active", code)?[0]
  }

  /// Notes who brought somebody: a customer whose account was opened since then and who has paid nothing yet.
  func insertReferral(of friend: AccountID, by referrer: AccountID, since visit: Moment, at now: Moment) throws {
    guard friend != referrer, try !isTrial(friend),
      try row("SELECT 1 FROM accounts WHERE id = $1 AND created_at >= $2", friend, visit) != nil, try countPaid(by: friend) == 0
    else { return }
    try run(
      "INSERT INTO referrals (friend_id, referrer_id, came_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", friend, referrer, now)
  }

  func countPaid(by buyer: AccountID) throws -> Int64 {
    try row("SELECT COUNT(*) FROM purchases WHERE account_id = $1 AND paid_at IS NOT NULL", buyer)?[0] ?? 0
  }

  /// Who brought somebody whose first purchase has not been paid.
  func waitingReferrer(of friend: AccountID) throws -> AccountID? {
    try row("SELECT referrer_id FROM referrals WHERE friend_id = $1 AND counted_at IS NULL", friend)?[0]
  }

  func setCounted(_ friend: AccountID, with purchase: PurchaseID, gift: GiftID?, at now: Moment) throws {
    try run(
      "UPDATE referrals SET purchase_id = $2, counted_at = $3, referrer_gift = $4 WHERE friend_id = $1", friend, purchase, now, gift)
  }

  func countRewards(of referrer: AccountID, since moment: Moment) throws -> Int64 {
    try row(
      "SELECT COUNT(*) FROM referrals WHERE referrer_id = $1 AND counted_at >= $2 AND referrer_gift IS NOT NULL", referrer, moment)?[0] ?? 0
  }

  /// How many somebody brought, and what was earned by it.
  func friends(of referrer: AccountID) throws -> (came: Int64, earned: Int64) {
    let row = try row(
      """
      SELECT COUNT(*), CAST(COALESCE(SUM(g.units), 0) AS BIGINT)
      FROM referrals AS r
      LEFT JOIN gifts AS g ON g.id = r.referrer_gift
      WHERE r.referrer_id = $1
      """, referrer)
    return (row?[0] ?? 0, row?[1] ?? 0)
  }

  /// Purchases by which somebody was rewarded for a friend, newest first.
  func countedReferrals(limit: Int) throws -> [(referrer: AccountID, friend: AccountID, purchase: PurchaseID)] {
    try rows(
      """
      SELECT referrer_id, friend_id, purchase_id
      FROM referrals
      WHERE counted_at IS NOT NULL AND purchase_id IS NOT NULL
      ORDER BY counted_at DESC
      LIMIT $1
      """, limit
    ).map { ($0[0], $0[1], $0[2]) }
  }
}

extension PromotionCode.Kind {
  /// Minutes are given at once, as units are; a column of its own says which.
  fileprivate var stored: String { self == .bonus ? rawValue : Self.units.rawValue }
}

extension PromotionCode {
  fileprivate init(_ row: Row) {
    guard let stored = Kind(rawValue: row[2]) else { preconditionFailure("The schema knows no other kinds of codes") }
    let kind = row[9] ? Kind.minutes : stored
    self.init(
      id: row[0], code: row[1], kind: kind, unit: row.unit(3), units: row[4], validDays: row[5], endsAt: row[6], useLimit: row[7],
      uses: row[8])
  }
}
