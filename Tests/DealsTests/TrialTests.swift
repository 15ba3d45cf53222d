import Access
import Accounts
import Base
import Deals
import Foundation
import Ledger
import Parley
import Sites
import Store
import TestKit
import Testing
import Web

/// The demo without an account, from both sides.
@Suite struct TrialTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]

  /// A browser that nobody is signed in with.
  private final class Guest {
    let house: House
    var cookies: [String: String] = [:]

    init(_ house: House) { self.house = house }

    func get(_ path: String) async throws -> WebAnswer { try await ask("GET", path) }

    /// Sends a form with the token of the page that it stands on.
    func post(_ path: String, _ fields: [(String, String)] = [], from page: String) async throws -> WebAnswer {
      let shown = try await get(page).text
      return try await ask("POST", path, fields + [("form_token", try Self.field("form_token", in: shown))])
    }

    func ask(_ method: String, _ path: String, _ fields: [(String, String)] = []) async throws -> WebAnswer {
      var headers = ["Accept": "text/html", "Origin": House.origin]
      headers["Cookie"] = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
      if method == "POST" { headers["Content-Type"] = "application/x-www-form-urlencoded" }
      let body = fields.map { "\($0.0)=\(FormCoding.encode($0.1))" }.joined(separator: "&")
      let answer = try await WebAnswer.of(method, path, port: house.port, headers, body: Data(body.utf8))
      cookies.merge(answer.cookies) { $1 }
      return answer
    }

    static func field(_ name: String, in html: String) throws -> String {
      let start = try #require(html.range(of: "name=\"\(name)\" value=\""), "\(html.prefix(1500))").upperBound
      return String(html[start...].prefix { $0 != "\"" })
    }

    /// Begins to try it, and says who that is.
    func begins() async throws -> AccountID {
      let answer = try await post("/demo/trial", from: "/demo/trial")
      #expect(answer.headers["location"] == "/experts", "\(answer.status) \(answer.text.prefix(300))")
      let trials = try await house.program.store.read { try $0.rows("SELECT account_id FROM trials ORDER BY account_id DESC LIMIT 1") }
      return try #require(trials.first)[0]
    }

    /// Buys the smallest pack with the test provider, as its page does.
    func buys() async throws {
      let shop = try await get("/buy").text
      let pack = try #require(shop.firstMatch(of: /\/buy\?pack[^"0-9]*([0-9]+)"/)).output.1
      let page = try await get("/buy?pack=\(pack)").text
      let hidden = try ["form_token", "pack", "shown", "purchase"].map { ($0, try Self.field($0, in: page)) }
      let made = try await ask("POST", "/buy", hidden + [("way", "test")])
      let purchase = try #require((made.headers["location"] ?? made.text).firstMatch(of: /purchases\/([0-9]+)/)).output.1
      let paid = try await post("/pay/test/\(purchase)", [("do", "pay")], from: "/pay/test/\(purchase)")
      #expect(paid.status == 303, "\(paid.text.prefix(300))")
    }
  }

  private static func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
    for _ in 0..<300 {
      if try await isSo() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("never: \(what)")
  }

  private static func credits(_ account: AccountID, in house: House) async throws -> Int64 {
    try await house.program.store.read { try $0.wallet(of: account, in: .credits).free }
  }

  private static func emil(in house: House) async throws -> (site: Int64, account: AccountID) {
    let row = try await house.program.store.read { session in
      try session.row(
        """
        SELECT s.site_id, s.account_id FROM assignments s JOIN accounts a ON a.id = s.account_id
        WHERE a.is_expert AND a.email = 'emil@village.example'
        """)
    }
    let found = try #require(row)
    return (found[0], found[1])
  }

  /// Writes a question over the page's own line.
  private static func asks(_ guest: Guest, _ house: House) async throws -> Talker {
    let emil = try await emil(in: house)
    let path = "/experts/\(emil.site)/\(emil.account)"
    let asked = try await guest.post("\(path)/ask", from: path)
    let page = try await guest.get(try #require(asked.headers["location"], "\(asked.status) \(asked.text.prefix(300))"))
    let key = try #require(page.text.firstMatch(of: /key="(session\.[^"]+)"/)?.output.1).description
    let site = try #require(try await house.program.store.read { try $0.site(SiteID(rawValue: emil.site)) })
    let line = try await house.visitor(of: site, showing: key)
    _ = try await line.subscribe()
    _ = try await line.say("How long is a kite's line?")
    return line
  }

  @Test(
    "A45b: without an account somebody chooses, buys with test money, writes and is answered by a script that says so", arguments: engines)
  func flow(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits, demo: true) { house in
      let guest = Guest(house)
      #expect(try await guest.get("/").text.contains("href=\"/demo/trial\""))
      #expect(try await guest.get("/experts").text.contains("href=\"/demo/trial\""))
      let account = try await guest.begins()
      #expect(try await guest.get("/experts").text.contains("You are trying this with test money"))
      try await guest.buys()
      try await Self.until("it is credited") { try await Self.credits(account, in: house) == 3 }
      let line = try await Self.asks(guest, house)
      #expect(try await Self.credits(account, in: house) == 2)
      house.program.clock.advance(milliseconds: 7000)
      try await Self.until("the scripted answer is there") {
        try await house.count(
          "SELECT COUNT(*) FROM entries WHERE by_kind = 'agent' AND CAST(body AS TEXT) LIKE '%scripted answer of the demo%'") == 1
      }
      let told = try await line.line.next { $0.name == "MessageSent" && "\($0)".contains("scripted answer") }
      #expect("\(told)".contains("Emil"))
      #expect(try await house.count("SELECT COUNT(*) FROM holds WHERE captured = 1") == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM letters WHERE address LIKE '%.invalid'") == 0)
      #expect(try await Ledger.examine(house.program.store).findings.isEmpty)
    }
  }

  @Test("A45b: while somebody is signed in as the expert, the answer is theirs", arguments: engines)
  func human(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits, demo: true) { house in
      let guest = Guest(house)
      let account = try await guest.begins()
      try await guest.buys()
      try await Self.until("it is credited") { try await Self.credits(account, in: house) == 3 }
      let emil = try await Self.emil(in: house).account
      let token = try await house.program.accounts.startSession(for: emil, from: .console)
      let person = House.Person(id: emil, cookie: "parley=\(token)", token: token)
      let desk = try await house.console(of: person)
      let line = try await Self.asks(guest, house)
      house.program.clock.advance(milliseconds: 60_000)
      try await Self.until("its job is done") { try await house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'trials.answer'") == 0 }
      #expect(
        try await house.count(
          "SELECT COUNT(*) FROM entries WHERE by_kind = 'agent' AND kind = 'MessageSent' AND CAST(body AS TEXT) LIKE '%scripted%'") == 0)
      _ = try await desk.subscribe(line.topic)
      _ = try await desk.ask("join", on: line.topic)
      _ = try await desk.say("Thirty metres.", on: line.topic)
      #expect(try await house.count("SELECT COUNT(*) FROM holds WHERE captured = 1") == 1)
    }
  }

  @Test("A45b: a trial is erased when its session ends, and after a day; who gave an address stays", arguments: engines)
  func ends(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: "visitor.forms=100000/60", demo: true) { house in
      func isErased(_ account: AccountID) async throws -> Bool {
        let row = try await house.program.store.read { try $0.row("SELECT deleted_at, email FROM accounts WHERE id = $1", account) }
        let at: Moment? = row?[0]
        return at != nil
      }
      let (one, two, three) = (Guest(house), Guest(house), Guest(house))
      let (left, forgot, stays) = (try await one.begins(), try await two.begins(), try await three.begins())
      #expect(try await one.post("/sign-out", from: "/experts").status == 303)
      try await Self.until("who signed out is erased") { try await isErased(left) }
      #expect(try await !isErased(forgot))

      let path = "/demo/trial/keep"
      #expect(try await three.post(path, [("email", "nowhere"), ("password", "kites-fly-high-2026")], from: path).status == 422)
      #expect(try await three.post(path, [("email", "gwen@example.com"), ("password", "short")], from: path).status == 422)
      let sent = try await three.post(path, [("email", "gwen@example.com"), ("password", "kites-fly-high-2026")], from: path)
      #expect(sent.headers["location"] == "\(path)?done=sent", "\(sent.text.prefix(500))")
      let folder = house.program.settings.text(.mailFolder)
      var link = ""
      try await Self.until("the letter is written") {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let texts = files.compactMap { try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
        let joined = texts.joined().replacing("=\r\n", with: "").replacing("=\n", with: "")
        link = joined.firstMatch(of: /\/address\/[0-9a-f]{32}/).map { String($0.output) } ?? ""
        return !link.isEmpty
      }
      #expect(try await three.post(link, from: link).status == 303)
      house.program.clock.advance(milliseconds: 86_401_000)
      try await Self.until("a day is over") { try await isErased(forgot) }
      #expect(try await !isErased(stays))
      let kept = try await house.program.accounts.account(stays)
      #expect(kept?.email == "gwen@example.com")
      #expect(try await house.count("SELECT COUNT(*) FROM letters WHERE address LIKE '%.invalid'") == 0)
    }
  }

  @Test("A45b: without --demo nobody tries anything: neither the page nor a way to it is there", arguments: engines)
  func absent(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house)
      for path in ["/demo/trial", "/demo/trial/keep"] {
        #expect(try await stage.get(path, as: nil).status == 404)
        #expect(try await stage.get(path, as: stage.lina).status == 404)
      }
      #expect(!house.program.routes.rows.contains { $0.path.contains("trial") })
      for path in ["/", "/experts", "/experts/\(stage.site.id)/\(stage.emil.id)"] {
        #expect(try await !stage.get(path, as: nil).text.contains("/demo/"), "\(path)")
      }
    }
  }
}
