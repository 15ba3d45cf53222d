import Access
import Base
import ConversationsCore
import Store
import TestKit
import Testing

@testable import Conversations

@Suite("Deleted people")
struct ErasureTests {
  @Test(
    "E79d: what was on its way while its visitor was erased is said by nobody", arguments: [Dialect.Engine.sqlite, .postgres])
  func late(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let ada = try await house.visitor(of: house.site())
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await ada.say("Good morning")
      let conversation = try #require(ConversationID(String(ada.topic.dropFirst("chat.".count))))
      try await house.program.conversations.erase(try #require(VisitorID(ada.id)))
      let (chat, now): (ChatID, Moment) = (house.program.ids.next(), house.program.clock.now)
      await #expect(throws: Refusal(.notFound)) {
        try await house.program.store.write(locking: [.conversation(conversation)]) { session in
          let late = Message(clientID: Secret().text, content: .text("Still there"))
          _ = try session.perform(
            .send(newChat: chat, late), in: conversation, by: .visitor(siteOnline: true), at: now)
        }
      }
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%Still there%'") == 0)
      #expect(try await Conversations.examine(house.program.store).findings.isEmpty)
    }
  }

  @Test(
    "B72b: what a deleted agent said stays under the website's name, and the log still tells what the program believes",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func agent(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let person = try await house.person("Clara", at: [site])
      let clara = try await house.console(of: person)
      let ada = try await house.chat(at: site, with: clara)
      _ = try await clara.say("Good morning", on: ada.topic)
      try await house.program.accounts.erase(person.id, by: nil, from: .console)
      let log = try await ada.subscribe()
      let names = (log["entries"]?.array ?? []).compactMap { $0["by"]?["name"]?.string }
      #expect(names.contains(site.name) && !names.contains("Clara"))
      #expect(log["chat"]?["state"]?.string == "waiting", "the visitor does not wait for somebody who is gone")
      let kept = try await house.program.store.read { session in
        try session.rows("SELECT name FROM participants UNION SELECT last_name FROM conversations WHERE last_name IS NOT NULL").map { row in
          row[0] as String
        }
      }
      #expect(!kept.contains("Clara"))
      #expect(try await Conversations.examine(house.program.store).findings.isEmpty)
    }
  }
}
