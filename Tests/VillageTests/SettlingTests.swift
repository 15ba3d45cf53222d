import Accounts
import Base
import Conversations
import Sites
import Store
import Testing

@testable import Village

@Suite struct SettlingTests {
  static let engines: [Dialect.Engine] = [.sqlite, .postgres]

  @Test("Demo: the village settles in an empty database, and a second start changes nothing", arguments: engines)
  func twice(engine: Dialect.Engine) async throws {
    try await Stage.open(engine) { stage in
      try await stage.village().settle()
      let before = try await stage.everything()
      #expect(before.contains { $0.hasPrefix("entries ") })
      try await stage.village().settle()
      #expect(try await stage.everything() == before)
    }
  }

  @Test("Demo: what was said before the village opened obeys every rule of a conversation", arguments: engines)
  func pastIsLawful(engine: Dialect.Engine) async throws {
    try await Stage.open(engine) { stage in
      try await stage.village().settle()
      let examined = try await Conversations.examine(stage.store)
      #expect(examined.conversations == EarlierConversation.all.count)
      #expect(examined.findings.isEmpty)
      let states = try await stage.store.read { session in
        try session.rows("SELECT state, COUNT(*) FROM conversations GROUP BY state ORDER BY state").map { row -> String in
          let count: Int = row[1]
          return "\(row[0] as String) \(count)"
        }
      }
      #expect(states == ["active 1", "closed 3", "waiting 1"])
      let late = try await stage.store.read { session in
        try session.row("SELECT COUNT(*) FROM entries WHERE at > $1", Stage.start).map { row -> Int in row[0] }
      }
      #expect(late == 0)
    }
  }

  @Test("Demo: a message that was left at night waits without a clock", arguments: engines)
  func offlineMessage(engine: Dialect.Engine) async throws {
    try await Stage.open(engine) { stage in
      try await stage.village().settle()
      let waiting = try await stage.store.read { session in
        try session.rows("SELECT offline, waiting_since FROM chats WHERE state = 'waiting'").map { row -> (Bool, Moment?) in
          (row[0], row[1])
        }
      }
      #expect(waiting.count == 1)
      #expect(waiting.first?.0 == true)
      #expect(waiting.first?.1 == nil)
    }
  }

  @Test("Demo: the websites move to the port of today, and an origin that somebody added stays", arguments: engines)
  func moves(engine: Dialect.Engine) async throws {
    try await Stage.open(engine) { stage in
      try await stage.village().settle()
      let added = try #require(Origin("https://harbour.example"))
      var site = try #require(try await stage.sites.site(key: Website.of(.harbour).widgetKey))
      site.origins.append(added)
      try await stage.sites.save(site, by: nil, from: .console)
      try await stage.village(at: "http://localhost:9321").settle()
      let moved = try #require(try await stage.sites.site(key: Website.of(.harbour).widgetKey))
      #expect(Set(moved.origins.map(\.description)) == ["http://harbour.localhost:9321", "https://harbour.example"])
      let quill = try #require(try await stage.sites.site(key: Website.of(.quill).widgetKey))
      #expect(quill.origins.map(\.description) == ["http://quill.localhost:9321"])
    }
  }

  @Test("Demo: a start that was cut off is finished by the next one", arguments: engines)
  func resumes(engine: Dialect.Engine) async throws {
    try await Stage.open(engine) { stage in
      let clara = Villager.of(.clara)
      _ = try await stage.accounts.create(
        AccountDraft(name: clara.name, email: clara.email, roles: clara.roles), by: nil, from: .console)
      try await stage.village().settle()
      #expect(try await Conversations.examine(stage.store).conversations == EarlierConversation.all.count)
      let accounts = try await stage.store.read { session in try session.row("SELECT COUNT(*) FROM accounts").map { row -> Int in row[0] } }
      #expect(accounts == Villager.all.count)
    }
  }

  @Test("Demo: the village does not move into a house of other people", arguments: engines)
  func refuses(engine: Dialect.Engine) async throws {
    try await Stage.open(engine) { stage in
      _ = try await stage.accounts.create(
        AccountDraft(name: "Nadia Haddad", email: "nadia@example.com", roles: [.administrator]), by: nil, from: .console)
      let before = try await stage.everything()
      await #expect(throws: VillageError.inhabited) { try await stage.village().settle() }
      #expect(try await stage.everything() == before)
    }
  }

  @Test("E5: on one website an agent is called otherwise than on another")
  func pseudonyms() async throws {
    try await Stage.open(.sqlite) { stage in
      try await stage.village().settle()
      let names = try await stage.store.read { session in
        try Website.all.map { website -> [String] in
          guard let site = try session.site(key: website.widgetKey) else { return [] }
          return try session.team(of: site.id).map(\.name)
        }
      }
      #expect(names == [["Bruno", "Clara"], ["Chiara", "Elif"], ["Benoît", "Clara", "Elif"]])
    }
  }
}
