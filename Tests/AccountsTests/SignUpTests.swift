import Access
import Accounts
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@Suite struct SignUpTests {
  private static let typed = [("email", "lina@example.com"), ("firstName", "Lina"), ("surname", "Haddad"), ("password", House.password)]

  @Test("A30, B3a, B4: somebody signs up, uses the link in the letter, and is in", arguments: House.engines)
  func signsUp(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let lina = house.browser()
      #expect(try await lina.get("/sign-up").body.contains("Open an account"))
      #expect(try await lina.post("/sign-up", Self.typed).location == "/sign-up/sent")
      #expect(try await house.accounts.account(AccountID(rawValue: 1)) == nil)
      #expect(try await house.emails() == [], "there is no account before the proof")
      let link = try await house.link(in: "confirm")
      #expect(try await lina.get(link).body.contains("lina@example.com"))
      let entered = try await lina.post(link, [])
      #expect(entered.location == "/profile")
      #expect(try await lina.follow(entered).body.contains("Lina Haddad"))
      #expect(try await house.emails() == ["lina@example.com"])
      #expect(try await house.deeds() == ["account.signedUp", "account.signedIn"])
      #expect(try await lina.get("/admin/agents").status == .forbidden, "a customer is not of the team")
      #expect(try await house.browser().get(link).status == .gone, "a link works once")
      _ = try await house.signedIn("lina@example.com")
    }
  }

  @Test("A30: a customer need not give a name, and is then called by the picture", arguments: House.engines)
  func nameless(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let someone = house.browser()
      _ = try await someone.get("/sign-up")
      _ = try await someone.post("/sign-up", [("email", "quiet@example.com"), ("password", House.password)])
      let link = try await house.link(in: "confirm")
      _ = try await someone.get(link)
      _ = try await someone.post(link, [])
      let row = try #require(try await house.store.read { try $0.row("SELECT pseudonym, avatar FROM accounts") })
      #expect((row[0] as String).lowercased() == row[1])
    }
  }

  @Test("B2a, B3b: an expert gives first name and surname; what was typed stays, but for the password", arguments: House.engines)
  func expert(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let someone = house.browser()
      _ = try await someone.get("/sign-up?as=expert")
      let answer = try await someone.post(
        "/sign-up?as=expert", [("email", "x@example.com"), ("surname", "Haddad"), ("password", House.password)])
      #expect(answer.status == .unprocessableContent)
      #expect(answer.body.contains("id=\"firstName-error\"") && answer.body.contains("value=\"Haddad\""))
      #expect(!answer.body.contains(House.password))
      _ = try await someone.post(
        "/sign-up?as=expert",
        [("email", "x@example.com"), ("firstName", "Lina"), ("surname", "Haddad"), ("bio", "Sails."), ("password", House.password)])
      let link = try await house.link(in: "confirm")
      _ = try await someone.get(link)
      _ = try await someone.post(link, [])
      let row = try #require(try await house.store.read { try $0.row("SELECT is_expert, bio, first_name FROM accounts") })
      #expect(row[0] as Bool && row[1] as String == "Sails." && row[2] as String == "Lina")
    }
  }

  @Test("A30, B2a: a form of one's own gives nobody a role", arguments: House.engines)
  func massAssignment(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let thief = house.browser()
      _ = try await thief.get("/sign-up")
      _ = try await thief.post(
        "/sign-up", Self.typed + [("roles", "administrator"), ("is_administrator", "true"), ("role", "agent"), ("confirmed_at", "1")])
      let link = try await house.link(in: "confirm")
      _ = try await thief.get(link)
      _ = try await thief.post(link, [("roles", "administrator")])
      let row = try #require(
        try await house.store.read { try $0.row("SELECT is_administrator, is_agent, is_manager, is_expert FROM accounts") })
      #expect(!(row[0] as Bool) && !(row[1] as Bool) && !(row[2] as Bool) && !(row[3] as Bool))
    }
  }

  @Test("B4: another browser than the one that asked must know the password", arguments: House.engines)
  func otherBrowser(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let thief = house.browser()
      _ = try await thief.get("/sign-up")
      _ = try await thief.post("/sign-up", Self.typed)
      let link = try await house.link(in: "confirm")
      let owner = house.browser()
      #expect(try await owner.get(link).body.contains("type=\"password\""))
      #expect(try await owner.post(link, [("password", "")]).status == .unprocessableContent)
      let wrong = try await owner.post(link, [("password", "seven grey ducks")])
      #expect(wrong.status == .unprocessableContent && wrong.body.contains("id=\"password-error\""))
      #expect(try await house.emails() == [])
      #expect(try await owner.post(link, [("password", House.password)]).location == "/profile")
    }
  }

  @Test("B4: nobody learns from the form whether an address has an account; its owner gets a letter", arguments: House.engines)
  func registeredAlready(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let (one, other) = (house.browser(), house.browser())
      _ = try await one.get("/sign-up")
      _ = try await other.get("/sign-up")
      let known = try await one.post("/sign-up", [("email", "Clara@Example.com"), ("password", House.password)])
      let unknown = try await other.post("/sign-up", [("email", "lina@example.com"), ("password", House.password)])
      #expect(known.status == unknown.status && known.location == unknown.location)
      #expect(try await one.follow(known).body.count == other.follow(unknown).body.count)
      #expect(try await house.letters().sorted() == ["alreadyRegistered Clara@Example.com", "confirm lina@example.com"])
    }
  }

  @Test(
    "B4: a link that is too old opens nothing, and the second of two sign-ups is void once the first is proved", arguments: House.engines)
  func oldLinks(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let lina = house.browser()
      _ = try await lina.get("/sign-up")
      _ = try await lina.post("/sign-up", Self.typed)
      let old = try await house.link(in: "confirm")
      house.minutes(24 * 60 + 1)
      #expect(try await lina.get(old).status == .gone)
      _ = try await lina.get("/sign-up")
      _ = try await lina.post("/sign-up", Self.typed)
      let first = try await house.link(in: "confirm")
      _ = try await lina.get("/sign-up")
      _ = try await lina.post("/sign-up", Self.typed)
      let second = try await house.link(in: "confirm")
      #expect(first != second)
      _ = try await lina.get(second)
      #expect(try await lina.post(second, []).location == "/profile")
      #expect(try await lina.get(first).status == .gone)
      #expect(try await house.emails() == ["lina@example.com"])
    }
  }

  @Test("B4: strangers cannot make us send letters to one address without end", arguments: House.engines)
  func letterLimit(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      for number in 1...6 {
        let browser = house.browser(address: "192.0.2.\(number)")
        _ = try await browser.get("/sign-up")
        let answer = try await browser.post("/sign-up", Self.typed)
        #expect(answer.status == (number <= 5 ? .seeOther : .tooManyRequests))
        if number == 6 { #expect(answer.body.contains("value=\"lina@example.com\"") && answer.headers[.retryAfter] != nil) }
      }
    }
  }

  @Test("A30: which fields are asked, and whether sign-up is open, is for the administrator to say", arguments: House.engines)
  func rules(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let ada = try await house.signedIn("ada@example.com")
      _ = try await ada.get("/admin/sign-up")
      let saved = try await ada.post(
        "/admin/sign-up", [("open-customer", "yes"), ("customer-firstName", "required"), ("customer-surname", "absent")])
      #expect(try await ada.follow(saved).body.contains("Saved."))
      let someone = house.browser()
      let page = try await someone.get("/sign-up").body
      #expect(page.contains("id=\"firstName\" name=\"firstName\" type=\"text\" value=\"\" required") && !page.contains("id=\"surname\""))
      #expect(!page.contains("as=expert"))
      let closed = try await someone.post("/sign-up?as=expert", Self.typed)
      #expect(closed.status == .forbidden)
      _ = try await ada.get("/admin/sign-up")
      _ = try await ada.post("/admin/sign-up", [])
      #expect(try await someone.get("/sign-up").status == .forbidden)
      #expect(try await house.deeds().filter { $0 == "house.signUpRulesChanged" }.count == 2)
    }
  }

  @Test("B4: without mail nobody can sign up, and the page says so")
  func withoutMail() async throws {
    try await House.open(.sqlite, hasMail: false) { house in
      let (signUp, signIn) = (try await house.browser().get("/sign-up"), try await house.browser().get("/sign-in"))
      #expect(signUp.status == .serviceUnavailable && signIn.body.contains("An administrator makes a new link."))
    }
  }
}
