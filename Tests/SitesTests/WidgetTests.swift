import Accounts
import Base
import Foundation
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@testable import Sites

/// What a page with the widget asks across origins.
@Suite struct WidgetTests {
  static let origin = "https://harbour.example"
  let key = Secret().text

  /// A page of a website, which has no cookies for us.
  private struct Page {
    let browser: Browser
    let site: String
    var origin: String? = WidgetTests.origin
    var userAgent = "Mozilla/5.0 (Windows NT 10.0) Firefox/153.0"
    var more: HTTPFields = [:]

    func post(_ path: String, _ body: [String: Any]) async throws -> Browser.Answer {
      try await post(
        path, String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self))
    }

    func post(_ path: String, _ body: String) async throws -> Browser.Answer {
      var headers: HTTPFields = [
        .contentType: "text/plain;charset=UTF-8",
        .userAgent: userAgent,
      ]
      for field in more { headers.append(field) }
      headers[.origin] = origin
      return try await browser.ask(.post, "/api/v1/widget/\(site)/\(path)", headers, body: body)
    }

    func view(_ key: String, _ more: [String: Any] = [:]) async throws -> Browser.Answer {
      try await post(
        "views",
        ["key": key, "url": "\(WidgetTests.origin)/prices", "title": "Prices"].merging(more) { $1 })
    }

