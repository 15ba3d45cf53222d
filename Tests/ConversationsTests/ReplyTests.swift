import Base
import Conversations
import Foundation
import Sites
import Store
import TestKit
import Testing

/// What is said often, and what is done with it.
@Suite("Canned replies and macros")
struct ReplyTests {
  private static let engines = Dialect.Engine.allCases

  private struct Stage {
    let scene: FileHouse
    let ines: House.Person
    var list: FormPage { FormPage(house: scene.house, person: ines, path: "/admin/sites/\(scene.site.id)/replies") }
    var adding: FormPage { FormPage(house: scene.house, person: ines, path: "\(list.path)/new") }

    init(_ house: House) async throws {
      scene = try await FileHouse(house)
      ines = try await house.person("Ines", [.administrator])
    }

    func offered(to person: House.Person) async throws -> JSON? {
      let path = "/console/chats/\(scene.conversation)/replies"
      return try await WebAnswer.of("GET", path, port: scene.house.port, ["Cookie": person.cookie]).json?["replies"]
    }

    func tag() async throws -> ChatTag {
      let tag = ChatTag(id: ID(rawValue: 7001), name: "Refund", tone: .wait)
      try await scene.house.program.sites.save(tag, at: scene.site.id, by: nil, from: .console)
      return tag
    }

    func run(_ fields: [String: JSON], client: String = Secret().text, by talker: Talker? = nil) async throws -> LiveClient.Event {
      try await (talker ?? scene.clara).ask("macro", fields.merging(["client": .string(client)]) { $1 }, on: scene.ada.topic)
    }
  }

  @Test(
    "P1: a website's replies are kept on a page without scripts, and offered in its chats in the visitor's language", arguments: engines)
  func ofSite(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      let tag = try await stage.tag()
      #expect(try await stage.adding.post([("name", ""), ("text", "Hello")]).text.contains("name-error"))
      #expect(try await stage.adding.post([("name", "Nothing"), ("text", "")]).text.contains("text-error"))
      let typed = [
        ("name", "Money back"), ("text", "Hello {visitor}"), ("text-fr", "Bonjour {visitor}"), ("tag", "\(tag.id)"), ("then", "close"),
      ]
      #expect(try await stage.adding.post(typed).status == 303)
      #expect(try await stage.list.get().text.contains("Money back"))
      let offered = try #require(try await stage.offered(to: stage.scene.person)?[0])
      #expect(offered["name"]?.string == "Money back" && offered["text"]?.string == "Hello {visitor}")
      #expect(offered["tags"]?.array == [.string("\(tag.id)")] && offered["closes"]?.bool == true)
      try await house.program.store.write { try $0.run("UPDATE visitors SET language = 'fr'") }
      #expect(try await stage.offered(to: stage.scene.person)?[0]?["text"]?.string == "Bonjour {visitor}")

      let reply = FormPage(house: house, person: stage.ines, path: "\(stage.list.path)/\(offered["id"]?.string ?? "")")
      #expect(try await reply.get().text.contains("Bonjour {visitor}"))
      #expect(try await reply.post([("name", "Refund"), ("text", "Hi"), ("then", "\(stage.scene.person.id)")]).status == 303)
      let changed = try await stage.offered(to: stage.scene.person)?[0]
      #expect(changed?["name"]?.string == "Refund" && changed?["to"]?["name"]?.string == "Clara" && changed?["tags"]?.array == [])
      #expect(try await reply.post([("name", "Refund"), ("text", "Hi"), ("then", "99")]).text.contains("then-error"))
      #expect(try await reply.post([("remove", "yes")]).status == 303)
      #expect(try await house.count("SELECT COUNT(*) FROM replies") == 0)
    }
  }

  @Test("P1, A39: somebody's own replies are theirs alone, and who may not write in a chat is offered none", arguments: engines)
  func own(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      let (clara, tom) = (stage.scene.person, try await house.person("Tom", at: [stage.scene.site]))
      let adding = FormPage(house: house, person: clara, path: "/replies/new")
      #expect(try await adding.post([("name", "Bye"), ("text", "Have a nice day")]).status == 303)
      #expect(try await stage.offered(to: clara)?.array?.compactMap { $0["name"]?.string } == ["Bye"])
      #expect(try await stage.offered(to: tom)?.array == [])
      let id = try await house.count("SELECT id FROM replies")
      for person in [tom, stage.ines] {
        #expect(try await FormPage(house: house, person: person, path: "/replies/\(id)").get().status == 404)
      }
      let mona = try await house.person("Mona", [.manager])
      let path = "/console/chats/\(stage.scene.conversation)/replies"
      #expect(try await WebAnswer.of("GET", path, port: house.port, ["Cookie": mona.cookie]).reason == "readOnly")
      #expect(try await WebAnswer.of("GET", path, port: house.port, stage.scene.asAda).status == 401)
    }
  }

  @Test("P1: a macro joins, answers, tags and closes in one write, and said again it does nothing more", arguments: engines)
  func macro(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      let tag = try await stage.tag()
      let tom = try await house.console(of: house.person("Tom", at: [stage.scene.site]))
      _ = try await tom.subscribe(stage.scene.ada.topic)
      let (client, steps) = (
        Secret().text, ["text": "Here you are.", "add": .array([.string("\(tag.id)")]), "then": "close"] as [String: JSON]
      )
      #expect(try await stage.run(steps, client: client, by: tom).name == "Done")
      #expect(try await stage.run(steps, client: client, by: tom).name == "Done")
      let log = LogView(try await tom.subscribe(stage.scene.ada.topic))
      let events = log.entries.suffix(4).compactMap { $0["event"]?.string }
      #expect(events == ["AgentJoinedChat", "MessageSent", "ChatTagged", "ChatClosed"], "\(events)")
      #expect(log.entries.filter { $0["body"]?["text"]?.string == "Here you are." }.count == 1)
      _ = try await stage.scene.ada.line.next("MessageSent") { $0["body"]?["text"]?.string == "Here you are." }
      _ = try await stage.scene.ada.line.next("ChatClosed")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("P1: a macro that cannot be done whole leaves nothing behind", arguments: engines)
  func whole(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      let head = try await house.count("SELECT head FROM conversations")
      let gone: [String: JSON] = ["text": "Tom comes.", "then": "transfer", "to": "99"]
      #expect(try await stage.run(gone)["reason"]?.string == "colleagueGone")
      #expect(try await stage.run(["text": "Hello", "add": ["99"]])["reason"]?.string == "notFound")
      #expect(try await house.count("SELECT head FROM conversations") == head)
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      _ = try await mona.subscribe(stage.scene.ada.topic)
      #expect(try await stage.run(["text": "Hello"], by: mona)["reason"]?.string == "readOnly")

      let tom = try await house.person("Tom", at: [stage.scene.site])
      #expect(try await stage.run(["then": "transfer", "to": .string("\(tom.id)")]).name == "Done")
      #expect(try await house.count("SELECT transfer_to FROM chats") == Int(tom.id.rawValue))
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }
}
