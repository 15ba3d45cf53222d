import Base
import Conversations
import Sites
import Store
import TestKit
import Testing

/// Ada waits, and nobody comes; or Clara comes and says nothing.
@Suite("A visitor whom nobody answers")
struct TurnTests {
  private struct Stage {
    let house: House
    let site: Site
    let clara: Talker
    let tom: Talker
    let ada: Talker
    let clock: WallClock

    /// Sets the rules of the website, which hold for who comes from here on.
    func rules(_ change: (inout QueueRules) -> Void) async throws {
      var rules = QueueRules()
      change(&rules)
      try await house.program.sites.save(rules, at: site.id, by: nil, from: .console)
    }

    func asks() async throws {
      _ = try await ada.sendForm()
      _ = try await ada.say("Do you have the first edition?")
    }

    func pass(_ seconds: Int64) { clock.advance(milliseconds: seconds * 1000) }
  }

  private func stage(_ engine: Dialect.Engine, _ body: @escaping @Sendable (Stage) async throws -> Void) async throws {
    let clock = WallClock.system()
    try await House.open(engine, clock: clock) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let tom = try await house.console(of: house.person("Tom", at: [site]))
      for agent in [clara, tom] { _ = try await agent.subscribe("visitors.\(site.id)") }
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      try await body(Stage(house: house, site: site, clara: clara, tom: tom, ada: ada, clock: clock))
      #expect(try await Conversations.examine(house.program.store).findings.isEmpty)
    }
  }

  private static func chat(_ event: LiveClient.Event) -> JSON? { event["row"]?["chat"] }

  private static func turn(_ event: LiveClient.Event) -> JSON? {
    guard let transfer = chat(event)?["transfer"], transfer["offered"]?.bool == true else { return nil }
    return transfer["to"]
  }

  @Test(
    "X5: after the time the visitor may leave it with the team, which has it as an offline message, and nothing was typed twice",
    arguments: Dialect.Engine.allCases)
  func leftWithTheTeam(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.asks()
      stage.pass(301)
      _ = try await stage.ada.line.next("WaitOverdue", within: .seconds(10))
      _ = try await stage.ada.line.next("People", within: .seconds(10)) { $0["people"]?["queue"]?["overdue"]?.bool == true }
      _ = try await stage.clara.line.next { Self.chat($0)?["overdue"]?.bool == true }
      #expect(try await stage.ada.ask("entrust").name == "Done")
      #expect(try await stage.ada.ask("entrust").name == "Done", "said again it changes nothing")
      let row = try await stage.clara.line.next { Self.chat($0)?["offline"]?.bool == true }
      #expect(Self.chat(row)?["waitingSince"] == .null)
      #expect(row["row"]?["last"]?["text"]?.string == "Do you have the first edition?")
      let log = try await stage.ada.subscribe()
      #expect(log["people"]?["queue"] == .null)
      #expect(log["entries"]?.array?.filter { $0["event"]?.string == "ChatEntrusted" }.count == 1)
      #expect(try await stage.clara.ask("entrust", on: stage.ada.topic).name == "Refused", "it is the visitor's to say")
    }
  }

  @Test("X5: the team and whoever watches over it are told, until somebody comes", arguments: Dialect.Engine.allCases)
  func supervisor(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.asks()
      let mona = try await stage.house.console(of: stage.house.person("Mona", [.manager]))
      for talker in [stage.clara, mona] { _ = try await talker.subscribe("notices.\(talker.id)") }
      stage.pass(301)
      for talker in [stage.clara, mona] {
        let told = try await talker.line.next("NoticesChanged", within: .seconds(10)) {
          $0["rows"]?.array?.contains { $0["kind"]?.string == "waitOverdue" } == true
        }
        let row = told["rows"]?.array?.first { $0["kind"]?.string == "waitOverdue" }
        #expect(row?["name"]?.string == "Ada Moreau")
        #expect(row?["acts"]?.array == (talker.id == stage.clara.id ? ["join"] : []))
      }
      _ = try await stage.clara.subscribe(stage.ada.topic)
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      _ = try await mona.line.next("NoticesChanged", within: .seconds(10)) { $0["unread"]?.int == 0 }
    }
  }

  @Test("X5: who was answered in time reads nothing of it, and 0 minutes are never", arguments: Dialect.Engine.allCases)
  func inTime(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.rules { $0.waitSeconds = 0 }
      try await stage.asks()
      stage.pass(7200)
      _ = try await stage.clara.subscribe(stage.ada.topic)
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      _ = try await stage.clara.say("Yes.", on: stage.ada.topic)
      _ = try await stage.ada.line.next("MessageSent") { $0["by"]?["kind"]?.string == "agent" }
      stage.pass(7200)
      let other = try await stage.house.visitor(of: stage.site)
      _ = try await other.subscribe()
      _ = try await other.sendForm()
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'WaitOverdue' OR (kind = 'AgentLeftChat')") == 0)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'chat.noteWait'") == 0)
    }
  }

  @Test(
    "X5: an agent who joined and does not answer loses the chat; the visitor is told, keeps their place and everybody is called again",
    arguments: Dialect.Engine.allCases)
  func silent(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.asks()
      _ = try await stage.clara.subscribe(stage.ada.topic)
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      stage.pass(400)
      _ = try await stage.clara.say("One moment.", on: stage.ada.topic)
      _ = try await stage.ada.say("Take your time.")
      stage.pass(500)
      #expect(
        try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'AgentLeftChat'") == 0, "the time begins anew with an answer"
      )
      stage.pass(101)
      let left = try await stage.ada.line.next("AgentLeftChat", within: .seconds(10))
      #expect(left["by"]?["name"]?.string == "Clara")
      #expect(left["body"]?["last"]?.bool == true)
      let asked = left["body"]?["silentSince"]?.int
      #expect(asked != nil)
      _ = try await stage.tom.line.next {
        Self.chat($0)?["state"]?.string == "waiting" && Self.chat($0)?["waitingSince"]?.int == asked
      }
      // A click brings the same agent back.
      #expect(try await stage.clara.ask("join", on: stage.ada.topic).name == "Done")
    }
  }

  @Test(
    "X5: whoever writes is not silent, though nothing was sent yet; who stops is silent from then on", arguments: Dialect.Engine.allCases)
  func writes(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.asks()
      _ = try await stage.clara.subscribe(stage.ada.topic)
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      stage.pass(500)
      try stage.clara.line.send(["do": "typing", "topic": .string(stage.ada.topic), "on": true])
      _ = try await stage.ada.line.next("AgentTyping")
      stage.pass(200)
      // The look was taken, and the next one is put down for when the time is over.
      let now = stage.clock.now.milliseconds
      let waiting = "SELECT COUNT(*) FROM jobs WHERE kind = 'chat.noteSilence' AND due_at > \(now)"
      for _ in 0..<200 where try await stage.house.count(waiting) == 0 { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try await stage.house.count(waiting) == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'AgentLeftChat'") == 0)
      stage.pass(401)
      let left = try await stage.ada.line.next("AgentLeftChat", within: .seconds(10))
      #expect(left["by"]?["name"]?.string == "Clara")
    }
  }

  @Test("X5: who asked and went away is not rung for, and 0 minutes of silence are never", arguments: [true, false])
  func nobodyWaits(goes: Bool) async throws {
    try await stage(.sqlite) { stage in
      if !goes { try await stage.rules { $0.silenceSeconds = 0 } }
      try await stage.asks()
      _ = try await stage.clara.subscribe(stage.ada.topic)
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      if goes {
        stage.ada.line.close()
        _ = try await stage.clara.line.next("VisitorPresence", within: .seconds(20)) { $0["online"]?.bool == false }
      }
      stage.pass(1300)
      if goes {
        // The look was taken, and the next one is put down.
        let now = stage.clock.now
        for _ in 0..<200
        where try await stage.house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'chat.noteSilence' AND due_at > \(now.milliseconds)") == 0
        {
          try await Task.sleep(for: .milliseconds(50))
        }
        #expect(
          try await stage.house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'chat.noteSilence' AND due_at > \(now.milliseconds)") == 1)
      }
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'AgentLeftChat'") == 0)
    }
  }

  @Test(
    "P2: in turn, a chat is one person's first, then the next one's, then everybody's; the visitor reads nothing of turns",
    arguments: Dialect.Engine.allCases)
  func inTurn(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.rules { $0.inTurn = true }
      try await stage.asks()
      let first = try await stage.clara.line.next { Self.turn($0) != nil }
      let one = Self.turn(first)?.string
      stage.pass(46)
      let second = try await stage.clara.line.next(within: .seconds(10)) { Self.turn($0) != nil && Self.turn($0)?.string != one }
      #expect(Set([one, Self.turn(second)?.string]) == [stage.clara.id, stage.tom.id])
      stage.pass(46)
      _ = try await stage.clara.line.next(within: .seconds(10)) { Self.chat($0)?["transfer"] == .null }
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'ChatOffered'") == 2, "everybody had their turn")
      let log = try await stage.ada.subscribe()
      let events = log["entries"]?.array?.compactMap { $0["event"]?.string } ?? []
      #expect(!events.contains("ChatOffered") && !events.contains("OfferEnded"))
      #expect(log["people"]?["queue"]?["position"]?.int == 1, "it has its place all the while")
      _ = try await stage.tom.subscribe(stage.ada.topic)
      _ = try await stage.tom.ask("join", on: stage.ada.topic)
      let joined = try await stage.ada.line.next("AgentJoinedChat")
      #expect(joined["body"]?["transferred"] == nil)
    }
  }

  @Test("P2: who has no room, is away or had the last turn is passed over", arguments: Dialect.Engine.allCases)
  func capacity(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.rules {
        $0.inTurn = true
        $0.capacity = 1
      }
      try await stage.asks()
      let first = try await stage.clara.line.next { Self.turn($0) != nil }
      let (busy, free) = Self.turn(first)?.string == stage.clara.id ? (stage.clara, stage.tom) : (stage.tom, stage.clara)
      _ = try await busy.subscribe(stage.ada.topic)
      _ = try await busy.ask("join", on: stage.ada.topic)
      // Room for one more has the other alone, for one chat after the other.
      for count in [2, 3] as [Int64] {
        let next = try await stage.house.visitor(of: stage.site)
        _ = try await next.subscribe()
        _ = try await next.sendForm()
        #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'ChatOffered'") == 2, "\(count)")
        if count == 2 {
          let row = try await stage.clara.line.next {
            Self.turn($0) != nil && $0["row"]?["conversation"]?.string != first["row"]?["conversation"]?.string
          }
          #expect(Self.turn(row)?.string == free.id)
        }
      }
    }
  }

  @Test("P2: two visitors who come at once are two people's turns", arguments: Dialect.Engine.allCases)
  func atOnce(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.rules {
        $0.inTurn = true
        $0.capacity = 1
      }
      let ben = try await stage.house.visitor(of: stage.site)
      _ = try await ben.subscribe()
      async let one = stage.ada.sendForm()
      async let other = ben.sendForm()
      _ = try await (one, other)
      let asked = try await stage.house.program.store.read { session in
        try session.rows("SELECT transfer_to FROM chats WHERE transfer_to IS NOT NULL").map { $0[0] as Int64 }
      }
      #expect(Set(asked).count == 2, "\(asked)")
    }
  }
}
