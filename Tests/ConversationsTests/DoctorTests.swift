import Base
import Conversations
import Store
import TestKit
import Testing

@Suite("The doctor")
struct DoctorTests {
  @Test(
    "X4: a whole log passes; a line that went missing, and a state row that lies, are found", arguments: [Dialect.Engine.sqlite, .postgres])
  func findings(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      var talkers: [Talker] = []
      for _ in 0..<2 {
        let visitor = try await house.visitor(of: site)
        _ = try await visitor.subscribe()
        _ = try await visitor.sendForm()
        for text in ["One", "Two", "Three"] { _ = try await visitor.say(text) }
        _ = try await clara.subscribe(visitor.topic)
        _ = try await clara.ask("join", on: visitor.topic)
        _ = try await clara.say("Four", on: visitor.topic)
        talkers.append(visitor)
      }
      _ = try await talkers[1].ask("close")
      let store = house.program.store
      let whole = try await Conversations.examine(store)
      #expect(whole.conversations == 2)
      #expect(whole.findings.isEmpty)
      let ids = try talkers.map { try #require(ConversationID(String($0.topic.dropFirst(5)))) }
      try await store.write { session in
        try session.run("DELETE FROM entries WHERE conversation_id = $1 AND n = 4", ids[0])
        try session.run("UPDATE conversations SET asked = asked + 1 WHERE id = $1", ids[1])
      }
      let found = try await Conversations.examine(store).findings
      #expect(Set(found.map(\.conversation)) == Set(ids))
    }
  }
}
