import Base
import Foundation
import Store
import TestKit
import Testing
import Web

@testable import Sites

@Suite struct PolicyPageTests {
  private static let right = [
    ("offPlatform", "allow"), ("whatsAppNumber", "+353 (20) 555-0101"), ("whatsAppText", "Hello from {site}"), ("kind-pdf", "on"),
    ("kind-png", "on"), ("fileMegabytes", "2"), ("visitorKey", "always"), ("cookieDomain", "Harbour.example"),
  ]

  @Test(
    "X7, E91b: what a website decides is changed on its page, by administrators alone, and what was typed wrong is kept",
    arguments: Dialect.Engine.allCases)
  func page(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let path = "/admin/sites/\(site.id)/policy"
      let browser = try house.browser("administrator")
      #expect(try await browser.get("/admin/sites/\(site.id)").body.contains("href=\"\(path)\""))
      #expect(try await browser.get(path).body.contains(#"name="kind-docx" value="on" checked"#))
      let wrong = [
        ("offPlatform", "allow"), ("whatsAppNumber", "soon"), ("fileMegabytes", "11"), ("visitorKey", "always"),
        ("cookieDomain", "other.example"),
      ]
      let refused = try await browser.post(path, wrong)
      #expect(refused.status == .unprocessableContent && refused.body.contains(#"value="soon""#))
      for field in ["whatsAppNumber", "fileMegabytes", "cookieDomain"] {
        #expect(refused.body.contains("id=\"\(field)-error\""), "\(field)")
      }
      #expect(try await house.store.read { try $0.policy(at: site.id) } == SitePolicy())

      #expect(try await browser.post(path, Self.right).location == "\(path)?done=yes")
      let policy = try await house.store.read { try $0.policy(at: site.id) }
      #expect(policy.whatsAppNumber == "353205550101" && policy.fileKinds == [.pdf, .png] && policy.fileMegabytes == 2)
      #expect(policy.cookieDomain == "harbour.example" && policy.handOver?.text == "Hello from {site}")
      let deed = try await house.store.read { try $0.row("SELECT deed FROM audit_lines ORDER BY id DESC LIMIT 1").map { $0[0] as String } }
      #expect(deed == "site.policy")
      #expect(try await house.browser("agent").get(path).status == .forbidden)

      // A name that its cookie could not stand on is no place for its widget.
      var moved = site
      moved.origins += ["https://elsewhere.example"].compactMap(Origin.init)
      let changed = moved
      await #expect(throws: Refusal.self) { try await house.sites.save(changed, by: nil, from: .console) }
    }
  }

  @Test(
    "X7, X10: the snippet says whose names share a visitor, and that nothing is asked or kept before the button is pressed",
    arguments: Dialect.Engine.allCases)
  func snippet(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour { $0.look = Look(hue: 21, position: .start) }
      func snippet(_ change: (inout SitePolicy) -> Void) async throws -> String {
        var policy = SitePolicy()
        change(&policy)
        try await house.sites.save(policy, at: site.id, by: nil, from: .console)
        let page = try await house.browser("administrator").get("/admin/sites/\(site.id)").body
        return page.components(separatedBy: #"<code id="embed">"#).dropFirst().first?.components(separatedBy: "</code>").first ?? ""
      }
      let usual = try await snippet { _ in }
      #expect(usual.contains("/widget.js") && !usual.contains("data-cookies"))
      #expect(try await snippet { $0.cookieDomain = "harbour.example" }.contains("data-cookies=&quot;domain=harbour.example&quot; async"))
      let pressed = try await snippet { $0.visitorKey = .pressed }
      for part in ["/quiet.js", "data-hue=&quot;21&quot;", "data-side=&quot;start&quot;", "data-label=&quot;Chat with us&quot; async"] {
        #expect(pressed.contains(part), "\(part)")
      }
      #expect(try await snippet { $0.visitorKey = .none }.contains("data-cookies=&quot;none&quot; async"))
    }
  }

  @Test(
    "E91b, E17a, X7: the widget is told where a chat goes on, which files are taken and whether answers come by mail",
    arguments: Dialect.Engine.allCases)
  func configuration(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      func told(_ policy: SitePolicy, mails: Bool = true, _ change: (inout Site) -> Void = { _ in }) async throws -> String {
        var shown = site
        change(&shown)
        let features = try await house.store.read { try $0.features(at: site.id) }
        let web = try house.routes().web
        return try Sites.configuration(of: shown, offering: features, under: policy, mails: mails, in: .english, web: web)
      }
      let usual = try await told(SitePolicy(), mails: false)
      for part in ["handOver\":{\"n", "\"taking\"", "\"mail\":true"] { #expect(!usual.contains(part), "\(part)") }
      var policy = SitePolicy()
      (policy.whatsAppNumber, policy.whatsAppText, policy.fileKinds) = ("353205550101", "Hello", [.pdf, .jpeg])
      let all = try await told(policy)
      #expect(all.contains(#""handOver":{"number":"353205550101","text":"Hello"}"#))
      #expect(all.contains(#""taking":{"endings":["pdf","jpg","jpeg"],"megabytes":10}"#) && all.contains(#""mail":true"#))
      #expect(try await !told(policy) { $0.form = LeadForm(email: .absent) }.contains(#""mail":true"#), "nobody is asked for an address")
      policy.offPlatform = .warn
      #expect(try await !told(policy).contains("353205550101"))
    }
  }

  @Test(
    "X7: the host of an origin is its name without scheme and port",
    arguments: [
      ("https://www.example.com", "www.example.com"), ("http://shop.localhost:8080", "shop.localhost"), ("http://[::1]:8080", "[::1]"),
    ])
  func host(_ origin: String, _ host: String) { #expect(Origin(origin)?.host == host) }
}
