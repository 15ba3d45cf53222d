import Base
import Sites
import Store
import Web

/// Bans as the database keeps them. These run inside anybody's transaction.
extension Session {
  private static var holds: String { "(bans.ends_at IS NULL OR bans.ends_at > $1)" }

  /// - Throws: `banned`, for the browser with this key and for everybody at its address.
  func refuseBanned(_ keyDigest: [UInt8], at site: SiteID, from network: String, now: Moment) throws {
    try refuse(
      try row(
        """
        SELECT 1 FROM bans
        WHERE \(Self.holds) AND site_id = $2
          AND (network = $3 OR visitor_id = (SELECT id FROM visitors WHERE site_id = $2 AND key_digest = $4))
        LIMIT 1
        """, now, site, network, keyDigest))
  }

  func refuseBanned(_ visitor: VisitorID, now: Moment) throws {
    try refuse(try row("SELECT 1 FROM bans WHERE \(Self.holds) AND visitor_id = $2", now, visitor))
  }

  /// Whether a visitor is kept from writing: by their browser, or by the address that they came from last.
  func isShutOut(_ id: VisitorID, at now: Moment) throws -> Bool {
    guard let visitor = try visitor(id) else { return false }
    let network = ClientAddress(visitor.address).network
    return try row(
      """
      SELECT 1 FROM bans
      WHERE \(Self.holds) AND site_id = $2 AND (visitor_id = $3 OR network = $4)
      LIMIT 1
      """, now, visitor.site, id, network) != nil
  }

  /// The addresses that are shut out, as `ClientAddress.network` has them, with their websites.
  func shutOutNetworks(at now: Moment) throws -> Set<ShutOutNetwork> {
    Set(
      try rows("SELECT site_id, network FROM bans WHERE \(Self.holds) AND network IS NOT NULL LIMIT $2", now, Ban.limit)
        .map { ShutOutNetwork(site: $0[0], network: $0[1]) })
  }

  /// Who looked at a page of a website since a moment, from an address.
  func visitors(at site: SiteID, from network: String, since: Moment) throws -> [VisitorID] {
    try rows(
      """
      SELECT v.id, v.address
      FROM visits w
      JOIN visitors v ON v.id = w.visitor_id
      WHERE w.active_at > $1 AND v.site_id = $2
      ORDER BY w.active_at DESC
      LIMIT \(Lookout.shownAtMost)
      """, since, site
    ).filter { ClientAddress($0[1]).network == network }.map { $0[0] }
  }

  private func refuse(_ found: Row?) throws { if found != nil { throw Refusal(.banned) } }

  func bans(at now: Moment) throws -> [Ban] {
    try rows(
      """
      SELECT id, site_id, visitor_id, network, reason, ends_at, banned_by, banned_at
      FROM bans WHERE \(Self.holds)
      ORDER BY banned_at DESC, id DESC
      LIMIT $2
      """, now, Ban.limit
    ).map {
      Ban(id: $0[0], site: $0[1], visitor: $0[2], network: $0[3], reason: $0[4], endsAt: $0[5], by: $0[6], at: $0[7])
    }
  }

  /// The names that belong to those bans.
  func knownOfBans(at now: Moment) throws -> [BanID: KnownOfBan] {
    let found = try rows(
      """
      SELECT bans.id, sites.name, visitors.name, accounts.name
      FROM bans
      JOIN sites ON sites.id = bans.site_id
      JOIN visitors ON visitors.id = bans.visitor_id
      JOIN accounts ON accounts.id = bans.banned_by
      WHERE \(Self.holds)
      ORDER BY bans.banned_at DESC, bans.id DESC
      LIMIT $2
      """, now, Ban.limit)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], KnownOfBan(site: $0[1], visitor: $0[2], by: $0[3])) })
  }

  /// A visitor has one ban: a later one takes the place of what was said before.
  func save(_ ban: Ban) throws {
    try run("DELETE FROM bans WHERE visitor_id = $1", ban.visitor)
    try run(
      """
      INSERT INTO bans (id, site_id, visitor_id, network, reason, ends_at, banned_by, banned_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """, ban.id, ban.site, ban.visitor, ban.network, ban.reason, ban.endsAt, ban.by, ban.at)
  }

  /// - Returns: whose it was; nil when there is none any more.
  func lift(_ ban: BanID) throws -> (visitor: VisitorID, network: String?)? {
    guard let row = try row("SELECT visitor_id, network FROM bans WHERE id = $1", ban) else { return nil }
    try run("DELETE FROM bans WHERE id = $1", ban)
    return (row[0], row[1])
  }
}
