import Access
import Accounts
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@testable import Village

/// Who gets through which door.
@Suite struct DoorsTests {
  private let here = "127.0.0.1"

  @Test("Demo: /dev and signing in without a password are not there unless the program was started for it")
  func absent() async throws {
    try await Stage.open(.sqlite) { stage in
      try await stage.village().settle()
      let quiet = Browser(try stage.routes(), address: here)
      for path in [
        "/dev", "/dev/gallery", "/dev/mail", "/dev/ledger", "/dev/mail/1", "/dev/mail/1/html", "/demo/sign-in?as=clara", "/demo/trial",
      ] {
        #expect(try await quiet.get(path).status == .notFound, "\(path) is there")
      }
      #expect(try await quiet.post("/dev/clock", [("seconds", "60")]).status == .notFound)
      let dev = Browser(try stage.routes(dev: true), address: here)
      #expect(try await dev.get("/demo/sign-in?as=clara").status == .notFound)
      #expect(try await dev.get("/dev").status == .ok)
    }
  }

  @Test("Demo: /dev and signing in without a password answer this machine only", arguments: ["192.0.2.7", "2001:db8::7", "10.0.0.2"])
  func loopbackOnly(address: String) async throws {
    try await Stage.open(.sqlite) { stage in
      try await stage.village().settle()
      let far = Browser(try stage.routes(demo: true), address: address)
      for path in ["/dev", "/dev/gallery", "/dev/mail", "/dev/ledger", "/demo/sign-in?as=clara"] {
        #expect(try await far.get(path).status == .notFound, "\(address) gets \(path)")
      }
      #expect(far.cookies[far.sessionCookie] == nil)
    }
  }

  @Test("Demo: what a proxy on this machine passes on, or a foreign name that points here, is not this machine")
  func notByDetour() async throws {
    try await Stage.open(.sqlite) { stage in
      try await stage.village().settle()
      let routes = try stage.routes(demo: true)
      let proxied = Browser(routes, address: here)
      #expect(try await proxied.get("/dev", [.forwardedFor: "127.0.0.1"]).status == .notFound)
      let named = Browser(routes, origin: "http://evil.example:8080", address: here)
      #expect(try await named.get("/dev").status == .notFound)
      #expect(try await named.get("/demo/sign-in?as=ada").status == .notFound)
      let six = Browser(routes, origin: "http://agent.localhost:8080", address: "::1")
      #expect(try await six.get("/dev").status == .ok)
    }
  }

  @Test("Demo: in the demo each villager is signed in at their own desk", arguments: Villager.all.map(\.key.rawValue))
  func signsIn(key: String) async throws {
    try await Stage.open(.sqlite) { stage in
      try await stage.village().settle()
      let browser = Browser(try stage.routes(demo: true), origin: "http://agent.localhost:8080", address: here)
      let answer = try await browser.get("/demo/sign-in?as=\(key)")
      #expect(answer.status == .seeOther)
      #expect(answer.location == ["ada": "/admin/sites", "lina": "/experts"][key, default: "/console"])
      let token = try #require(browser.cookies[browser.sessionCookie])
      let person = try #require(try await stage.accounts.recognise(token))
      #expect(person.email == "\(key)@village.example")
      _ = try await browser.get("/demo/sign-in?as=\(key)")
      #expect(browser.cookies[browser.sessionCookie] == token)
    }
  }

  @Test("Demo: who signs in as somebody else in the same browser is no longer the one before")
  func changesPerson() async throws {
    try await Stage.open(.sqlite) { stage in
      try await stage.village().settle()
      let browser = Browser(try stage.routes(demo: true), address: here)
      _ = try await browser.get("/demo/sign-in?as=clara")
      let old = try #require(browser.cookies[browser.sessionCookie])
      _ = try await browser.get("/demo/sign-in?as=mona")
      #expect(try await stage.accounts.recognise(old) == nil)
      #expect(try await browser.get("/demo/sign-in?as=nobody").status == .notFound)
    }
  }

