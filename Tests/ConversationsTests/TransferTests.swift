import Base
import Conversations
import Foundation
import HTTPTypes
import Store
import TestKit
import Testing

/// Clara talks with Ada and asks Tom, who answers for the same website, to take over.
@Suite("A chat that is handed over")
struct TransferTests {
  private struct Stage {
    let house: House
    let clara: Talker
    let tom: Talker
    let ada: Talker
    let people: (clara: House.Person, tom: House.Person)
  }

  private func stage(
    _ engine: Dialect.Engine, clock: WallClock = .system(), _ body: @escaping @Sendable (Stage) async throws -> Void
  ) async throws {
    try await House.open(engine, clock: clock) { house in
      let site = try await house.site()
      let people = (clara: try await house.person("Clara", at: [site]), tom: try await house.person("Tom", at: [site]))
      let (clara, tom) = (try await house.console(of: people.clara), try await house.console(of: people.tom))
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await tom.subscribe("visitors.\(site.id)")
      _ = try await tom.subscribe("notices.\(tom.id)")
      _ = try await tom.subscribe(ada.topic)
      _ = try await clara.subscribe(ada.topic)
      _ = try await clara.ask("join", on: ada.topic)
      try await body(Stage(house: house, clara: clara, tom: tom, ada: ada, people: people))
      let found = try await Conversations.examine(house.program.store).findings
      #expect(found.isEmpty, "\(found)")
    }
  }

  /// The chat of a row, whichever news brought it: those of a moment are told together.
  private static func row(_ event: LiveClient.Event) -> JSON? { event["row"]?["chat"] }

  private func transfer(_ stage: Stage, leaves: Bool, reason: String = "Knows the library") async throws -> LiveClient.Event {
    try await stage.clara.ask(
      "transfer", ["to": .string(stage.tom.id), "leaves": .bool(leaves), "reason": .string(reason)], on: stage.ada.topic)
  }

