import Base
import Sites
import Store
import TestKit
import Testing

@testable import Conversations

@Suite("Who waits for a team")
struct QueueTests {
  private static func queued(_ event: LiveClient.Event) -> JSON? { event["people"]?["queue"] }

  /// A visitor who sent the form and waits.
  private func waiting(at site: Site, in house: House) async throws -> Talker {
    let visitor = try await house.visitor(of: site)
    _ = try await visitor.subscribe()
    _ = try await visitor.sendForm()
    return visitor
  }

  @Test(
    "P2, X5: each visitor reads the true place, and moves up as soon as somebody before them is answered or goes",
    arguments: Dialect.Engine.allCases)
  func places(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await waiting(at: site, in: house)
      let ben = try await waiting(at: site, in: house)
      let chiara = try await waiting(at: site, in: house)
      _ = try await ada.line.next("People") { Self.queued($0)?["position"]?.int == 1 }
      #expect(Self.queued(try await chiara.subscribe())?["position"]?.int == 3)
      #expect(Self.queued(try await chiara.subscribe())?["latelySeconds"] == .null, "nothing is said of what was not measured")

      _ = try await clara.subscribe(ada.topic)
      _ = try await clara.ask("join", on: ada.topic)
      _ = try await ada.line.next("People") { Self.queued($0) == .null }
      _ = try await ben.line.next("People") { Self.queued($0)?["position"]?.int == 1 }
      _ = try await chiara.line.next("People") { Self.queued($0)?["position"]?.int == 2 }
      _ = try await ben.ask("close")
      _ = try await chiara.line.next("People") { Self.queued($0)?["position"]?.int == 1 }
      // Whoever is left waits since then, behind those who waited before.
      _ = try await clara.ask("leave", on: ada.topic)
      _ = try await ada.line.next("People") { Self.queued($0)?["position"]?.int == 2 }
    }
  }

  @Test("P2: an unsent form, an offline message and another website's visitors take no place", arguments: Dialect.Engine.allCases)
  func whoCounts(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let left = try await house.visitor(of: site)
      _ = try await left.ask(
        "offline",
        ["name": "Ada", "email": "ada@example.com", "phone": "+33 6 12 34 56 78", "client": .string(Secret().text), "text": "Call me."])
      _ = try await house.console(of: house.person("Clara", at: [site]))
      let form = try await house.visitor(of: site)
      _ = try await form.subscribe()
      _ = try await form.ask("open")
      let other = try await house.site("Paper Lantern Books")
      _ = try await house.console(of: house.person("Bruno", at: [other]))
      _ = try await waiting(at: other, in: house)
      let ada = try await waiting(at: site, in: house)
      _ = try await ada.line.next("People") { Self.queued($0)?["position"]?.int == 1 }
      #expect(Self.queued(try await form.subscribe()) == .null)
    }
  }

  @Test(
    "X5: how long others waited is what was measured lately at that website, once five were answered", arguments: Dialect.Engine.allCases)
  func measured(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_219_200_000))
    try await House.open(engine, clock: clock) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      for minutes in [1, 2, 3, 4, 5] as [Int64] {
        let visitor = try await waiting(at: site, in: house)
        clock.advance(milliseconds: minutes * 60_000)
        _ = try await clara.subscribe(visitor.topic)
        _ = try await clara.ask("join", on: visitor.topic)
        // What was read of the queue on the way is told before the clock goes on: a read that is late would be taken for a fresh one.
        _ = try await visitor.line.next("People") { $0["people"]?["agents"]?.array?.isEmpty == false }
      }
      clock.advance(milliseconds: 61_000)
      let ada = try await waiting(at: site, in: house)
      _ = try await ada.line.next("People") { Self.queued($0)?["latelySeconds"]?.int == 180 }
      #expect(Self.queued(try await ada.subscribe())?["latelySeconds"]?.int == 180)
    }
  }

  @Test("X5: of fewer than five waits nothing is said, and one that took long does not change the middle")
  func median() {
    #expect(WaitingTimes.median([10, 20, 30, 40]) == nil)
    #expect(WaitingTimes.median([10, 20, 30, 40, 9000]) == 30)
  }
}
