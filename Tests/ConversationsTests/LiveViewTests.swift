import Base
import Store
import TestKit
import Testing

@Suite("State + events = reload")
struct LiveViewTests {
  @Test(
    "X4: thread and lists, told by events, are what a reload shows, at the visitor and at the agents",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func reload(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let tom = try await house.console(of: house.person("Tom", at: [site]))
      let ada = try await house.visitor(of: site)
      var lists = RowsView(try await clara.subscribe("visitors.\(site.id)"))
      var seenByAda = LogView(try await ada.subscribe())
      _ = try await ada.ask("open")
      var seenByClara = LogView(try await clara.subscribe(ada.topic))
      _ = try await ada.sendForm()
      for text in ["One", "Two"] { _ = try await ada.say(text) }
      for agent in [clara, tom] {
        if agent === tom { _ = try await tom.subscribe(ada.topic) }
        _ = try await agent.ask("join", on: ada.topic)
        _ = try await agent.say("Hello", on: ada.topic)
      }
      try clara.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 7, "seen": 7])
      try ada.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 8, "seen": 6])
      _ = try await clara.ask("leave", on: ada.topic)
      _ = try await tom.ask("close", on: ada.topic)
      _ = try await ada.say("Three")
      // Rows and marks are gathered for a moment.
      try await Task.sleep(for: .milliseconds(600))
      let freshLists = RowsView(try await clara.subscribe("visitors.\(site.id)"))
      for event in clara.line.takeAll() {
        lists.apply(event)
        seenByClara.apply(event)
      }
      for event in ada.line.takeAll() { seenByAda.apply(event) }
      #expect(lists == freshLists)
      #expect(seenByAda.gaps == 0 && seenByClara.gaps == 0)
      #expect(seenByAda == LogView(try await ada.subscribe()))
      #expect(seenByClara == LogView(try await clara.subscribe(ada.topic)))
    }
  }

  @Test(
    "X4: who comes back with the last number gets exactly the rest; who was away for long gets the newest fifty",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func resume(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      for index in 1...30 { _ = try await ada.say("\(index)") }
      let rest = try await ada.subscribe(since: 20)
      #expect(rest["reset"]?.bool == false)
      #expect(rest["from"]?.int == 20)
      #expect(rest["entries"]?.array?.compactMap { $0["n"]?.int } == Array(21...32))
      let nothing = try await ada.subscribe(since: 32)
      #expect(nothing["entries"]?.array?.isEmpty == true)
      #expect(nothing["from"]?.int == 32)
      for index in 31...240 { _ = try await ada.say("\(index)") }
      let long = try await ada.subscribe(since: 20)
      #expect(long["reset"]?.bool == true)
      #expect(long["entries"]?.array?.compactMap { $0["n"]?.int } == Array(193...242))
      // A client of another life of the database holds more than there is.
      let strange = try await ada.subscribe(since: 9999)
      #expect(strange["reset"]?.bool == true)
      #expect(strange["head"]?.int == 242)
    }
  }

  @Test("X4: commands that follow a subscription at once wait for it and keep their order", arguments: [Dialect.Engine.sqlite, .postgres])
  func pipelined(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      try clara.line.send(["do": "subscribe", "topic": .string(ada.topic), "since": 0, "id": "a"])
      try clara.line.send(["do": "join", "topic": .string(ada.topic), "id": "b"])
      for text in ["One", "Two"] {
        try clara.line.send(["do": "send", "topic": .string(ada.topic), "client": .string("client-\(text)"), "text": .string(text)])
      }
      #expect(try await clara.line.next("Acknowledged")["n"]?.int == 4)
      #expect(try await clara.line.next("Acknowledged")["n"]?.int == 5)
      #expect(try await ada.subscribe()["entries"]?.array?.suffix(2).compactMap { $0["body"]?["text"]?.string } == ["One", "Two"])
    }
  }

  @Test("E24a: unread is what the visitor wrote and the agent has not seen", arguments: [Dialect.Engine.sqlite, .postgres])
  func unread(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.chat(at: site, with: clara)
      for text in ["One", "Two", "Three"] { _ = try await ada.say(text) }
      try clara.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 6, "seen": 5])
      _ = try await clara.line.next("Marks") { $0["marks"]?["team"]?["seen"]?.int == 5 }
      let row = try #require(try await clara.subscribe("visitors.\(site.id)")["rows"]?[0])
      #expect(row["asked"]?.int == 3)
      #expect(row["agents"]?[0]?["seen"]?.int == 2)
      // Marks never go back, and never above the head.
      try clara.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 1, "seen": 1])
      try clara.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 99, "seen": 6])
      let marks = try await clara.line.next("Marks") { $0["marks"]?["team"]?["seen"]?.int == 6 }
      #expect(marks["marks"]?["team"]?["delivered"]?.int == 6)
    }
  }
}
