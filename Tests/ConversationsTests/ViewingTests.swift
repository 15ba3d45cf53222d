import Base
import Conversations
import Store
import TestKit
import Testing

/// Who of the team has a chat open.
@Suite("Who else is viewing")
struct ViewingTests {
  private static let engines = Dialect.Engine.allCases

  private func view(_ on: Bool, _ topic: String, _ talker: Talker) throws {
    try talker.line.send(["do": "view", "topic": .string(topic), "on": .bool(on)])
  }

  @Test("P5: the team of a chat is told by name who has it open and who left it, and its visitor never", arguments: engines)
  func viewing(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let person = try await house.person("Tom", at: [stage.site])
      try await house.assign(person.id, to: stage.site, as: "Thomas")
      let tom = try await house.console(of: person)
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      for talker in [tom, mona] { _ = try await talker.subscribe(stage.ada.topic) }
      try view(true, stage.ada.topic, tom)
      let came = try await stage.clara.line.next("AgentViewing")
      #expect(came["by"]?["id"]?.string == tom.id && came["by"]?["name"]?.string == "Thomas" && came["on"]?.bool == true)
      #expect(came["by"]?["avatar"]?.string?.isEmpty == false)
      try view(false, stage.ada.topic, tom)
      _ = try await stage.clara.line.next("AgentViewing") { $0["on"]?.bool == false }
      // Who only reads looks on, too.
      try view(true, stage.ada.topic, mona)
      #expect(try await stage.clara.line.next("AgentViewing")["by"]?["name"]?.string == "Mona")
      _ = try await stage.clara.say("Hello.", on: stage.ada.topic)
      _ = try await stage.ada.line.next("MessageSent")
      #expect(!stage.ada.line.takeAll().contains { $0.name == "AgentViewing" })
    }
  }

  @Test("P5: it stays in the order in which it was said", arguments: engines)
  func order(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let tom = try await house.console(of: house.person("Tom", at: [stage.site]))
      _ = try await tom.subscribe(stage.ada.topic)
      for number in 0..<10 { try view(number.isMultiple(of: 2), stage.ada.topic, tom) }
      for number in 0..<10 {
        #expect(try await stage.clara.line.next("AgentViewing")["on"]?.bool == number.isMultiple(of: 2), "frame \(number)")
      }
    }
  }

  @Test("P5, A39: who may not read a chat, or is its visitor, is in nobody's way", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let lantern = try await house.site("Paper Lantern Books", origin: "https://lantern.example")
      let marc = try await house.console(of: house.person("Marc", at: [lantern]))
      for talker in [marc, stage.ada] {
        #expect(try await talker.ask("view", ["on": true], on: stage.ada.topic)["reason"]?.string == "notAllowed")
      }
      _ = try await stage.clara.say("Hello.", on: stage.ada.topic)
      _ = try await stage.clara.line.next("MessageSent")
      #expect(!stage.clara.line.takeAll().contains { $0.name == "AgentViewing" })
    }
  }

  @Test("E75: a file that is sent is told of on its own to both sides and to the list", arguments: engines)
  func files(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.clara.subscribe("visitors.\(stage.site.id)")
      let file = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      let listed = try await stage.clara.line.next("FileUploaded") { $0["topic"]?.string == "visitors.\(stage.site.id)" }
      #expect(listed["conversation"]?.string == stage.conversation)
      for talker in [stage.ada, stage.clara] {
        let told = try await talker.line.next("FileUploaded") { $0["topic"]?.string == stage.ada.topic }
        #expect(told["file"]?["file"]?.string == file && told["file"]?["name"]?.string == "letter.pdf")
        #expect(told["n"]?.int == listed["n"]?.int && told["by"]?["kind"]?.string == "visitor")
      }
    }
  }
}
