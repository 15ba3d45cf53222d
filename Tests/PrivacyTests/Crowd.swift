import Base
import Foundation
import Sites
import Store
import TestKit
import Testing

/// Visitors of a website over some weeks, as dice have them, and some whose things must not go.
struct Crowd: Sendable {
  struct Counts: Hashable, Sendable {
    let visits: Int64
    let addresses: Int64
    let chats: Int64
    let files: Int64
  }

  static let day: Int64 = 86_400_000
  let house: House
  let site: Site
  let other: Site
  /// By their place in the crowd.
  private static let disputed = 0
  private static let unpaid = 1
  private static let open = 2
  private static let banned = 3

  init(_ house: House, _ clock: WallClock, seed: UInt64) async throws {
    self.house = house
    var sites: [Site] = []
    for name in ["Harbour Essays", "Lantern Books"] {
      var site = try await house.site(name, zone: "Europe/Rome")
      // They were there long before.
      site = try await Self.aged(site, in: house, clock)
      sites.append(site)
    }
    (site, other) = (sites[0], sites[1])
    let clara = try await house.person("Clara", at: sites)
    var dice = Dice(seed: seed)
    var made: [(visitor: Int64, conversation: Int64)] = []
    for number in 0..<12 {
      let visitor = try await house.visitor(of: number == 11 ? other : site)
      _ = try await visitor.subscribe()
      _ = try await visitor.sendForm()
      _ = try await visitor.say("Hello")
      if number != Self.open { _ = try await visitor.ask("close") }
      made.append((Int64(visitor.id) ?? 0, Int64(visitor.topic.dropFirst("chat.".count)) ?? 0))
    }
    let now = clock.now.milliseconds
    var ages: [Int64] = []
    for number in made.indices { ages.append(number < 5 ? 9 : Int64.random(in: 0...9, using: &dice)) }
    // Dice alone might have nobody who goes.
    (ages[5], ages[6]) = (8, 1)
    let (people, told, account, home) = (made, ages, clara.id.rawValue, sites[0].id)
    try await house.program.store.write { session in
      for (number, person) in people.enumerated() {
        let at = now - told[number] * Self.day
        try session.run(
          "UPDATE visitors SET address = '192.0.2.7', city = 'Rome', last_visit_at = $2 WHERE id = $1", person.visitor, at)
        try session.run("UPDATE conversations SET active_at = $2 WHERE id = $1", person.conversation, at)
        for visit in 0..<3 {
          let (id, began) = (Int64(number * 10 + visit + 1), at - Int64(visit) * Self.day)
          try session.run(
            """
            INSERT INTO visits (id, visitor_id, referrer, landing_page, current_page, current_title, started_at, active_at)
            VALUES ($1, $2, '', '/', '/', 'Home', $3, $3)
            """, id, person.visitor, began)
          try session.run(
            "INSERT INTO page_views (id, visit_id, url, title, seconds, at) VALUES ($1, $1, '/', 'Home', 1, $2)", id, began)
          try session.run(
            """
            INSERT INTO invitation_showings (id, invitation_id, site_id, visitor_id, visit_id, text, shown_at, local_day)
            SELECT CAST($1 AS BIGINT), 1, v.site_id, v.id, CAST($1 AS BIGINT), 'Hello', CAST($3 AS BIGINT), '2026-11-01'
            FROM visitors AS v WHERE v.id = $2
            """, id, person.visitor, began)
        }
        try session.run(
          """
          INSERT INTO files (id, conversation_id, by_kind, name, type, bytes, scan, n, created_at, expires_at)
          VALUES ($1, $2, 'visitor', 'note.pdf', 'application/pdf', 1, 'none', 99, $3, $4)
          """, "\(String(repeating: "0", count: 30))\(number + 10)", person.conversation, at,
          told[number] == 9 ? now + 60_000 : at + 15 * Self.day)
      }
      try Self.holdBack(people, account, now, in: session)
      try session.run(
        "INSERT INTO daily_figures (site_id, day, account_id, figure, tally, amount) VALUES ($1, '2026-01-01', 0, 'visitors', 42, 42)",
        home)
    }
  }

