import Access
import Accounts
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@Suite struct SignInTests {
  @Test(
    "E76: with address and password somebody is in, and their cookie is out of reach of scripts and other websites",
    arguments: House.engines)
  func comesIn(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara Lindqvist", email: "clara@example.com")
      let browser = house.browser()
      _ = try await browser.get("/sign-in?next=/console%3Fchat%3D5")
      let answer = try await browser.post(
        "/sign-in", [("email", " CLARA@example.com "), ("password", House.password), ("next", "/console?chat=5")])
      #expect(answer.status == .seeOther)
      #expect(answer.location == "/console?chat=5")
      let cookie = try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("parley=") })
      for part in ["HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(part)) }
      let profile = try await browser.get("/profile")
      #expect(profile.status == .ok)
      #expect(profile.body.contains("Clara Lindqvist"))
      #expect(try await house.deeds().last == "account.signedIn")
    }
  }

  @Test("B5b, E76: the database holds neither tokens nor passwords", arguments: House.engines)
  func nothingToSteal(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let browser = try await house.signedIn("clara@example.com")
      let token = try #require(browser.cookies["parley"].flatMap { Secret($0) })
      let kept = try await house.store.read {
        try $0.rows("SELECT token_digest FROM sessions WHERE account_id = $1", id).map { $0[0] as [UInt8] }
      }
      #expect(kept.contains(token.digest))
      #expect(!kept.contains(Array(token.text.utf8)))
      let hash: String = try #require(
        try await house.store.read { try $0.row("SELECT password_hash FROM accounts WHERE id = $1", id)?[0] as String? })
      #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    }
  }

  @Test(
    "E76: an unknown address, a wrong password and an account without one get the same answer after the same work", arguments: House.engines
  )
  func tellsNothing(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      _ = try await house.accounts.create(AccountDraft(name: "Bruno", email: "bruno@example.com"), by: nil, from: .console)
      var pages: Set<String> = []
      for email in ["clara@example.com", "nobody@example.com", "bruno@example.com"] {
        let browser = house.browser()
        _ = try await browser.get("/sign-in")
        let clock = ContinuousClock.now
        let answer = try await browser.post("/sign-in", [("email", email), ("password", "wrong wrong wrong")])
        // One hash takes longer than this on any machine; without one the answer would come in a fraction of it.
        #expect(ContinuousClock.now - clock > .milliseconds(5))
        #expect(answer.status == .unprocessableContent)
        #expect(answer.body.contains("value=\"\(email)\""))
        let token = try #require(browser.formToken)
        pages.insert(answer.body.replacing(email, with: "").replacing(token, with: ""))
        #expect(browser.cookies["parley"] == nil)
      }
      #expect(pages.count == 1)
      #expect(try await house.deeds().filter { $0 == "account.signInFailed" }.count == 3)
    }
  }

  @Test(
    "E76: after ten wrong passwords an account is closed for a quarter of an hour, wherever the tries come from", arguments: House.engines)
  func fewTries(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      for number in 1...10 {
        await #expect(throws: Refusal(.wrongSignIn)) {
          try await house.accounts.signIn(email: "clara@example.com", password: "wrong", from: place("198.51.100.\(number)"))
        }
      }
      await #expect(throws: Refusal(.tooManyTries, retryAfterSeconds: 900)) {
        try await house.accounts.signIn(email: "Clara@Example.com", password: House.password, from: place("192.0.2.7"))
      }
      house.minutes(15)
      let entrance = try await house.accounts.signIn(email: "clara@example.com", password: House.password, from: place("192.0.2.7"))
      #expect(entrance.account.name == "Clara")
    }
  }

  @Test("E76: sixty failures from one address close it for every account, and a success counts for nothing", arguments: House.engines)
  func oneAddress(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      for number in 0..<60 {
        if number % 20 == 0 {
          _ = try await house.accounts.signIn(email: "clara@example.com", password: House.password, from: place("192.0.2.7"))
        }
        await #expect(throws: Refusal(.wrongSignIn)) {
          try await house.accounts.signIn(email: "nobody\(number)@example.com", password: "wrong", from: place("192.0.2.7"))
        }
      }
      let error = await #expect(throws: Refusal.self) {
        try await house.accounts.signIn(email: "clara@example.com", password: House.password, from: place("192.0.2.7"))
      }
      #expect(error?.reason == .tooManyTries)
      _ = try await house.accounts.signIn(email: "clara@example.com", password: House.password, from: place("192.0.2.8"))
    }
  }

  @Test("E2a, E76: a session ends after thirty days without use and after ninety in any case", arguments: House.engines)
  func lifetimes(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let idle = try await house.signedIn("clara@example.com")
      let used = try await house.signedIn("clara@example.com")
      for _ in 1...3 {
        house.days(29)
        #expect(try await used.get("/profile").status == .ok)
      }
      #expect(try await idle.get("/profile").status == .seeOther)
      house.days(4)
      #expect(try await used.get("/profile").status == .seeOther)
      let jobs = Jobs(ids: IDMaker(node: 2), clock: house.clock)
      try await house.accounts.prepare(jobs)
      house.days(1)
      #expect(try await JobRunner(store: house.store, jobs: jobs, handlers: house.accounts.jobHandlers(jobs)).runDue() == 1)
      #expect(try await house.store.read { try $0.row("SELECT COUNT(*) FROM sessions")?[0] as Int? } == 0)
    }
  }

  @Test("B5a, E76: signing in gives a new token and ends the one that the browser had", arguments: House.engines)
  func newToken(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let browser = try await house.signedIn("clara@example.com")
      let first = try #require(browser.cookies["parley"])
      _ = try await browser.get("/profile")
      _ = try await browser.post("/sign-in", [("email", "clara@example.com"), ("password", House.password)])
      #expect(browser.cookies["parley"] != first)
      #expect(try await house.accounts.recognise(first) == nil)
    }
  }

  @Test("E76: signing out ends the session for the browser and for its live connections", arguments: House.engines)
  func signsOut(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let browser = try await house.signedIn("clara@example.com")
      let token = try #require(browser.cookies["parley"])
      let person = try #require(try await house.accounts.recognise(token))
      let heard = Heard<Accounts.Revocation>()
      house.accounts.revoked.subscribe { await heard.add($0) }
      _ = try await browser.get("/profile")
      let answer = try await browser.post("/sign-out", [])
      #expect(answer.location == "/sign-in")
      #expect(browser.cookies["parley"] == nil)
      #expect(try await house.accounts.member(of: token) == .signedOut)
      #expect(await heard.facts.map(\.account) == [id])
      #expect(await heard.facts.map(\.session) == [person.sessionDigest])
    }
  }

  @Test(
    "E77: the sign-in page sends nobody to another website",
    arguments: [
      "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "console",
    ])
  func noOpenRedirect(next: String) async throws {
    try await House.open(.sqlite) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let browser = house.browser()
      _ = try await browser.get("/sign-in")
      let answer = try await browser.post("/sign-in", [("email", "clara@example.com"), ("password", House.password), ("next", next)])
      #expect(answer.location == "/console")
    }
  }

  private func place(_ address: String) -> Whereabouts { Whereabouts(address: ClientAddress(address), browser: "test") }
}

/// What was told, in order.
actor Heard<Fact: Sendable> {
  private(set) var facts: [Fact] = []
  func add(_ fact: Fact) { facts.append(fact) }
}
