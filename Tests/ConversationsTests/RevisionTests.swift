import Base
import Conversations
import Foundation
import NIOCore
import Store
import TestKit
import Testing

/// Messages that are written again, or deleted.
@Suite("Changed messages")
struct RevisionTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_262_400_000)

  @Test("X11: an own message is written again; both sides read what it says and what it said before, and lists follow", arguments: engines)
  func edit(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let n = try #require(try await stage.ada.say("How much is it for tow pages?")["n"]?.int)
      #expect(try await stage.ada.revise(n, "How much is it for two pages?").name == "Done")
      for reader in [stage.ada, stage.clara] {
        let heard = try await reader.line.next("MessageEdited")
        #expect(heard["body"]?["of"]?.int == n && heard["body"]?["text"]?.string == "How much is it for two pages?")
        #expect(heard["by"]?["kind"]?.string == "visitor")
      }
      #expect(try await Self.shown(house) == "How much is it for two pages?")
      let log = try await stage.clara.subscribe(stage.ada.topic)
      #expect(log["editSeconds"]?.int == 900)
      let entries = log["entries"]?.array ?? []
      #expect(
        entries.contains { $0["n"]?.int == n && $0["body"]?["text"]?.string == "How much is it for tow pages?" }, "the log only grows")

      // Said twice it happens once; another one's message, a line and nothing at all are nobody's to change.
      #expect(try await stage.ada.revise(n, "How much is it for two pages?").name == "Done")
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'MessageEdited'") == 1)
      #expect(try await stage.clara.revise(n, "Mine", on: stage.ada.topic)["reason"]?.string == "notAllowed")
      #expect(try await stage.ada.revise(1, "A line")["reason"]?.string == "notFound")
      #expect(try await stage.ada.revise(999, "Nothing")["reason"]?.string == "notFound")
      #expect(try await stage.ada.revise(n, " ")["reason"]?.string == "textEmpty")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("X11: what is deleted is said to be, and its words are left in no version, list or letter", arguments: engines)
  func delete(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.leave()
      let n = try #require(try await stage.clara.say("The wrong zugvogel", on: stage.ada.topic)["n"]?.int)
      _ = try await stage.clara.revise(n, "The other zugvogel", on: stage.ada.topic)
      let corrected = try #require(try await stage.clara.say("Tuesday", on: stage.ada.topic)["n"]?.int)
      _ = try await stage.clara.revise(corrected, "Wednesday", on: stage.ada.topic)
      for _ in 1...2 { #expect(try await stage.clara.ask("delete", ["of": .number(Double(n))], on: stage.ada.topic).name == "Done") }
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'MessageDeleted'") == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%zugvogel%'") == 0)
      #expect(try await Self.shown(house) == "Wednesday")
      clock.advance(milliseconds: 301_000)
      let letter = try await stage.letter(1)
      #expect(letter.plain.contains("> Wednesday") && !letter.plain.contains("Tuesday") && !letter.plain.contains("zugvogel"))
      let back = try await house.visitor(of: stage.site, key: try #require(stage.ada.key))
      let entries = try await back.subscribe()["entries"]?.array ?? []
      #expect(entries.contains { $0["n"]?.int == n && $0["body"]?["kind"]?.string == "erased" })
      #expect(try await stage.clara.revise(n, "Again", on: stage.ada.topic)["reason"]?.string == "notFound")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test(
    "X11: a file is deleted by who sent it: nobody fetches it any more, and its name and what was stored are left nowhere",
    arguments: engines)
  func deletedFile(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let file = try await stage.send("letter.pdf", by: stage.clara, as: stage.asClara)
      let n = try await house.count("SELECT n FROM files")
      let pass = try await stage.pass(stage.asAda)
      #expect(try await stage.fetch(file, pass: pass).status == 200)
      #expect(try await stage.ada.ask("delete", ["of": .number(Double(n))])["reason"]?.string == "notAllowed")
      #expect(try await stage.clara.revise(n, "other.pdf", on: stage.ada.topic)["reason"]?.string == "notFound")
      for _ in 1...2 { #expect(try await stage.clara.ask("delete", ["of": .number(Double(n))], on: stage.ada.topic).name == "Done") }
      for reader in [stage.ada, stage.clara] { #expect(try await reader.line.next("MessageDeleted")["body"]?["of"]?.int == n) }
      #expect(try await stage.fetch(file, pass: pass).reason == "notFound")
      let again = try await stage.clara.ask("send", ["client": .string(Secret().text), "file": .string(file)], on: stage.ada.topic)
      #expect(again["reason"]?.string == "fileNotFound")
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%letter%'") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM files WHERE name <> ''") == 0)
      #expect(try await Self.shown(house) == nil)
      try await house.program.conversations.expireFiles()
      #expect(try stage.kept() == [])
      #expect(try await house.program.conversations.sealedCopies().isEmpty)
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'FileExpired'") == 0)

      _ = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      let late = try await house.count("SELECT n FROM files WHERE n IS NOT NULL")
      clock.advance(milliseconds: 901_000)
      #expect(try await stage.ada.ask("delete", ["of": .number(Double(late))])["reason"]?.string == "changeClosed")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("X11: the last message of a list that is deleted leaves no words there", arguments: engines)
  func deletedLast(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let n = try #require(try await stage.ada.say("Forget this")["n"]?.int)
      _ = try await stage.ada.ask("delete", ["of": .number(Double(n))])
      let last = try await stage.clara.subscribe("visitors.\(stage.site.id)")["rows"]?[0]?["last"]
      #expect(last?["kind"]?.string == "erased" && last?["text"] == .null)
      #expect(try await Self.shown(house) == nil)
    }
  }

  @Test("X11: nobody changes what was said longer ago than the website allows, and never where it says zero", arguments: engines)
  func late(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let n = try #require(try await stage.ada.say("Hello")["n"]?.int)
      clock.advance(milliseconds: 899_000)
      #expect(try await stage.ada.revise(n, "Hello!").name == "Done")
      clock.advance(milliseconds: 1000)
      #expect(try await stage.ada.revise(n, "Hello?")["reason"]?.string == "changeClosed")
      #expect(try await stage.ada.ask("delete", ["of": .number(Double(n))])["reason"]?.string == "changeClosed")
      try await house.program.store.write { try $0.run("UPDATE sites SET edit_minutes = 0") }
      let next = try #require(try await stage.ada.say("And now?")["n"]?.int)
      #expect(try await stage.ada.revise(next, "And then?")["reason"]?.string == "changeClosed")
      #expect(try await stage.ada.subscribe()["editSeconds"]?.int == 0)
    }
  }

  private static func shown(_ house: House) async throws -> String? {
    try await house.program.store.read { try $0.row("SELECT last_text FROM conversations")?[0] }
  }
}

extension Talker {
  fileprivate func revise(_ n: Int, _ text: String, on topic: String? = nil) async throws -> LiveClient.Event {
    try await ask("edit", ["of": .number(Double(n)), "text": .string(text)], on: topic)
  }
}
