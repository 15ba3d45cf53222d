import Base
import Pricing
import Store

/// What an expert asks for (B12). A row is never changed: each hold copied the price it was agreed on.
extension Session {
  public func rates(of expert: AccountID) throws -> Rates {
    try row("SELECT text_price, video_price, minute_price FROM rates WHERE account_id = $1 ORDER BY id DESC LIMIT 1", expert)
      .map { Rates(text: $0[0], video: $0[1], minute: $0[2]) } ?? Rates()
  }

  public func write(_ rates: Rates, id: RatesID, of expert: AccountID, at now: Moment) throws {
    try run(
      "INSERT INTO rates (id, account_id, text_price, video_price, minute_price, created_at) VALUES ($1, $2, $3, $4, $5, $6)", id, expert,
      rates.text, rates.video, rates.minute, now)
  }

  /// Whether somebody answers where experts set their prices.
  func setsPrices(_ expert: AccountID) throws -> Bool {
    let sites: [SiteID] = try rows("SELECT site_id FROM assignments WHERE account_id = $1 ORDER BY site_id LIMIT 1000", expert).map {
      $0[0]
    }
    return try sites.contains { site in
      guard let terms = try terms(at: site) else { return false }
      return terms.expertsSetPrices && terms.price.unit == Rates.unit
    }
  }
}
