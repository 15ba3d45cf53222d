import Base
import NIOCore
import Store
import TestKit
import Testing

@Suite("What the team is told of")
struct TeamTests {
  @Test(
    "B63, E10d: a visitor who waits is told to every agent of the site, and is no news once somebody answers",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func newVisitor(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let bruno = try await house.console(of: house.person("Bruno", at: [site]))
      let elif = try await house.console(of: house.person("Elif"))
      for talker in [clara, bruno, elif] { _ = try await talker.subscribe("notices.\(talker.id)") }
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      for talker in [clara, bruno] {
        let told = try await talker.line.next("NoticesChanged", within: .seconds(10)) { $0["rows"]?.array?.isEmpty == false }
        #expect(told["unread"]?.int == 1)
        let row = told["rows"]?.array?.first
        #expect(row?["kind"]?.string == "newVisitor")
        #expect(row?["name"]?.string == "Ada Moreau")
        #expect(row?["place"]?.string == "Harbour Essays")
        #expect(row?["acts"]?.array == ["join"])
      }
      _ = try await clara.subscribe(ada.topic)
      _ = try await clara.ask("join", on: ada.topic)
      for talker in [clara, bruno] {
        _ = try await talker.line.next("NoticesChanged", within: .seconds(10)) { $0["unread"]?.int == 0 }
      }
      #expect(!elif.line.takeAll().contains { $0.name == "NoticesChanged" }, "who does not answer for the site hears nothing")
    }
  }

  @Test(
    "E36b, B67b: messages that are not looked at are one notice that counts them, and seeing the chat reads it",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func newMessage(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.chat(at: site, with: clara)
      _ = try await clara.subscribe("notices.\(clara.id)")
      for number in 1...3 { _ = try await ada.say("Message \(number)") }
      let told = try await clara.line.next("NoticesChanged", within: .seconds(10)) {
        $0["rows"]?.array?.contains { $0["kind"]?.string == "newMessage" && $0["count"]?.int == 3 } == true
      }
      let row = told["rows"]?.array?.first
      #expect(row?["text"]?.string == "Message 3")
      #expect(row?["acts"]?.array == ["reply"])
      let seen = try await clara.subscribe(ada.topic)["head"] ?? .null
      try clara.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": seen, "seen": seen])
      _ = try await clara.line.next("NoticesChanged", within: .seconds(10)) { $0["unread"]?.int == 0 }
      // What was seen is not told again, however often the team is looked at.
      _ = try await ada.say("And another")
      try clara.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 99, "seen": 99])
      try await Task.sleep(for: .seconds(3))
      #expect(try await house.program.notifications.unread(of: AccountID(clara.id) ?? AccountID(rawValue: 0)) == 0)
    }
  }

  @Test(
    "B67a, B67b: a notice quotes its own message as that reads now, and its visitor's name, on open pages too",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func quotes(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.visitor(of: site)
      func told(_ field: String, _ value: JSON) async throws {
        _ = try await clara.line.next("NoticesChanged", within: .seconds(10)) { $0["rows"]?[0]?[field] == value }
      }
      _ = try await ada.subscribe()
      _ = try await clara.subscribe("notices.\(clara.id)")
      _ = try await ada.ask("open")
      try await told("name", .null)
      _ = try await ada.sendForm()
      try await told("name", "Ada Moreau")
      let n = JSON.number(Double(try #require(try await ada.say("Good mornign")["n"]?.int)))
      try await told("text", "Good mornign")
      _ = try await ada.ask("edit", ["of": n, "text": "Good morning"])
      try await told("text", "Good morning")
      _ = try await ada.say("Are you there?")
      try await Task.sleep(for: .milliseconds(2_500))
      let notices = try await clara.subscribe("notices.\(clara.id)")
      #expect(notices["unread"]?.int == 1)
      #expect(notices["rows"]?[0]?["text"]?.string == "Good morning", "what was asked first")
      _ = try await ada.ask("delete", ["of": n])
      try await told("text", .null)
    }
  }

  @Test(
    "B67c: a message that was left while nobody was there is told, and a reader puts it away",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func missedMessage(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let person = try await house.person("Clara", at: [site], online: false)
      try await house.leaveMessage(at: site)
      let clara = try await house.console(of: person)
      let row = try await eventually { try await clara.subscribe("notices.\(clara.id)")["rows"]?.array?.first }
      #expect(row["kind"]?.string == "missedMessage")
      #expect(row["text"]?.string == "Please call me")
      let other = try await house.console(of: house.person("Bruno", at: []))
      _ = try await other.subscribe("notices.\(other.id)")
      let mine: JSON = row["id"] ?? .null
      #expect(try await other.ask("archive", ["notice": mine], on: "notices.\(other.id)")["reason"]?.string == "notFound")
      #expect(try await other.ask("archive", ["notice": mine], on: "notices.\(clara.id)")["reason"]?.string == "notAllowed")
      #expect(try await clara.ask("archive", ["notice": mine], on: "notices.\(clara.id)").name == "Done")
      _ = try await clara.line.next("NoticesChanged") { $0["gone"]?.array == [mine] && $0["unread"]?.int == 0 }
    }
  }

  @Test("E36a, B67a, A39: who is taken off a site sees no notice of it any more", arguments: [Dialect.Engine.sqlite, .postgres])
  func unassigned(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let person = try await house.person("Clara", at: [site])
      let clara = try await house.console(of: person)
      _ = try await clara.subscribe("notices.\(clara.id)")
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await clara.line.next("NoticesChanged", within: .seconds(10)) { $0["unread"]?.int == 1 }
      try await house.program.sites.unassign(person.id, at: site.id, by: nil, from: .console)
      let told = try await clara.line.next("NoticesChanged", within: .seconds(10)) { $0["unread"]?.int == 0 }
      #expect(told["gone"]?.array?.count == 1)
      #expect(try await clara.subscribe("notices.\(clara.id)")["rows"]?.array?.isEmpty == true)
    }
  }

  @Test("E36b: a page that only shows notices does not make its reader count as there")
  func watcher() async throws {
    try await House.open(.sqlite) { house in
      let person = try await house.person("Clara")
      let line = try await LiveClient.connect(port: house.port, origin: House.origin, cookie: person.cookie)
      try line.send(["do": "hello", "protocol": 1, "watch": true])
      _ = try await line.next("Welcome")
      try line.send(["do": "subscribe", "topic": .string("notices.\(person.id)"), "id": "c1"])
      #expect(try await line.next("Snapshot")["unread"]?.int == 0)
      #expect(house.program.conversations.status(of: person.id) == .offline)
    }
  }

  @Test("E36b: an account without a role of the team may follow its own notices, and nothing else")
  func customer() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let nora = try await house.console(of: house.person("Nora", []))
      #expect(try await nora.subscribe("notices.\(nora.id)").name == "Snapshot")
      for topic in ["notices.\(clara.id)", "visitors.\(site.id)", "site.\(site.id)", "agent.\(clara.id)"] {
        #expect(try await nora.subscribe(topic)["reason"]?.string == "notFound", "\(topic)")
      }
    }
  }

  /// What is there within ten seconds.
  private func eventually<Value>(_ look: () async throws -> Value?) async throws -> Value {
    for _ in 0..<200 {
      if let found = try await look() { return found }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw NothingCame()
  }

  private struct NothingCame: Error {}
}
