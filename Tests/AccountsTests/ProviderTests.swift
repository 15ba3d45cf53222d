import Access
import Base
import Foundation
import HTTPTypes
import Outside
import Store
import TestKit
import Testing
import Web

@testable import Accounts

@Suite struct ProviderTests {
  private static let verified = [
    "email": "\"clara@example.com\"", "email_verified": "true", "given_name": "\"Clara\"", "family_name": "\"Moreau\"",
  ]

  /// Goes to the provider and comes back with a code; returns the answer to the way back.
  private func goes(
    _ browser: Browser, _ elsewhere: Elsewhere, _ start: String = "/sign-in/with/google",
    as change: (inout [String: String]) -> Void = { _ in }
  ) async throws -> Browser.Answer {
    let sent = try await browser.get(start)
    let way = try #require(sent.location.flatMap { URLComponents(string: $0) })
    var fields = Dictionary(uniqueKeysWithValues: (way.queryItems ?? []).map { ($0.name, $0.value ?? "") })
    elsewhere.nonce.withLock { $0 = fields["nonce"] ?? "" }
    fields["code"] = "a code"
    change(&fields)
    let back = try #require(fields["redirect_uri"]).dropFirst("http://localhost:8080".count)
    let query = ["code", "state", "error"].compactMap { name in fields[name].map { "\(name)=\(FormCoding.encode($0))" } }
    return try await browser.get("\(back)?\(query.joined(separator: "&"))")
  }

