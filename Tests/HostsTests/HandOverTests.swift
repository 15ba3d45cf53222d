import Accounts
import Base
import Foundation
import Parley
import Sites
import Store
import TestKit
import Testing

@testable import Hosts

/// Customers and experts of a marketplace whose pages embed the house.
@Suite("Handed over by a website")
struct HandOverTests {
  private static func open(
    _ engine: Dialect.Engine, clock: WallClock = .system(), _ body: @escaping @Sendable (HostHouse) async throws -> Void
  )
    async throws
  {
    try await House.open(engine, clock: clock, limits: HostHouse.limits) { house in try await body(try await HostHouse(house)) }
  }

  @Test("C1: a customer and an expert whom a website hands over talk in their paid thread", arguments: Dialect.Engine.allCases)
  func talk(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { host in
      let vera = try await host.enters(.expert, "p-4")
      #expect(vera["role"]?.string == "expert")
      #expect(vera["thread"] == .null || vera["thread"] == nil)
      let nadia = try await host.enters(.customer, "c-17")
      try await host.give(3, to: try #require(nadia["account"]?.string))
      let key = try #require(nadia["thread"]?["key"]?.string)
      #expect(nadia["configuration"]?["site"]?["name"]?.string == "Northern Stars")
      let page = try await host.house.visitor(of: host.site, showing: key)
      _ = try await page.subscribe()
      let desk = try await host.house.frame(with: try #require(vera["token"]?.string))
      #expect(try await desk.subscribe("threads.\(desk.id)@\(host.site.id)").name == "Snapshot")
      #expect(try await page.say("Shall I move?").name == "Acknowledged")
      _ = try await desk.line.next("NewVisitorJoined")
      _ = try await desk.subscribe(page.topic)
      #expect(try await desk.ask("join", on: page.topic).name == "Done")
      #expect(try await desk.say("The tenth house says yes.", on: page.topic).name == "Acknowledged")
      _ = try await page.line.next("MessageSent") { $0["body"]?["text"]?.string == "The tenth house says yes." }
      let balance = try await host.house.frame(with: try #require(nadia["token"]?.string), watch: true)
      #expect(try await balance.subscribe("wallet.\(balance.id)").name == "Snapshot")
      // Older entries, by the same token.
      let conversation = page.topic.dropFirst("chat.".count)
      let older = try await WebAnswer.of(
        "GET", "/api/v1/chats/\(conversation)/entries", port: host.house.port,
        ["Authorization": "Bearer \(try #require(vera["token"]?.string))"])
      #expect(older.status == 200)
    }
  }

  @Test("C1: nothing but a fresh token of the website itself lets anybody in", arguments: Dialect.Engine.allCases)
  func refusals(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { host in
      _ = try await host.enters(.expert, "p-4")
      func why(_ change: (inout HostToken) -> Void = { _ in }, signedWith secret: String? = nil, at site: Site? = nil) async throws
        -> String
      {
        var token = host.token(.customer, "c-17", at: site)
        change(&token)
        let answer = try await host.handOver(token, signedWith: secret, at: site)
        #expect(answer.status == 401, "\(answer.text.prefix(200))")
        #expect(answer.reason == "hostTokenInvalid")
        return answer.json?["text"]?.string ?? answer.text
      }
      let now = machineTime().milliseconds / 1000
      #expect(try await why { ($0.iat, $0.exp) = (now - 200, now - 100) }.contains("(exp)"))
      #expect(try await why { $0.exp = now + 3600 }.contains("(exp)"))
      #expect(try await why { $0.exp = now + 301 }.contains("(iat)"), "five minutes are the most")
      #expect(try await why { $0.iat = .min }.contains("(iat)"), "no number that is signed stops the program")
      #expect(try await why { $0.exp = .max }.contains("(exp)"))
      #expect(try await why { $0.aud = "https://elsewhere.example" }.contains("(aud)"))
      #expect(try await why { $0.expert = nil }.contains("(expert)"))
      #expect(try await why(signedWith: "another secret").contains("(signature)"))
      #expect(try await why { ($0.role, $0.sub) = (.customer, "p-4") }.contains("(role)"))
      let other = try await host.house.site("Southern Stars", origin: "https://south.example")
      let theirs = try await host.house.program.hosts.makeSecret(of: other.id, by: nil, from: .console)
      #expect(try await why(signedWith: theirs).contains("(signature)"))
      #expect(try await why(at: other).contains("(signature)"))
      let once = try host.token(.customer, "c-17").signed(with: host.secret)
      #expect(try await host.handOver(compact: once).status == 200)
      let again = try await host.handOver(compact: once)
      #expect(again.reason == "hostTokenInvalid")
      #expect(again.text.contains("(jti)"))
      let parts = once.split(separator: ".")
      let none = try await host.handOver(compact: "\(Base64URL.text(Array(#"{"alg":"none"}"#.utf8))).\(parts[1]).")
      #expect(none.text.contains("(alg)"))
      // A page of somebody else's may not ask at all.
      let token = try host.token(.customer, "c-17").signed(with: host.secret)
      let foreign = try await host.post(
        "/api/v1/embed/session", ["site": .string(host.site.key), "token": .string(token)], bearer: nil, origin: "https://stars.example")
      #expect(foreign.reason == "originNotAllowed")
    }
  }

  @Test("C1: two secrets count, the third ends the first, and one that is removed counts no more", arguments: Dialect.Engine.allCases)
  func rotation(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { host in
      func isTaken(_ secret: String) async throws -> Bool {
        try await host.handOver(host.token(.expert, "p-4"), signedWith: secret).status == 200
      }
      let hosts = host.house.program.hosts
      let second = try await hosts.makeSecret(of: host.site.id, by: nil, from: .console)
      #expect(try await isTaken(host.secret))
      #expect(try await isTaken(second))
      let third = try await hosts.makeSecret(of: host.site.id, by: nil, from: .console)
      #expect(try await !isTaken(host.secret))
      #expect(try await isTaken(second))
      let rows = try await host.house.program.store.read { try $0.hostSecrets(of: host.site.id) }
      #expect(rows.count == 2)
      #expect(!rows.contains { $0.sealed.contains(third) })
      try await hosts.dropSecret(try #require(rows.last).id, of: host.site.id, by: nil, from: .console)
      #expect(try await !isTaken(second))
      #expect(try await isTaken(third))
    }
  }

  @Test("C1: a website never reaches an account that was there before, whatever address it names", arguments: Dialect.Engine.allCases)
  func nobodyIsTakenOver(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { host in
      let lina = try await host.house.person("Lina", [])
      _ = try await host.enters(.expert, "p-4")
      var token = host.token(.customer, "lina-there")
      (token.email, token.emailVerified) = ("lina@parley.example", true)
      let entered = try #require(try await host.handOver(token).json)
      #expect(entered["account"]?.string != lina.id.description)
      var fresh = host.token(.customer, "somebody")
      (fresh.email, fresh.emailVerified) = ("fresh@stars.example", true)
      let account = try #require(try await host.handOver(fresh).json?["account"]?.string)
      #expect(try await host.house.count("SELECT COUNT(*) FROM accounts WHERE id = \(account) AND email_key = 'fresh@stars.example'") == 1)
      var doubtful = host.token(.customer, "doubtful")
      doubtful.email = "doubtful@stars.example"
      _ = try await host.handOver(doubtful)
      #expect(try await host.house.count("SELECT COUNT(*) FROM accounts WHERE email_key = 'doubtful@stars.example'") == 0)
      // The same person is the same account.
      let again = try #require(try await host.enters(.customer, "somebody")["account"]?.string)
      #expect(again == account)
    }
  }

  @Test(
    "C1: a session of a frame acts at its website alone, on nothing but its threads, and is no cookie", arguments: Dialect.Engine.allCases)
  func reach(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { host in
      let vera = try await host.enters(.expert, "p-4")
      let token = try #require(vera["token"]?.string)
      let port = host.house.port
      for path in ["/profile", "/wallet", "/console", "/admin/sites", "/earnings", "/notices", "/conversations"] {
        let answer = try await WebAnswer.of("GET", path, port: port, ["Authorization": "Bearer \(token)"])
        #expect(answer.reason == "notForPrograms", "\(path): \(answer.status)")
        let cookie = try await WebAnswer.of("GET", path, port: port, ["Cookie": "parley=\(token)"])
        #expect(cookie.reason == "signInNeeded", "\(path): \(cookie.status)")
      }
      let desk = try await host.house.frame(with: token)
      for topic in ["notices.\(desk.id)", "visitors.\(host.site.id)", "site.\(host.site.id)"] {
        #expect(try await desk.subscribe(topic).name == "Refused", "\(topic)")
      }
      // Whoever answers elsewhere, too, is not the website's to hand over.
      let account = try #require(AccountID(desk.id))
      let other = try await host.house.site("Southern Stars", origin: "https://south.example")
      try await host.house.assign(account, to: other)
      let refused = try await WebAnswer.of("GET", "/api/v1/me", port: port, ["Authorization": "Bearer \(token)"])
      #expect(refused.reason == "tokenInvalid")
    }
  }

  @Test("C1: the desk in a frame shows, counts and opens that website's threads and no other's", arguments: Dialect.Engine.allCases)
  func ownThreads(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { host in
      let account = try #require(try await host.enters(.expert, "p-4")["account"]?.string)
      let expert = try #require(AccountID(account))
      let other = try await host.house.site("Southern Stars", origin: "https://south.example")
      let theo = try await host.asks(expert, at: other)
      _ = try await theo.subscribe()
      #expect(try await theo.say("From elsewhere").name == "Acknowledged")
      // She answers there no more; what was said there stays.
      try await host.house.program.store.write {
        try $0.run("DELETE FROM assignments WHERE site_id = $1 AND account_id = $2", other.id, expert)
      }
      let token = try #require(try await host.enters(.expert, "p-4")["token"]?.string)
      let nadia = try await host.enters(.customer, "c-17")
      try await host.give(3, to: try #require(nadia["account"]?.string))
      let page = try await host.house.visitor(of: host.site, showing: try #require(nadia["thread"]?["key"]?.string))
      _ = try await page.subscribe()
      #expect(try await page.say("From here").name == "Acknowledged")
      let desk = try await host.house.frame(with: token)
      for topic in ["threads.\(desk.id)", "threads.\(desk.id)@\(other.id)", theo.topic] {
        #expect(try await desk.subscribe(topic).name == "Refused", "\(topic)")
      }
      let rows = try await desk.subscribe("threads.\(desk.id)@\(host.site.id)")["rows"]?.array
      #expect(rows?.map { $0["last"]?["text"]?.string } == ["From here"])
      let history = try await WebAnswer.of(
        "GET", "/api/v1/chats/\(theo.topic.dropFirst("chat.".count))/entries", port: host.house.port, ["Authorization": "Bearer \(token)"])
      #expect(history.status == 404)
      _ = desk.line.takeAll()
      for talker in [theo, page] { try talker.line.send(["do": "typing", "topic": .string(talker.topic), "on": true]) }
      let told = try await desk.line.next("VisitorTyping")
      #expect(told["conversation"]?.string == page.topic.dropFirst("chat.".count).description)
    }
  }

  @Test("C1, C12: in the frame an expert goes away and comes back, and the customer sees it", arguments: Dialect.Engine.allCases)
  func away(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { host in
      let desk = try await host.house.frame(with: try #require(try await host.enters(.expert, "p-4")["token"]?.string))
      let nadia = try await host.enters(.customer, "c-17")
      let page = try await host.house.visitor(of: host.site, showing: try #require(nadia["thread"]?["key"]?.string))
      #expect(try await page.subscribe()["deal"]?["expert"]?["status"]?.string == "online")
      for status in ["away", "offline", "online"] {
        #expect(try await desk.ask("status", ["status": .string(status)]).name == "Done")
        _ = try await page.line.next("DealChanged") { $0["deal"]?["expert"]?["status"]?.string == status }
      }
    }
  }

  @Test("C1, X3: in the frame a customer reads about what a question costs in the own currency, of that website alone")
  func ownCurrency() async throws {
    try await Self.open(.sqlite) { host in
      _ = try await host.enters(.expert, "p-4")
      let nadia = try await host.enters(.customer, "c-17")
      let (token, account) = (try #require(nadia["token"]?.string), try #require(nadia["account"]?.string))
      try await host.give(3, to: account)
      func purse(_ conversation: String) async throws -> WebAnswer {
        try await WebAnswer.of("GET", "/wallet/threads/\(conversation)", port: host.house.port, ["Authorization": "Bearer \(token)"])
      }
      let own = try #require(nadia["thread"]?["conversation"]?.string)
      #expect(try await purse(own).json?["price"]?.string == nil, "no currency is chosen")
      let owner = try #require(AccountID(account))
      try await host.house.program.store.write { session in
        try session.run("INSERT INTO exchange_rates (currency, millionths, set_at) VALUES ('USD', 1100000, $1)", machineTime())
        try session.run("INSERT INTO display_currencies (account_id, currency) VALUES ($1, 'USD')", owner)
      }
      let price = try #require(try await purse(own).json?["price"]?.string)
      #expect(price.contains("3.66"), "\(price)")
      let other = try await host.house.site("Southern Stars", origin: "https://south.example")
      let elsewhere = try await host.house.person("Zoe", [.expert], at: [other])
      let theirs = try await host.thread(of: .bearer(token), with: elsewhere.id, at: other)
      #expect(try await purse("\(theirs)").status == 404)
    }
  }

  @Test(
    "C1: a session in a frame ends by itself, goes on by a new token, and ends when the website says so", arguments: Dialect.Engine.allCases
  )
  func life(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: machineTime())
    try await Self.open(engine, clock: clock) { host in
      func isOpen(_ token: String) async throws -> Bool {
        try await WebAnswer.of("GET", "/api/v1/me", port: host.house.port, ["Authorization": "Bearer \(token)"]).status == 200
      }
      let token = try #require(try await host.enters(.expert, "p-4")["token"]?.string)
      clock.advance(milliseconds: 50 * 60_000)
      let more = try await host.handOver(host.token(.expert, "p-4"), bearer: token)
      #expect(more.status == 200)
      #expect(more.json?["token"] == nil)
      clock.advance(milliseconds: 50 * 60_000)
      #expect(try await isOpen(token))
      // Somebody else's word prolongs nothing.
      let other = try await host.handOver(host.token(.expert, "p-5"), bearer: token)
      #expect(other.json?["token"]?.string != nil)
      clock.advance(milliseconds: 11 * 60_000)
      #expect(try await !isOpen(token))
      let next = try #require(try await host.enters(.expert, "p-4")["token"]?.string)
      let line = try await host.house.frame(with: next)
      #expect(try await host.post("/api/v1/embed/session/end", bearer: next).status == 204)
      #expect(try await line.line.closeCode() == 4401)
      #expect(try await !isOpen(next))
    }
  }

  @Test("C1: a code leads out of the frame once, within a minute, to a page of one's own", arguments: Dialect.Engine.allCases)
  func door(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: machineTime())
    try await Self.open(engine, clock: clock) { host in
      _ = try await host.enters(.expert, "p-4")
      let token = try #require(try await host.enters(.customer, "c-17")["token"]?.string)
      func code(_ path: String) async throws -> WebAnswer {
        try await host.post("/api/v1/embed/codes", ["path": .string(path)], bearer: token)
      }
      for path in ["/profile", "/admin", "https://evil.example", "//evil.example/buy", "/buyer", "/buy\n"] {
        #expect(try await code(path).reason == "notUnderstood", "\(path)")
      }
      #expect(try await host.post("/api/v1/embed/codes", ["path": "/buy"], bearer: nil).reason == "signInNeeded")
      func enter(_ address: String) async throws -> WebAnswer {
        let page = try await WebAnswer.of("GET", address, port: host.house.port, ["Accept": "text/html"])
        guard page.status == 200 else { return page }
        let form = try #require(page.text.firstMatch(of: /name="form_token" value="([^"]+)"/)?.output.1)
        #expect(page.text.contains("Nadia Karim"))
        #expect(page.cookies["parley"] == nil)
        let given = page.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        return try await WebAnswer.of(
          "POST", address, port: host.house.port,
          ["Content-Type": "application/x-www-form-urlencoded", "Origin": House.origin, "Accept": "text/html", "Cookie": given],
          body: Data("form_token=\(form)".utf8))
      }
      let address = try #require(try await code("/buy").json?["address"]?.string)
      let entered = try await enter(address)
      #expect(entered.status == 303)
      #expect(entered.headers["location"] == "/buy")
      let cookie = try #require(entered.cookies["parley"])
      #expect(try await WebAnswer.of("GET", "/wallet", port: host.house.port, ["Cookie": "parley=\(cookie)"]).status == 200)
      #expect(try await enter(address).status == 410)
      let late = try #require(try await code("/wallet").json?["address"]?.string)
      clock.advance(milliseconds: 60_001)
      #expect(try await enter(late).status == 410)
      // Since she has a password of her own, the website's word is not enough for all that is hers.
      let own = try #require(try await code("/wallet").json?["address"]?.string)
      try await host.house.program.store.write {
        try $0.run("UPDATE accounts SET password_hash = 'x' WHERE id = (SELECT account_id FROM host_people WHERE subject = 'c-17')")
      }
      let asked = try await enter(own)
      #expect(asked.headers["location"] == "/sign-in?next=%2Fwallet" && asked.cookies["parley"] == nil)
    }
  }

  @Test("C1: only the pages of the website may frame its page, and no other page of ours can be framed")
  func framing() async throws {
    try await Self.open(.sqlite) { host in
      let page = try await WebAnswer.of("GET", "/embed/\(host.site.key)", port: host.house.port, ["Accept": "text/html"])
      #expect(page.status == 200)
      #expect(page.headers["content-security-policy"]?.contains("frame-ancestors https://stars.example") == true)
      for path in ["/", "/sign-in", "/experts", "/embed/unknown"] {
        let other = try await WebAnswer.of("GET", path, port: host.house.port, ["Accept": "text/html"])
        #expect(other.headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true, "\(path)")
      }
      let ines = try await host.house.person("Ines", [.administrator])
      let secrets = try await WebAnswer.of(
        "GET", "/admin/sites/\(host.site.id)/embedding", port: host.house.port, ["Accept": "text/html", "Cookie": ines.cookie])
      #expect(secrets.status == 200)
      #expect(!secrets.text.contains(host.secret))
      #expect(secrets.text.contains("/embed/\(host.site.key)"))
    }
  }
}
