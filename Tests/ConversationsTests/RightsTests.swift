import Access
import Base
import Foundation
import Store
import TestKit
import Testing

@Suite("Who may what, over the line")
struct RightsTests {
  @Test("E90b: a manager reads every chat, writes nothing and leaves no marks", arguments: [Dialect.Engine.sqlite, .postgres])
  func manager(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await ada.say("Hello")
      let log = try await mona.subscribe(ada.topic)
      #expect(log["entries"]?.array?.count == 3, "E90a: reads")
      for command in ["join", "leave", "close"] {
        #expect(try await mona.ask(command, on: ada.topic)["reason"]?.string == "readOnly")
      }
      #expect(try await mona.say("Hello", on: ada.topic)["reason"]?.string == "readOnly")
      try mona.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 3, "seen": 3])
      try mona.line.send(["do": "typing", "topic": .string(ada.topic), "on": true])
      try await Task.sleep(for: .milliseconds(300))
      let after = try await ada.subscribe()
      #expect(after["marks"]?["team"]?["seen"]?.int == 0)
      #expect(after["head"]?.int == 3)
      #expect(!ada.line.takeAll().contains { $0.name == "AgentTyping" })
    }
  }

  @Test(
    "E89a: who is taken off a site loses its topics at once, and the visitor does not wait for them",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func unassigned(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let person = try await house.person("Clara", at: [site])
      let clara = try await house.console(of: person)
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await clara.subscribe("visitors.\(site.id)")
      _ = try await clara.subscribe(ada.topic)
      _ = try await clara.ask("join", on: ada.topic)
      try await house.program.sites.unassign(person.id, at: site.id, by: nil, from: .console)
      for topic in ["visitors.\(site.id)", ada.topic] {
        _ = try await clara.line.next("Refused") { $0["reason"]?.string == "notFound" && $0["topic"]?.string == topic }
      }
      #expect(try await ada.line.next("AgentLeftChat")["body"]?["last"]?.bool == true)
      #expect(try await clara.say("Still here?", on: ada.topic)["reason"]?.string == "notAllowed")
      _ = try await ada.say("Is somebody there?")
      try await Task.sleep(for: .milliseconds(200))
      #expect(!clara.line.takeAll().contains { $0.name == "MessageSent" && $0["body"]?["text"]?.string == "Is somebody there?" })
    }
  }

  @Test(
    "E10a, E89a: whose website was taken away does not come in, though their line has not heard of it yet",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func takenAway(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let person = try await house.person("Clara", at: [site])
      let clara = try await house.console(of: person)
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await clara.subscribe(ada.topic)
      // As another transaction does it, before anybody was told.
      try await house.program.store.write { try $0.run("DELETE FROM assignments WHERE account_id = $1", person.id) }
      for command in ["join", "begin", "macro"] {
        let answer = try await clara.ask(command, ["client": .string(Secret().text), "text": "Hello"], on: ada.topic)
        #expect(answer["reason"]?.string == "notAllowed", "\(command): \(answer)")
      }
      #expect(try await house.count("SELECT COUNT(*) FROM participants WHERE account_id = \(person.id)") == 0)
      #expect(try await ada.subscribe()["chat"]?["state"]?.string == "waiting")
    }
  }

  @Test(
    "E88b, E89a: a website that is taken away on the sheet of teams closes its topics at once, and no others",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func unassignedOnTheSheet(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let harbour = try await house.site()
      let lantern = try await house.site("Lantern Books")
      let person = try await house.person("Clara", at: [harbour, lantern])
      let clara = try await house.console(of: person)
      let (ada, ben) = (try await house.visitor(of: harbour), try await house.visitor(of: lantern))
      for visitor in [ada, ben] {
        _ = try await visitor.subscribe()
        _ = try await visitor.sendForm()
        _ = try await clara.subscribe(visitor.topic)
        _ = try await clara.ask("join", on: visitor.topic)
      }
      _ = try await clara.subscribe("visitors.\(harbour.id)")
      let page = "/admin/sites/teams"
      let reader = PageReader(house: house, person: try await house.person("Ines", [.administrator]))
      let answer = try await reader.post(
        page + "?q=clara",
        [
          "sites": "\(harbour.id) \(lantern.id)", "person": "\(person.id).\(harbour.id).\(lantern.id)", "on": "\(person.id).\(lantern.id)",
        ], from: page)
      #expect(answer.status == 303)
      for topic in ["visitors.\(harbour.id)", ada.topic] {
        _ = try await clara.line.next("Refused") { $0["reason"]?.string == "notFound" && $0["topic"]?.string == topic }
      }
      #expect(try await ada.line.next("AgentLeftChat")["body"]?["last"]?.bool == true)
      #expect(try await clara.say("Still here?", on: ada.topic)["reason"]?.string == "notAllowed")
      #expect(try await clara.say("Here I am.", on: ben.topic).name == "Acknowledged")
    }
  }

  @Test("E76: signing out ends the live connections of that session", arguments: [Dialect.Engine.sqlite, .postgres])
  func signOut(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let person = try await house.person("Clara")
      let clara = try await house.console(of: person)
      let signedIn = try #require(try await house.program.accounts.recognise(person.token))
      try await house.program.accounts.signOut(signedIn, from: .console)
      #expect(try await clara.line.closeCode() == 4401)
    }
  }

  @Test(
    "E6: nobody gets in with a strange origin, an unknown site, a bad key or no session",
    arguments: [
      ("https://evil.example", "site", "key", 4403), ("https://harbour.example", "unknown", "key", 4401),
      ("https://harbour.example", "site", "short", 4400), ("http://localhost:8080", "", "", 4401),
    ])
  func strangers(_ origin: String, _ siteKind: String, _ keyKind: String, _ code: Int) async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.site()
      let line = try await LiveClient.connect(port: house.port, origin: origin)
      var hello: [String: JSON] = ["do": "hello", "protocol": 1]
      if !siteKind.isEmpty { hello["site"] = .string(siteKind == "site" ? site.key : "nobody") }
      if !keyKind.isEmpty { hello["key"] = .string(keyKind == "key" ? Secret().text : "0123") }
      try line.send(.object(hello))
      #expect(try await line.closeCode().map(Int.init) == code)
    }
  }

  @Test("E13: a refusal on the line speaks the language that was chosen on the page, before the account's own")
  func language() async throws {
    try await House.open(.sqlite) { house in
      let person = try await house.person("Clara")
      for (cookie, words) in [("", "There is nothing at this address."), ("; parley-language=fr", "Il n’y a rien à cette adresse.")] {
        let line = try await LiveClient.connect(port: house.port, origin: House.origin, cookie: person.cookie + cookie)
        try line.send(["do": "hello", "protocol": 1])
        _ = try await line.next("Welcome")
        try line.send(["do": "subscribe", "topic": "chat.99", "id": "c1"])
        #expect(try await line.next("Refused")["text"]?.string?.hasPrefix(words) == true)
      }
    }
  }

  @Test("E4: when somebody was last seen moves with their coming and going", arguments: [Dialect.Engine.sqlite, .postgres])
  func lastSeen(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.system()
    try await House.open(engine, clock: clock) { house in
      let person = try await house.person("Clara")
      let seen = { try await house.program.accounts.account(person.id)?.lastSeenAt }
      #expect(try await seen() == nil)
      let clara = try await house.console(of: person)
      let came = try #require(try await eventually(seen))
      #expect(house.program.conversations.status(of: person.id) == .online)
      clock.advance(milliseconds: 60_000)
      clara.line.close()
      let went = try await eventually { try await seen().flatMap { $0.milliseconds(since: came) >= 60_000 ? $0 : nil } }
      #expect(went != nil)
      #expect(house.program.conversations.status(of: person.id) == .offline)
    }
  }

  /// What is there within five seconds.
  private func eventually<Value>(_ look: () async throws -> Value?) async throws -> Value? {
    for _ in 0..<100 {
      if let found = try await look() { return found }
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  @Test("E6: a visitor's page is told to the lists when it is one of the site's own, and refused otherwise")
  func pages() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      _ = try await clara.subscribe("visitors.\(site.id)")
      let ada = try await house.visitor(of: site)
      #expect(try await ada.ask("page", ["url": "https://evil.example/trap", "title": "Prices"])["reason"]?.string == "notUnderstood")
      // A visit goes on.
      let view: JSON = [
        "key": .string(try #require(ada.key).text), "url": "https://harbour.example/", "title": "Home", "referrer": "", "language": "en",
      ]
      let counted = try await WebAnswer.of(
        "POST", "/api/v1/widget/\(site.key)/views", port: house.port,
        [
          "Origin": House.siteOrigin, "Content-Type": "text/plain", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Firefox/153.0",
        ],
        body: Data(try view.text.utf8))
      #expect(counted.status == 200)
      _ = try await clara.line.next("VisitorPageChanged") { $0["page"]?["title"]?.string == "Home" }
      try ada.line.send(["do": "page", "url": "https://harbour.example/prices#part", "title": "Prices"])
      let told = try await clara.line.next("VisitorPageChanged")
      #expect(told["page"]?["url"]?.string == "https://harbour.example/prices")
    }
  }

  @Test("E15: typing that begins and ends at once is told in that order", arguments: [Dialect.Engine.sqlite, .postgres])
  func typingInOrder(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.chat(at: site, with: clara)
      for number in 0..<40 {
        try clara.line.send(["do": "typing", "topic": .string(ada.topic), "on": .bool(number.isMultiple(of: 2))])
      }
      for number in 0..<40 {
        #expect(try await ada.line.next("AgentTyping")["on"]?.bool == number.isMultiple(of: 2), "frame \(number)")
      }
    }
  }

  @Test("E6: a line without Origin is not upgraded at all")
  func noOrigin() async throws {
    try await House.open(.sqlite) { house in
      await #expect(throws: LiveClient.NotUpgraded.self) { _ = try await LiveClient.connect(port: house.port) }
    }
  }

  @Test("A39, E74, E88a: every topic is open exactly to those whom the table names")
  func topics() async throws {
    try await House.open(.sqlite) { house in
      let here = try await house.site()
      let elsewhere = try await house.site("Lantern Books", origin: "https://lantern.example")
      let ada = try await house.visitor(of: here)
      let other = try await house.visitor(of: here)
      let foreign = try await house.visitor(of: elsewhere, origin: "https://lantern.example")
      let agent = try await house.console(of: house.person("Clara", at: [here]))
      let stranger = try await house.console(of: house.person("Bruno", at: [elsewhere]))
      let manager = try await house.console(of: house.person("Mona", [.manager]))
      let administrator = try await house.console(of: house.person("Ines", [.administrator]))
      let everybody: [(String, Talker)] = [
        ("asker", ada), ("other visitor", other), ("visitor elsewhere", foreign), ("agent", agent), ("agent elsewhere", stranger),
        ("manager", manager), ("administrator", administrator),
      ]
      let table: [(topic: String, open: Set<String>)] = [
        (ada.topic, ["asker", "agent", "manager", "administrator"]),
        ("visitors.\(here.id)", ["agent", "manager", "administrator"]),
        ("monitoring.\(here.id)", ["agent", "manager", "administrator"]), ("monitoring.99", ["manager", "administrator"]),
        ("site.\(here.id)", ["asker", "other visitor", "agent", "manager", "administrator"]),
        ("agent.\(agent.id)", ["agent"]), ("notices.\(agent.id)", ["agent"]), ("notices.99", []),
        ("chat.99", []), ("visitors.99", ["manager", "administrator"]), ("site.99", ["manager", "administrator"]), ("agent.99", []),
      ]
      for (topic, open) in table {
        for (name, talker) in everybody {
          let answer = try await talker.subscribe(topic)
          #expect((answer.name != "Refused") == open.contains(name), "\(name) subscribes \(topic): \(answer)")
        }
      }
      let mayWrite: Set<String> = ["asker", "agent", "administrator"]
      _ = try await ada.sendForm()
      for (name, talker) in everybody where name != "asker" { _ = try await talker.ask("join", on: ada.topic) }
      for (name, talker) in everybody {
        let answer = try await talker.say("Hello", on: ada.topic)
        #expect((answer.name == "Acknowledged") == mayWrite.contains(name), "\(name) writes: \(answer)")
      }
    }
  }
}