  @Test(
    "A31, P8: who is new comes in with a proved address, without a password; the second time nothing is made anew", arguments: House.engines
  )
  func opens(engine: Dialect.Engine) async throws {
    let elsewhere = Elsewhere()
    try await House.open(engine, elsewhere: elsewhere) { house in
      elsewhere.claims.withLock { $0 = Self.verified }
      let clara = house.browser()
      #expect(try await clara.get("/sign-in").body.contains("Continue with Google"))
      #expect(try await clara.get("/sign-up").body.contains("href=\"/sign-in/with/google\""))
      #expect(try await goes(clara, elsewhere).location == "/profile")
      #expect(try await clara.get("/profile").body.contains("value=\"Clara Moreau\""))
      #expect(try await house.emails() == ["clara@example.com"])
      #expect(try await house.letters() == [], "the provider vouches for the address")

      // The person is known by the provider's own name for them, whatever the address is now.
      elsewhere.claims.withLock { $0["email"] = "\"moved@example.com\"" }
      let again = house.browser()
      #expect(try await goes(again, elsewhere, "/sign-in/with/google?next=/notices").location == "/notices")
      #expect(try await house.emails() == ["clara@example.com"])

      // Who was signed in here already has one session in this browser, as with a password.
      #expect(try await goes(clara, elsewhere).location == "/profile")
      let sheet = try await clara.get("/profile/security")
      #expect(sheet.body.matches(of: /class="told"/).count == 4, "two providers, this browser and the other one")
      #expect(sheet.body.contains(">Connected<"))
      #expect(
        try await clara.post("/profile/security/providers", [("provider", "google")]).location == "/profile/security?done=passwordUnset")
      let refused = try await clara.post("/profile/security/app", [("present", "anything at all")])
      #expect(refused.status == .unprocessableContent && refused.body.contains("no password yet"))
    }
  }

  @Test("P8: state, nonce and PKCE bind the way to its browser; the code is exchanged with the client's secret", arguments: House.engines)
  func bound(engine: Dialect.Engine) async throws {
    let elsewhere = Elsewhere()
    try await House.open(engine, elsewhere: elsewhere) { house in
      elsewhere.claims.withLock { $0 = Self.verified }
      let clara = house.browser()
      let way = try #require(try await clara.get("/sign-in/with/google").location)
      #expect(way.hasPrefix("https://login.example.com/authorize?tenant=1&response_type=code&client_id=parley&"))
      #expect(way.contains("code_challenge_method=S256") && way.contains("scope=openid%20profile%20email"))
      _ = try await goes(clara, elsewhere)
      let exchange = try #require(elsewhere.asked.withLock { $0.last { $0.url.hasSuffix("/token") } })
      #expect(exchange.authorization == "Basic " + Data("parley:s3%3Acret".utf8).base64EncodedString())
      #expect(exchange.body.contains("code_verifier=") && !exchange.body.contains("client_secret"))

      let thief = house.browser(address: "192.0.2.66")
      #expect(try await thief.get("/sign-in/with/google/callback?code=a&state=b").status == .gone)
      let guessed = try await goes(thief, elsewhere) { $0["state"] = Secret().text }
      #expect(guessed.status == .gone)
      let late = house.browser()
      _ = try await late.get("/sign-in/with/facebook")
      #expect(try await late.get("/sign-in/with/google/callback?code=a&state=b").status == .gone, "begun at another provider")
      #expect(try await thief.get("/sign-in/with/nobody").status == .notFound)
      #expect(try await house.emails() == ["clara@example.com"])
    }
  }

  @Test(
    "P8: an ID token that is not for us, not of now, not of this way or of nobody opens nothing",
    arguments: [
      ("iss", "\"https://evil.example\""), ("aud", "\"another\""), ("aud", "[\"parley\",\"another\"]"), ("azp", "\"another\""),
      ("exp", "1000"), ("nonce", "\"another\""), ("nonce", "none"), ("sub", "\"\""), ("sub", "none"), ("exp", "none"),
    ])
  func token(claim: String, value: String) async throws {
    let elsewhere = Elsewhere()
    try await House.open(.sqlite, elsewhere: elsewhere) { house in
      elsewhere.claims.withLock { $0 = Self.verified.merging([claim: value]) { $1 } }
      let answer = try await goes(house.browser(), elsewhere)
      #expect(answer.status == .serviceUnavailable && answer.body.contains("did not work"))
      #expect(try await house.emails() == [])
      // Several audiences are fine when the token says that it was made for us.
      elsewhere.claims.withLock { $0 = Self.verified.merging(["aud": "[\"parley\",\"x\"]", "azp": "\"parley\""]) { $1 } }
      #expect(try await goes(house.browser(), elsewhere).location == "/profile")
    }
  }

  @Test("A32, P8: an account is connected by an address that the provider has proved, and told so by letter", arguments: House.engines)
  func links(engine: Dialect.Engine) async throws {
    let elsewhere = Elsewhere()
    try await House.open(engine, elsewhere: elsewhere) { house in
      try await house.resident("Clara", email: "Clara@example.com")
      elsewhere.claims.withLock { $0 = Self.verified.merging(["email_verified": "\"true\""]) { $1 } }
      #expect(try await goes(house.browser(), elsewhere).location == "/console")
      #expect(try await house.letters().contains("providerConnected Clara@example.com"))
      #expect(try await house.deeds().contains("account.providerConnected"))
      // Somebody else at the provider who has got that address meanwhile.
      elsewhere.claims.withLock { $0["sub"] = "\"another\"" }
      #expect(try await goes(house.browser(), elsewhere).status == .conflict)
    }
  }

  @Test("P8: an address that nobody has proved connects nothing: a letter asks first", arguments: House.engines)
  func unverified(engine: Dialect.Engine) async throws {
    let elsewhere = Elsewhere()
    try await House.open(engine, elsewhere: elsewhere) { house in
      try await house.resident("Clara", email: "clara@example.com")
      elsewhere.claims.withLock { $0 = Self.verified.merging(["email_verified": "false"]) { $1 } }
      let thief = house.browser()
      #expect(try await goes(thief, elsewhere).location == "/sign-up/sent")
      #expect(try await thief.get("/profile").status == .seeOther)
      #expect(try await house.letters() == ["alreadyRegistered clara@example.com"])

      // Facebook never says that it has proved one.
      elsewhere.me.withLock { $0 = "{\"id\":\"77\",\"first_name\":\"Bruno\",\"email\":\"bruno@example.com\"}" }
      let bruno = house.browser()
      #expect(try await goes(bruno, elsewhere, "/sign-in/with/facebook").location == "/sign-up/sent")
      let asked = elsewhere.asked.withLock { $0.suffix(2) }
      #expect(asked.first?.body.contains("client_secret=hush") == true && asked.last?.authorization == "Bearer opens face")
      #expect(try await house.emails() == ["clara@example.com"])
      let link = try await house.link(in: "confirm")
      #expect(try await house.browser().get(link).status == .forbidden, "only the browser that asked")
      _ = try await bruno.get(link)
      #expect(try await bruno.post(link, []).location == "/profile")
      let again = house.browser()
      #expect(try await goes(again, elsewhere, "/sign-in/with/facebook").location == "/profile")
      elsewhere.me.withLock { $0 = "{\"id\":\"78\"}" }
      #expect(try await goes(house.browser(), elsewhere, "/sign-in/with/facebook").status == .unprocessableContent)
    }
  }

  @Test("P8: a provider leads around nothing: not the second step, not a closed account, not closed doors", arguments: House.engines)
  func noWayAround(engine: Dialect.Engine) async throws {
    let elsewhere = Elsewhere()
    try await House.open(engine, elsewhere: elsewhere) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      elsewhere.claims.withLock { $0 = Self.verified }
      let now = house.clock.now
      try await house.store.write { session in
        try session.insertSecondFactor([1], of: id, at: now)
        try session.confirmSecondFactor(of: id, at: now)
      }
      let clara = house.browser()
      #expect(try await goes(clara, elsewhere).location == "/sign-in/code")
      #expect(try await clara.get("/profile").status == .seeOther)
      try await house.accounts.setActive(false, of: id, by: nil, from: .console)
      #expect(try await goes(house.browser(), elsewhere).status == .forbidden)

      var rules = SignUpRules.standard
      rules.isOpen = [:]
      try await house.accounts.setSignUpRules(rules, by: id, from: .console)
      elsewhere.claims.withLock { $0 = Self.verified.merging(["sub": "\"new\"", "email": "\"new@example.com\""]) { $1 } }
      #expect(try await goes(house.browser(), elsewhere).status == .forbidden)
      #expect(try await house.emails() == ["clara@example.com"])
    }
  }

  @Test("P8: who is signed in connects and disconnects; one name elsewhere belongs to one account", arguments: House.engines)
  func connects(engine: Dialect.Engine) async throws {
    let elsewhere = Elsewhere()
    try await House.open(engine, elsewhere: elsewhere) { house in
      try await house.resident("Clara", email: "clara@example.com")
      try await house.resident("Bruno", email: "bruno@example.com")
      elsewhere.claims.withLock { $0 = ["email": "\"private@example.org\"", "email_verified": "true"] }
      let clara = try await house.signedIn("clara@example.com")
      let bruno = try await house.signedIn("bruno@example.com")
      let way = "/profile/security/with/google"
      #expect(try await goes(clara, elsewhere, way).location == "/profile/security?done=connected")
      #expect(try await goes(house.browser(), elsewhere).location == "/console")
      #expect(try await goes(bruno, elsewhere, way).location == "/profile/security?done=providerTaken")
      #expect(try await bruno.get("/profile/security?done=providerTaken").body.contains("connected with another account"))
      let denied = try await goes(bruno, elsewhere, way) { fields in
        fields["error"] = "access_denied"
        fields["code"] = nil
      }
      #expect(denied.location == "/profile/security?done=providerDenied")
      _ = try await clara.get("/profile/security")
      #expect(
        try await clara.post("/profile/security/providers", [("provider", "google")]).location == "/profile/security?done=disconnected")
      #expect(try await goes(bruno, elsewhere, way).location == "/profile/security?done=connected")
      #expect(try await house.emails() == ["clara@example.com", "bruno@example.com"])
    }
  }

  @Test(
    "P8: the address is also found where the provider keeps it apart, and a provider that fails says so calmly",
    arguments: [Dialect.Engine.sqlite])
  func failures(engine: Dialect.Engine) async throws {
    let elsewhere = Elsewhere()
    try await House.open(engine, elsewhere: elsewhere) { (house: House) async throws -> Void in
      elsewhere.userinfo.withLock { $0 = "{\"sub\":\"another\",\"email\":\"clara@example.com\",\"email_verified\":true}" }
      #expect(try await goes(house.browser(), elsewhere).status == .serviceUnavailable, "claims about somebody else")
      elsewhere.userinfo.withLock { $0 = "{\"sub\":\"248289761001\",\"email\":\"clara@example.com\",\"email_verified\":true}" }
      #expect(try await goes(house.browser(), elsewhere).location == "/profile")
      elsewhere.status.withLock { $0 = 400 }
      #expect(try await goes(house.browser(), elsewhere).status == .serviceUnavailable)
      #expect(try await house.emails() == ["clara@example.com"])
    }
  }
}
