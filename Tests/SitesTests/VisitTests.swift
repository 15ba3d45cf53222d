import Base
import Store
import TestKit
import Testing
import Web

@testable import Sites

/// Bare visits: what is known of a browser before anybody has said a word.
@Suite struct VisitTests {
  let key = Secret()
  let sender = Sender(
    address: "192.0.2.7", language: "it-IT", userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0")

  private func look(_ house: House, at site: Site, _ path: String = "/", key: Secret? = nil, referrer: String = "") async throws -> (
    visitor: VisitorID, view: PageViewID
  ) {
    let page = try site.page(url: "https://harbour.example\(path)", title: "Page \(path)", at: house.clock.now)
    return try await house.sites.view(page, at: site, key: key ?? self.key, from: sender, referrer: referrer) {}
  }

  private func visitor(_ house: House, _ id: VisitorID) async throws -> Visitor {
    try #require(try await house.store.read { session in try session.visitor(id) })
  }

  @Test(
    "E6: the first page makes a visitor with address, language, device, browser and system, and later pages find it",
    arguments: Dialect.Engine.allCases)
  func visitorIsMade(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let first = try await look(house, at: site)
      house.clock.advance(milliseconds: 60_000)
      let second = try await look(house, at: site, "/prices")
      #expect(first.visitor == second.visitor)
      let visitor = try await visitor(house, first.visitor)
      #expect(visitor.site == site.id && visitor.address == "192.0.2.7" && visitor.language == "it-IT")
      #expect(visitor.userAgent == UserAgent(device: .desktop, browser: "Firefox", system: "Linux"))
      #expect(visitor.firstVisitAt == House.noon && visitor.lastVisitAt == House.noon.adding(seconds: 60) && visitor.visits == 1)
      #expect(visitor.name == nil && visitor.email == nil && visitor.country == nil && visitor.formSentAt == nil)
    }
  }

  @Test(
    "E11b: another key, or the same key on another site, is another visitor; only digests of keys are kept",
    arguments: Dialect.Engine.allCases)
  func keysApart(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let other = try await house.addHarbour { $0.name = "Harbour Letters" }
      let mine = try await look(house, at: site).visitor
      let theirs = try await look(house, at: site, key: Secret()).visitor
      let elsewhere = try await look(house, at: other).visitor
      #expect(Set([mine, theirs, elsewhere]).count == 3)
      let digest = key.digest
      let found = try await house.store.read { session in try session.visitor(site: site.id, keyDigest: digest) }
      #expect(found?.id == mine)
    }
  }

  @Test("E6: two first pages at once make one visitor and one visit", arguments: Dialect.Engine.allCases)
  func atOnce(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let visitors = try await withThrowingTaskGroup(of: VisitorID.self) { group in
        for number in 0..<8 { group.addTask { try await look(house, at: site, "/\(number)").visitor } }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(visitors.count == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM visitors") == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM visits") == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM page_views") == 8)
      for visitor in visitors { #expect(try await self.visitor(house, visitor).visits == 1) }
    }
  }

  @Test(
    "E7: a visit keeps referrer, landing page and current page, and ends after half an hour of silence", arguments: Dialect.Engine.allCases)
  func visitEnds(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let id = try await look(house, at: site, "/start", referrer: "https://search.example/").visitor
      house.clock.advance(milliseconds: 29 * 60_000)
      _ = try await look(house, at: site, "/prices", referrer: "https://harbour.example/start")
      #expect(try await visitor(house, id).visits == 1)
      let first = try await house.store.read { session in
        try session.row("SELECT referrer, landing_page, current_page, current_title, started_at, active_at FROM visits")?.values
      }
      #expect(
        first == [
          .text("https://search.example/"), .text("https://harbour.example/start"), .text("https://harbour.example/prices"),
          .text("Page /prices"), House.noon.sqlValue, House.noon.adding(seconds: 29 * 60).sqlValue,
        ])
      house.clock.advance(milliseconds: 30 * 60_000)
      _ = try await look(house, at: site, "/back")
      #expect(try await visitor(house, id).visits == 2)
      #expect(try await house.count("SELECT COUNT(*) FROM visits") == 2)
      let page = try await house.store.read { session in try session.currentPage(of: id) }
      #expect(page == SeenPage(url: "https://harbour.example/back", title: "Page /back", at: house.clock.now))
    }
  }

  @Test(
    "E8: the seconds of a page only grow, are never more than the time that passed, and belong to its own visitor",
    arguments: Dialect.Engine.allCases)
  func seconds(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let view = try await look(house, at: site).view
      func beat(_ seconds: Int, key: Secret? = nil) async throws -> Int {
        _ = try await house.sites.beat(view, at: site, key: key ?? self.key, seconds: seconds)
        return try await house.count("SELECT seconds FROM page_views")
      }
      house.clock.advance(milliseconds: 15_000)
      #expect(try await beat(15) == 15)
      #expect(try await beat(9) == 15)
      #expect(try await beat(900) == 15)
      #expect(try await beat(-4) == 15)
      house.clock.advance(milliseconds: 30_000)
      // One beat was lost: the next tells the whole time.
      #expect(try await beat(40) == 40)
      _ = try await look(house, at: site, key: Secret())
      let stranger = Secret()
      await #expect(throws: Refusal(.notFound)) { try await beat(45, key: stranger) }
    }
  }

  @Test("E7: beats keep a visit going, and one that comes after its end does not revive it", arguments: Dialect.Engine.allCases)
  func beatsKeepVisit(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let seen = try await look(house, at: site)
      for _ in 0..<3 {
        house.clock.advance(milliseconds: 20 * 60_000)
        _ = try await house.sites.beat(seen.view, at: site, key: key, seconds: 15)
      }
      _ = try await look(house, at: site, "/next")
      #expect(try await visitor(house, seen.visitor).visits == 1)
      house.clock.advance(milliseconds: 31 * 60_000)
      _ = try await house.sites.beat(seen.view, at: site, key: key, seconds: 30)
      _ = try await look(house, at: site, "/later")
      #expect(try await visitor(house, seen.visitor).visits == 2)
    }
  }

  @Test("E12: what the form told is kept with the visitor, and what the next form does not ask stays", arguments: Dialect.Engine.allCases)
  func lead(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let id = try await look(house, at: site).visitor
      let lead = try site.form.check(["name": "Ada Moreau", "email": "ada@example.com", "phone": "0612345678"])
      let later = try LeadForm(phone: .absent).check(["name": "Ada M.", "email": "ada@example.com"])
      try await house.store.write { session in
        try session.saveLead(lead, of: id, at: House.noon)
        try session.saveLead(later, of: id, at: House.noon.adding(seconds: 5))
      }
      let visitor = try await visitor(house, id)
      #expect(visitor.name == "Ada M." && visitor.phone == "0612345678" && visitor.formSentAt == House.noon.adding(seconds: 5))
    }
  }

  @Test("E6: a language is kept as the browser names it; what is no language tag counts as nothing")
  func language() {
    func language(_ text: String) -> String { Sender(address: "", language: text, userAgent: "").language }
    #expect(language("it-IT") == "it-IT")
    #expect(language("zh-Hant-TW") == "zh-Hant-TW")
    for wrong in ["it;q=1", "<b>", "ita liano", String(repeating: "a", count: 36), "a\0b"] { #expect(language(wrong).isEmpty) }
  }
}