  @Test("Demo: the front page of the demo leads to every website and every villager", arguments: Language.allCases)
  func front(language: Language) async throws {
    try await Stage.open(.sqlite) { stage in
      let browser = Browser(try stage.routes(demo: true), address: here)
      browser.languages = language.code
      let page = try await browser.get("/").body
      for website in Website.all { #expect(page.contains("href=\"http://\(website.host):8080/\"")) }
      for villager in Villager.all {
        #expect(
          page.contains("href=\"http://\(villager.host):8080/demo/sign-in?as&#x3D;\(villager.key)\"")
            || page.contains("sign-in?as=\(villager.key)\""))
      }
      #expect(page.contains("href=\"/dev\""))
      #expect(page.contains("lang=\"\(language.code)\""))
    }
  }

  @Test("Demo: without --demo the front page is one sentence and the way in")
  func quietFront() async throws {
    try await Stage.open(.sqlite) { stage in
      let page = try await Browser(try stage.routes(), address: here).get("/").body
      #expect(page.contains("href=\"/sign-in\"") && page.contains("href=\"/sign-up\""))
      #expect(!page.contains("localhost") && !page.contains("/dev"))
      for (email, roles, home) in [("clara@example.com", Set<Role>([.agent]), "/console"), ("noor@example.com", [], "/conversations")] {
        let id = try await stage.accounts.create(AccountDraft(name: "Noor", email: email, roles: roles), by: nil, from: .console)
        let known = Browser(try stage.routes(), address: here)
        known.cookies["parley"] = try await stage.accounts.startSession(for: id, from: .console)
        let page = try await known.get("/").body
        #expect(page.contains("href=\"\(home)\"") && !page.contains("href=\"/sign-in\"") && !page.contains("href=\"/sign-up\""))
      }
    }
  }

  @Test("Demo: the clock of /dev goes forward, and only forward")
  func clock() async throws {
    try await Stage.open(.sqlite) { stage in
      let browser = Browser(try stage.routes(dev: true), address: here)
      #expect(try await browser.get("/dev").body.contains("2026-11-21 00:00:00 UTC"))
      let start = stage.clock.now
      #expect(try await browser.post("/dev/clock", [("seconds", "3600")]).location == "/dev")
      #expect(stage.clock.now == start.adding(seconds: 3600))
      for wrong in ["-60", "0", "soon", "99999999999"] {
        #expect(try await browser.post("/dev/clock", [("seconds", wrong)]).status == .badRequest, "\(wrong) is taken")
      }
      #expect(stage.clock.now == start.adding(seconds: 3600))
    }
  }

  @Test("Demo: /dev shows what happened, newest first, and forgets what is older than two hundred events")
  func events() async throws {
    try await Stage.open(.sqlite) { stage in
      let events = DevEvents(clock: stage.clock)
      let browser = Browser(try stage.routes(dev: true, events: events), address: here)
      #expect(try await browser.get("/dev").body.contains("class=\"empty\""))
      for number in 1...205 { events.note("Fact\(number)", #"{"text":"<b>"}"#) }
      let page = try await browser.get("/dev").body
      #expect(events.newest.count == DevEvents.limit)
      #expect(page.contains("<b>Fact205</b>") && page.contains("<b>Fact6</b>") && !page.contains("<b>Fact5</b>"))
      #expect(page.contains("&lt;b&gt;"))
    }
  }

  @Test("Demo: the gallery shows every element in every language", arguments: Language.allCases)
  func gallery(language: Language) async throws {
    try await Stage.open(.sqlite) { stage in
      let browser = Browser(try stage.routes(dev: true), address: here)
      browser.languages = language.code
      let page = try await browser.get("/dev/gallery")
      #expect(page.status == .ok)
      #expect(page.body.contains("data-scheme=\"light\"") && page.body.contains("data-scheme=\"dark\""))
    }
  }
}

extension Browser {
  /// The base address of the tests is plain http.
  fileprivate var sessionCookie: String { "parley" }
}
