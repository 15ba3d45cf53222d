import Accounts
import Base
import Conversations
import Deals
import Foundation
import Ledger
import Parley
import Sites
import Store
import TestKit
import Testing
import Web

@testable import Hosts

/// A marketplace that embeds the house, and what its server signs.
struct HostHouse: Sendable {
  static let limits = "visitor.messages=100000/60,visitor.widget=100000/60,signedOut.widget=100000/60,agent.messages=100000/60"

  let house: House
  let site: Site
  let secret: String

  init(_ house: House) async throws {
    self.house = house
    let site = try await house.site("Northern Stars", origin: "https://stars.example")
    let terms = Terms(id: house.program.ids.next(), site: site.id, price: Units(1, .credits), minutePrice: 2)
    try await house.program.store.write { try $0.write(terms, by: nil, at: house.program.clock.now) }
    secret = try await house.program.hosts.makeSecret(of: site.id, by: nil, from: .console)
    self.site = site
  }

  func token(_ role: HostToken.Role, _ subject: String, at site: Site? = nil) -> HostToken {
    let now = machineTime().milliseconds / 1000
    return HostToken(
      iss: (site ?? self.site).key, aud: House.origin, sub: subject, iat: now, exp: now + 120, role: role,
      name: role == .expert ? "Vera Moon" : "Nadia Karim", locale: "en", expert: role == .customer ? "p-4" : nil)
  }

  func handOver(_ token: HostToken, signedWith other: String? = nil, at site: Site? = nil, bearer: String? = nil) async throws -> WebAnswer
  {
    try await handOver(compact: token.signed(with: other ?? secret), at: site, bearer: bearer)
  }

  func handOver(compact: String, at site: Site? = nil, bearer: String? = nil) async throws -> WebAnswer {
    let body = JSON.object(["site": .string((site ?? self.site).key), "token": .string(compact)])
    return try await post("/api/v1/embed/session", body, bearer: bearer)
  }

  func post(_ path: String, _ body: JSON = .object([:]), bearer: String?, origin: String = House.origin) async throws -> WebAnswer {
    var headers = ["Content-Type": "application/json", "Origin": origin]
    if let bearer { headers["Authorization"] = "Bearer \(bearer)" }
    return try await WebAnswer.of("POST", path, port: house.port, headers, body: Data(try body.text.utf8))
  }

  /// Handed over for the first time, and let in.
  func enters(_ role: HostToken.Role, _ subject: String) async throws -> JSON {
    let answer = try await handOver(token(role, subject))
    #expect(answer.status == 200, "\(answer.text.prefix(300))")
    return try #require(answer.json)
  }

  /// A customer of another website, with credit, on the page of their thread there.
  func asks(_ expert: AccountID, at other: Site) async throws -> Talker {
    try await house.assign(expert, to: other)
    let theo = try await house.person("Theo", [])
    try await give(3, to: "\(theo.id)")
    let conversation = try await thread(of: .session(theo.token), with: expert, at: other)
    let person = try #require(try await house.program.accounts.recognise(.session(theo.token)))
    return try await house.visitor(of: other, showing: house.program.conversations.link(to: conversation, for: person))
  }

  func thread(of credential: Credential, with expert: AccountID, at other: Site) async throws -> ConversationID {
    let terms = Terms(id: house.program.ids.next(), site: other.id, price: Units(1, .credits))
    try await house.program.store.write { try $0.write(terms, by: nil, at: house.program.clock.now) }
    let person = try #require(try await house.program.accounts.recognise(credential))
    return try await house.program.deals.thread(
      of: person, with: expert, at: other.id, from: Sender(address: "192.0.2.1", language: "en", userAgent: ""))
  }

  func give(_ credits: Int64, to account: String) async throws {
    let owner = try #require(AccountID(account))
    let gift = Gift(
      key: "gift.\(account)", about: "promotion", owner: owner, units: Units(credits, .credits), worth: Money(333 * credits, .euro),
      expiresAt: nil)
    let (ledger, now) = (house.program.ledger, house.program.clock.now)
    try await house.program.store.write { try ledger.give(gift, at: now, in: $0) }
  }
}
