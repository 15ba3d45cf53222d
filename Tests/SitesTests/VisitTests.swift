import Base
import Places
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
    let seen = try await house.sites.view(page, at: site, key: key ?? self.key, from: sender, referrer: referrer) {}
    return (seen.visitor, seen.view)
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

  @Test("E79d: a page that was on its way while its visitor was erased is kept of nobody", arguments: Dialect.Engine.allCases)
  func erasedMeanwhile(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let visitor = try await look(house, at: site).visitor
      let now = house.clock.now
      try await house.store.write { _ = try $0.run("UPDATE visitors SET erased_at = $2 WHERE id = $1", visitor, now) }
      await #expect(throws: Refusal(.notFound)) { try await look(house, at: site, "/prices") }
      #expect(try await house.count("SELECT COUNT(*) FROM page_views") == 1)
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
        _ = try await house.sites.beat(Beat(view: view, seconds: seconds), at: site, key: key ?? self.key)
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
        _ = try await house.sites.beat(Beat(view: seen.view, seconds: 15), at: site, key: key)
      }
      _ = try await look(house, at: site, "/next")
      #expect(try await visitor(house, seen.visitor).visits == 1)
      house.clock.advance(milliseconds: 31 * 60_000)
      _ = try await house.sites.beat(Beat(view: seen.view, seconds: 30), at: site, key: key)
      _ = try await look(house, at: site, "/later")
      #expect(try await visitor(house, seen.visitor).visits == 2)
    }
  }

  @Test("E50: how far down a page was seen only grows, and is never more than all of it", arguments: Dialect.Engine.allCases)
  func depth(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let view = try await look(house, at: site).view
      func seen(_ depth: Int) async throws -> Int {
        _ = try await house.sites.beat(Beat(view: view, seconds: 0, depth: depth), at: site, key: key)
        return try await house.count("SELECT depth FROM page_views")
      }
      #expect(try await seen(40) == 40)
      #expect(try await seen(12) == 40)
      #expect(try await seen(900) == 100)
    }
  }

  @Test(
    "E51: what is done on a page is kept once, however often it is told, and no more of it than a visit may have",
    arguments: Dialect.Engine.allCases)
  func actions(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let seen = try await look(house, at: site)
      func tell(_ numbers: ClosedRange<Int64>, of view: PageViewID) async throws {
        let actions = numbers.map { (n: $0, action: VisitAction(kind: .download, label: "\($0).pdf", value: "")) }
        _ = try await house.sites.beat(Beat(view: view, seconds: 0, actions: actions), at: site, key: key)
      }
      try await tell(1...2, of: seen.view)
      house.clock.advance(milliseconds: 1_000)
      try await tell(1...3, of: seen.view)
      let kept = try await house.store.read { try $0.actions(of: seen.visitor, limit: 9) }
      #expect(kept.map(\.action.label) == ["3.pdf", "2.pdf", "1.pdf"], "the newest first")
      #expect(kept.map(\.at) == [House.noon.adding(seconds: 1), House.noon, House.noon])
      try await tell(0...99, of: seen.view)
      #expect(try await house.count("SELECT COUNT(*) FROM visit_actions") == 50)
      for number in 1...6 { try await tell(1...50, of: look(house, at: site, "/\(number)").view) }
      #expect(try await house.count("SELECT COUNT(*) FROM visit_actions") == 300)
    }
  }

  @Test(
    "E49: a visit keeps from where it came and with which campaign, from its first page on", arguments: Dialect.Engine.allCases)
  func source(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let landing = "/offer?utm_source=Newsletter&utm_medium=email&utm_campaign=spring+sale&utm_term=essay&utm_content=top"
      let id = try await look(house, at: site, landing, referrer: "https://mail.google.com/").visitor
      _ = try await look(house, at: site, "/next", referrer: "https://harbour.example/offer")
      var source = VisitSource(kind: .mail, name: "Newsletter")
      (source.medium, source.campaign, source.term, source.content) = ("email", "spring sale", "essay", "top")
      let visit = try await house.store.read { try $0.lastVisit(of: id) }
      #expect(
        visit
          == Visit(referrer: "https://mail.google.com/", landingPage: "https://harbour.example\(landing)", source: source))
      house.clock.advance(milliseconds: 31 * 60_000)
      _ = try await look(house, at: site)
      #expect(try await house.store.read { try $0.lastVisit(of: id)?.source } == VisitSource(kind: .direct))
    }
  }

  @Test("E49: country and city are those of the last visit, where a file of places knows them", arguments: Dialect.Engine.allCases)
  func place(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let places = Places(file: Checkout.folder + "/Tests/Samples/places.mmdb") { _ in }
      let placed = Sites(store: house.store, ids: house.ids, clock: house.clock, landing: Children.landing(), places: places)
      func comes(from address: String) async throws -> [String?] {
        house.clock.advance(milliseconds: 31 * 60_000)
        let page = try site.page(url: "https://harbour.example/", title: "", at: house.clock.now)
        let sender = Sender(address: address, language: "", userAgent: "")
        let id = try await placed.view(page, at: site, key: key, from: sender, referrer: "") {}.visitor
        let visitor = try await visitor(house, id)
        return [visitor.country, visitor.city]
      }
      #expect(try await comes(from: "203.0.113.7") == ["TN", "Sfax"])
      #expect(try await comes(from: "198.51.100.7") == ["IT", nil])
      #expect(try await comes(from: "192.0.2.7") == [nil, nil])
    }
  }

  @Test(
    "E49: of who asks not to be followed the page is kept, and neither address, place, source, depth nor deeds",
    arguments: Dialect.Engine.allCases)
  func privately(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let url = "https://harbour.example/essay?id=7&utm_source=google&gclid=abc#/top"
      let page = try site.page(url: url, title: "Essay", at: house.clock.now)
      let referrer = "https://www.google.com/"
      let seen = try await house.sites.view(page, at: site, key: key, from: sender, referrer: referrer, isPrivate: true) {}
      #expect(try await visitor(house, seen.visitor).address.isEmpty)
      let visit = try await house.store.read { try $0.lastVisit(of: seen.visitor) }
      #expect(visit == Visit(referrer: "", landingPage: "https://harbour.example/essay?id=7#/top", source: nil))
      #expect(try await house.count("SELECT COUNT(*) FROM page_views WHERE url LIKE '%utm%' OR url LIKE '%gclid%'") == 0)
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
