import Base
import Store

/// How the threads of a website are paid. Terms are never changed: an administrator writes newer ones, and what was agreed under the old ones
/// keeps them.
public struct Terms: Hashable, Sendable {
  public let id: TermsID
  public let site: SiteID
  /// What a text answer costs.
  public let price: Units
  /// The platform's part in 1/10,000.
  public let commission: Int64
  /// The same of a tip.
  public let tipCommission: Int64
  /// Within which time an answer is promised.
  public let answerSeconds: Int64
  /// After which the customer is told that it takes longer.
  public let noticeSeconds: Int64
  /// How many promises an expert can keep at once.
  public let openLimit: Int64

  public init(
    id: TermsID, site: SiteID, price: Units, commission: Int64 = 2000, answerSeconds: Int64 = 3600, noticeSeconds: Int64 = 2700,
    openLimit: Int64 = 10, tipCommission: Int64 = 0
  ) {
    self.id = id
    self.site = site
    self.price = price
    self.commission = commission
    self.tipCommission = tipCommission
    self.answerSeconds = answerSeconds
    self.noticeSeconds = noticeSeconds
    self.openLimit = openLimit
  }
}

extension Session {
  /// The newest terms of a website; nil where nothing is paid.
  public func terms(at site: SiteID) throws -> Terms? {
    let newest = try row(
      """
      SELECT id, kind, unit, price, commission, answer_seconds, notice_seconds, open_limit, tip_commission
      FROM terms
      WHERE site_id = $1
      ORDER BY id DESC
      LIMIT 1
      """, site)
    guard let row = newest, row[1] as String == "message" else { return nil }
    return Terms(
      id: row[0], site: site, price: Units(row[3], CreditUnit(stored: row[2])), commission: row[4], answerSeconds: row[5],
      noticeSeconds: row[6], openLimit: row[7], tipCommission: row[8])
  }

  /// Those that something was agreed under.
  func terms(_ id: TermsID) throws -> Terms? {
    try row(
      """
      SELECT id, site_id, unit, price, commission, answer_seconds, notice_seconds, open_limit, tip_commission
      FROM terms
      WHERE id = $1
      """, id
    ).map { row in
      Terms(
        id: row[0], site: row[1], price: Units(row[3], CreditUnit(stored: row[2])), commission: row[4], answerSeconds: row[5],
        noticeSeconds: row[6], openLimit: row[7], tipCommission: row[8])
    }
  }

  /// - Parameter terms: newer ones; nil ends paying for what is asked from now on.
  public func write(_ terms: Terms, isFree: Bool = false, by administrator: AccountID?, at now: Moment) throws {
    try run(
      """
      INSERT INTO terms (id, site_id, kind, unit, price, commission, answer_seconds, notice_seconds, open_limit, created_at, created_by,
        tip_commission)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      """, terms.id, terms.site, isFree ? "free" : "message", terms.price.unit.rawValue, terms.price.count, terms.commission,
      terms.answerSeconds, terms.noticeSeconds, terms.openLimit, now, administrator,
      terms.tipCommission)
  }
}
