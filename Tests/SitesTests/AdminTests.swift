import Accounts
import Base
import Foundation
import Store
import TestKit
import Testing
import Web

@testable import Sites

/// The pages of the administration, as a browser without scripts sees them.
@Suite struct AdminTests {
  private let filled = [
    ("name", "Harbour Essays"), ("domain", "https://Harbour.example/"),
    ("origins", "https://harbour.example\nhttps://www.harbour.example:443"),
    ("hue", "21"), ("position", "start"), ("ours", "end"), ("welcome", "Ahoy"),
    ("language", "auto"), ("timeZone", "Europe/Rome"), ("fileDays", "30"), ("editMinutes", "5"),
    ("formName", "required"), ("formEmail", "required"), ("formPhone", "optional"),
    ("formService", "required"),
    ("services", "Thesis\n\n Editing \nThesis"), ("active", "on"),
  ]

  private func filled(_ changes: [String: String?]) -> [(String, String)] {
    filled.compactMap { field in
      guard let change = changes[field.0] else { return field }
      return change.map { (field.0, $0) }
    }
  }

  /// Opens the form first, as people do, because it carries the token.
  private func post(
    _ browser: Browser, _ path: String, form: String? = nil, _ fields: [(String, String)]
  ) async throws -> Browser.Answer {
    _ = try await browser.get(form ?? path)
    return try await browser.post(path, fields)
  }

  private func addedSite(_ house: House) async throws -> Site {
    try #require(try await house.store.read { session in try session.sites() }.first)
  }

