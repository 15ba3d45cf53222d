import Access
import Accounts
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@Suite struct PeopleTests {
  @Test("E4: an administrator adds an agent and is shown a link, the agent sets a password with it and is in", arguments: House.engines)
  func invites(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let ada = try await house.signedIn("ada@example.com")
      _ = try await ada.get("/admin/agents/new")
      let shown = try await ada.post(
        "/admin/agents", [("name", "Nadia Haddad"), ("email", "nadia@example.com"), ("avatar", "olive"), ("roles", "agent")])
      let link = try #require(shown.body.firstMatch(of: /<code id="one-time-link">http:\/\/localhost:8080([^<]+)<\/code>/)?.output.1)
      let nadia = house.browser()
      #expect(try await nadia.get(String(link)).body.contains("nadia@example.com"))
      let entered = try await nadia.post(
        String(link), [("name", "Nadia Haddad"), ("pseudonym", "Noor"), ("password", House.password)])
      #expect(entered.location == "/console")
      let profile = try await nadia.get("/profile")
      #expect(profile.body.contains("value=\"Noor\""))
      #expect(profile.body.contains("value=\"olive\" checked"))
      #expect(Set(try await house.deeds()).isSuperset(of: ["account.created", "account.invited", "account.invitationAccepted"]))
    }
  }

  @Test("E4: a link opens an account once, for seven days, and only the newest one does", arguments: House.engines)
  func oneTime(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.accounts.create(AccountDraft(name: "Nadia", email: "nadia@example.com"), by: nil, from: .console)
      let first = house.path(of: try await house.accounts.invite(id, by: nil, from: .console))
      let second = house.path(of: try await house.accounts.invite(id, by: nil, from: .console))
      #expect(try await house.browser().get(first).status == .gone)
      let nadia = house.browser()
      _ = try await nadia.get(second)
      let fields = [("name", "Nadia"), ("pseudonym", ""), ("password", House.password)]
      #expect(try await nadia.post(second, fields).status == .seeOther)
      let thief = house.browser()
      #expect(try await thief.get(second).status == .gone)
      _ = try await thief.get("/sign-in")
      #expect(try await thief.post(second, fields).status == .gone)
      let third = house.path(of: try await house.accounts.invite(id, by: nil, from: .console))
      house.days(8)
      #expect(try await house.browser().get(third).status == .gone)
      #expect(try await house.browser().get("/invitation/guess").status == .gone)
    }
  }

  @Test(
    "E76: a password is long, not everybody's and not the owner's address; what else was typed stays",
    arguments: [
      ("short", "at least 10 characters"), ("password123", "easy to guess"), ("abcdefghijkl", "easy to guess"),
      ("aaaaaaaaaaaa", "easy to guess"),
      ("Nadia@Example.com", "easy to guess"), ("", "Please fill this in"),
    ])
  func passwordRules(password: String, problem: String) async throws {
    try await House.open(.sqlite) { house in
      let id = try await house.accounts.create(AccountDraft(name: "Nadia", email: "nadia@example.com"), by: nil, from: .console)
      let link = house.path(of: try await house.accounts.invite(id, by: nil, from: .console))
      let browser = house.browser()
      _ = try await browser.get(link)
      let answer = try await browser.post(link, [("name", "Nadia <b>"), ("pseudonym", "Noor"), ("password", password)])
      #expect(answer.status == .unprocessableContent)
      #expect(answer.body.contains(problem))
      #expect(answer.body.contains("id=\"password-error\""))
      #expect(answer.body.contains("value=\"Nadia &lt;b&gt;\"") && answer.body.contains("value=\"Noor\""))
      #expect(password.isEmpty || !answer.body.contains("value=\"\(password)\""))
    }
  }

  @Test("E88b: a form of a person that has faults comes back as it was typed, each fault at its field", arguments: House.engines)
  func faults(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let ada = try await house.signedIn("ada@example.com")
      _ = try await ada.get("/admin/agents/new")
      let faulty = try await ada.post("/admin/agents", [("name", ""), ("email", "nadia"), ("pseudonym", "Noor"), ("avatar", "iris")])
      #expect(faulty.status == .unprocessableContent)
      for part in [
        "id=\"name-error\"", "id=\"email-error\"", "value=\"nadia\"", "value=\"Noor\"", "value=\"iris\" checked",
      ] {
        #expect(faulty.body.contains(part), "\(part)")
      }
      let taken = try await ada.post("/admin/agents", [("name", "Ada"), ("email", "ADA@example.com"), ("roles", "agent")])
      #expect(taken.status == .unprocessableContent)
      #expect(taken.body.contains("There is an account with this address already."))
    }
  }

  @Test("E88b: a deactivated account is out at once, everywhere, and back in when activated", arguments: House.engines)
  func deactivates(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let clara = try await house.resident("Clara", email: "clara@example.com")
      let (ada, agent) = (try await house.signedIn("ada@example.com"), try await house.signedIn("clara@example.com"))
      let heard = Heard<Accounts.Revocation>()
      house.accounts.revoked.subscribe { await heard.add($0) }
      _ = try await ada.get("/admin/agents/\(clara)")
      #expect(try await ada.post("/admin/agents/\(clara)/deactivate", []).status == .seeOther)
      #expect(try await agent.get("/profile").status == .seeOther)
      #expect(await heard.facts.contains { $0.account == clara && $0.session == nil })
      await #expect(throws: Refusal(.accountInactive)) {
        try await house.accounts.signIn(email: "clara@example.com", password: House.password, from: .console)
      }
      #expect(try await ada.post("/admin/agents/\(clara)/activate", []).status == .seeOther)
      _ = try await house.signedIn("clara@example.com")
      #expect(Set(try await house.deeds()).isSuperset(of: ["account.deactivated", "account.activated"]))
    }
  }

  @Test("E88b: the last administrator stays one", arguments: House.engines)
  func lastAdministrator(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let ada = try await house.signedIn("ada@example.com")
      _ = try await ada.get("/admin/agents/\(id)")
      let refused = try await ada.post("/admin/agents/\(id)/deactivate", [])
      #expect(refused.status == .conflict)
      #expect(refused.body.contains("This is the last administrator."))
      #expect(
        try await ada.post("/admin/agents/\(id)", [("name", "Ada"), ("email", "ada@example.com"), ("roles", "agent")]).status == .conflict)
      #expect(try await house.accounts.account(id)?.roles == [.administrator])
      try await house.resident("Berta", email: "berta@example.com", roles: [.administrator])
      #expect(try await ada.post("/admin/agents/\(id)/deactivate", []).status == .seeOther)
    }
  }

  @Test("E88b: of two administrators who put each other out at the same moment, one stays", arguments: House.engines)
  func bothAtOnce(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let ada = try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let berta = try await house.resident("Berta", email: "berta@example.com", roles: [.administrator])
      let accounts = house.accounts
      async let first: Void? = try? accounts.setActive(false, of: ada, by: berta, from: .console)
      async let second: Void? = try? accounts.setActive(false, of: berta, by: ada, from: .console)
      let done = [await first, await second].compactMap(\.self).count
      #expect(done == 1)
    }
  }

  @Test("E76: changed roles end all sessions, and whoever changed their own gets a new token", arguments: House.engines)
  func rolesChange(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let clara = try await house.resident("Clara", email: "clara@example.com")
      let (ada, agent) = (try await house.signedIn("ada@example.com"), try await house.signedIn("clara@example.com"))
      _ = try await ada.get("/admin/agents/\(clara)")
      _ = try await ada.post(
        "/admin/agents/\(clara)", [("name", "Clara"), ("email", "clara@example.com"), ("roles", "agent"), ("roles", "manager")])
      #expect(try await agent.get("/profile").status == .seeOther)
      let before = ada.cookies["parley"]
      _ = try await ada.post(
        "/admin/agents/\(id)", [("name", "Ada"), ("email", "ada@example.com"), ("roles", "agent"), ("roles", "administrator")])
      #expect(ada.cookies["parley"] != before)
      #expect(try await ada.get("/admin/agents").status == .ok)
      #expect(try await house.deeds().contains("account.rolesChanged"))
    }
  }

  @Test("E4: the list names everybody with picture, roles, status and when they were last seen, fifty on a page", arguments: House.engines)
  func list(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let ada = try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      for number in 1...55 {
        let draft = AccountDraft(name: "Person \(number + 100)", email: "person\(number)@example.com", avatar: .lotus)
        _ = try await house.accounts.create(draft, by: ada, from: .console)
      }
      try await house.accounts.setStatus(.away, of: ada)
      try await house.accounts.touch(ada)
      let invited = try #require(try await house.accounts.agents().first { $0.name == "Person 101" })
      _ = try await house.accounts.invite(invited.id, by: ada, from: .console)
      let browser = try await house.signedIn("ada@example.com")
      let first = try await browser.get("/admin/agents")
      for part in ["56 people", "data-presence=\"away\"", "data-avatar=\"lotus\"", "2026-11-21T00:00:00Z", "Invited", "?page=2"] {
        #expect(first.body.contains(part), "\(part)")
      }
      #expect(first.body.components("<tr>") == 51)
      let second = try await browser.get("/admin/agents?page=2")
      #expect(second.body.components("<tr>") == 7)
      #expect(!second.body.contains("Invited"), "who was not given a link is not said to be invited")
      #expect(second.body.contains("?page=1"))
    }
  }

  @Test("E4: a status is told to those who listen", arguments: House.engines)
  func status(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await house.resident("Clara", email: "clara@example.com")
      let heard = Heard<Accounts.StatusChange>()
      house.accounts.statusChanged.subscribe { await heard.add($0) }
      try await house.accounts.setStatus(.online, of: clara)
      #expect(await heard.facts.map(\.status) == [.online])
      let account = try #require(try await house.accounts.account(clara))
      #expect(account.status == .online && account.lastSeenAt == nil, "a status is not a visit")
      house.minutes(5)
      try await house.accounts.touch(clara)
      #expect(try await house.accounts.account(clara)?.lastSeenAt == House.noon.adding(seconds: 300))
    }
  }

  @Test("E5: a signed-in agent is known with the sites that are assigned", arguments: House.engines)
  func sites(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await house.resident("Clara", email: "clara@example.com")
      try await house.store.write { session in
        try session.run(
          """
          INSERT INTO sites (id, widget_key, name, domain, hue, position, ours, welcome, language, time_zone, form_fields, service_types, active,
            created_at)
          VALUES (2, 'k', 'Harbour Essays', 'harbour.example', 178, 'end', 'end', '', 'auto', 'Europe/Paris', '{}', '{"list":[]}', $1, 0)
          """, true)
        try session.run("INSERT INTO assignments (site_id, account_id) VALUES (2, $1)", clara)
      }
      let browser = try await house.signedIn("clara@example.com")
      let actor = try await house.accounts.member(of: browser.cookies["parley"] ?? "")
      #expect(actor == .account(.init(id: clara, roles: [.agent], sites: [SiteID(rawValue: 2)])))
    }
  }

  @Test("E88b: the command makes the first administrator, and opens the way back for one who was locked out", arguments: House.engines)
  func firstAdministrator(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let link = house.path(of: try await house.accounts.createAdministrator(email: "ada@example.com", name: "Ada"))
      let ada = house.browser()
      _ = try await ada.get(link)
      #expect(try await ada.post(link, [("name", "Ada"), ("pseudonym", ""), ("password", House.password)]).location == "/admin")
      let again = house.path(of: try await house.accounts.createAdministrator(email: "ADA@example.com", name: "Ada"))
      #expect(try await house.browser().get(again).status == .ok)
      #expect(try await ada.get("/admin/agents").body.contains("1 person"))
    }
  }
}

