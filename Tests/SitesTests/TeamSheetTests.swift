import Accounts
import Base
import Store
import TestKit
import Testing

@testable import Sites
@testable import Web

/// The sheet on which an administrator assigns many at once, as a browser without scripts sees it.
@Suite struct TeamSheetTests {
  private static let path = TeamsQuery.path

  /// The form of a page: what a browser would send of it.
  private struct Paper {
    var fields: [(String, String)] = []
    var ticked: Set<String> = []
    let text: String

    init(_ page: String) {
      // Names are fenced in by invisible signs.
      text = page.replacing("\u{2068}", with: "").replacing("\u{2069}", with: "")
      for found in page.matches(of: /<input type="hidden" name="(sites|person)" value="([^"]*)">/) {
        fields.append((String(found.1), String(found.2)))
      }
      for found in page.matches(of: /name="on" value="([^"]*)" aria-labelledby="[^"]*" checked>/) { ticked.insert(String(found.1)) }
    }

    var sent: [(String, String)] { fields + ticked.sorted().map { ("on", $0) } }
  }

  private func box(_ account: AccountID, _ site: Site) -> String { "\(account).\(site.id)" }

  private func open(_ browser: Browser, _ query: String = "") async throws -> Paper { Paper(try await browser.get(Self.path + query).body) }

  private func stage(
    _ engine: Dialect.Engine, _ body: (_ house: House, _ harbour: Site, _ lantern: Site) async throws -> Void
  ) async throws {
    try await House.open(engine) { house in
      let harbour = try await house.addHarbour()
      try await body(house, harbour, house.addHarbour { $0.name = "Lantern Books" })
    }
  }

  @Test(
    "E88b: many people and many websites are assigned in one press, each with its line in the audit log, and whoever listens hears of it",
    arguments: Dialect.Engine.allCases)
  func manyAtOnce(engine: Dialect.Engine) async throws {
    try await stage(engine) { house, harbour, lantern in
      try await house.sites.assign(
        Assignment(site: harbour.id, account: House.bruno, pseudonym: "Bo"), by: nil, from: .console)
      let heard = Heard(house.sites.assignmentsChanged)
      let browser = try house.browser("administrator")
      var paper = try await open(browser)
      #expect(paper.ticked == [box(House.bruno, harbour)])
      paper.ticked = [box(House.clara, harbour), box(House.clara, lantern), box(House.bruno, lantern)]
      let answer = try await browser.post(Self.path, paper.sent)
      #expect(answer.location == "\(Self.path)?done=yes")
      let saved = Paper(try await browser.follow(answer).body)
      #expect(saved.text.contains("The teams were saved.") && saved.ticked == paper.ticked)
      #expect(Set(heard.all.map(\.account)) == [House.clara, House.bruno])
      #expect(heard.all.contains { $0.account == House.bruno && $0.site == harbour.id }, "what was taken away is told by its website")
      let lines = try await house.store.read { session in
        try session.rows("SELECT deed, thing, account_id FROM audit_lines WHERE account_id IS NOT NULL ORDER BY id").map {
          "\($0[0] as String) \($0[1] as String) \($0[2] as AccountID)"
        }
      }
      #expect(
        Set(lines) == [
          "site.assigned site.\(harbour.id) \(House.ada)", "site.assigned site.\(lantern.id) \(House.ada)",
          "site.unassigned site.\(harbour.id) \(House.ada)",
        ] && lines.count == 4)
      // Nothing changed: nothing is written, and a name that a website gives stays.
      try await house.sites.assign(Assignment(site: lantern.id, account: House.clara, pseudonym: "Celia"), by: nil, from: .console)
      _ = try await browser.post(Self.path, open(browser).sent)
      #expect(try await house.store.read { try $0.face(of: House.clara, on: lantern.id) }?.name == "Celia")
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE account_id IS NOT NULL") == 4)
    }
  }

  @Test(
    "E88b: of two administrators who save at the same time the second reads what the first changed, and loses nothing that they ticked",
    arguments: Dialect.Engine.allCases)
  func overtaken(engine: Dialect.Engine) async throws {
    try await stage(engine) { house, harbour, lantern in
      try await house.sites.assign(Assignment(site: harbour.id, account: House.bruno), by: nil, from: .console)
      let (first, second) = (try house.browser("administrator"), try house.browser("administrator", address: "192.0.2.8"))
      var (early, late) = (try await open(first), try await open(second))
      early.ticked = [box(House.clara, harbour)]
      late.ticked.formUnion([box(House.clara, lantern)])
      #expect(try await first.post(Self.path, early.sent).location != nil)

      let refused = try await second.post(Self.path, late.sent)
      #expect(refused.status == .conflict)
      let told = Paper(refused.body)
      #expect(told.text.contains("Clara Lindqvist now answers for Harbour Essays."))
      #expect(told.text.contains("Bruno Ferri no longer answers for Harbour Essays."))
      #expect(told.ticked == [box(House.clara, harbour), box(House.clara, lantern)], "the own tick on what is true now")
      #expect(try await house.count("SELECT COUNT(*) FROM assignments") == 1, "nothing was written yet")

      #expect(try await second.post(Self.path, told.sent).location == "\(Self.path)?done=yes")
      #expect(try await open(first).ticked == [box(House.clara, harbour), box(House.clara, lantern)])
    }
  }

  @Test(
    "E88b: whoever saves the same at the same moment, one is served first and nothing is done twice", arguments: Dialect.Engine.allCases)
  func atTheSameMoment(engine: Dialect.Engine) async throws {
    try await stage(engine) { house, harbour, lantern in
      let everything = [House.clara, House.bruno].flatMap { account in [harbour, lantern].map { Seat(account: account, site: $0.id) } }
      let sheet = TeamSheet(people: [House.clara, House.bruno], sites: [harbour.id, lantern.id], was: [], on: Set(everything))
      let saved = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask {
            if case .saved = try await house.sites.seat(sheet, by: nil, from: .console) { true } else { false }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(saved == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM assignments") == 4)
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.assigned'") == 4)
    }
  }

  @Test("E88b: a press ticks all websites of a person or everybody at a website, and saves nothing by itself")
  func wholeLines() async throws {
    try await stage(.sqlite) { house, harbour, lantern in
      let browser = try house.browser("administrator")
      var paper = try await open(browser)
      paper = Paper(try await browser.post(Self.path, paper.sent + [("everySite", House.clara.description)]).body)
      #expect(paper.ticked == [box(House.clara, harbour), box(House.clara, lantern)] && paper.text.contains("Not saved yet"))
      paper = Paper(try await browser.post(Self.path, paper.sent + [("everybody", lantern.id.description)]).body)
      #expect(paper.ticked.count == 3)
      paper = Paper(try await browser.post(Self.path, paper.sent + [("everySite", House.clara.description)]).body)
      #expect(paper.ticked == [box(House.bruno, lantern)], "all of them are ticked: none of them")
      #expect(try await house.count("SELECT COUNT(*) FROM assignments") == 0)
    }
  }

  @Test(
    "E88b: one website and a part of a name choose who stands on the sheet; what does not stand there stays",
    arguments: Dialect.Engine.allCases)
  func chosen(engine: Dialect.Engine) async throws {
    try await stage(engine) { house, harbour, lantern in
      try await house.store.write { try $0.run("UPDATE accounts SET name_key = lower(name)") }
      try await house.sites.assign(Assignment(site: harbour.id, account: House.clara), by: nil, from: .console)
      let browser = try house.browser("administrator")
      var paper = try await open(browser, "?site=\(lantern.id)")
      #expect(paper.ticked == [] && paper.fields.map(\.0) == ["sites", "person", "person"])
      paper.ticked = [box(House.clara, lantern)]
      let answer = try await browser.post("\(Self.path)?site=\(lantern.id)", paper.sent)
      #expect(answer.location == "\(Self.path)?site=\(lantern.id)&done=yes")
      #expect(try await open(browser, "?q=clara").ticked == [box(House.clara, harbour), box(House.clara, lantern)])
      #expect(try await open(browser, "?q=%25").text.contains("Nobody found"))
    }
  }

  @Test("E88b: who is there no more is told, and the rest of what was ticked stays")
  func gone() async throws {
    try await stage(.sqlite) { house, harbour, lantern in
      let browser = try house.browser("administrator")
      var paper = try await open(browser)
      paper.ticked = [box(House.clara, lantern), box(House.bruno, harbour)]
      try await house.store.write { try $0.run("UPDATE accounts SET active = FALSE WHERE id = $1", House.bruno) }
      let refused = try await browser.post(Self.path, paper.sent)
      let told = Paper(refused.body)
      #expect(refused.status == .conflict && told.text.contains("is no longer there"))
      #expect(told.ticked == [box(House.clara, lantern)] && !told.text.contains("Bruno Ferri"))
      #expect(try await house.count("SELECT COUNT(*) FROM assignments") == 0)
      _ = try await browser.post(Self.path, told.sent)
      #expect(try await house.count("SELECT COUNT(*) FROM assignments") == 1)
    }
  }

  @Test("E88b: a sheet of the largest size travels in one form, and one that is larger is refused")
  func size() async throws {
    let people = (1...TeamSheet.peopleLimit).map { AccountID(rawValue: Int64.max - Int64($0)) }
    let sites = (1...TeamSheet.siteLimit).map { SiteID(rawValue: Int64.max - Int64($0)) }
    let fields =
      [("sites", sites.map(\.description).joined(separator: " "))]
      + people.map { person in ("person", ([person.description] + sites.map(\.description)).joined(separator: ".")) }
      + people.flatMap { person in sites.map { ("on", "\(person).\($0)") } }
    let bytes = fields.map { "\($0)=\(FormCoding.encode($1))" }.joined(separator: "&").utf8.count
    #expect(bytes < Form.byteLimit && fields.count < FormCoding.fieldLimit, "\(bytes) bytes in \(fields.count) fields")
    let form = Form(Dictionary(grouping: fields, by: \.0).mapValues { $0.map(\.1) })
    #expect(try TeamSheet(form).was.count == TeamSheet.peopleLimit * TeamSheet.siteLimit)
    let one = Form(["person": (people.map(\.description) + ["7"])])
    #expect(throws: Refusal(.notUnderstood)) { try TeamSheet(one) }
  }

  @Test("E88b, E90a: the sheet is closed to agents, to managers and to those who are not signed in", arguments: ["agent", "manager", nil])
  func closed(role: String?) async throws {
    try await stage(.sqlite) { house, harbour, _ in
      let browser = try house.browser(role)
      let page = try await browser.get(Self.path)
      #expect(role == nil ? page.location?.hasPrefix("/sign-in") == true : page.status == .forbidden)
      let fields = [("sites", "\(harbour.id)"), ("person", "\(House.clara)"), ("on", box(House.clara, harbour))]
      #expect([.forbidden, .unauthorized].contains(try await browser.post(Self.path, fields).status))
      #expect(try await house.count("SELECT COUNT(*) FROM assignments") == 0)
    }
  }

  @Test("P11: the sheet reads in every language, and without a website or an agent it says what comes first", arguments: Language.allCases)
  func languages(language: Language) async throws {
    try await stage(.sqlite) { house, harbour, _ in
      try await house.sites.assign(Assignment(site: harbour.id, account: House.clara), by: nil, from: .console)
      let page = try await house.browser("administrator").get("\(Self.path)?language=\(language.code)&done=yes")
      #expect(page.status == .ok && page.body.contains("<html lang=\"\(language.code)\" dir=\"\(language.direction)\">"))
    }
    try await House.open(.sqlite) { house in
      let page = try await house.browser("administrator").get("\(Self.path)?language=\(language.code)")
      #expect(page.body.contains("href=\"/admin/sites/new\"") && !page.body.contains("name=\"on\""))
    }
  }
}