  @Test(
    "E10c, E54b, E54c, E55: who transfers and leaves is gone, the chat waits for the colleague, and the visitor reads each when it is true",
    arguments: Dialect.Engine.allCases)
  func leaving(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      #expect(try await transfer(stage, leaves: true).name == "Done")
      let told = try await stage.tom.line.next("ChatTransferred")
      #expect(told["by"]?["name"]?.string == "Clara")
      #expect(told["body"]?["name"]?.string == "Tom")
      #expect(told["body"]?["reason"]?.string == "Knows the library")
      let asked = try await stage.ada.line.next("ChatTransferred")
      #expect(asked["body"]?["name"]?.string == "Tom")
      #expect(asked["body"]?["reason"] == nil, "the reason is the team's alone")
      #expect(try await stage.ada.line.next("AgentLeftChat")["body"]?["last"]?.bool == true)
      let row = try await stage.tom.line.next { Self.row($0)?["transfer"]?["to"] != nil }
      #expect(row["row"]?["chat"]?["state"]?.string == "waiting")
      #expect(row["row"]?["chat"]?["transfer"]?["to"]?.string == stage.tom.id)
      #expect(row["row"]?["chat"]?["transfer"]?["name"]?.string == "Tom")

      #expect(try await stage.tom.ask("join", on: stage.ada.topic).name == "Done")
      let joined = try await stage.ada.line.next("AgentJoinedChat") { $0["by"]?["name"]?.string == "Tom" }
      #expect(joined["body"]?["transferred"]?.bool == true)
      let log = try await stage.ada.subscribe()
      #expect(log["chat"]?["state"]?.string == "active")
      let line = log["entries"]?.array?.first { $0["event"]?.string == "ChatTransferred" }
      #expect(line?["body"]?["reason"] == nil, "nor does the visitor read it when they come back")
    }
  }

  @Test("E55, E27c: who transfers and stays goes on answering beside the colleague", arguments: Dialect.Engine.allCases)
  func staying(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      #expect(try await transfer(stage, leaves: false, reason: "").name == "Done")
      #expect(try await stage.clara.say("One moment, please.", on: stage.ada.topic).name == "Acknowledged")
      _ = try await stage.tom.ask("join", on: stage.ada.topic)
      _ = try await stage.tom.say("Here I am.", on: stage.ada.topic)
      let people = try await stage.ada.subscribe()["people"]?["agents"]?.array
      #expect(people?.filter { $0["here"]?.bool == true }.count == 2)
    }
  }

  @Test("E54a, E10d: the colleague is told, nobody else, and no longer once they joined", arguments: Dialect.Engine.allCases)
  func told(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      _ = try await stage.clara.subscribe("notices.\(stage.clara.id)")
      _ = try await stage.ada.say("Do you have the first edition?")
      _ = try await transfer(stage, leaves: true)
      let told = try await stage.tom.line.next("NoticesChanged", within: .seconds(10)) {
        $0["rows"]?.array?.contains { $0["kind"]?.string == "transfer" } == true
      }
      let row = told["rows"]?.array?.first { $0["kind"]?.string == "transfer" }
      #expect(row?["name"]?.string == "Ada Moreau")
      #expect(row?["text"]?.string == "Do you have the first edition?")
      #expect(row?["acts"]?.array == ["join"])
      #expect(told["unread"]?.int == 1, "it waits for one of the team alone: no news of a visitor beside it")
      _ = try await stage.tom.ask("join", on: stage.ada.topic)
      _ = try await stage.tom.line.next("NoticesChanged", within: .seconds(10)) { change in
        change["rows"]?.array?.contains { $0["kind"]?.string == "transfer" && $0["read"]?.bool == true } == true
          || change["gone"]?.array?.contains(row?["id"] ?? .null) == true
      }
      let clara = stage.clara.line.takeAll().filter { $0.name == "NoticesChanged" }
      #expect(!clara.contains { $0["rows"]?.array?.contains { $0["kind"]?.string == "transfer" } == true })
    }
  }

  @Test(
    "X5: a colleague who does not come loses the chat after two minutes, the whole team has it again and the visitor is told",
    arguments: Dialect.Engine.allCases)
  func silent(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.system()
    try await stage(engine, clock: clock) { stage in
      _ = try await transfer(stage, leaves: true)
      _ = try await stage.ada.line.next("ChatTransferred")
      clock.advance(milliseconds: 121_000)
      let ended = try await stage.ada.line.next("TransferEnded", within: .seconds(10))
      #expect(ended["by"]?["kind"]?.string == "system")
      #expect(ended["body"]?["last"]?.bool == true)
      let row = try await stage.tom.line.next(within: .seconds(10)) {
        Self.row($0)?["state"]?.string == "waiting" && Self.row($0)?["transfer"] == .null && Self.row($0)?["waitingSince"] != .null
      }
      #expect(row["row"]?["chat"]?["waitingSince"] != .null)
      _ = try await stage.tom.line.next("NoticesChanged", within: .seconds(10)) {
        $0["rows"]?.array?.contains { $0["kind"]?.string == "newVisitor" } == true
      }
      // Asked again, there is a whole time again.
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      _ = try await transfer(stage, leaves: false)
      clock.advance(milliseconds: 121_000)
      let again = try await stage.ada.line.next("TransferEnded", within: .seconds(10))
      #expect(again["body"]?["last"]?.bool == false, "who stayed is there")
    }
  }

  @Test("E56, X4: several who do something at once leave one truth", arguments: Dialect.Engine.allCases)
  func atOnce(_ engine: Dialect.Engine) async throws {
    for _ in 0..<6 {
      try await stage(engine) { stage in
        _ = try await stage.tom.ask("join", on: stage.ada.topic)
        let nora = try await stage.house.person("Nora", [.administrator])
        // Two hand over to the same third person while the visitor closes.
        async let one = stage.clara.ask("transfer", ["to": .string("\(nora.id)"), "leaves": true], on: stage.ada.topic)
        async let two = stage.tom.ask("transfer", ["to": .string("\(nora.id)"), "leaves": true], on: stage.ada.topic)
        async let closed = stage.ada.ask("close")
        let answers = [try await one, try await two]
        #expect(try await closed.name == "Done")
        #expect(answers.allSatisfy { $0.name == "Done" || $0["reason"]?.string == "notJoined" })
        let log = try await stage.ada.subscribe()
        #expect(log["chat"]?["state"]?.string == "closed")
        let events = log["entries"]?.array?.compactMap { $0["event"]?.string } ?? []
        #expect(events.last == "ChatClosed")
        #expect(events.filter { $0 == "ChatTransferred" }.count <= 1)
      }
    }
  }

  @Test("E53, E89b: only who answers for the website can be asked, and only by who is in the chat", arguments: Dialect.Engine.allCases)
  func refused(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let elif = try await stage.house.person("Elif")
      let mona = try await stage.house.person("Mona", [.manager])
      for stranger in [elif, mona] {
        let answer = try await stage.clara.ask(
          "transfer", ["to": .string("\(stranger.id)"), "leaves": true], on: stage.ada.topic)
        #expect(answer["reason"]?.string == "colleagueGone")
      }
      let byVisitor = try await stage.ada.ask("transfer", ["to": .string(stage.tom.id), "leaves": true])
      #expect(byVisitor["reason"]?.string == "notAllowed")
      let byOther = try await stage.tom.ask("transfer", ["to": .string(stage.clara.id), "leaves": true], on: stage.ada.topic)
      #expect(byOther["reason"]?.string == "notJoined")
      let long = try await transfer(stage, leaves: true, reason: String(repeating: "x", count: 501))
      #expect(long["reason"]?.string == "textTooLong")
    }
  }

  @Test("E53: who may be asked is told with what they do now, to who may write in the chat alone", arguments: Dialect.Engine.allCases)
  func colleagues(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let conversation = stage.ada.topic.dropFirst("chat.".count)
      let path = "/api/v1/chats/\(conversation)/colleagues"
      func answer(_ cookie: String?) async throws -> WebAnswer {
        try await WebAnswer.of("GET", path, port: stage.house.port, cookie.map { ["Cookie": $0] } ?? [:])
      }
      let asked = try await answer(stage.people.clara.cookie)
      #expect(asked.status == 200)
      let rows = asked.json?["colleagues"]?.array
      #expect(rows?.count == 1, "not oneself")
      #expect(rows?.first?["name"]?.string == "Tom")
      #expect(rows?.first?["status"]?.string == "online")
      #expect(rows?.first?["chats"]?.int == 0)
      _ = try await stage.tom.ask("status", ["status": "offline"])
      #expect(try await answer(stage.people.clara.cookie).json?["colleagues"]?.array?.first?["status"]?.string == "offline")
      let mona = try await stage.house.person("Mona", [.manager])
      #expect(try await answer(mona.cookie).reason == "readOnly")
      let elif = try await stage.house.person("Elif")
      #expect(try await answer(elif.cookie).reason == "notFound")
      #expect(try await answer(nil).reason == "signInNeeded")
    }
  }

  @Test("A40, E53: the reason is not in the visitor's copy of their data", arguments: Dialect.Engine.allCases)
  func copied(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      _ = try await transfer(stage, leaves: true, reason: "zugvogel")
      let visitor = try #require(VisitorID(stage.ada.id))
      let entries = try #require(DataSubject.visitor(visitor).tables.first { $0.name == "entries" })
      let rows = entries.rows.replacingOccurrences(of: "$1", with: "\(visitor)")
      let copied = "SELECT COUNT(*) FROM entries WHERE \(rows) AND (\(entries.readable ?? "TRUE"))"
      #expect(try await stage.house.count(copied) > 0)
      #expect(try await stage.house.count("\(copied) AND CAST(body AS TEXT) LIKE '%zugvogel%'") == 0)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%zugvogel%'") == 1)
    }
  }

  @Test("A40, E79d: erasing the visitor or the colleague takes the reason and the name out of the line", arguments: Dialect.Engine.allCases)
  func erased(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      _ = try await transfer(stage, leaves: true)
      _ = try await stage.tom.ask("join", on: stage.ada.topic)
      let (tom, store) = (stage.people.tom.id, stage.house.program.store)
      try await store.write { try $0.erase(.account(tom), at: stage.house.program.clock.now) }
      let body = try await store.read { session in
        try session.rows("SELECT CAST(body AS TEXT) FROM entries WHERE kind = 'ChatTransferred'").map { $0[0] as String }
      }
      #expect(body == [#"{"name":""}"#])
    }
  }
}
