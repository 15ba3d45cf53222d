import Access
import Accounts
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@Suite struct ProfileTests {
  @Test("E89d: somebody changes their own name, pseudonym, picture and language", arguments: House.engines)
  func changes(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let clara = try await house.signedIn("clara@example.com")
      _ = try await clara.get("/profile")
      let answer = try await clara.post(
        "/profile", [("name", "Clara Lindqvist"), ("pseudonym", "Claire"), ("avatar", "poppy"), ("language", "ar")])
      let shown = try await clara.follow(answer)
      for part in ["<html lang=\"ar\" dir=\"rtl\">", "value=\"Claire\"", "value=\"poppy\" checked", "تم الحفظ."] {
        #expect(shown.body.contains(part), "\(part)")
      }
      let account = try #require(try await house.accounts.account(id))
      #expect(account.pseudonym == "Claire" && account.avatar == .poppy && account.language == .arabic && account.roles == [.agent])
    }
  }

  @Test("B7: a name and a pseudonym are kept on one line, at sign-up and later", arguments: House.engines)
  func oneLine(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let clara = try await house.signedIn("clara@example.com")
      _ = try await clara.get("/profile")
      let fields = [("name", "Clara\r\nBcc: evil@example.com"), ("pseudonym", "\u{202E}eirialC"), ("avatar", "poppy"), ("language", "en")]
      #expect(try await clara.post("/profile", fields).status == .seeOther)
      let account = try #require(try await house.accounts.account(id))
      #expect(account.name == "Clara Bcc: evil@example.com" && account.pseudonym == "eirialC")
      #expect(try await clara.post("/profile", [("name", "\n\u{2028}"), ("avatar", "poppy")]).status == .unprocessableContent)

      let noor = house.browser()
      _ = try await noor.get("/sign-up")
      let asked = [("email", "noor@example.com"), ("firstName", "Noor\n"), ("surname", "A\r\nB"), ("password", "seven grey geese")]
      #expect(try await noor.post("/sign-up", asked).status == .seeOther)
      let kept = try await house.store.read { try $0.row("SELECT first_name, surname FROM sign_ups").map { [$0[0], $0[1]] as [String] } }
      #expect(kept == ["Noor", "A B"])
    }
  }

  @Test("E89d: a form of one's own cannot give oneself a role", arguments: House.engines)
  func noSelfMadeRole(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let clara = try await house.signedIn("clara@example.com")
      _ = try await clara.get("/profile")
      _ = try await clara.post("/profile", [("name", "Clara"), ("roles", "administrator"), ("email", "boss@example.com")])
      let account = try #require(try await house.accounts.account(id))
      #expect(account.roles == [.agent] && account.email == "clara@example.com")
      #expect(try await clara.get("/admin/agents").status == .forbidden)
    }
  }

  @Test("B6b, E89d: a new password needs the present one, and ends every session but this", arguments: House.engines)
  func password(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let (here, elsewhere) = (try await house.signedIn("clara@example.com"), try await house.signedIn("clara@example.com"))
      _ = try await here.get("/profile")
      let wrong = try await here.post("/profile/password", [("present", "not this one"), ("password", "a better long one")])
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.body.contains("id=\"present-error\""))
      let weak = try await here.post("/profile/password", [("present", House.password), ("password", "short")])
      #expect(weak.body.contains("id=\"password-error\""))
      let done = try await here.post("/profile/password", [("present", House.password), ("password", "a better long one")])
      #expect(done.location == "/profile?saved=yes")
      #expect(try await here.get("/profile").status == .ok)
      #expect(try await elsewhere.get("/profile").status == .seeOther)
      await #expect(throws: Refusal(.wrongSignIn)) {
        try await house.accounts.signIn(email: "clara@example.com", password: House.password, from: .console)
      }
      _ = try await house.accounts.signIn(email: "clara@example.com", password: "a better long one", from: .console)
    }
  }

  @Test("P11: every page of accounts stands in every language, with all of its values", arguments: Language.allCases)
  func everyPage(language: Language) async throws {
    try await House.open(.sqlite) { house in
      let id = try await house.resident("Ada", email: "ada@example.com", roles: [.administrator, .agent, .manager])
      let clara = try await house.resident("Clara", email: "clara@example.com")
      try await house.accounts.setActive(false, of: clara, by: id, from: .console)
      let link = house.path(of: try await house.accounts.invite(id, by: nil, from: .console))
      let ada = try await house.signedIn("ada@example.com")
      let paths = [
        "/profile?saved=yes", "/admin/agents", "/admin/agents/new", "/admin/agents/\(id)?saved=yes", "/admin/agents/\(clara)", link,
      ]
      for path in paths {
        let answer = try await ada.get(path + (path.contains("?") ? "&" : "?") + "language=\(language.code)")
        #expect(answer.status == .ok, "\(path)")
        #expect(answer.body.contains("<html lang=\"\(language.code)\" dir=\"\(language.direction)\">"))
        #expect(!answer.body.contains("{{") && !answer.body.contains("pages."))
      }
      let signIn = try await house.browser().get("/sign-in?language=\(language.code)&next=/console")
      #expect(signIn.body.contains("lang=\"\(language.code)\""))
    }
  }

  @Test("E88b: of these pages, each is open to those whom its row in the table names, and to nobody else")
  func table() async throws {
    try await House.open(.sqlite) { house in
      #expect(house.routes.undeclared.isEmpty)
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      try await house.resident("Clara", email: "clara@example.com")
      try await house.resident("Mona", email: "mona@example.com", roles: [.manager])
      for (email, mayAdminister) in [("ada@example.com", true), ("clara@example.com", false), ("mona@example.com", false)] {
        let browser = try await house.signedIn(email)
        for row in house.routes.rows where row.method == .get && row.need == .to(.read, .administration) {
          let path = row.path.replacing("{id}", with: "1")
          let status = try await browser.get(path).status
          #expect((status != .forbidden) == mayAdminister, "\(path) as \(email)")
        }
      }
    }
  }

  @Test("B7, B8a, B8b: everybody says what they tell of themselves, and who reads each piece of it", arguments: House.engines)
  func pieces(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await house.resident("Clara Lindqvist", email: "clara@example.com")
      try await house.resident("Bruno", email: "bruno@example.com")
      try await house.resident("Ada", email: "ada@example.com", roles: [.administrator])
      let (hers, his, ada) = (
        try await house.signedIn("clara@example.com"), try await house.signedIn("bruno@example.com"),
        try await house.signedIn("ada@example.com")
      )
      let path = "/people/\(clara)"
      #expect(try await his.get(path).status == .notFound, "nothing is shown before its owner says so")
      #expect(try await hers.get(path).status == .ok)
      _ = try await hers.get("/profile/about")
      let wrong = try await hers.post("/profile/about", [("bio", "Sails."), ("timeZone", "Atlantis/Capital")])
      #expect(wrong.status == .unprocessableContent && wrong.body.contains("Sails.") && wrong.body.contains("id=\"timeZone-error\""))
      let typed = [
        ("bio", "Sails <b>boats</b>."), ("interests", "Sailing, Maps,, sailing ,  Tea"), ("timeZone", "Africa/Tunis"),
        ("see-name", "nobody"),
        ("see-bio", "everybody"), ("see-interests", "signedIn"), ("see-languageAndZone", "signedIn"),
      ]
      #expect(try await hers.post("/profile/about", typed).location == "/profile/about?saved=yes")
      #expect(try await his.get(path).status == .notFound, "B8a: a private profile stays private, whatever its pieces say")
      _ = try await hers.post("/profile/about", typed + [("isPublic", "yes")])
      let (strangers, colleagues, hersNow, adas) = (
        try await house.browser().get(path).body, try await his.get(path).body, try await hers.get(path).body, try await ada.get(path).body
      )
      for (page, sees) in [
        (strangers, ["bio"]), (colleagues, ["bio", "interests", "zone"]), (hersNow, ["name", "bio", "interests", "zone"]),
        (adas, ["name", "bio", "interests", "zone"]),
      ] {
        #expect(page.contains("Lindqvist</h1>") == sees.contains("name"))
        #expect(page.contains("Sails &lt;b&gt;boats") == sees.contains("bio"))
        #expect(page.contains(">Maps</span>") == sees.contains("interests"))
        #expect(page.contains("Africa/Tunis") == sees.contains("zone"))
      }
      #expect(!hersNow.contains(">sailing</span>"), "an interest is told once")
    }
  }
}
