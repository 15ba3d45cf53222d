import Base
import Store

extension Session {
  /// What holds at a website.
  ///
  /// - Parameter visitDays: what the program keeps where nobody chose.
  public func retention(at site: SiteID, visitDays: Int64) throws -> SiteRetention {
    try row("SELECT visit_days, address_days, chat_days, paused_until FROM site_retention WHERE site_id = $1", site)
      .map { SiteRetention(visitDays: $0[0], addressDays: $0[1], chatDays: $0[2], pausedUntil: $0[3]) }
      ?? SiteRetention(visitDays: visitDays)
  }

  public func save(_ retention: SiteRetention, at site: SiteID) throws {
    try run(
      """
      INSERT INTO site_retention (site_id, visit_days, address_days, chat_days, paused_until)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (site_id) DO UPDATE
      SET visit_days = excluded.visit_days, address_days = excluded.address_days, chat_days = excluded.chat_days,
        paused_until = excluded.paused_until
      """, site, retention.visitDays, retention.addressDays, retention.chatDays, retention.pausedUntil)
  }
}
