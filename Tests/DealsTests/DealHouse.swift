import Accounts
import Base
import Deals
import Foundation
import HTTPTypes
import Ledger
import Parley
import Sites
import Store
import TestKit
import Testing
import Web

/// Lina has three credits and may ask Emil, who answers at a website where an answer costs one. Others stand around.
struct DealHouse: Sendable {
  static let limits = "visitor.messages=100000/60,visitor.widget=100000/60,agent.messages=100000/60"

  let house: House
  let site: Site
  let lina: House.Person
  let emil: House.Person

  init(_ house: House, credits: Int64 = 3, openLimit: Int64 = 10) async throws {
    self.house = house
    site = try await house.site("Counsel")
    emil = try await house.person("Emil", [.expert], at: [site])
    lina = try await house.person("Lina", [])
    try await give(credits, to: lina.id)
    let terms = Terms(id: house.program.ids.next(), site: site.id, price: Units(1, .credits), openLimit: openLimit)
    try await house.program.store.write { try $0.write(terms, by: nil, at: house.program.clock.now) }
  }

  /// At 3.33 a credit.
  func give(_ credits: Int64, to account: AccountID) async throws {
    guard credits > 0 else { return }
    let gift = Gift(
      key: "gift.\(house.program.ids.next(Kinds.Lot.self))", about: "promotion", owner: account, units: Units(credits, .credits),
      worth: Money(333 * credits, .euro), expiresAt: nil)
    let (ledger, now) = (house.program.ledger, house.program.clock.now)
    try await house.program.store.write { try ledger.give(gift, at: now, in: $0) }
  }

  /// The customer's page of the thread, with its line open and the log subscribed.
  func asks(_ person: House.Person, _ expert: House.Person? = nil) async throws -> Talker {
    let answer = try await post("/experts/\(site.id)/\((expert ?? emil).id)/ask", as: person)
    let path = try #require(answer.headers["location"], "\(answer.status) \(answer.text.prefix(300))")
    let page = try await get(path, as: person)
    let key = try #require(page.text.firstMatch(of: /key="(session\.[^"]+)"/)?.output.1).description
    let line = try await house.visitor(of: site, showing: key)
    _ = try await line.subscribe()
    return line
  }

  /// Emil's console, in the thread.
  func answers(_ topic: String, as person: House.Person? = nil) async throws -> Talker {
    let desk = try await house.console(of: person ?? emil)
    _ = try await desk.subscribe(topic)
    let joined = try await desk.ask("join", on: topic)
    #expect(joined.name == "Done", "\(joined)")
    return desk
  }

  func get(_ path: String, as person: House.Person?) async throws -> WebAnswer {
    var headers = ["Accept": "text/html"]
    if let person { headers["Cookie"] = person.cookie }
    return try await WebAnswer.of("GET", path, port: house.port, headers)
  }

  /// Sends a form, with the token of a page that was opened before.
  func post(_ path: String, as person: House.Person, _ fields: [String: String] = [:]) async throws -> WebAnswer {
    let page = try await get("/profile", as: person)
    let token = try #require(page.text.firstMatch(of: /name="form_token" value="([^"]+)"/)?.output.1).description
    let given = page.headers["set-cookie"]?.split(separator: ";").first.map(String.init) ?? ""
    let body = fields.merging(["form_token": token]) { typed, _ in typed }
      .map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }.joined(separator: "&")
    return try await WebAnswer.of(
      "POST", path, port: house.port,
      [
        "Content-Type": "application/x-www-form-urlencoded", "Origin": House.origin, "Accept": "text/html",
        "Cookie": [given, person.cookie].filter { !$0.isEmpty }.joined(separator: "; "),
      ], body: Data(body.utf8))
  }

  /// Units, and of those set aside.
  func wallet(_ person: House.Person) async throws -> [Int64] {
    let wallet = try await house.program.store.read { try $0.wallet(of: person.id, in: .credits) }
    return [wallet.units, wallet.held]
  }

  func earned(_ person: House.Person) async throws -> Int64 {
    try await house.program.store.read { try $0.posted(.earnings(person.id), "EUR") }
  }

  func booksAreRight() async throws {
    let findings = try await Ledger.examine(house.program.store).findings
    #expect(findings.isEmpty, "\(findings)")
  }
}
