import Accounts
import Base
import Store
import TestKit
import Testing

@testable import Sites

/// Sites are answered from memory; a change must show all the same.
@Suite struct MemoryTests {
  @Test(
    "E3: a site is stored with everything that was set, and read back the same",
    arguments: Dialect.Engine.allCases)
  func roundTrip(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let saved = try await house.addHarbour {
        $0.look = Look(hue: 0, position: .start, ours: .start)
        $0.welcome = "Ahoy, \"friend\" \\ 👋"
        $0.language = .always(.arabic)
        $0.timeZone = "Africa/Tunis"
        $0.form = LeadForm(
          name: .optional, email: .required, phone: .absent, service: .required,
          services: ["Thesis", "Éditing"])
      }
      #expect(try await house.sites.site(saved.id) == saved)
      #expect(try await house.sites.site(key: saved.key) == saved)
      #expect(try await house.store.read { session in try session.site(key: saved.key) } == saved)
      let other = try await house.addHarbour { $0.name = "Aft Letters" }
      #expect(try await house.store.read { session in try session.sites() } == [other, saved])
    }
  }

  @Test(
    "E2a, E3: a change is seen at once, and a site that is switched off is found by its identity alone")
  func change() async throws {
    try await House.open(.sqlite) { house in
      var site = try await house.addHarbour()
      let heard = Heard(house.sites.siteChanged)
      #expect(try await house.sites.site(key: site.key)?.welcome == "")
      site.welcome = "Ahoy"
      try await house.sites.save(site, by: nil, from: .console)
      #expect(try await house.sites.site(key: site.key)?.welcome == "Ahoy")
      site.active = false
      try await house.sites.save(site, by: nil, from: .console)
      #expect(try await house.sites.site(key: site.key) == nil)
      #expect(try await house.sites.site(site.id) == site)
      #expect(heard.all == [site.id, site.id])
    }
  }

  @Test("E3: what another node changed is seen within a minute", arguments: Dialect.Engine.allCases)
  func otherNode(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      var site = try await house.addHarbour()
      let other = Sites(store: house.store, ids: house.ids, clock: house.clock, landing: Children.landing())
      #expect(try await other.site(site.id) == site)
      site.welcome = "Ahoy"
      try await house.sites.save(site, by: nil, from: .console)
      house.clock.advance(milliseconds: 60_000)
      #expect(try await other.site(site.id) == site)
    }
  }

  @Test(
    "E3: two sites cannot have one name, in whichever case it is written",
    arguments: Dialect.Engine.allCases)
  func names(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      await #expect(throws: Refusal(.formInvalid, fields: ["name": .nameTaken])) {
        try await house.addHarbour { $0.name = "HARBOUR essays" }
      }
      try await house.sites.save(site, by: nil, from: .console)
    }
  }
}
