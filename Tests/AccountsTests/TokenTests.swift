import Access
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@testable import Accounts

@Suite struct TokenTests {
  private static let path = "/profile/tokens"

  private func clara(in house: House) async throws -> Browser {
    try await house.resident("Clara", email: "clara@example.com")
    return try await house.signedIn("clara@example.com")
  }

  private func make(
    _ browser: Browser, _ name: String = "Nightly export", scopes: [String] = ["chats.read"], days: String = "90", password: String? = nil
  ) async throws -> Browser.Answer {
    _ = try await browser.get(Self.path)
    let fields = [("name", name), ("days", days)] + scopes.map { ("scopes", $0) } + (password.map { [("present", $0)] } ?? [])
    return try await browser.post(Self.path, fields)
  }

  private func token(in page: String) throws -> String {
    String(try #require(page.firstMatch(of: /<code id="token">(parley_[A-Za-z0-9_-]{43})<\/code>/)).output.1)
  }

  private func me(_ house: House, _ token: String) async throws -> HTTPResponse.Status {
    try await house.browser().ask(.get, "/api/v1/me", [.authorization: "Bearer \(token)"], body: "").status
  }

  @Test("P7, E76: a token is shown once, kept as a digest, listed with its use, and revoked", arguments: House.engines)
  func life(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      let made = try await make(clara)
      let token = try token(in: made.body)
      #expect(made.headers[.cacheControl] == "no-store")
      let page = try await clara.get(Self.path).body
      #expect(page.contains("Nightly export") && page.contains("not used yet") && !page.contains(token))
      let kept = try await house.store.read { try $0.rows("SELECT token_digest, name, scopes FROM personal_tokens") }
      #expect(kept.count == 1 && kept[0][0] == Secret.digest(of: token))
      #expect(try await me(house, token) == .ok)
      #expect(try await !clara.get(Self.path).body.contains("not used yet"))
      #expect(try await house.letters().contains("tokenMade clara@example.com"))

      let id = try #require(page.firstMatch(of: /name="token" value="([0-9]+)"/)).output.1
      try await house.resident("Bruno", email: "bruno@example.com")
      let bruno = try await house.signedIn("bruno@example.com")
      _ = try await bruno.get(Self.path)
      _ = try await bruno.post("\(Self.path)/revoke", [("token", String(id))])
      #expect(try await me(house, token) == .ok, "nobody revokes what is not theirs")
      let heard = Heard<Accounts.Revocation>()
      house.accounts.revoked.subscribe { await heard.add($0) }
      #expect(try await clara.post("\(Self.path)/revoke", [("token", String(id))]).location == "\(Self.path)?done=revoked")
      #expect(await heard.facts.map(\.session) == [Secret.digest(of: token)])
      #expect(try await me(house, token) == .unauthorized)
      let deeds = try await house.deeds()
      #expect(deeds.contains("account.tokenMade") && deeds.last == "account.tokenRevoked")
      #expect(try await clara.post("\(Self.path)/revoke", [("token", "x")]).status == .seeOther)
    }
  }

  @Test("P7: a token says what it is for, what it may and how long; writing comes with reading", arguments: [Dialect.Engine.sqlite])
  func wishes(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      for (name, scopes, days, field) in [
        (" ", ["chats.read"], "90", "name-error"), ("x", [], "90", "scopes-error"), ("x", ["everything"], "90", "scopes-error"),
        ("x", ["chats.read"], "9999", "need another look"),
      ] {
        let answer = try await make(clara, name, scopes: scopes, days: days)
        #expect(answer.status == .unprocessableContent && answer.body.contains(field), "\(field)")
      }
      _ = try token(in: try await make(clara, scopes: ["chats.write"], days: "30").body)
      #expect(try await clara.get(Self.path).body.contains("chats.read, chats.write"))
      for _ in 1..<PersonalToken.limit { _ = try await make(clara) }
      let full = try await make(clara)
      #expect(full.status == .conflict && full.body.contains("There are 20 already"))
    }
  }

  @Test("P7: after a quarter of an hour a token costs the password", arguments: House.engines)
  func password(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      house.minutes(16)
      #expect(try await clara.get(Self.path).body.contains("name=\"present\""))
      #expect(try await make(clara).body.contains("present-error"))
      #expect(try await make(clara, password: "guess").status == .unprocessableContent)
      _ = try token(in: try await make(clara, password: House.password).body)
    }
  }

  @Test("P7: a token ends on its day, stays in the list for a month, and goes with its account", arguments: House.engines)
  func ends(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      let token = try token(in: try await make(clara, days: "30").body)
      house.days(29)
      #expect(try await me(house, token) == .ok)
      house.days(1)
      #expect(try await me(house, token) == .unauthorized)
      let again = try await house.signedIn("clara@example.com")
      #expect(try await again.get(Self.path).body.contains("has ended"))
      let jobs = Jobs(ids: IDMaker(node: 2), clock: house.clock)
      try await house.accounts.prepare(jobs)
      house.days(31)
      _ = try await JobRunner(store: house.store, jobs: jobs, handlers: house.accounts.jobHandlers(jobs)).runDue()
      func left() async throws -> Int? { try await house.store.read { try $0.row("SELECT COUNT(*) FROM personal_tokens")?[0] } }
      #expect(try await left() == 0)
      _ = try await make(try await house.signedIn("clara@example.com"))
      #expect(try await left() == 1)
      let id = try #require(try await house.store.read { try $0.account(emailKey: "clara@example.com") }).account.id
      try await house.accounts.erase(id, by: nil, from: .console)
      #expect(try await left() == 0)
    }
  }

  @Test("P7, E76: a token opens no page and changes no setting, and cookies beside it do not count", arguments: [Dialect.Engine.sqlite])
  func pages(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      let token = try token(in: try await make(clara, scopes: ["chats.write", "notices.read"]).body)
      let bearer: HTTPFields = [.authorization: "Bearer \(token)"]
      for path in ["/profile", "/profile/security", "/profile/tokens", "/admin/audit", "/sign-in"] {
        // With the session's cookie, which opens them all.
        let answer = try await clara.get(path, bearer)
        #expect(answer.status == .forbidden && answer.headers[.wwwAuthenticate]?.contains("insufficient_scope") == true, "\(path)")
      }
      var form = bearer
      form[.contentType] = "application/x-www-form-urlencoded"
      let body = "form_token=\(clara.formToken ?? "")&name=x&scopes=chats.read&days=365"
      #expect(try await clara.ask(.post, Self.path, form, body: body).status == .forbidden)
      #expect(try await clara.get("/profile").status == .ok)
    }
  }
}
