import Availability
import Base
import Conversations
import Ledger
import Store
import TestKit
import Testing

@testable import Deals

@Suite struct ReachTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  private func stage(_ engine: Dialect.Engine, _ body: @escaping @Sendable (DealHouse, WallClock) async throws -> Void) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: 10)
      let terms = Terms(id: house.program.ids.next(), site: stage.site.id, price: Units(1, .credits), minutePrice: 2)
      try await house.program.store.write { try $0.write(terms, by: nil, at: clock.now) }
      try await body(stage, clock)
    }
  }

  private func starts(_ stage: DealHouse) async throws -> String? {
    let lina = try await stage.asks(stage.lina)
    let answer = try await lina.ask("minutes", ["deed": "start", "rate": 2])
    return answer["reason"]?.string ?? answer.name
  }

  @Test("C3: a chat by the minute begins only with somebody who takes chats", arguments: engines)
  func refuses(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, _ in
      let (house, emil) = (stage.house.program.conversations, stage.emil.id)
      try await house.choose([.call, .offlineMessage], of: emil)
      #expect(try await starts(stage) == "chatNotTaken")
      try await house.choose([.chat], of: emil)
      #expect(try await starts(stage) == "Done")
      #expect(try await stage.wallet(stage.lina) == [10, 2], "what was refused set nothing aside")
    }
  }

  @Test("C3: who takes neither chats nor offline messages is not written to, and nothing is set aside", arguments: engines)
  func leavesAlone(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, _ in
      let lina = try await stage.asks(stage.lina)
      try await stage.house.program.conversations.choose([], of: stage.emil.id)
      #expect(try await lina.say("Hello?")["reason"]?.string == "expertUnavailable")
      try await stage.house.program.conversations.choose([.offlineMessage], of: stage.emil.id)
      #expect(try await lina.say("Hello?").name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [10, 1])
    }
  }

  @Test("C4: what another system reports holds a chat back until it ends, and late reports change nothing", arguments: engines)
  func reported(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, clock in
      let (house, store, emil) = (stage.house.program.conversations, stage.house.program.store, stage.emil.id)
      let late = Report(source: "phone", state: .unreachable, at: clock.now.adding(seconds: -60), expiresAt: clock.now.adding(seconds: 900))
      let busy = Report(source: "phone", state: .busy, at: clock.now, expiresAt: clock.now.adding(seconds: 600))
      try await house.keep(busy, about: emil, by: emil)
      try await house.keep(late, about: emil, by: emil)
      #expect(try await store.read { try $0.acceptance(of: emil, at: clock.now) }.reports == [busy])
      #expect(try await starts(stage) == "expertBusy")
      clock.advance(milliseconds: 600_000)
      #expect(try await store.read { try $0.acceptance(of: emil, at: clock.now) }.accepts(.chat))
      #expect(try await starts(stage) == "Done")
    }
  }

  @Test("C4: whoever is in a chat by the minute is busy for everybody else, from its beginning to its end", arguments: engines)
  func derived(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, clock in
      let (store, emil) = (stage.house.program.store, stage.emil.id)
      let lina = try await stage.asks(stage.lina)
      let desk = try await stage.house.console(of: stage.emil)
      _ = try await desk.subscribe(lina.topic)
      #expect(try await lina.ask("minutes", ["deed": "start", "rate": 2]).name == "Done")
      #expect(try await store.read { try $0.acceptance(of: emil, at: clock.now) }.isBusy == false, "asked is not yet taken")
      #expect(try await desk.ask("minutes", ["deed": "accept"], on: lina.topic).name == "Done")
      let now = try await store.read { try $0.acceptance(of: emil, at: clock.now) }
      #expect(now.activity == Acceptance.Activity(.minuteChat, since: clock.now))
      let thread = try #require(ConversationID(String(lina.topic.dropFirst("chat.".count))))
      #expect(try await store.read { try $0.activity(of: emil, except: thread) } == nil, "for its own customer they are there")
      #expect(try await lina.ask("minutes", ["deed": "end"]).name == "Done")
      #expect(try await store.read { try $0.acceptance(of: emil, at: clock.now) }.accepts(.chat))
    }
  }

  @Test("A4: the list shows everybody, those who are there or those who are not, and says what is possible with each", arguments: engines)
  func filters(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, _ in
      func shows(_ query: String) async throws -> String { try await stage.get("/experts\(query)", as: nil).text }
      #expect(try await shows("").contains("Offline messages only"))
      #expect(try await !shows("?now=online").contains(">Emil<"))
      #expect(try await shows("?now=offline").contains(">Emil<"))
      _ = try await stage.house.console(of: stage.emil)
      #expect(try await shows("?now=online").contains("Available for a chat"))
      #expect(try await !shows("?now=offline").contains(">Emil<"))
      try await stage.house.program.conversations.choose(Preset.callOnly, of: stage.emil.id)
      let page = try await stage.get("/experts/\(stage.site.id)/\(stage.emil.id)", as: stage.lina).text
      #expect(page.contains("By telephone only") && !page.contains("/ask\""), "who takes nothing written is not asked")
    }
  }

  @Test("C4: of one person twenty systems report, and one more is refused until one is a day old", arguments: engines)
  func limited(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, clock in
      let (house, emil) = (stage.house.program.conversations, stage.emil.id)
      func say(_ number: Int) async throws {
        let report = try Report(source: "system-\(number)", state: .available, at: nil, expiresAt: nil, heardAt: clock.now)
        try await house.keep(report, about: emil, by: emil)
      }
      for number in 1...20 { try await say(number) }
      await #expect(throws: Refusal(.listIsFull)) { try await say(21) }
      clock.advance(milliseconds: (Report.longestSeconds + 1) * 1000)
      try await say(21)
    }
  }
}