extension String {
  /// How often a piece stands in this text.
  func components(_ piece: String) -> Int { ranges(of: piece).count }

  @Test("B72a: the administrator finds accounts by part of a name or an address, and by what they are", arguments: House.engines)
  func search(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      for (name, email, roles) in [
        ("Élodie Martin", "elodie@example.com", Set<Role>()), ("Bruno 100%_x", "bruno@example.com", [.agent]),
        ("Mona", "m@else.example", [.expert]),
      ] {
        _ = try await house.accounts.create(AccountDraft(name: name, email: email, roles: roles), by: nil, from: .console)
      }
      let ada = try await house.signedIn("ada@example.com")
      for (query, expected) in [
        ("q=%C3%89LOD", ["Élodie Martin"]), ("q=else.ex", ["Mona"]), ("q=0%25_", ["Bruno 100%_x"]), ("q=zz", []),
        ("who=customer", ["Élodie Martin"]),
        ("who=expert", ["Mona"]), ("who=team", ["Ada", "Bruno 100%_x"]), ("who=team&q=bruno", ["Bruno 100%_x"]), ("who=inactive", []),
      ] as [(String, [String])] {
        let page = try await ada.get("/admin/agents?\(query)").body
        let found = ["Ada", "Élodie Martin", "Bruno 100%_x", "Mona"].filter { page.contains(">\($0)</a>") }
        #expect(found == expected, "\(query)")
      }
    }
  }

  @Test("B72b: deleting shows what it does, wants the address typed, and leaves nobody behind", arguments: House.engines)
  func deletes(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let clara = try await house.resident("Clara", email: "clara@example.com")
      let (ada, hers) = (try await house.signedIn("ada@example.com"), try await house.signedIn("clara@example.com"))
      let page = try await ada.get("/admin/agents/\(clara)/delete")
      #expect(page.body.contains("2 sessions end at once") && page.body.contains("Type clara@example.com"))
      let wrong = try await ada.post("/admin/agents/\(clara)/delete", [("email", "ada@example.com")])
      #expect(wrong.status == .unprocessableContent && wrong.body.contains("id=\"email-error\""))
      let done = try await ada.post("/admin/agents/\(clara)/delete", [("email", "Clara@example.com")])
      #expect(try await ada.follow(done).body.contains("The account is deleted."))
      #expect(try await hers.get("/profile").status == .seeOther)
      #expect(!(try await ada.get("/admin/agents").body.contains("Clara")))
      let kept = try await house.store.read { session in
        try session.rows("SELECT email, name, pseudonym, password_hash FROM accounts WHERE id = $1", clara).map { row in
          [row[0], row[1], row[2], row[3] ?? ""] as [String]
        }
      }
      #expect(kept == [["deleted-\(clara)@accounts.invalid", "", "", ""]])
      await #expect(throws: Refusal(.wrongSignIn)) {
        try await house.accounts.signIn(email: "clara@example.com", password: House.password, from: .console)
      }
      try await house.resident("Another Clara", email: "clara@example.com")
    }
  }

  @Test("B72b: the last administrator cannot be deleted, and nobody deletes themselves here", arguments: House.engines)
  func keepsAnAdministrator(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let ada = try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      await #expect(throws: Refusal(.lastAdministrator)) { try await house.accounts.erase(ada, by: nil, from: .console) }
      await #expect(throws: Refusal(.notAllowed)) { try await house.accounts.erase(ada, by: ada, from: .console) }
      #expect(try await house.accounts.account(ada)?.active == true)
    }
  }

  @Test(
    "E88b: what a new person may is chosen and never assumed, and what is missing is said with everything else", arguments: House.engines)
  func choosesRoles(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let ada = try await house.signedIn("ada@example.com")
      let page = try await ada.get("/admin/agents/new").body
      #expect(page.components("name=\"roles\"") == 5 && !page.contains(/name="roles" value="[a-z]*" checked/))
      let typed = [("name", "Nadia Haddad"), ("email", "nadia@example.com"), ("avatar", "olive")]
      let refused = try await ada.post("/admin/agents", typed)
      #expect(refused.status == .unprocessableContent)
      #expect(refused.body.contains("id=\"roles-error\"") && refused.body.contains("at least one of these"))
      #expect(refused.body.contains("value=\"Nadia Haddad\""))
      let twice = try await ada.post("/admin/agents", [("name", ""), ("email", "nadia"), ("avatar", "olive")]).body
      #expect(twice.contains("id=\"name-error\"") && twice.contains("id=\"roles-error\""))
      let faulty = try await ada.post(
        "/admin/agents", [("name", ""), ("email", "n@example.com"), ("avatar", "olive"), ("roles", "customer")])
      #expect(faulty.body.contains("value=\"customer\" checked") && !faulty.body.contains("id=\"roles-error\""))
      #expect(try await ada.post("/admin/agents", typed + [("roles", "customer")]).body.contains("one-time-link"))
      #expect(try await ada.get("/admin/agents?who=customer").body.contains("Nadia Haddad"))
    }
  }

  @Test("P8, B77b: what no account did is told of the server, or of somebody who was not signed in", arguments: House.engines)
  func doers(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let ada = try await house.signedIn("ada@example.com")
      let stranger = house.browser()
      _ = try await stranger.get("/sign-in")
      _ = try await stranger.post("/sign-in", [("email", "ada@example.com"), ("password", "not this one")])
      let page = try await ada.get("/admin/audit").body
      #expect(page.contains("Parley (on the server)"), "it made the account")
      #expect(page.contains("somebody who was not signed in") && !page.contains("unknown"))
    }
  }

  @Test("P8, B77b: the record tells who did what to whom, newest first, of everybody or of one", arguments: House.engines)
  func record(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let clara = try await house.resident("Clara", email: "clara@example.com")
      let ada = try await house.signedIn("ada@example.com")
      _ = try await ada.get("/admin/agents/\(clara)")
      _ = try await ada.post("/admin/agents/\(clara)/deactivate", [])
      let all = try await ada.get("/admin/audit").body
      #expect(all.contains("deactivated") && all.contains("signed in") && all.contains("192.0.2.7"))
      let hers = try await ada.get("/admin/audit?account=\(clara)").body
      #expect(hers.contains("deactivated") && hers.components("<tr>") < all.components("<tr>"))
      for number in 1...60 { try await house.accounts.setActive(number.isMultiple(of: 2), of: clara, by: nil, from: .console) }
      let first = try await ada.get("/admin/audit").body
      let older = try #require(first.firstMatch(of: /href="(\/admin\/audit\?below=[^"]+)"/)?.output.1)
      #expect(first.components("<tr>") == AuditTable.page + 1)
      #expect(try await ada.get(String(older).replacing("&amp;", with: "&")).body.contains("signed in"))
    }
  }
}

private enum AuditTable { static let page = 50 }