  @Test(
    "P11, E88b: numbers are taken in Arabic and in Persian digits, by fields that any keyboard can fill", arguments: Dialect.Engine.allCases
  )
  func digits(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let browser = try house.browser("administrator")
      let page = try await browser.get("/admin/sites/new").body
      #expect(page.contains("name=\"fileDays\" type=\"text\" inputmode=\"numeric\""))
      _ = try await post(browser, "/admin/sites/new", filled(["fileDays": "٤٥", "editMinutes": "۱۰"]))
      let site = try await addedSite(house)
      #expect(site.fileDays == 45 && site.editMinutes == 10)
      let wrong = try await post(browser, "/admin/sites/new", filled(["name": "Two", "fileDays": "أسبوع"]))
      #expect(wrong.body.contains("from 1 to 3650") && wrong.body.contains("value=\"أسبوع\""))
    }
  }

  @Test(
    "E88b: an administrator adds a site by its form and finds the snippet for its pages",
    arguments: Dialect.Engine.allCases)
  func add(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let browser = try house.browser("administrator")
      #expect(try await browser.get("/admin/sites").body.contains("No sites yet"))
      let answer = try await post(browser, "/admin/sites/new", filled)
      let site = try await addedSite(house)
      #expect(answer.location == "/admin/sites/\(site.id)?done=added")
      #expect(site.name == "Harbour Essays" && site.domain == "harbour.example" && site.active)
      #expect(
        site.origins.map(\.description) == [
          "https://harbour.example", "https://www.harbour.example",
        ])
      #expect(
        site.look == Look(hue: 21, position: .start, ours: .end) && site.timeZone == "Europe/Rome" && site.fileDays == 30
          && site.editMinutes == 5
          && site.language == .visitors)
      #expect(
        site.form
          == LeadForm(phone: .optional, service: .required, services: ["Thesis", "Editing"]))
      let page = try await browser.follow(answer).body
      let snippet =
        "&lt;script src=&quot;\(House.base)/widget.js&quot; data-site=&quot;\(site.key)&quot; async&gt;&lt;/script&gt;"
      #expect(page.contains(snippet))
      #expect(
        page.contains(
          "script-src https://chat.example.com; connect-src https://chat.example.com wss://chat.example.com; img-src https://chat.example.com"
        ))
      #expect(page.contains("The site was added."))
      let list = try await browser.get("/admin/sites").body
      #expect(list.contains("Harbour Essays") && list.contains("/admin/sites/\(site.id)"))
      #expect(try await browser.get("/admin").body.contains("1 site"))
    }
  }

  @Test(
    "E88b: what is wrong in a site's form is told beside its field, and what was typed stays",
    arguments: [
      ("name", "", "Please fill this in."),
      ("name", String(repeating: "n", count: 61), "This is too long."),
      ("domain", "not a domain", "Please give addresses"), ("origins", "", "Please fill this in."),
      ("origins", "https://harbour.example\n*", "Please give addresses"),
      ("origins", "null", "Please give addresses"),
      ("hue", "360", "Please choose a colour"), ("hue", "red", "Please choose a colour"),
      ("position", "middle", "Please choose one"),
      ("language", "de", "Please choose one"), ("timeZone", "Europe/Atlantis", "Please choose one"),
      ("timeZone", "CET+1", "Please choose one"),
      ("fileDays", "0", "from 1 to 3650"), ("fileDays", "3651", "from 1 to 3650"), ("fileDays", "a week", "from 1 to 3650"),
      ("editMinutes", "-1", "from 0 to 1440"), ("editMinutes", "1441", "from 0 to 1440"),
      ("formPhone", "sometimes", "Please choose one"),
      ("welcome", String(repeating: "w", count: 301), "This is too long."),
      ("services", String(repeating: "s", count: 61), "This is too long."),
    ])
  func mistakes(field: String, text: String, problem: String) async throws {
    try await House.open(.sqlite) { house in
      let browser = try house.browser("administrator")
      let answer = try await post(
        browser, "/admin/sites/new",
        filled(["welcome": "Ahoy <b>"].merging([field: text]) { $1 }))
      #expect(answer.status == .unprocessableContent)
      #expect(answer.body.contains(problem))
      #expect(
        answer.body.contains("aria-describedby=\"\(field)")
          && answer.body.contains("id=\"\(field)-error\""))
      #expect(field == "name" || answer.body.contains("value=\"Harbour Essays\""))
      #expect(field == "welcome" || answer.body.contains("value=\"Ahoy &lt;b&gt;\""))
      #expect(try await house.count("SELECT COUNT(*) FROM sites") == 0)
    }
  }

  @Test(
    "E88b: a site is changed, switched off and on again; its key stays",
    arguments: Dialect.Engine.allCases)
  func change(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let browser = try house.browser("administrator")
      let path = "/admin/sites/\(site.id)"
      let answer = try await post(
        browser, path, filled(["name": "Harbour Letters", "active": nil]))
      #expect(answer.location == "\(path)?done=saved")
      #expect(try await browser.follow(answer).body.contains("The settings were saved."))
      let changed = try await addedSite(house)
      #expect(
        changed.key == site.key && changed.id == site.id && changed.name == "Harbour Letters"
          && !changed.active)
      _ = try await post(browser, path, filled)
      #expect(try await addedSite(house).active)
      #expect(try await browser.get("/admin/sites/12").status == .notFound)
      #expect(try await browser.get("/admin/sites/x").status == .notFound)
    }
  }

  @Test(
    "E88b: a site without visitors is deleted; one that was visited is switched off, and nothing said there is lost",
    arguments: Dialect.Engine.allCases)
  func remove(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let browser = try house.browser("administrator")
      let site = try await house.addHarbour()
      let path = "/admin/sites/\(site.id)"
      try await house.sites.assign(Assignment(site: site.id, account: House.clara), by: nil, from: .console)
      #expect(try await browser.get(path).body.contains("\(path)/remove"))
      #expect(
        try await post(browser, "\(path)/remove", form: path, []).location
          == "/admin/sites?done=removed")
      #expect(try await house.count("SELECT COUNT(*) FROM sites") == 0)
      #expect(try await house.sites.site(site.id) == nil)

      let visited = try await house.addHarbour()
      let visitedPath = "/admin/sites/\(visited.id)"
      let sender = Sender(address: "192.0.2.7", language: "en", userAgent: "")
      let id: VisitorID = house.ids.next()
      try await house.store.write { session in
        _ = try session.createVisitor(
          id, site: visited.id, keyDigest: [1], from: sender, at: House.noon)
      }
      #expect(!(try await browser.get(visitedPath).body.contains("\(visitedPath)/remove")))
      let answer = try await post(browser, "\(visitedPath)/remove", form: visitedPath, [])
      #expect(try await browser.follow(answer).body.contains("it was switched off"))
      #expect(try await addedSite(house).active == false)
    }
  }

  @Test(
    "E5: an administrator assigns agents, gives them a name for the site, and takes them out again",
    arguments: Dialect.Engine.allCases)
  func team(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let browser = try house.browser("administrator")
      let path = "/admin/sites/\(site.id)"
      let agents = "/admin/sites/\(site.id)/agents"
      let clara = House.clara.description
      #expect(try await browser.get(path).body.contains("Clara Lindqvist"))
      let assigned = try await post(browser, agents, form: path, [("account", clara)])
      #expect(assigned.location == "\(path)?done=assigned#team")
      #expect(
        try await house.store.read { session in try session.assignments(of: site.id) } == [
          Assignment(site: site.id, account: House.clara)
        ])
      _ = try await post(
        browser, agents, form: path,
        [("account", clara), ("pseudonym", " Celia "), ("avatar", "lotus")])
      #expect(try await browser.get(path).body.contains("Celia"))
      #expect(
        try await house.store.read { session in try session.team(of: site.id) } == [
          Face(account: House.clara, name: "Celia", avatar: "lotus")
        ])

      let wrong = try await post(
        browser, agents, form: path,
        [("account", clara), ("pseudonym", String(repeating: "p", count: 61))])
      #expect(
        wrong.status == .unprocessableContent
          && wrong.body.contains("id=\"pseudonym-\(clara)-error\""))
      #expect(
        try await post(browser, agents, form: path, [("account", clara), ("avatar", "crown")])
          .status == .unprocessableContent)
      #expect(
        try await post(browser, agents, form: path, [("account", House.ada.description)]).status
          == .unprocessableContent)

      #expect(
        try await post(browser, "\(agents)/\(clara)/remove", form: path, []).location
          == "\(path)?done=unassigned")
      #expect(try await house.store.read { session in try session.team(of: site.id) } == [])
    }
  }

  @Test(
    "E83, E88b: every change leaves a line in the audit log that says who, from where and what",
    arguments: Dialect.Engine.allCases)
  func audit(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let browser = try house.browser("administrator")
      _ = try await post(browser, "/admin/sites/new", filled)
      let site = try await addedSite(house)
      let path = "/admin/sites/\(site.id)"
      let clara = House.clara.description
      _ = try await post(browser, path, filled(["active": nil]))
      _ = try await post(browser, "\(path)/agents", form: path, [("account", clara)])
      _ = try await post(browser, "\(path)/agents/\(clara)/remove", form: path, [])
      _ = try await post(browser, "\(path)/remove", form: path, [])
      let lines = try await house.store.read { session in
        try session.rows(
          "SELECT deed, thing, account_id, address, detail FROM audit_lines ORDER BY id"
        ).map(\.values)
      }
      #expect(
        lines.map { $0[0] }
          == ["site.added", "site.changed", "site.assigned", "site.unassigned", "site.removed"].map {
            .text($0)
          })
      #expect(
        lines.allSatisfy {
          $0[1] == .text("site.\(site.id)") && $0[2] == House.ada.sqlValue
            && $0[3] == .text("192.0.2.7")
        })
      let details = try lines.map { try JSONDecoder().decode([String: String].self, from: Data(#require(String.decode($0[4])).utf8)) }
      #expect(details == [["active": "true"], ["active": "false"], ["account": clara], ["account": clara], [:]])
    }
  }

  @Test(
    "E88b: sites are closed to agents, to managers and to those who are not signed in",
    arguments: ["agent", "manager", nil])
  func closed(role: String?) async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour()
      let browser = try house.browser(role)
      for path in ["/admin", "/admin/sites", "/admin/sites/new", "/admin/sites/\(site.id)"] {
        let answer = try await browser.get(path)
        #expect(
          role == nil
            ? answer.location?.hasPrefix("/sign-in") == true : answer.status == .forbidden,
          "\(path)")
      }
      for path in [
        "/admin/sites/new", "/admin/sites/\(site.id)", "/admin/sites/\(site.id)/remove",
        "/admin/sites/\(site.id)/agents",
      ] {
        #expect(
          [.forbidden, .unauthorized].contains(try await browser.post(path, filled).status),
          "\(path)")
      }
      #expect(try await house.count("SELECT COUNT(*) FROM sites") == 1)
    }
  }

  @Test("E77: what somebody typed as a site's or an agent's name is shown as text, never as markup")
  func escaping() async throws {
    try await House.open(.sqlite) { house in
      let evil = "<script>alert(1)</script>\"'&"
      let site = try await house.addHarbour {
        $0.name = evil
        $0.welcome = evil
        $0.form.services = [evil]
      }
      try await house.sites.assign(
        Assignment(site: site.id, account: House.clara, pseudonym: evil), by: nil, from: .console)
      let browser = try house.browser("administrator")
      for path in ["/admin", "/admin/sites", "/admin/sites/\(site.id)"] {
        let page = try await browser.get(path).body
        #expect(!page.contains("<script>alert"))
        #expect(path == "/admin" || page.contains("&lt;script&gt;alert(1)"))
      }
    }
  }

  @Test(
    "P11: the administration reads in every language, right to left in Arabic",
    arguments: Language.allCases)
  func languages(language: Language) async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour()
      let browser = try house.browser("administrator")
      try await house.sites.assign(Assignment(site: site.id, account: House.clara), by: nil, from: .console)
      for path in [
        "/admin", "/admin/sites?done=removed", "/admin/sites/new",
        "/admin/sites/\(site.id)?done=saved",
      ] {
        let page = try await browser.get(
          path + (path.contains("?") ? "&" : "?") + "language=\(language.code)")
        #expect(page.status == .ok)
        #expect(
          page.body.contains("<html lang=\"\(language.code)\" dir=\"\(language.direction)\">"))
      }
    }
  }
}
