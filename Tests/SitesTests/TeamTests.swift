import Accounts
import Base
import Store
import TestKit
import Testing

@testable import Sites

@Suite struct TeamTests {
  private func face(_ house: House, _ account: AccountID, _ site: Site) async throws -> Face? {
    try await house.store.read { session in try session.face(of: account, on: site.id) }
  }

  @Test(
    "E5: an assigned agent speaks under their own pseudonym and picture, unless the site gives them others",
    arguments: Dialect.Engine.allCases)
  func faces(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let other = try await house.addHarbour { $0.name = "Aft Letters" }
      let heard = Heard(house.sites.assignmentsChanged)
      try await house.sites.assign(Assignment(site: site.id, account: House.clara), by: nil, from: .console)
      try await house.sites.assign(
        Assignment(site: other.id, account: House.clara, pseudonym: "Celia", avatar: "lotus"),
        by: nil, from: .console)
      #expect(
        try await face(house, House.clara, site)
          == Face(account: House.clara, name: "Clara", avatar: "fern"))
      #expect(
        try await face(house, House.clara, other)
          == Face(account: House.clara, name: "Celia", avatar: "lotus"))
      try await house.store.write { session in
        try session.run("UPDATE accounts SET pseudonym = 'Chiara' WHERE id = $1", House.clara)
      }
      #expect(try await face(house, House.clara, site)?.name == "Chiara")
      #expect(try await face(house, House.clara, other)?.name == "Celia")
      #expect(heard.all.map(\.site) == [site.id, other.id])
    }
  }

  @Test(
    "E5: the team of a site is its assigned agents who are active, and leaving it is told",
    arguments: Dialect.Engine.allCases)
  func team(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      func team() async throws -> [String] {
        try await house.store.read { session in try session.team(of: site.id).map(\.name) }
      }
      #expect(try await team() == [])
      for agent in [House.clara, House.bruno] {
        try await house.sites.assign(Assignment(site: site.id, account: agent), by: nil, from: .console)
      }
      #expect(try await team() == ["Bruno", "Clara"])
      #expect(
        try await house.store.read { session in try session.sites(answeredBy: House.clara) } == [
          site.id
        ])
      try await house.store.write { session in
        try session.run("UPDATE accounts SET active = FALSE WHERE id = $1", House.bruno)
      }
      #expect(try await team() == ["Clara"])
      let heard = Heard(house.sites.assignmentsChanged)
      try await house.sites.unassign(House.clara, at: site.id, by: nil, from: .console)
      #expect(try await team() == [])
      #expect(heard.all.map(\.account) == [House.clara])
      await #expect(throws: Refusal(.notFound)) {
        try await house.sites.unassign(House.clara, at: site.id, by: nil, from: .console)
      }
    }
  }

  @Test(
    "E5: only agents can be assigned; an administrator who joins speaks under their own pseudonym")
  func others() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour()
      await #expect(throws: Refusal(.formInvalid, fields: ["account": .optionUnknown])) {
        try await house.sites.assign(Assignment(site: site.id, account: House.ada), by: nil, from: .console)
      }
      await #expect(throws: Refusal(.notFound)) {
        try await house.sites.assign(
          Assignment(site: SiteID(rawValue: 1), account: House.clara), by: nil, from: .console)
      }
      #expect(try await face(house, House.ada, site)?.name == "Ada")
      #expect(try await face(house, AccountID(rawValue: 77), site) == nil)
    }
  }
}
