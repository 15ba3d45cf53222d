import Access
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@testable import Accounts

@Suite struct SecurityTests {
  private static let sheet = "/profile/security"

  /// Switches the second step on; returns what the app holds now, and the recovery codes.
  private func pair(_ clara: Browser) async throws -> (app: OneTimePassword, codes: [String]) {
    _ = try await clara.get(Self.sheet)
    let answer = try await clara.post("\(Self.sheet)/app", [("present", House.password)])
    #expect(answer.location == "\(Self.sheet)/app")
    let page = try await clara.follow(answer).body
    #expect(page.contains("<path d=\"M4 4h1v1h-1z"))
    let app = OneTimePassword(secret: try #require(secret(in: page)))
    let done = try await clara.post("\(Self.sheet)/proof", [("code", code(of: app))])
    #expect(done.status == .ok)
    let codes = done.body.matches(of: /[a-z2-7]{4}(-[a-z2-7]{4}){3}/).map { String($0.output.0) }
    #expect(codes.count == RecoveryCode.count)
    return (app, codes)
  }

  private func secret(in page: String) -> [UInt8]? {
    guard let found = page.firstMatch(of: /<code id="secret">([A-Z2-7]{32})<\/code>/) else { return nil }
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    let bits = found.output.1.flatMap { letter in (0..<5).map { (letters.firstIndex(of: letter) ?? 0) >> (4 - $0) & 1 } }
    return stride(from: 0, to: 160, by: 8).map { start in UInt8((0..<8).reduce(0) { $0 << 1 | bits[start + $1] }) }
  }

  /// What the app shows: after `used` codes the clock would have moved on.
  private func code(of app: OneTimePassword, ahead: Int64 = 0) -> String {
    app.code(step: OneTimePassword.step(at: machineTime()) + ahead)
  }

  private func signIn(_ house: House, address: String = "192.0.2.8") async throws -> (Browser, Browser.Answer) {
    let browser = house.browser(address: address)
    _ = try await browser.get("/sign-in")
    let answer = try await browser.post("/sign-in", [("email", "clara@example.com"), ("password", House.password)])
    return (browser, answer)
  }

  @Test("P8: with the second step on, the password alone opens nothing; the code of the app does, once", arguments: House.engines)
  func secondStep(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let elsewhere = try await house.signedIn("clara@example.com")
      let clara = try await house.signedIn("clara@example.com")
      let (app, _) = try await pair(clara)
      #expect(try await clara.get(Self.sheet).body.contains("10 recovery codes left"))
      #expect(try await elsewhere.get("/profile").status == .seeOther, "a session that has not shown the second step ends")
      #expect(try await house.letters().contains("secondFactorOn clara@example.com"))

      let (browser, half) = try await signIn(house)
      #expect(half.location == "/sign-in/code")
      #expect(try await browser.get("/profile").status == .seeOther)
      #expect(try await browser.follow(half).body.contains("clara@example.com"))
      let wrong = try await browser.post("/sign-in/code", [("code", "12345")])
      #expect(wrong.status == .unprocessableContent && wrong.body.contains("id=\"code-error\""))
      // The code that switched it on is used; the app shows another one half a minute later.
      #expect(try await browser.post("/sign-in/code", [("code", code(of: app))]).status == .unprocessableContent)
      let next = code(of: app, ahead: 1)
      let done = try await browser.post("/sign-in/code", [("code", "\(next.prefix(3)) \(next.suffix(3))")])
      #expect(done.location == "/console")
      #expect(try await browser.get("/profile").status == .ok)

      let (second, _) = try await signIn(house)
      _ = try await second.get("/sign-in/code")
      #expect(try await second.post("/sign-in/code", [("code", next)]).status == .unprocessableContent, "no code opens twice")
      #expect(try await house.deeds().contains("account.codeFailed"))
    }
  }

