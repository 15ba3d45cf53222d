import Base
import Conversations
import Foundation
import Store
import TestKit
import Testing

/// An agent who writes first.
@Suite("A chat that an agent begins")
struct BeginningTests {
  private static let engines = Dialect.Engine.allCases

  private func begin(_ talker: Talker, _ text: String, client: String = Secret().text, on topic: String) async throws -> LiveClient.Event {
    try await talker.ask("begin", ["client": .string(client), "text": .string(text)], on: topic)
  }

  @Test(
    "E22f: an agent writes first to a visitor who is there; the chat is theirs, and said again nothing is said twice", arguments: engines)
  func there(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let (clara, ada) = (stage.clara, stage.ada)
      func there(_ headers: [String: String]) async throws -> [String]? {
        try await WebAnswer.of("GET", "/console/visitors", port: house.port, headers).json?.array?.compactMap { $0["conversation"]?.string }
      }
      #expect(try await there(stage.asClara) == [], "she is in a chat")
      _ = try await clara.ask("close", on: ada.topic)
      #expect(try await there(stage.asClara) == [stage.conversation])
      let elif = try await house.person("Elif", at: [try await house.site("Lantern Books", origin: "https://lantern.example")])
      #expect(try await there(["Cookie": elif.cookie]) == [])
      let mona = try await house.person("Mona", [.manager])
      #expect(try await there(["Cookie": mona.cookie]) == [])

      _ = ada.line.takeAll()
      let client = Secret().text
      #expect(try await begin(clara, "Your essay is ready.", client: client, on: ada.topic).name == "Done")
      #expect(try await begin(clara, "Your essay is ready.", client: client, on: ada.topic).name == "Done")
      let heard = try await ada.line.next("MessageSent")
      #expect(heard["body"]?["text"]?.string == "Your essay is ready." && heard["by"]?["name"]?.string == "Clara")
      let log = LogView(try await clara.subscribe(ada.topic))
      #expect(log.entries.suffix(3).compactMap { $0["event"]?.string } == ["ChatOpened", "AgentJoinedChat", "MessageSent"])
      #expect(log.entries.filter { $0["body"]?["text"]?.string == "Your essay is ready." }.count == 1)
      // She answers at once: she was known before.
      #expect(try await ada.say("Thank you!").name == "Acknowledged")
      _ = try await clara.ask("close", on: ada.topic)
      let chat = LogView(try await clara.subscribe(ada.topic)).entries.last
      #expect(chat?["body"]?["unwritten"]?.bool == false)
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("E22f: who never sent the form is written to as well, and their form stays to be filled in", arguments: engines)
  func stranger(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let ben = try await house.visitor(of: stage.site)
      _ = try await ben.subscribe()
      _ = try await stage.clara.subscribe(ben.topic)
      #expect(try await begin(stage.clara, "May I help?", on: ben.topic).name == "Done")
      _ = try await ben.line.next("MessageSent")
      #expect(try await ben.say("Yes")["reason"]?.string == "formNeeded")
      _ = try await ben.sendForm(name: "Ben Okafor")
      #expect(try await ben.say("Yes").name == "Acknowledged")
      // Two who begin at once are in one chat.
      let tom = try await house.console(of: house.person("Tom", at: [stage.site]))
      _ = try await tom.subscribe(ben.topic)
      #expect(try await begin(tom, "So may I.", on: ben.topic).name == "Done")
      #expect(try await house.count("SELECT COUNT(*) FROM chats WHERE state = 'active'") == 2, "Ada's and Ben's")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("E22f, A39: nobody but the team of the website begins a chat, and nobody with who was erased", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.clara.ask("close", on: stage.ada.topic)
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      _ = try await mona.subscribe(stage.ada.topic)
      #expect(try await begin(mona, "Hello", on: stage.ada.topic)["reason"]?.string == "readOnly")
      #expect(try await begin(stage.ada, "Hello", on: stage.ada.topic)["reason"]?.string == "notAllowed")
      #expect(try await begin(stage.clara, " ", on: stage.ada.topic)["reason"]?.string == "textEmpty")
      try await house.program.conversations.erase(try #require(VisitorID(stage.ada.id)))
      #expect(try await begin(stage.clara, "Hello", on: stage.ada.topic)["reason"]?.string == "notFound")
      #expect(try await house.count("SELECT COUNT(*) FROM chats WHERE state <> 'closed'") == 0)
    }
  }

  @Test("E22f, P6: nobody writes first to who is shut out, by browser or by address alone, before it is over", arguments: engines)
  func shutOut(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_262_400_000))
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let ben = try await house.visitor(of: stage.site)
      _ = try await ben.subscribe()
      let client = Secret().text
      _ = try await stage.clara.subscribe(ben.topic)
      #expect(try await begin(stage.clara, "May I help?", client: client, on: ben.topic).name == "Done")
      _ = try await stage.clara.ask("close", on: ben.topic)
      let answer = try await WebAnswer.of(
        "POST", "/console/chats/\(stage.conversation)/ban", port: house.port,
        ["Cookie": stage.person.cookie, "Origin": House.origin, "Content-Type": "application/json"],
        body: Data(#"{"span":"day","address":true,"reason":"Rude."}"#.utf8))
      #expect(answer.status == 204, "\(answer.text)")
      for topic in [stage.ada.topic, ben.topic] {
        let refused = try await begin(stage.clara, "Your essay is ready.", on: topic)
        #expect(refused["reason"]?.string == "visitorShutOut", "\(topic)")
        #expect(refused["text"]?.string?.contains("What you wrote is still here.") == true)
      }
      #expect(try await begin(stage.clara, "May I help?", client: client, on: ben.topic).name == "Done", "it was said before")
      #expect(try await house.count("SELECT COUNT(*) FROM chats WHERE state <> 'closed'") == 0)
      clock.advance(milliseconds: 86_400_000)
      #expect(try await begin(stage.clara, "Your essay is ready.", on: stage.ada.topic).name == "Done")
    }
  }

  @Test("E22f, X4: to who is away the first message goes by letter, as an answer does", arguments: engines)
  func away(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_262_400_000))
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.clara.ask("close", on: stage.ada.topic)
      try await stage.leave()
      #expect(try await begin(stage.clara, "Your essay is ready.", on: stage.ada.topic).name == "Done")
      clock.advance(milliseconds: 121_000)
      let letter = try await stage.letter(1)
      #expect(letter.to.contains("ada@example.com") && letter.plain.contains("Your essay is ready."))
    }
  }
}