    func configuration(_ query: String = "") async throws -> Browser.Answer {
      var headers: HTTPFields = [:]
      headers[.origin] = origin
      return try await browser.get("/api/v1/widget/\(site)/config\(query)", headers)
    }
  }

  private func object(_ answer: Browser.Answer) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
  }

  @Test(
    "E11c: a page view is recorded in the background and answered with what the button needs",
    arguments: Dialect.Engine.allCases)
  func view(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour { $0.look = Look(hue: 21, position: .start) }
      let heard = Heard(house.sites.pageChanged)
      let answer = try await Page(browser: house.browser(), site: site.key).view(
        key, ["referrer": "https://search.example/?q=1", "language": "it-IT"])
      #expect(answer.status == .ok)
      let object = try object(answer)
      #expect(
        object["hue"] as? Int == 21 && object["position"] as? String == "start"
          && object["open"] as? Bool == false)
      #expect(object["label"] as? String == "Scrivici")
      let stored = try await house.store.read { session in
        try session.row(
          "SELECT page_views.id, page_views.url, visits.referrer FROM page_views JOIN visits ON visits.id = visit_id"
        )?.values
      }
      let view = try #require(PageViewID(object["view"] as? String ?? ""))
      #expect(
        stored == [
          view.sqlValue, .text("https://harbour.example/prices"),
          .text("https://search.example/?q=1"),
        ])
      #expect(heard.all.map(\.site) == [site.id])
      let visitor = try #require(heard.all.first?.visitor)
      let shown = try await house.store.read { try $0.currentPage(of: visitor) }
      #expect(shown == SeenPage(url: "https://harbour.example/prices", title: "Prices", at: House.noon))
    }
  }

  @Test(
    "E18b: a view names the panel to load later, and says when a chat waits or runs so that it is loaded at once"
  )
  func open() async throws {
    try await House.open(.sqlite) { house in
      let page = Page(browser: try house.browser(), site: try await house.addHarbour().key)
      let first = try object(try await page.view(key))
      #expect(
        first["panel"] as? String == "/assets/panel-1f3c.js" && first["open"] as? Bool == false)
      let visitor = try await house.store.read { session -> VisitorID? in
        try session.row("SELECT id FROM visitors").map { $0[0] }
      }
      house.talking.begin(try #require(visitor))
      #expect(try object(try await page.view(key))["open"] as? Bool == true)
    }
  }

  @Test("E3: an answer may be read by the site's own pages and is never shared with another origin")
  func headers() async throws {
    try await House.open(.sqlite) { house in
      let browser = try house.browser()
      let site = try await house.addHarbour().key
      for origin in [Self.origin, "https://www.harbour.example"] {
        let page = Page(browser: browser, site: site, origin: origin)
        for answer in [
          try await page.view(key, ["url": origin]), try await page.configuration(),
          try await page.post("views", "nonsense"),
        ] {
          #expect(answer.headers[.accessControlAllowOrigin] == origin)
          #expect(answer.headers[.vary] == "Origin")
          #expect(answer.headers[.accessControlAllowCredentials] == nil)
          #expect(answer.headers[.setCookie] == nil)
        }
      }
    }
  }

  @Test("E3: a page of another origin, of none or of a sandbox is refused and told nothing")
  func foreign() async throws {
    try await House.open(.sqlite) { house in
      let browser = try house.browser()
      let site = try await house.addHarbour().key
      for origin in [
        "https://evil.example", "http://harbour.example", "https://harbour.example:8443", "null",
        nil,
      ] {
        let page = Page(browser: browser, site: site, origin: origin)
        for answer in [
          try await page.view(key), try await page.configuration(),
          try await page.post("beats", [:]),
        ] {
          #expect(answer.status == .forbidden)
          #expect(answer.headers[.accessControlAllowOrigin] == nil)
        }
      }
      #expect(try await house.count("SELECT COUNT(*) FROM visitors") == 0)
    }
  }

  @Test("E3: an unknown site and one that is switched off are not there")
  func absent() async throws {
    try await House.open(.sqlite) { house in
      let browser = try house.browser()
      let off = try await house.addHarbour { $0.active = false }
      for site in [off.key, Secret().text, "x", "%00"] {
        let page = Page(browser: browser, site: site)
        for answer in [
          try await page.view(key), try await page.configuration(),
          try await page.post("beats", [:]),
        ] {
          #expect(answer.status == .notFound)
          #expect(answer.headers[.accessControlAllowOrigin] == nil)
        }
      }
    }
  }

  @Test(
    "E8: a view that is not understood, or of a page that is not the site's, is refused with its reason"
  )
  func broken() async throws {
    try await House.open(.sqlite) { house in
      let page = Page(browser: try house.browser(), site: try await house.addHarbour().key)
      for body in ["", "[]", "{}", "{\"key\":\"\(key)\"}", "{\"key\":1,\"url\":\"x\"}"] {
        #expect(try await page.post("views", body).status == .badRequest, "\(body)")
      }
      for wrong in [
        ["key": "short"], ["key": key.uppercased() + "G"], ["url": "https://evil.example/"],
        ["url": "javascript:alert(1)"],
      ] {
        let answer = try await page.view(key, wrong)
        #expect(answer.status == .badRequest)
        #expect(try object(answer)["reason"] as? String == "notUnderstood")
      }
      #expect(try await page.view(key, ["title": "a\0b"]).status == .unprocessableContent)
      #expect(
        try await page.view(key, ["title": String(repeating: "a", count: 20_000)]).status
          == .contentTooLarge)
      #expect(try await page.view(key, ["referrer": "javascript:alert(1)"]).status == .ok)
      #expect(try await house.count("SELECT COUNT(*) FROM visits WHERE referrer = ''") == 1)
    }
  }

  @Test(
    "E8: a beat adds the seconds of a page, and one of somebody else's page is refused",
    arguments: Dialect.Engine.allCases)
  func beats(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let page = Page(browser: try house.browser(), site: try await house.addHarbour().key)
      let view = try #require(try object(try await page.view(key))["view"] as? String)
      house.clock.advance(milliseconds: 45_000)
      #expect(
        try await page.post("beats", ["key": key, "view": view, "seconds": 45]).status == .noContent
      )
      #expect(try await house.count("SELECT seconds FROM page_views") == 45)
      #expect(
        try await page.post("beats", ["key": Secret().text, "view": view, "seconds": 45]).status
          == .notFound)
      #expect(
        try await page.post("beats", ["key": key, "view": "12", "seconds": 45]).status == .notFound)
      #expect(
        try await page.post("beats", ["key": key, "view": 12, "seconds": 45]).status == .badRequest)
    }
  }

  @Test("E51: a beat with as many deeds as are read and as long as they are told fits, in any script")
  func largestBeat() async throws {
    try await House.open(.sqlite) { house in
      let page = Page(browser: try house.browser(), site: try await house.addHarbour().key)
      let view = try #require(try object(try await page.view(key))["view"] as? String)
      let actions = (1...20).map { n -> [String: Any] in
        ["n": n, "kind": "event", "label": String(repeating: "茶", count: 120), "value": String(repeating: "書", count: 200)]
      }
      #expect(try await page.post("beats", ["key": key, "view": view, "seconds": 0, "actions": actions]).status == .noContent)
      #expect(try await house.count("SELECT COUNT(*) FROM visit_actions") == 20)
    }
  }

  @Test(
    "E51: a beat brings what was done on the page, cut to what is kept; what is none of the kinds is refused",
    arguments: Dialect.Engine.allCases)
  func deeds(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let page = Page(browser: try house.browser(), site: try await house.addHarbour().key)
      let answer = try object(try await page.view(key))
      #expect(answer["watch"] as? String == "/assets/watch-77aa.js")
      let view = try #require(answer["view"] as? String)
      func tell(_ actions: [[String: Any]]) async throws -> HTTPResponse.Status {
        try await page.post("beats", ["key": key, "view": view, "seconds": 0, "depth": 70, "actions": actions]).status
      }
      let long = String(repeating: "a", count: 400)
      #expect(
        try await tell([
          ["n": 1, "kind": "form", "label": " Ask\nus\u{7} "], ["n": 2, "kind": "cart", "label": long, "value": long],
        ]) == .noContent)
      let kept = try await house.store.read { session in
        try session.rows("SELECT kind, label, value FROM visit_actions ORDER BY n").map { [$0[0] as String, $0[1], $0[2]] }
      }
      #expect(kept == [["form", "Ask us", ""], ["cart", String(long.prefix(120)), String(long.prefix(200))]])
      #expect(try await house.count("SELECT depth FROM page_views") == 70)
      let broken: [[String: Any]] = [
        ["n": 3, "kind": "spell", "label": "x"], ["n": 3, "kind": "form", "label": " "], ["kind": "form", "label": "x"],
      ]
      for wrong in broken {
        #expect(try await tell([wrong]) == .badRequest)
      }
    }
  }

  @Test(
    "E49: a program that reads pages for a search engine is no visitor and is offered nothing",
    arguments: Dialect.Engine.allCases)
  func robots(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour().key
      let robot = Page(
        browser: try house.browser(), site: site,
        userAgent: "Mozilla/5.0 (Linux; Android 6.0.1) Chrome/141.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)")
      let answer = try await robot.view(key)
      #expect(answer.status == .noContent && answer.body.isEmpty && answer.headers[.accessControlAllowOrigin] == Self.origin)
      #expect(try await house.count("SELECT COUNT(*) FROM visitors") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM visits") == 0)
    }
  }

  @Test(
    "E49: a browser that says Global Privacy Control, in the body or by its header, is not followed",
    arguments: Dialect.Engine.allCases)
  func privacy(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour().key
      let header = try #require(HTTPField.Name("Sec-GPC"))
      let told = Page(browser: try house.browser(), site: site)
      let silent = Page(browser: try house.browser(), site: site, more: [header: "1"])
      let from: [String: Any] = ["referrer": "https://search.example/", "url": "\(Self.origin)/?utm_source=x"]
      #expect(try await told.view(key, from.merging(["gpc": true]) { $1 }).status == .ok)
      let other = Secret().text
      let view = try #require(try object(try await silent.view(other, from))["view"] as? String)
      let deed: [String: Any] = ["n": 1, "kind": "form", "label": "Ask"]
      house.clock.advance(milliseconds: 9_000)
      let body: [String: Any] = ["key": other, "view": view, "seconds": 9, "depth": 70, "actions": [deed]]
      #expect(try await silent.post("beats", body).status == .noContent)
      #expect(try await house.count("SELECT COUNT(*) FROM visits WHERE referrer = '' AND source = '' AND source_name = ''") == 2)
      #expect(try await house.count("SELECT COUNT(*) FROM visitors WHERE address = ''") == 2)
      #expect(try await house.count("SELECT MAX(seconds) FROM page_views") == 9)
      #expect(try await house.count("SELECT MAX(depth) FROM page_views") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM visit_actions") == 0)
    }
  }

  @Test(
    "E78a: a visitor has a hundred requests a minute; the next is told when to come back, and others go on"
  )
  func limit() async throws {
    try await House.open(.sqlite) { house in
      let page = Page(browser: try house.browser(), site: try await house.addHarbour().key)
      for _ in 0..<100 { #expect(try await page.view(key).status == .ok) }
      let refused = try await page.view(key)
      #expect(refused.status == .tooManyRequests)
      #expect(refused.headers[.retryAfter] == "1")
      #expect(refused.headers[.accessControlAllowOrigin] == Self.origin)
      #expect(try await page.view(Secret().text).status == .ok)
      house.clock.advance(milliseconds: 1_000)
      #expect(try await page.view(key).status == .ok)
    }
  }

  @Test(
    "E78a: one address brings a bounded number of new visitors a minute, while those who are known go on"
  )
  func newVisitors() async throws {
    try await House.open(.sqlite) { house in
      var limits = Limits()
      limits[.visitor, .newVisitors] = Limits.Rate(3)
      let site = try await house.addHarbour().key
      let page = Page(browser: try house.browser(limits: limits), site: site)
      for key in [key, Secret().text, Secret().text] {
        #expect(try await page.view(key).status == .ok)
      }
      #expect(try await page.view(Secret().text).status == .tooManyRequests)
      #expect(try await page.view(key).status == .ok)
      #expect(try await house.count("SELECT COUNT(*) FROM visitors") == 3)
      house.clock.advance(milliseconds: 20_000)
      #expect(try await page.view(Secret().text).status == .ok)
    }
  }

  @Test("E19: a browser that comes back after 365 days is the same visitor")
  func yearLater() async throws {
    try await House.open(.sqlite) { house in
      let page = Page(browser: try house.browser(), site: try await house.addHarbour().key)
      #expect(try await page.view(key).status == .ok)
      house.clock.advance(milliseconds: 365 * 86_400_000)
      #expect(try await page.view(key).status == .ok)
      #expect(try await house.count("SELECT visits FROM visitors") == 2)
    }
  }

  @Test(
    "E12: the configuration tells what the form asks and offers, in the look and language of the site",
    arguments: Dialect.Engine.allCases)
  func configuration(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour {
        $0.look = Look(hue: 300, position: .start, ours: .start)
        $0.welcome = "Ahoy </script>"
        $0.form = LeadForm(phone: .absent, services: ["Thesis", "Editing"])
      }
      let answer = try await Page(browser: house.browser(), site: site.key).configuration(
        "?language=ar-TN")
      #expect(answer.status == .ok)
      #expect(answer.headers[.cacheControl] == "public, max-age=300")
      #expect(answer.headers[.contentType] == "application/json")
      let object = try object(answer)
      let about = try #require(object["site"] as? [String: Any])
      #expect(
        about["name"] as? String == "Harbour Essays" && about["hue"] as? Int == 300
          && about["logo"] is NSNull)
      #expect(
        about["position"] as? String == "start" && about["ours"] as? String == "start"
          && about["welcome"] as? String == "Ahoy </script>")
      #expect(about["language"] as? String == "ar" && about["direction"] as? String == "rtl")
      let fields = try #require((object["form"] as? [String: Any])?["fields"] as? [[String: Any]])
      #expect(fields.map { $0["name"] as? String } == ["name", "email", "service"])
      #expect(fields.map { $0["required"] as? Bool } == [true, true, false])
      #expect(fields.map { $0["options"] as? [String] } == [nil, nil, ["Thesis", "Editing"]])
    }
  }

  @Test(
    "E16a: the panel gets its words, that of the close button among them, in the visitor's language or the site's own"
  )
  func words() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour()
      let page = Page(browser: try house.browser(), site: site.key)
      func close(_ query: String) async throws -> String? {
        let texts = try object(try await page.configuration(query))["texts"] as? [String: Any]
        return (texts?["header"] as? [String: Any])?["close"] as? String
      }
      let bundle = try Checkout.bundle()
      func expected(_ language: Language) throws -> String? {
        let data = Data(try #require(bundle["Locales/\(language.code)/widget.json"]).text.utf8)
        let texts = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return (texts?["header"] as? [String: Any])?["close"] as? String
      }
      #expect(try await close("?language=fr-CA") == expected(.french))
      #expect(try await close("?language=de") == expected(.english))
      #expect(try await close("") == expected(.english))
      var italian = site
      italian.language = .always(.italian)
      try await house.sites.save(italian, by: nil, from: .console)
      #expect(try await close("?language=fr") == expected(.italian))
    }
  }
}