  @Test("P8: a recovery code opens once, in any writing; new ones void the old", arguments: House.engines)
  func recoveryCodes(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let clara = try await house.signedIn("clara@example.com")
      let (_, codes) = try await pair(clara)
      for (typed, opens) in [(codes[0].uppercased(), true), (codes[0], false), (codes[1].replacing("-", with: ""), true)] {
        let (browser, half) = try await signIn(house)
        _ = try await browser.follow(half)
        #expect(try await browser.post("/sign-in/code", [("code", typed)]).status == (opens ? .seeOther : .unprocessableContent))
      }
      #expect(try await clara.get(Self.sheet).body.contains("8 recovery codes left"))
      let refused = try await clara.post("\(Self.sheet)/codes", [("present", "not the password")])
      #expect(refused.status == .unprocessableContent && refused.body.contains("id=\"present-error\""))
      let renewed = try await clara.post("\(Self.sheet)/codes", [("present", House.password)])
      #expect(renewed.status == .ok && !renewed.body.contains(codes[2]))
      let (browser, half) = try await signIn(house)
      _ = try await browser.follow(half)
      #expect(try await browser.post("/sign-in/code", [("code", codes[2])]).status == .unprocessableContent)
    }
  }

  @Test("P8: codes cannot be tried through: twenty a day, and a recovery code still opens", arguments: House.engines)
  func tries(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let (app, codes) = try await pair(try await house.signedIn("clara@example.com"))
      for round in 0..<Int(Tries.codesPerDay) {
        let (browser, half) = try await signIn(house, address: "198.51.100.\(round)")
        _ = try await browser.follow(half)
        #expect(try await browser.post("/sign-in/code", [("code", "000000")]).status == .unprocessableContent)
      }
      house.minutes(60)
      let (browser, half) = try await signIn(house)
      _ = try await browser.follow(half)
      let late = try await browser.post("/sign-in/code", [("code", code(of: app, ahead: 1))])
      #expect(late.status == .tooManyRequests && late.headers[.retryAfter] != nil)
      #expect(try await browser.post("/sign-in/code", [("code", codes[0])]).location == "/console")
    }
  }

  @Test("P8: no way in leads around the second step: not an invitation, not a recovery, not an old half-way", arguments: House.engines)
  func noWayAround(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let (_, codes) = try await pair(try await house.signedIn("clara@example.com"))

      let (slow, half) = try await signIn(house)
      house.minutes(11)
      #expect(try await slow.follow(half).location == "/sign-in?done=late")
      #expect(try await slow.get("/sign-in?done=late").body.contains("That took too long"))
      #expect(try await slow.post("/sign-in/code", [("code", codes[0])]).location == "/sign-in?done=late")

      let guest = house.browser(address: "192.0.2.44")
      let link = house.path(of: try await house.accounts.invite(id, by: nil, from: .console))
      _ = try await guest.get(link)
      let taken = try await guest.post(link, [("name", "Clara"), ("pseudonym", ""), ("password", House.password)])
      #expect(taken.location == "/sign-in/code")
      #expect(try await guest.get("/profile").status == .seeOther)
      _ = try await guest.follow(taken)
      #expect(try await guest.post("/sign-in/code", [("code", codes[0])]).location == "/console")

      _ = try await slow.get("/recovery")
      _ = try await slow.post("/recovery", [("email", "clara@example.com")])
      let recovery = try await house.link(in: "recovery")
      _ = try await slow.get(recovery)
      _ = try await slow.post(recovery, [("password", "nine blue herons")])
      _ = try await slow.get("/sign-in")
      let answer = try await slow.post("/sign-in?next=/notices", [("email", "clara@example.com"), ("password", "nine blue herons")])
      #expect(answer.location == "/sign-in/code")
    }
  }

  @Test("P8: where one wanted to go is kept over both steps, and only a path of ours", arguments: [Dialect.Engine.sqlite])
  func next(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let (_, codes) = try await pair(try await house.signedIn("clara@example.com"))
      for (index, (wish, end)) in [("/notices?show=all", "/notices?show=all"), ("//evil.example", "/console")].enumerated() {
        let browser = house.browser()
        _ = try await browser.get("/sign-in")
        let half = try await browser.post("/sign-in", [("email", "clara@example.com"), ("password", House.password), ("next", wish)])
        let page = try await browser.follow(half)
        #expect(page.status == .ok)
        let path = try #require(half.location)
        #expect(try await browser.post(path, [("code", codes[index])]).location == end)
      }
    }
  }

  @Test("P8: the second step goes off against the password, or by an administrator, and the person is told", arguments: House.engines)
  func off(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      try await house.resident("Ines", email: "ines@example.com", roles: [.administrator])
      let ines = try await house.signedIn("ines@example.com")
      let clara = try await house.signedIn("clara@example.com")
      #expect(try await !ines.get("/admin/agents/\(id)").body.contains("second-step"))
      for byAdministrator in [false, true] {
        _ = try await pair(clara)
        #expect(try await signIn(house).1.location == "/sign-in/code")
        if byAdministrator {
          #expect(try await ines.get("/admin/agents/\(id)").body.contains("/admin/agents/\(id)/second-step"))
          #expect(try await ines.post("/admin/agents/\(id)/second-step", []).status == .seeOther)
        } else {
          #expect(try await clara.post("\(Self.sheet)/off", [("present", "guess")]).status == .unprocessableContent)
          #expect(try await clara.post("\(Self.sheet)/off", [("present", House.password)]).location == "\(Self.sheet)?done=off")
        }
        #expect(try await signIn(house).1.location == "/console")
      }
      #expect(try await house.letters().filter { $0 == "secondFactorOff clara@example.com" }.count == 2)
      #expect(try await house.deeds().filter { $0 == "account.secondStepOff" }.count == 2)
    }
  }

  @Test("P8: the secret lies sealed, bound to its account, and goes with it", arguments: House.engines)
  func atRest(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let other = try await house.resident("Bruno", email: "bruno@example.com")
      let clara = try await house.signedIn("clara@example.com")
      let (app, _) = try await pair(clara)
      let sealed = try #require(try await house.store.read { try $0.secondFactor(of: id) }).sealedSecret
      #expect(!sealed.starts(with: app.secret) && sealed.count > OneTimePassword.secretLength)
      // A row that was copied to another account opens nothing.
      let now = house.clock.now
      try await house.store.write { try $0.insertSecondFactor(sealed, of: other, at: now) }
      let bruno = try await house.signedIn("bruno@example.com")
      #expect(try await bruno.get("\(Self.sheet)/app").status == .internalServerError)
      try await house.accounts.erase(id, by: nil, from: .console)
      for table in ["second_factors", "recovery_codes", "sign_in_challenges", "known_browsers"] {
        let left = try await house.store.read { try $0.row("SELECT COUNT(*) FROM \(table) WHERE account_id = $1", id)?[0] as Int? }
        #expect(left == 0, "\(table)")
      }
    }
  }

  @Test("P8: everybody sees where they are signed in, and ends one session or all others", arguments: House.engines)
  func sessions(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      try await house.resident("Bruno", email: "bruno@example.com")
      let here = try await house.signedIn("clara@example.com")
      let there = try await house.signedIn("clara@example.com")
      let abroad = try await house.signedIn("clara@example.com")
      let bruno = try await house.signedIn("bruno@example.com")
      let page = try await here.get(Self.sheet).body
      #expect(page.matches(of: /this browser/).count == 1)
      let others = page.matches(of: /name="session" value="([0-9a-f]{64})"/).map { String($0.output.1) }
      // With the one in which the invitation was taken up.
      #expect(others.count == 3)

      _ = try await bruno.get(Self.sheet)
      for other in others { _ = try await bruno.post("\(Self.sheet)/sessions", [("session", other)]) }
      #expect(try await there.get("/profile").status == .ok, "nobody ends what is not theirs")

      let heard = Heard<Accounts.Revocation>()
      house.accounts.revoked.subscribe { await heard.add($0) }
      for other in others.prefix(3) where try await there.get("/profile").status == .ok {
        #expect(try await here.post("\(Self.sheet)/sessions", [("session", other)]).location == "\(Self.sheet)?done=ended")
      }
      #expect(try await there.get("/profile").status == .seeOther)
      let again = try await house.signedIn("clara@example.com")
      #expect(try await here.post("\(Self.sheet)/sessions", [("session", "others")]).location == "\(Self.sheet)?done=others")
      for gone in [again, abroad, there] { #expect(try await gone.get("/profile").status == .seeOther) }
      #expect(try await here.get("/profile").status == .ok)
      #expect(try await bruno.get("/profile").status == .ok)
      #expect(await heard.facts.allSatisfy { $0.session != nil }, "the live connection of the one that asks stays")
      for nonsense in ["", "x", String(repeating: "g", count: 64)] {
        #expect(try await here.post("\(Self.sheet)/sessions", [("session", nonsense)]).status == .seeOther)
      }
    }
  }

  @Test("P8: a sign-in from a browser that is new to the account is told by a letter; a known one is not", arguments: House.engines)
  func newBrowser(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      func told() async throws -> Int { try await house.letters().filter { $0 == "newSignIn clara@example.com" }.count }
      #expect(try await told() == 0, "the first one is no news")
      let clara = try await house.signedIn("clara@example.com")
      #expect(try await told() == 1)
      _ = try await clara.post("/sign-out", [])
      _ = try await clara.get("/sign-in")
      _ = try await clara.post("/sign-in", [("email", "clara@example.com"), ("password", House.password)])
      #expect(try await told() == 1)
      _ = try await house.signedIn("clara@example.com")
      #expect(try await told() == 2)
    }
  }
}
