import Base
import Deals
import Store
import TestKit
import Testing

/// Lina pays Emil: what both see without asking again.
@Suite("State + events = reload, with money")
struct LiveMoneyTests {
  @Test(
    "X4: thread, list, wallet and notices of a paid question, told by events, are what a reload shows, whatever happens to it",
    arguments: Dialect.Engine.allCases)
  func question(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: 5)
      let thread = try await stage.asks(stage.lina)
      _ = try await thread.say("Are you there?")
      let desk = try await stage.answers(thread.topic)
      let answer = try #require(try await desk.say("I am.", on: thread.topic)["n"]?.int)
      // Those who act follow with a line of their own: an answer is no event.
      let asEmil = try await Follower("Emil", house.console(of: stage.emil), reloading: house.console(of: stage.emil))
      let asLina = try await Follower("Lina", house.console(of: stage.lina), reloading: house.console(of: stage.lina))
      let asReader = try await Follower("Lina's thread", stage.asks(stage.lina), reloading: stage.asks(stage.lina))
      let (emil, followers) = (stage.emil.id, [asEmil, asLina, asReader])
      try await asEmil.follow(thread.topic, "threads.\(emil)", "threads.\(emil)@\(stage.site.id)", "agent.\(emil)", "notices.\(emil)")
      try await asLina.follow("wallet.\(stage.lina.id)", "notices.\(stage.lina.id)")
      try await asReader.follow(thread.topic)
      let deeds: [(String, @Sendable () async throws -> LiveClient.Event)] = [
        ("asked", { try await thread.say("What do my stars say?") }),
        ("answered", { try await desk.say("They say yes.", on: thread.topic) }),
        ("rated", { try await thread.ask("rate", ["of": .number(Double(answer)), "stars": 5, "text": "Thank you"]) }),
        ("tipped", { try await thread.ask("tip", ["of": .number(Double(answer)), "units": 1, "client": .string(Secret().text)]) }),
        ("asked again", { try await thread.say("And tomorrow?") }),
        ("answered again", { try await desk.say("Tomorrow, too.", on: thread.topic) }),
        ("left", { try await desk.ask("leave", on: thread.topic) }),
        ("closed", { try await thread.ask("close") }),
      ]
      for (name, deed) in deeds {
        let answer = try await deed()
        #expect(answer.name != "Refused", "\(name): \(answer)")
        for follower in followers { #expect(try await follower.differences() == [], "after it was \(name)") }
      }
      // What is told a moment later.
      try await Task.sleep(for: .seconds(3))
      for follower in followers { #expect(try await follower.differences() == [], "in the end") }
      #expect(asLina.heard.contains("wallet.WalletChanged"))
      #expect(asEmil.heard.isSuperset(of: ["chat.DealChanged", "threads.ConversationChanged"]))
      try await stage.booksAreRight()
    }
  }
}
