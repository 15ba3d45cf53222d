import Base
import Store
import TestKit
import Testing
import Web

@testable import Sites

@Suite("Goals") struct GoalTests {
  let key = Secret()
  let sender = Sender(
    address: "192.0.2.7", language: "it-IT", userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0")

  private func look(_ house: House, at site: Site, _ path: String) async throws -> (visitor: VisitorID, view: PageViewID) {
    let page = try site.page(url: "https://harbour.example\(path)", title: "Page", at: house.clock.now)
    let seen = try await house.sites.view(page, at: site, key: key, from: sender, referrer: "") {}
    return (seen.visitor, seen.view)
  }

  @discardableResult
  private func add(_ kind: Goal.Kind, _ pattern: String, to site: Site, in house: House) async throws -> Goal {
    let goal = Goal(id: house.ids.next(), name: "Goal \(pattern)", kind: kind, pattern: pattern)
    try await house.sites.save(goal, at: site.id, by: nil, from: .console)
    return goal
  }

  @Test(
    "E62: a page that is a goal counts once for each visit, with where it came from, on the day of the website",
    arguments: Dialect.Engine.allCases)
  func page(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      // It still is the day before there.
      let site = try await house.addHarbour { $0.timeZone = "Pacific/Honolulu" }
      let goal = try await add(.page, "/Thanks", to: site, in: house)
      let visitor = try await look(house, at: site, "/?utm_source=letter&utm_medium=email&utm_campaign=autumn").visitor
      #expect(try await house.count("SELECT COUNT(*) FROM reached_goals") == 0)
      _ = try await look(house, at: site, "/thanks?order=1")
      _ = try await look(house, at: site, "/thanks?order=2")
      let rows = try await house.store.read { session in
        try session.rows("SELECT goal_id, visitor_id, name, source, source_name, campaign, local_day, local_hour FROM reached_goals")
      }
      #expect(rows.count == 1)
      let row = try #require(rows.first)
      #expect(row[0] == goal.id && row[1] == visitor && row[2] == "Goal /Thanks")
      #expect(row[3] == "mail" && row[4] == "letter" && row[5] == "autumn")
      let local = site.localTime(at: House.noon)
      #expect(row[6] == local.day && row[7] == local.hour && local.day != House.noon.isoText.prefix(10))

      // The next visit counts anew, and what is removed counts no more and stays counted.
      house.clock.advance(milliseconds: 31 * 60_000)
      _ = try await look(house, at: site, "/thanks")
      #expect(try await house.count("SELECT COUNT(*) FROM reached_goals") == 2)
      try await house.sites.remove(goal.id, at: site.id, by: nil, from: .console)
      house.clock.advance(milliseconds: 31 * 60_000)
      _ = try await look(house, at: site, "/thanks")
      let told = try await house.store.read { try $0.reachedGoals(of: visitor, limit: 10).map(\.name) }
      #expect(told == ["Goal /Thanks", "Goal /Thanks"])
    }
  }

  @Test(
    "E62, E51: an event that the website tells counts once for a visit, whole names alone, and telling it again changes nothing",
    arguments: Dialect.Engine.allCases)
  func event(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let other = try await house.addHarbour { $0.name = "Harbour Letters" }
      try await add(.event, "order", to: site, in: house)
      try await add(.event, "order", to: other, in: house)
      let view = try await look(house, at: site, "/order").view
      func tell(_ n: Int64, _ kind: VisitAction.Kind, _ label: String) async throws {
        let action = VisitAction(kind: kind, label: label, value: "")
        _ = try await house.sites.beat(Beat(view: view, seconds: 1, actions: [(n, action)]), at: site, key: key)
      }
      try await tell(1, .event, "ordered")
      try await tell(2, .action, "order")
      #expect(try await house.count("SELECT COUNT(*) FROM reached_goals") == 0)
      try await tell(3, .event, "Order")
      try await tell(3, .event, "Order")
      try await tell(4, .event, "order")
      #expect(try await house.count("SELECT COUNT(*) FROM reached_goals WHERE site_id = \(site.id)") == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM reached_goals") == 1)
    }
  }

  @Test(
    "E62: the goals of a website stand on its page, for administrators alone, and what was typed wrong is kept",
    arguments: Dialect.Engine.allCases)
  func administration(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let path = "/admin/sites/\(site.id)/goals"
      let browser = try house.browser("administrator")
      #expect(try await browser.get("/admin/sites/\(site.id)").body.contains("href=\"\(path)\""))
      let refused = try await browser.post(path, [("name", "Order"), ("kind", "page"), ("pattern", "")])
      #expect(refused.status == .unprocessableContent && refused.body.contains(#"value="Order""#))
      #expect(refused.body.contains(#"id="pattern-new-error""#))
      #expect(try await browser.post(path, [("name", "Order"), ("kind", "miracle"), ("pattern", "/x")]).status == .unprocessableContent)
      #expect(try await browser.post(path, [("name", "Order"), ("kind", "page"), ("pattern", "/thanks")]).location == "\(path)?done=yes")
      let goal = try #require(try await house.store.read { try $0.goals(at: site.id).first })
      let changed = [("goal", "\(goal.id)"), ("name", "Bought"), ("kind", "event"), ("pattern", "order")]
      #expect(try await browser.post(path, changed).location == "\(path)?done=yes")
      let known = try await house.store.read { try $0.goals(at: site.id) }
      #expect(known == [Goal(id: goal.id, name: "Bought", kind: .event, pattern: "order")])
      #expect(try await browser.post(path, [("remove", "\(goal.id)")]).location == "\(path)?done=yes")
      #expect(try await house.store.read { try $0.goals(at: site.id) } == [])
      #expect(try await house.browser("agent").get(path).status == .forbidden)
      for number in 1...Goal.limit { try await add(.page, "/\(number)", to: site, in: house) }
      #expect(try await browser.post(path, [("name", "One more"), ("kind", "page"), ("pattern", "/more")]).status != .seeOther)
      #expect(try await house.count("SELECT COUNT(*) FROM goals") == Goal.limit)
    }
  }
}