  private static func holdBack(_ people: [(visitor: Int64, conversation: Int64)], _ account: Int64, _ now: Int64, in session: any Session)
    throws
  {
    for (id, place) in [(1, disputed), (2, unpaid)] {
      try session.run(
        """
        INSERT INTO holds (id, payer_id, payee_id, unit, units, captured, released, commission, held_at, deadline_at, settled_at, conversation_id)
        VALUES ($1, $2, $2, 'credits', 1, $3, 0, 0, $4, $7, $5, $6)
        """, id, account, id == 1 ? 1 : 0, now, id == 1 ? now : nil, people[place].conversation, now + 100 * day)
    }
    try session.run("INSERT INTO disputes (id, hold_id, opened_by, reason, opened_at) VALUES (1, 1, $1, 'too short', $2)", account, now)
    try session.run("INSERT INTO dispute_holds (hold_id, dispute_id) VALUES (1, 1)")
    try session.run(
      """
      INSERT INTO bans (id, site_id, visitor_id, network, reason, ends_at, banned_by, banned_at)
      SELECT 1, v.site_id, v.id, NULL, 'rude', NULL, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM visitors AS v WHERE v.id = $1
      """, people[banned].visitor, account, now)
  }

  private static func aged(_ site: Site, in house: House, _ clock: WallClock) async throws -> Site {
    let (id, then) = (site.id, clock.now.milliseconds - 90 * day)
    try await house.program.store.write { session in _ = try session.run("UPDATE sites SET created_at = $2 WHERE id = $1", id, then) }
    house.program.sites.forgetRead()
    return try #require(try await house.program.store.read { try $0.site(id) })
  }

  func counts() async throws -> Counts {
    func count(_ sql: String) async throws -> Int64 { Int64(try await house.count("SELECT COUNT(*) FROM \(sql)")) }
    let own = "v.site_id = \(site.id)"
    return Counts(
      visits: try await count("visits w JOIN visitors v ON v.id = w.visitor_id WHERE \(own)"),
      addresses: try await count("visitors v WHERE \(own) AND v.address <> ''"),
      chats: try await count("visitors v WHERE \(own) AND v.erased_at IS NULL"),
      files: try await count("files f JOIN conversations v ON v.id = f.conversation_id WHERE \(own) AND f.deleted_at IS NULL"))
  }

  /// Those whose visit went.
  func showingsWithoutVisit() async throws -> Int {
    try await house.count("SELECT COUNT(*) FROM invitation_showings s WHERE NOT EXISTS (SELECT 1 FROM visits w WHERE w.id = s.visit_id)")
  }

  /// Everything of those whose money is in the balance, and what was said by who is held for another reason.
  func held() async throws -> [Row] {
    try await house.program.store.read { session in
      let money = "(SELECT c.visitor_id FROM conversations c JOIN holds h ON h.conversation_id = c.id)"
      let threads = "SELECT b.visitor_id FROM bans b UNION SELECT c.visitor_id FROM conversations c WHERE c.state <> 'closed'"
      return try session.rows("SELECT id, address, city, name, email FROM visitors WHERE id IN \(money) ORDER BY id")
        + session.rows("SELECT id, active_at FROM visits WHERE visitor_id IN \(money) ORDER BY id")
        + session.rows(
          "SELECT f.id, f.name, f.deleted_at FROM files f JOIN conversations c ON c.id = f.conversation_id WHERE c.visitor_id IN \(money) ORDER BY f.id"
        )
        + session.rows(
          """
          SELECT e.conversation_id, e.n, e.body FROM entries e JOIN conversations c ON c.id = e.conversation_id
          WHERE c.visitor_id IN (\(threads)) OR c.visitor_id IN \(money) ORDER BY e.conversation_id, e.n
          """)
    }
  }

  func figures() async throws -> [Row] {
    try await house.program.store.read { session in
      try session.rows("SELECT site_id, day, figure, tally, amount FROM daily_figures WHERE day = '2026-01-01'")
        + session.rows("SELECT entry_id, line, amount FROM transfers ORDER BY entry_id, line")
        + session.rows("SELECT id, units, captured FROM holds ORDER BY id")
    }
  }
}
