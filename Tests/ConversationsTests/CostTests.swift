import Base
import Conversations
import Store
import Synchronization
import TestKit
import Testing

/// What the store is asked for what people do all day. Time is measured elsewhere; here it is counted, so that it cannot grow unnoticed.
@Suite("What it costs")
struct CostTests {
  @Test("X4: a message is one write of few statements, and a repeated one of two", arguments: [Dialect.Engine.sqlite, .postgres])
  func message(_ engine: Dialect.Engine) async throws {
    try await counted(engine) { house, store in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.chat(at: site, with: clara)
      _ = try await ada.say("Hello?")

      let asked = try await store.cost { _ = try await ada.say("Do you cover marine biology?") }
      #expect(asked == CountingStore.Cost(reads: 0, writes: 1, statementsRead: 0, statementsWritten: 5))
      let answered = try await store.cost { _ = try await clara.say("Yes.", on: ada.topic) }
      #expect(answered.writes == 1)
      #expect(answered.statementsWritten <= 6)
      let client = Secret().text
      _ = try await ada.say("Once", client: client)
      let again = try await store.cost { _ = try await ada.say("Once", client: client) }
      #expect(again == CountingStore.Cost(reads: 0, writes: 1, statementsRead: 0, statementsWritten: 2))
    }
  }

  @Test("X4: coming back to a log costs the same for one missed message and for thirty", arguments: [Dialect.Engine.sqlite, .postgres])
  func resuming(_ engine: Dialect.Engine) async throws {
    try await counted(engine) { house, store in
      let site = try await house.site()
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      for number in 1...30 { _ = try await ada.say("Line \(number)") }

      let one = try await store.cost { _ = try await ada.subscribe(since: 31) }
      let many = try await store.cost { _ = try await ada.subscribe(since: 2) }
      #expect(one == many)
      // Whose conversation it is was read at hello.
      #expect(one.reads == 1)
      #expect(one.statementsRead <= 7)
      #expect(one.writes == 0)
    }
  }

  @Test("E75: the list of a website costs the same with two conversations and with twenty", arguments: [Dialect.Engine.sqlite, .postgres])
  func list(_ engine: Dialect.Engine) async throws {
    try await counted(engine) { house, store in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      @Sendable func visitors(_ count: Int) async throws {
        for _ in 1...count {
          let visitor = try await house.visitor(of: site)
          _ = try await visitor.subscribe()
          _ = try await visitor.sendForm()
          _ = try await visitor.say("Hello?")
        }
      }
      try await visitors(2)
      let few = try await store.cost { _ = try await clara.subscribe("visitors.\(site.id)") }
      try await visitors(18)
      let many = try await store.cost { _ = try await clara.subscribe("visitors.\(site.id)") }
      #expect(few == many)
    }
  }

  @Test(
    "P14: a beat costs what it did where nobody is invited, and one reading more where somebody could be",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func invitations(_ engine: Dialect.Engine) async throws {
    try await counted(engine) { house, store in
      let site = try await house.site()
      let ada = WindowShopper(house, site)
      _ = try await ada.looks(at: "/prices")
      let plain = try await store.cost { _ = try await ada.looks(at: "/prices") }
      let silent = try await store.cost { _ = try await ada.waits(0, asking: false) }
      #expect(try await store.cost { _ = try await ada.waits(0) } == silent)
      try await house.program.store.write { session in
        try session.settleInvitation(
          ID(rawValue: 1), at: site.id, named: "Prices", onPage: "/prices", after: 60, saying: "Hello", or: [:], at: Moment(milliseconds: 0)
        )
      }
      await house.program.conversations.rulesChanged.publish(site.id)
      #expect(try await store.cost { _ = try await ada.looks(at: "/prices") } == plain)
      let asked = try await store.cost { _ = try await ada.waits(0) }
      #expect(asked.reads == silent.reads + 1 && asked.writes == silent.writes && asked.statementsRead <= silent.statementsRead + 3)
    }
  }

  private func counted(_ engine: Dialect.Engine, _ body: @escaping @Sendable (House, Counted) async throws -> Void) async throws {
    let counted = Counted()
    let store: @Sendable (any Store) -> any Store = { counted.count($0) }
    try await House.open(engine, rerun: nil, store: store) { house in try await body(house, counted) }
  }
}

/// Hands the test the store that its program was given. A class, because the program is made in between.
private final class Counted: Sendable {
  private let store = Mutex<CountingStore?>(nil)

  func count(_ inner: any Store) -> any Store {
    let counting = CountingStore(inner)
    store.withLock { $0 = counting }
    return counting
  }

  func cost(of act: () async throws -> Void) async throws -> CountingStore.Cost {
    guard let store = store.withLock({ $0 }) else { preconditionFailure("The program asks for its store first") }
    return try await store.cost(of: act)
  }
}
