import Accounts
import Base
import Deals
import Foundation
import Ledger
import LedgerCore
import Parley
import Sites
import Store
import TestKit
import Testing

@testable import Payouts

/// Lina pays Emil, who answers at a website; Ada runs the house. Amounts are in dinars: 100 coins are 50.000.
struct PayoutStage: Sendable {
  static let engines = [Dialect.Engine.sqlite, .postgres]
  static let noon = Moment(milliseconds: 1_795_176_000_000)
  static let rib = "10006035183598478831"
  private static let limits = "visitor.pages=100000/60,agent.pages=100000/60,administrator.pages=100000/60,agent.forms=100000/60"

  let house: House
  let clock: WallClock
  let site: Site
  let lina: House.Person
  let emil: House.Person
  let ada: House.Person
  private(set) var conversation: ConversationID

  static func open(_ engine: Dialect.Engine, _ body: @escaping @Sendable (PayoutStage) async throws -> Void) async throws {
    let clock = WallClock.fixed(at: noon)
    try await House.open(engine, clock: clock, limits: limits) { house in
      let stage = try await PayoutStage(house, clock)
      try await body(stage)
      try await stage.booksAreRight()
    }
  }

  private init(_ house: House, _ clock: WallClock) async throws {
    self.house = house
    self.clock = clock
    site = try await house.site("Counsel")
    emil = try await house.person("Emil", [.expert], at: [site])
    lina = try await house.person("Lina", [])
    ada = try await house.person("Ada", [.administrator])
    let terms = Terms(id: house.program.ids.next(), site: site.id, price: Units(1, .coins))
    try await house.program.store.write { try $0.write(terms, by: nil, at: clock.now) }
    conversation = ConversationID(rawValue: 0)
    let answer = try await post("/experts/\(site.id)/\(emil.id)/ask", as: lina)
    let path = try #require(answer.headers["location"], "\(answer.status)")
    let id = try #require(path.split(separator: "/").last.flatMap { ConversationID(String($0)) })
    conversation = id
  }

  var payouts: Payouts { house.program.payouts }

  /// An answer that was paid with so many coins of 500 millimes, of which the platform keeps a fifth.
  @discardableResult func earn(_ coins: Int64 = 100, by expert: House.Person? = nil) async throws -> HoldID {
    let (program, now) = (house.program, clock.now)
    let key = "gift.\(program.ids.next(Kinds.Lot.self))"
    let (payer, payee, thread) = (lina.id, (expert ?? emil).id, conversation)
    return try await program.store.write { [ledger = program.ledger] session in
      try ledger.give(
        Gift(key: key, about: "promotion", owner: payer, units: Units(coins, .coins), worth: Money(coins * 500, .dinar), expiresAt: nil),
        at: now, in: session)
      let wish = HoldWish(
        payer: payer, payee: payee, units: Units(coins, .coins), commission: 2000, terms: nil, conversation: thread, n: 1,
        deadline: now.adding(seconds: 3600))
      let id = try ledger.hold(wish, at: now, in: session)
      let hold = try #require(try session.hold(id))
      try ledger.capture(hold, for: 2, at: now, in: session)
      return id
    }
  }

  func saveAccount(_ method: String = "withheld", of person: House.Person? = nil) async throws -> WebAnswer {
    try await post(
      "/earnings/account", as: person ?? emil,
      [
        "holder": "Émil Brandt", "account": Self.rib, "bic": "", "identity": "01234567", "vatNumber": "", "method": method,
        "chargesVAT": "yes",
      ])
  }

  func savePayer() async throws {
    let answer = try await post(
      "/admin/payouts/terms", as: ada,
      [
        "steps": "commission vat withholding", "vat": "19", "withholding": "15", "vatWay": "contained", "holder": "Parley Tunis",
        "account": "TN5910006035183598478831", "bic": "BNTETNTT",
      ])
    #expect(answer.headers["location"] == "/admin/payouts/terms?done=yes", "\(answer.text)")
  }

  /// Until the time for disputes is over.
  func pass(hours: Int64 = 49) { clock.advance(milliseconds: hours * 3_600_000) }

  /// Presses the button of the page of payouts as it is now.
  func approve(_ page: String? = nil) async throws -> WebAnswer {
    let text: String
    if let page { text = page } else { text = try await get("/admin/payouts", as: ada).text }
    func value(_ name: String) throws -> String {
      try #require(try text.firstMatch(of: Regex("name=\"\(name)\" value=\"([^\"]+)\"", as: (Substring, Substring).self))).output.1
        .description
    }
    return try await post(
      "/admin/payouts/approve", as: ada,
      ["currency": value("currency"), "until": value("until"), "batch": value("batch"), "pay": value("pay")])
  }

  func posted(_ account: BookAccount) async throws -> Int64 { try await house.program.store.read { try $0.posted(account, "TND") } }

  func unpaid(_ person: House.Person? = nil) async throws -> [EarningStanding: Int64] {
    let (id, now) = ((person ?? emil).id, clock.now)
    let sums = try await house.program.store.read { try $0.unpaidEarnings(of: id, at: now) }
    return Dictionary(uniqueKeysWithValues: sums.map { ($0.standing, $0.share.minor) })
  }

  func notices(of person: House.Person, _ kind: String) async throws -> Int {
    try await house.count("SELECT COUNT(*) FROM notices WHERE kind = '\(kind)' AND account_id = \(person.id) AND read_at IS NULL")
  }

  func get(_ path: String, as person: House.Person?) async throws -> WebAnswer {
    var headers = ["Accept": "text/html"]
    if let person { headers["Cookie"] = try await cookie(of: person) }
    return try await WebAnswer.of("GET", path, port: house.port, headers)
  }

  func post(_ path: String, as person: House.Person, _ fields: [String: String] = [:]) async throws -> WebAnswer {
    let cookie = try await cookie(of: person)
    let page = try await WebAnswer.of("GET", "/profile", port: house.port, ["Accept": "text/html", "Cookie": cookie])
    let token = try #require(page.text.firstMatch(of: /name="form_token" value="([^"]+)"/)?.output.1).description
    let given = page.headers["set-cookie"]?.split(separator: ";").first.map(String.init) ?? ""
    let body = fields.merging(["form_token": token]) { typed, _ in typed }
      .map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }.joined(separator: "&")
    return try await WebAnswer.of(
      "POST", path, port: house.port,
      [
        "Content-Type": "application/x-www-form-urlencoded", "Origin": House.origin, "Accept": "text/html",
        "Cookie": [given, cookie].filter { !$0.isEmpty }.joined(separator: "; "),
      ], body: Data(body.utf8))
  }

  /// A new session each time: days pass in between.
  private func cookie(of person: House.Person) async throws -> String {
    "parley=\(try await house.program.accounts.startSession(for: person.id, from: .console))"
  }

  func booksAreRight() async throws {
    let doctor = try await house.program.doctor()
    #expect(doctor.code == 0, "\(doctor.text)")
  }
}
