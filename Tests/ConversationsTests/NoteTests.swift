import Base
import Conversations
import Foundation
import NIOCore
import Store
import TestKit
import Testing

/// What the team writes for itself.
@Suite("Notes of the team")
struct NoteTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]

  @Test("E40: a note stands at its place for the team, and the visitor's numbers have no hole", arguments: engines)
  func place(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let bruno = try await house.console(of: house.person("Bruno", at: [stage.site]))
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      for reader in [bruno, mona] { _ = try await reader.subscribe(stage.ada.topic) }
      _ = try await stage.ada.say("How much is it?")
      let before = try #require(try await stage.ada.subscribe()["head"]?.int)

      // Nobody has to join for it.
      let written = try await bruno.note("She asked the same last week.", on: stage.ada.topic)
      #expect(written["n"]?.int == before + 1)
      for reader in [stage.clara, mona] {
        let heard = try await reader.line.next("NoteAdded")
        #expect(heard["body"]?["text"]?.string == "She asked the same last week.")
        #expect(heard["by"]?["name"]?.string == "Bruno" && heard["after"]?.int == before)
      }
      _ = try await stage.clara.say("Ten euros.", on: stage.ada.topic)
      let answer = try await stage.ada.line.next("MessageSent") { $0["by"]?["kind"]?.string == "agent" }
      #expect(answer["n"]?.int == before + 2 && answer["after"]?.int == before)
      let resumed = try await stage.ada.subscribe(since: Int64(before))
      #expect(resumed["from"]?.int == before && resumed["head"]?.int == before + 2)
      #expect(resumed["entries"]?.array?.count == 1)
      #expect(try await mona.subscribe(stage.ada.topic, since: Int64(before))["entries"]?.array?.count == 2)
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("E40: a note changes neither the row of the lists nor who has to answer", arguments: engines)
  func row(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.ada.say("How much is it?")
      let columns = "SELECT last_text FROM conversations"
      let activeAt = try await stage.activeAt()
      house.program.clock.advance(milliseconds: 5000)
      #expect(try await stage.clara.note("Give her a discount.", on: stage.ada.topic).name == "Acknowledged")
      #expect(try await house.program.store.read { try $0.row(columns)?[0] as String? } == "How much is it?")
      #expect(try await stage.activeAt() == activeAt)
      #expect(try await house.count("SELECT COUNT(*) FROM chats WHERE first_answer_at IS NOT NULL") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'chat.mailAnswers'") == 0)
    }
  }

  @Test("E40: only the team of the website writes notes, and only where there is a chat", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let elsewhere = try await house.site("Lantern Books", origin: "https://lantern.example")
      let elif = try await house.console(of: house.person("Elif", at: [elsewhere]))
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      let ines = try await house.console(of: house.person("Ines", [.administrator]))
      for reader in [elif, mona, ines] { _ = try await reader.subscribe(stage.ada.topic) }
      #expect(try await stage.ada.note("I am the team.")["reason"]?.string == "notAllowed")
      #expect(try await elif.note("Hello", on: stage.ada.topic)["reason"]?.string == "notAllowed")
      #expect(try await mona.note("Hello", on: stage.ada.topic)["reason"]?.string == "readOnly")
      #expect(try await ines.note("Hello", on: stage.ada.topic).name == "Acknowledged")
      #expect(try await stage.clara.note("  ", on: stage.ada.topic)["reason"]?.string == "textEmpty")
      let bo = try await house.visitor(of: stage.site)
      _ = try await stage.clara.subscribe(bo.topic)
      #expect(try await stage.clara.note("Nobody yet", on: bo.topic)["reason"]?.string == "noChatOpen")
      _ = try await stage.clara.ask("close", on: stage.ada.topic)
      let client = Secret().text
      let first = try await stage.clara.note("After the chat", client: client, on: stage.ada.topic)
      let again = try await stage.clara.note("After the chat", client: client, on: stage.ada.topic)
      #expect(first["n"]?.int != nil && first["n"] == again["n"], "a retry is harmless")
    }
  }

  @Test("E40, B63: who is called by a note gets a notice with its words, and whoever may not read it hears nothing", arguments: engines)
  func mentions(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let bruno = try await house.console(of: house.person("Bruno", at: [stage.site]))
      let elif = try await house.console(of: house.person("Elif"))
      for talker in [bruno, elif, stage.clara] { _ = try await talker.subscribe("notices.\(talker.id)") }
      let text = "@Bruno and @Elif, please look."
      _ = try await stage.clara.note(text, on: stage.ada.topic, calling: [bruno, elif, stage.clara])
      let told = try await bruno.line.next("NoticesChanged", within: .seconds(10)) { $0["rows"]?[0]?["kind"]?.string == "mentioned" }
      let notice = told["rows"]?.array?.first
      #expect(notice?["text"]?.string == text && notice?["name"]?.string == "Clara")
      #expect(notice?["conversation"]?.string == stage.conversation)
      #expect(try await house.count("SELECT COUNT(*) FROM notices WHERE kind = 'mentioned'") == 1)
      let body = try await bruno.subscribe(stage.ada.topic)["entries"]?.array?.last?["body"]
      #expect(body?["mentions"]?.array?.compactMap { $0["name"]?.string } == ["Bruno", "Clara"])

      // Whoever answers in the chat has read it when the thread was looked at.
      _ = try await bruno.ask("join", on: stage.ada.topic)
      try bruno.line.send(["do": "mark", "topic": .string(stage.ada.topic), "delivered": 99, "seen": 99])
      _ = try await bruno.line.next("NoticesChanged", within: .seconds(10)) { $0["unread"]?.int == 0 }
    }
  }

  @Test("E40: those who can be called are those who read the notes of the website", arguments: engines)
  func colleagues(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let bruno = try await house.person("Bruno")
      try await house.assign(bruno.id, to: stage.site, as: "Benoît")
      _ = try await house.person("Elif")
      let mona = try await house.person("Mona", [.manager])
      _ = try await house.person("Lina", [])
      let path = "/console/chats/\(stage.conversation)/team"
      let own = try await WebAnswer.of("GET", path, port: house.port, stage.asClara)
      #expect(own.json?["colleagues"]?.array?.compactMap { $0["name"]?.string } == ["Benoît", "Clara", "Mona"])
      #expect(try await WebAnswer.of("GET", path, port: house.port, stage.asAda).status == 401)
      #expect(try await WebAnswer.of("GET", path, port: house.port, ["Cookie": mona.cookie]).status == 404, "a manager writes no notes")
    }
  }

  @Test("E40, A39: no route, topic, poll, letter, notice or export of the visitor's has a word of a note", arguments: engines)
  func neverTold(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_262_400_000))
    let limits = FileHouse.limits + ",signedOut.pages=10000/60,visitor.pages=10000/60,signedOut.polls=10000/60,visitor.polls=10000/60"
    try await House.open(engine, clock: clock, limits: limits) { house in
      let stage = try await FileHouse(house)
      let secret = "zugvogel"
      let bruno = try await house.person("Bruno", at: [stage.site])
      _ = try await stage.clara.note("\(secret) @Bruno", on: stage.ada.topic, calling: [try await house.console(of: bruno)])
      let link = try await stage.link(clock)
      _ = try await stage.clara.note("\(secret) once more", on: stage.ada.topic)
      clock.advance(milliseconds: 600_000)
      let lina = try await house.person("Lina", [])
      #expect(try await stage.submit("/threads/\(link)/keep", cookie: lina.cookie) == 303)

      let readers = [
        [:], stage.asAda, ["Authorization": "Visitor \(stage.site.key):\(link)", "Origin": House.origin],
        ["Cookie": lina.cookie, "Origin": House.origin],
      ]
      for row in house.program.routes.rows where row.method == .get {
        let path = row.path.split(separator: "/").map { part in
          switch part {
          case "{conversation}": stage.conversation
          case "{link}": link
          case _ where part.hasPrefix("{"): "1"
          default: String(part)
          }
        }.joined(separator: "/")
        // It becomes a line, which is asked below.
        guard path != "live" else { continue }
        for reader in readers {
          let answer = try await WebAnswer.of("GET", "/\(path)", port: house.port, reader)
          #expect(!answer.text.contains(secret), "\(row)")
        }
      }
      let poller = house.poller(of: stage.site, key: try #require(stage.ada.key))
      #expect(!(try await poller.poll([stage.ada.topic]).frames.description.contains(secret)))
      for talker in [try await stage.talker(link), try await house.visitor(of: stage.site, key: try #require(stage.ada.key))] {
        for topic in [stage.ada.topic, "visitors.\(stage.site.id)", "notices.\(bruno.id)", "site.\(stage.site.id)", "agent.\(bruno.id)"] {
          _ = try await talker.subscribe(topic)
        }
        _ = try await stage.clara.note("\(secret) while they are here", on: stage.ada.topic)
        _ = try await stage.clara.say("Something to be read", on: stage.ada.topic)
        _ = try await talker.line.next("MessageSent") { $0["body"]?["text"]?.string == "Something to be read" }
        #expect(!talker.line.takeAll().contains { $0.name == "NoteAdded" || "\($0)".contains(secret) })
      }
      #expect(stage.letters.filter { $0.to.contains("ada@example.com") }.allSatisfy { !$0.plain.contains(secret) })
      #expect(try await house.count("SELECT COUNT(*) FROM notices WHERE account_id = \(lina.id) AND kind = 'mentioned'") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM conversations WHERE last_text LIKE '%\(secret)%'") == 0)
      let visitor = try #require(VisitorID(stage.ada.id))
      for table in DataSubject.visitor(visitor).tables where table.name == "entries" {
        let (rows, readable) = (table.rows.replacingOccurrences(of: "$1", with: "\(visitor)"), table.readable ?? "TRUE")
        let copied = "SELECT COUNT(*) FROM entries WHERE \(rows) AND (\(readable))"
        #expect(try await house.count(copied) > 0)
        #expect(try await house.count("\(copied) AND CAST(body AS TEXT) LIKE '%\(secret)%'") == 0)
      }
    }
  }
}

extension Talker {
  fileprivate func note(
    _ text: String, client: String = Secret().text, on topic: String? = nil, calling people: [Talker] = []
  ) async throws -> LiveClient.Event {
    try await ask(
      "note", ["client": .string(client), "text": .string(text), "mentions": .array(people.map { .string($0.id) })], on: topic)
  }
}
