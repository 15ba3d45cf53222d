import Base
import Sites
import Store
import Synchronization
import TestKit
import Testing

@testable import Conversations

@Suite("As whom somebody is seen on a website") struct FaceTests {
  @Test(
    "X7, E5: an agent sets name and picture for one website, visitors there see them from the next chat on, and others the profile's",
    arguments: Dialect.Engine.allCases)
  func own(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let (harbour, lantern) = (try await house.site(), try await house.site("Paper Lantern Books"))
      let person = try await house.person("Clara", at: [harbour, lantern])
      let browser = PageReader(house: house, person: person)
      #expect(try await browser.get("/profile").text.contains("href=\"/profile/sites\""))
      let page = try await browser.get("/profile/sites").text
      #expect(page.contains("Harbour Essays") && page.contains("Paper Lantern Books"))
      let saved = try await browser.post("/profile/sites/\(harbour.id)", ["pseudonym": "Celia", "avatar": "lotus"])
      #expect(saved.headers["location"] == "/profile/sites?done=saved")
      #expect(try await browser.get("/profile/sites?done=saved").text.contains("value=\"Celia\""))

      let clara = try await house.console(of: person)
      for (site, name, avatar) in [(harbour, "Celia", "lotus"), (lantern, "Clara", "fern")] {
        let ada = try await house.visitor(of: site)
        let told = try await ada.line.next("Snapshot") { $0["online"]?.bool == true }
        #expect(told["agents"]?[0]?["name"]?.string == name && told["agents"]?[0]?["avatar"]?.string == avatar)
        _ = try await ada.subscribe()
        _ = try await ada.sendForm()
        _ = try await clara.subscribe(ada.topic)
        _ = try await clara.ask("join", on: ada.topic)
        #expect(try await ada.line.next("AgentJoinedChat")["by"]?["name"]?.string == name)
        _ = try await clara.say("Good morning", on: ada.topic)
        let said = try await ada.line.next("MessageSent")
        #expect(said["by"]?["name"]?.string == name && said["by"]?["avatar"]?.string == avatar)
      }
    }
  }

  @Test(
    "X7, A39: nobody gives themselves a website by it, and a name that does not fit is told beside its field",
    arguments: Dialect.Engine.allCases)
  func refused(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let (harbour, lantern) = (try await house.site(), try await house.site("Paper Lantern Books"))
      let person = try await house.person("Clara", at: [harbour])
      let browser = PageReader(house: house, person: person)
      #expect(try await browser.post("/profile/sites/\(lantern.id)", ["pseudonym": "Celia"]).status == 404)
      #expect(try await house.count("SELECT COUNT(*) FROM assignments") == 1)
      let long = try await browser.post("/profile/sites/\(harbour.id)", ["pseudonym": String(repeating: "n", count: 61)])
      #expect(long.status == 422 && long.text.contains("id=\"pseudonym-\(harbour.id)-error\""))
      let customer = PageReader(house: house, person: try await house.person("Lina", []))
      #expect(try await !customer.get("/profile").text.contains("/profile/sites"))
      #expect(try await customer.get("/profile/sites").text.contains("You answer for no website yet."))
    }
  }

  @Test(
    "X7: a team that was read before a change and arrives after it does not bring the old face back", arguments: Dialect.Engine.allCases)
  func overtaken(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site])
      let (program, store) = (house.program, SlowStore(house.program.store))
      let desk = Desk(store: store, presence: program.conversations.presence, clock: program.clock)
      try await store.overtake({ try await desk.reload() }) {
        try await house.assign(clara.id, to: site, as: "Celia")
        try await desk.reload()
      }
      #expect(desk.team(of: site.id).map(\.name) == ["Celia"])
      #expect(!desk.memory.isStale)
    }
  }
}

/// A store whose first answer takes as long as it is told to.
private final class SlowStore: Store {
  private let inner: any Store
  private let hasRead = AsyncStream.makeStream(of: Void.self)
  private let mayGoOn = AsyncStream.makeStream(of: Void.self)
  private let isFirst = Atomic(true)

  init(_ inner: any Store) { self.inner = inner }

  var dialect: Dialect { inner.dialect }

  /// Begins `slow`, does `quick` as soon as it has read, and lets it go on after that.
  func overtake(_ slow: @escaping @Sendable () async throws -> Void, _ quick: () async throws -> Void) async throws {
    async let slower: Void = slow()
    for await _ in hasRead.stream { break }
    try await quick()
    mayGoOn.continuation.finish()
    try await slower
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
    let value = try await inner.read(body)
    if isFirst.exchange(false, ordering: .relaxed) {
      hasRead.continuation.finish()
      for await _ in mayGoOn.stream {}
    }
    return value
  }

  func submit<Value: Sendable>(
    locking locks: [Lock], urgency: Urgency, _ body: @escaping @Sendable (any Session) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) { inner.submit(locking: locks, urgency: urgency, body, completion: completion) }

  func forgetStatements() { inner.forgetStatements() }
  func scrub() async throws { try await inner.scrub() }
  func close() async { await inner.close() }
}
