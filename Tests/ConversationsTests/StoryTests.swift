import Base
import Conversations
import Store
import TestKit
import Testing

/// A visitor and an agent talk, over real lines, on both engines.
@Suite("A visitor and an agent")
struct StoryTests {
  @Test(
    "E37a, E89b: the visitor opens, fills the form and writes; the agent hears, joins and answers",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func story(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let list = try await clara.subscribe("visitors.\(site.id)")
      #expect(list["rows"]?.array?.isEmpty == true)

      let ada = try await house.visitor(of: site)
      let log = try await ada.subscribe()
      #expect(log["chat"] == .null)
      #expect(try await ada.ask("open").name == "Done")
      let ring = try await clara.line.next("NewVisitorJoined")
      #expect(ring["row"]?["chat"]?["state"]?.string == "waiting")
      #expect(ring["row"]?["visitor"]?["online"]?.bool == true)

      #expect(try await ada.sendForm().name == "Done")
      let said = try await ada.say("Hello, do you cover marine biology?")
      #expect(said.name == "Acknowledged")
      #expect(said["n"]?.int == 3)
      #expect(try await clara.line.next("MessageArrived")["n"]?.int == 3)

      _ = try await clara.subscribe(ada.topic)
      #expect(try await clara.ask("join", on: ada.topic).name == "Done")
      let joined = try await ada.line.next("AgentJoinedChat")
      #expect(joined["by"]?["name"]?.string == "Clara", "E37b: the visitor reads the pseudonym")
      _ = try await clara.say("Hello, yes. We have two editors in that field.", on: ada.topic)
      let answer = try await ada.line.next("MessageSent") { $0["by"]?["kind"]?.string == "agent" }
      #expect(answer["after"]?.int == 4)
      #expect(answer["n"]?.int == 5)

      try ada.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 5, "seen": 5])
      let marks = try await clara.line.next("Marks") { $0["marks"]?["visitor"]?["seen"]?.int == 5 }
      #expect(marks["marks"]?["visitor"]?["delivered"]?.int == 5)
    }
  }

  @Test(
    "X4: a message sent twice with one id is stored once, also after the chat was closed", arguments: [Dialect.Engine.sqlite, .postgres])
  func retryIsHarmless(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      _ = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      let client = Secret().text
      let first = try await ada.say("One", client: client)
      let again = try await ada.say("One", client: client)
      #expect(first["n"] == again["n"])
      _ = try await ada.ask("close")
      let afterClosing = try await ada.say("One", client: client)
      #expect(afterClosing["n"] == first["n"])
      let log = try await ada.subscribe()
      #expect(log["entries"]?.array?.filter { $0["event"]?.string == "MessageSent" }.count == 1)
      #expect(log["chat"]?["state"]?.string == "closed")
    }
  }

  @Test(
    "X6: writing after closing opens the next chat, in the same conversation, and the team hears it ring",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func nextChat(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      _ = try await clara.subscribe("visitors.\(site.id)")
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await ada.say("One")
      _ = try await clara.line.next("NewVisitorJoined")
      _ = try await ada.ask("close")
      let next = try await ada.say("Two")
      #expect(next["n"]?.int == 6)
      let ring = try await clara.line.next("NewVisitorJoined")
      #expect(ring["row"]?["chat"]?["form"]?.string == "sent")
      #expect(ring["row"]?["chat"]?["state"]?.string == "waiting")

      // Tomorrow, in another browser window with the same cookie.
      let tomorrow = try await house.visitor(of: site, key: try #require(ada.key))
      #expect(tomorrow.topic == ada.topic)
      let log = try await tomorrow.subscribe()
      #expect(log["entries"]?.array?.count == 6)
      #expect(log["head"]?.int == 6)
    }
  }

  @Test(
    "E27c: two agents in one chat both see everything under their pseudonyms and colours", arguments: [Dialect.Engine.sqlite, .postgres])
  func twoAgents(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let bruno = try await house.person("Bruno")
      try await house.assign(bruno.id, to: site, as: "Benoît")
      let benoit = try await house.console(of: bruno)
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      for agent in [clara, benoit] {
        _ = try await agent.subscribe(ada.topic)
        _ = try await agent.ask("join", on: ada.topic)
      }
      _ = try await clara.say("I take the first half.", on: ada.topic)
      let seen = try await benoit.line.next("MessageSent")
      #expect(seen["by"]?["name"]?.string == "Clara")
      #expect(seen["by"]?["colour"]?.int == 1)
      _ = try await benoit.say("And I the second.", on: ada.topic)
      let second = try await ada.line.next("MessageSent") { $0["by"]?["name"]?.string == "Benoît" }
      #expect(second["by"]?["colour"]?.int == 2)
      #expect(second["by"]?["id"]?.string == bruno.id.description)

      _ = try await clara.ask("leave", on: ada.topic)
      #expect(try await ada.line.next("AgentLeftChat")["body"]?["last"]?.bool == false)
      _ = try await benoit.ask("leave", on: ada.topic)
      #expect(try await ada.line.next("AgentLeftChat")["body"]?["last"]?.bool == true)
      #expect(try await ada.subscribe()["chat"]?["state"]?.string == "waiting")
    }
  }

  @Test("E17b: a message left while nobody is there waits for the team, without a clock", arguments: [Dialect.Engine.sqlite, .postgres])
  func offlineMessage(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site])
      let ada = try await house.visitor(of: site)
      let status = try await ada.line.next("Snapshot")
      #expect(status["online"]?.bool == false)
      let left = try await ada.ask(
        "offline",
        [
          "name": "Ada", "email": "ada@example.com", "phone": "+33 6 12 34 56 78", "client": .string(Secret().text),
          "text": "Call me, please.",
        ])
      #expect(left.name == "Acknowledged")
      let console = try await house.console(of: clara)
      let row = try #require(try await console.subscribe("visitors.\(site.id)")["rows"]?[0])
      #expect(row["chat"]?["offline"]?.bool == true)
      #expect(row["chat"]?["waitingSince"] == .null)
      #expect(row["asked"]?.int == 1)
      #expect(row["last"]?["text"]?.string == "Call me, please.")
      #expect(try await ada.line.next("Snapshot")["online"]?.bool == true, "E91e: she is back, and the visitor sees it")
    }
  }

  @Test(
    "E12: what is wrong in the form is said field by field, and nothing is sent before it is right",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func formFirst(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.ask("open")
      let early = try await ada.say("Hello?")
      #expect(early["reason"]?.string == "formNeeded")
      let wrong = try await ada.ask("form", ["name": "", "email": "ada", "phone": "+33 6 12 34 56 78"])
      #expect(wrong["reason"]?.string == "formInvalid")
      #expect(wrong["fields"]?["email"]?.string?.isEmpty == false)
      #expect(wrong["fields"]?["name"]?.string?.isEmpty == false)
      // E13: the agent may write while the form is being filled.
      _ = try await clara.subscribe(ada.topic)
      _ = try await clara.ask("join", on: ada.topic)
      _ = try await clara.say("Take your time.", on: ada.topic)
      #expect(try await ada.line.next("MessageSent")["body"]?["text"]?.string == "Take your time.")
      #expect(try await ada.sendForm().name == "Done")
      #expect(try await ada.say("Here I am.").name == "Acknowledged")
    }
  }

  @Test("E9: a form that is left open for ten minutes ends by itself, closed by nobody", arguments: [Dialect.Engine.sqlite, .postgres])
  func forgottenForm(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.system()
    try await House.open(engine, clock: clock) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      _ = try await clara.subscribe("visitors.\(site.id)")
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.ask("open")
      _ = try await clara.line.next("NewVisitorJoined")
      clock.advance(milliseconds: 601_000)
      let row = try await clara.line.next("ConversationChanged", within: .seconds(10)) { $0["row"]?["chat"]?["state"]?.string == "closed" }
      #expect(row["row"]?["chat"]?["closedBy"]?.string == "nobody")
      #expect(row["row"]?["chat"]?["unwritten"]?.bool == true)
      #expect(row["row"]?["chat"]?["form"]?.string == "needed")
    }
  }

  @Test("E78b: what is over the limit is refused with the time after which it goes out")
  func tooFast() async throws {
    try await House.open(.sqlite, limits: "") { house in
      let site = try await house.site()
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      for index in 1...10 { #expect(try await ada.say("\(index)").name == "Acknowledged") }
      let refused = try await ada.say("11")
      #expect(refused["reason"]?.string == "tooFast")
      #expect((refused["retryAfterSeconds"]?.int ?? 0) > 0)
    }
  }

  @Test("X4: a text that cannot be kept is refused with what to do, and the log stays as it was")
  func badTexts() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.site()
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      for empty in ["  \n ", "\u{200B}\u{FEFF}\u{202E}"] { #expect(try await ada.say(empty)["reason"]?.string == "textEmpty") }
      #expect(try await ada.say("a\u{0}b")["reason"]?.string == "textHasNull")
      #expect(try await ada.say(String(repeating: "x", count: 8001))["reason"]?.string == "textTooLong")
      #expect(try await ada.say(String(repeating: "é", count: 8000)).name == "Acknowledged")
      #expect(try await ada.say("short", client: "x")["reason"]?.string == "clientIDInvalid")
      #expect(try await ada.subscribe()["head"]?.int == 3)
    }
  }
}
