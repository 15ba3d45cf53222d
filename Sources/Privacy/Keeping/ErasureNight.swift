import Base
import Sites
import Store

/// A night of a website, and what went in it: the certificate of its erasures.
struct ErasureNight: Sendable {
  let id: ErasureNightID
  let site: SiteID
  let dueAt: Moment
  let beganAt: Moment
  /// Nil while it is under way.
  let endedAt: Moment?
  /// By which days.
  let retention: SiteRetention
  let fileDays: Int64
  let tally: ErasureTally
  /// How much was old enough and stayed.
  let held: Int64
}

extension Session {
  private static var nightColumns: String {
    """
    id, site_id, due_at, began_at, ended_at, visit_days, address_days, chat_days, file_days, visits, pages, addresses, chats, files, held
    """
  }

  /// The night that begins, or that somebody began and did not end.
  ///
  /// - Returns: nil when it is over.
  func begin(_ night: ErasureNight) throws -> ErasureNight? {
    let days = night.retention
    // What an earlier night left is part of this one.
    for late in try nights("site_id = $1 AND due_at < $2 AND ended_at IS NULL", night.site, night.dueAt) {
      _ = try end(late, held: late.held, at: night.beganAt)
    }
    try run(
      """
      INSERT INTO erasure_nights (id, site_id, due_at, began_at, visit_days, address_days, chat_days, file_days)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (site_id, due_at) DO UPDATE
      SET visit_days = excluded.visit_days, address_days = excluded.address_days, chat_days = excluded.chat_days,
        file_days = excluded.file_days
      WHERE erasure_nights.ended_at IS NULL
      """, night.id, night.site, night.dueAt, night.beganAt, days.visitDays, days.addressDays, days.chatDays, night.fileDays)
    return try nights("site_id = $1 AND due_at = $2 AND ended_at IS NULL", night.site, night.dueAt).first
  }

  /// Takes the night, so that two who are at it do not count the same twice. Says whether it still is under way, by the same days.
  func take(_ night: ErasureNightID, _ overdue: Overdue, visitDays: Int64) throws -> Bool {
    let isOpen = try run("UPDATE erasure_nights SET held = held WHERE id = $1 AND ended_at IS NULL", night) == 1
    return try isOpen && retention(at: overdue.site, visitDays: visitDays) == overdue.retention
  }

  func add(_ tally: ErasureTally, to night: ErasureNightID) throws {
    try run(
      """
      UPDATE erasure_nights
      SET visits = visits + $2, pages = pages + $3, addresses = addresses + $4, chats = chats + $5, files = files + $6
      WHERE id = $1
      """, night, tally.visits, tally.pages, tally.addresses, tally.chats, tally.files)
  }

  /// The files whose own days were over are counted from what was noted with each of them since the night before.
  ///
  /// - Returns: what went in it; nil when somebody else ended it.
  func end(_ night: ErasureNight, held: Int64, at now: Moment) throws -> ErasureNight? {
    let ended = try run(
      """
      UPDATE erasure_nights
      SET ended_at = $2, held = $3, files = files + (
        SELECT COUNT(*) FROM files AS f
        JOIN conversations AS c ON c.id = f.conversation_id
        WHERE c.site_id = $4 AND f.deleted_at <= $2 AND f.expires_at <= f.deleted_at
          AND f.deleted_at > COALESCE((SELECT MAX(e.ended_at) FROM erasure_nights AS e WHERE e.site_id = $4), $5))
      WHERE id = $1 AND ended_at IS NULL
      """, night.id, now, held, night.site, night.dueAt.adding(seconds: -86_400))
    // A night in which nothing went certifies nothing. The last one says that it was done.
    try run(
      """
      DELETE FROM erasure_nights
      WHERE site_id = $1 AND due_at < $2 AND ended_at IS NOT NULL AND visits = 0 AND addresses = 0 AND chats = 0 AND files = 0
      """, night.site, night.dueAt)
    return ended == 1 ? try nights("id = $1", night.id).first : nil
  }

  /// Those in which something went, the newest first.
  func certificates(of site: SiteID, limit: Int) throws -> [ErasureNight] {
    try nights("site_id = $1 AND visits + addresses + chats + files > 0 ORDER BY due_at DESC LIMIT \(limit)", site)
  }

  func night(_ id: ErasureNightID, of site: SiteID) throws -> ErasureNight? { try nights("id = $1 AND site_id = $2", id, site).first }

  private func nights(_ condition: String, _ values: any SQLEncodable...) throws -> [ErasureNight] {
    try rows("SELECT \(Self.nightColumns) FROM erasure_nights WHERE \(condition)", values.map { $0.sqlValue }).map { row in
      ErasureNight(
        id: row[0], site: row[1], dueAt: row[2], beganAt: row[3], endedAt: row[4],
        retention: SiteRetention(visitDays: row[5], addressDays: row[6], chatDays: row[7]), fileDays: row[8],
        tally: ErasureTally(visits: row[9], pages: row[10], addresses: row[11], chats: row[12], files: row[13]), held: row[14])
    }
  }
}
