import Base
import Meter
import Pricing
import Store

/// How the threads of a website are paid. Terms are never changed: an administrator writes newer ones, and what was agreed under the old ones
/// keeps them.
public struct Terms: Hashable, Sendable {
  public let id: TermsID
  public let site: SiteID
  /// What a text answer costs.
  public let price: Units
  /// What an answer to a video message costs, in the same unit; nil where none are answered.
  public let videoPrice: Int64?
  /// What a minute of a chat costs; nil where nobody is asked by the minute.
  public let minutePrice: Int64?
  public let minuteIncrement: MeterTerms.Increment
  /// At the beginning of a customer's first chat with an expert.
  public let freeSeconds: Int64
  /// What is left for an expert who is not there; nil where that is a question as any other.
  public let offlinePrice: Int64?
  /// The same to the expert's telephone; nil where nothing goes there.
  public let smsPrice: Int64?
  /// Within which time an answer to it is promised.
  public let offlineSeconds: Int64
  /// Experts who named prices of their own get those.
  public let expertsSetPrices: Bool
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
    id: TermsID, site: SiteID, price: Units, videoPrice: Int64? = nil, expertsSetPrices: Bool = false, commission: Int64 = 2000,
    answerSeconds: Int64 = 3600, noticeSeconds: Int64 = 2700, openLimit: Int64 = 10, tipCommission: Int64 = 0,
    minutePrice: Int64? = nil, minuteIncrement: MeterTerms.Increment = .second, freeSeconds: Int64 = 0,
    offlinePrice: Int64? = nil, smsPrice: Int64? = nil, offlineSeconds: Int64 = 86_400
  ) {
    self.offlinePrice = offlinePrice
    self.smsPrice = smsPrice
    self.offlineSeconds = offlineSeconds
    self.minutePrice = minutePrice
    self.minuteIncrement = minuteIncrement
    self.freeSeconds = freeSeconds
    self.id = id
    self.site = site
    self.price = price
    self.videoPrice = videoPrice
    self.expertsSetPrices = expertsSetPrices
    self.commission = commission
    self.tipCommission = tipCommission
    self.answerSeconds = answerSeconds
    self.noticeSeconds = noticeSeconds
    self.openLimit = openLimit
  }

  var tariff: Tariff {
    Tariff(
      price.unit, text: price.count, video: videoPrice, offline: offlinePrice, sms: smsPrice, minute: minutePrice,
      expertsSetPrices: expertsSetPrices)
  }

  /// Within which time an answer is promised to what is sent that way, and after which the customer is told that it takes longer.
  func promise(_ way: MessageWay) -> (answerSeconds: Int64, noticeSeconds: Int64) {
    way.isLeft ? (offlineSeconds, offlineSeconds / 4 * 3) : (answerSeconds, noticeSeconds)
  }
}

extension Session {
  /// The newest terms of a website; nil where nothing is paid.
  public func terms(at site: SiteID) throws -> Terms? {
    let newest = try row(
      """
      SELECT \(Self.termsColumns)
      FROM terms
      WHERE site_id = $1
      ORDER BY id DESC
      LIMIT 1
      """, site)
    guard let row = newest, row[1] as String == "message" else { return nil }
    return Terms(row)
  }

  /// Those that something was agreed under.
  func terms(_ id: TermsID) throws -> Terms? { try row("SELECT \(Self.termsColumns) FROM terms WHERE id = $1", id).map(Terms.init) }

  private static var termsColumns: String {
    """
    id, kind, unit, price, commission, answer_seconds, notice_seconds, open_limit, video_price, site_id, expert_prices, tip_commission,
      minute_price, minute_increment, free_seconds, offline_price, sms_price, offline_seconds
    """
  }

  /// - Parameter terms: newer ones; nil ends paying for what is asked from now on.
  public func write(_ terms: Terms, isFree: Bool = false, by administrator: AccountID?, at now: Moment) throws {
    try run(
      """
      INSERT INTO terms (id, site_id, kind, unit, price, commission, answer_seconds, notice_seconds, open_limit, created_at, created_by,
        video_price, expert_prices, tip_commission, minute_price, minute_increment, free_seconds, offline_price, sms_price, offline_seconds)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
      """, terms.id, terms.site, isFree ? "free" : "message", terms.price.unit.rawValue, terms.price.count, terms.commission,
      terms.answerSeconds, terms.noticeSeconds, terms.openLimit, now, administrator, terms.videoPrice, terms.expertsSetPrices,
      terms.tipCommission, terms.minutePrice, terms.minuteIncrement.rawValue, terms.freeSeconds, terms.offlinePrice, terms.smsPrice,
      terms.offlineSeconds)
  }
}

extension Terms {
  fileprivate init(_ row: Row) {
    self.init(
      id: row[0], site: row[9], price: Units(row[3], CreditUnit(stored: row[2])), videoPrice: row[8], expertsSetPrices: row[10],
      commission: row[4], answerSeconds: row[5], noticeSeconds: row[6], openLimit: row[7], tipCommission: row[11], minutePrice: row[12],
      minuteIncrement: MeterTerms.Increment(rawValue: row[13]) ?? .second, freeSeconds: row[14], offlinePrice: row[15],
      smsPrice: row[16], offlineSeconds: row[17])
  }
}
