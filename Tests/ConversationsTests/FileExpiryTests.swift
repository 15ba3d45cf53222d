import Base
import Conversations
import Files
import Foundation
import Store
import TestKit
import Testing

@Suite("Files that run out")
struct FileExpiryTests {
  private static let day: Int64 = 86_400_000

  @Test(
    "E44a, E44b, E44c, E84c: after fifteen days, in the night, a file goes; a sealed copy stays, and both sides are told",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func expire(_ engine: Dialect.Engine) async throws {
    // Noon in Rome, on a Saturday.
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_258_800_000))
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house, zone: "Europe/Rome")
      let file = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      let n = try await stage.clara.line.next("MessageSent")["n"]?.int
      _ = try await stage.clara.ask("close", on: stage.ada.topic)
      let listedBefore = try await stage.activeAt()
      // Fifteen days later is noon again; the file stays until three in the next night.
      for (hours, isThere) in [(15 * 24, true), (14, true), (2, false)] {
        clock.advance(milliseconds: Int64(hours) * 3_600_000)
        try await house.program.conversations.expireFiles()
        let answer = try await stage.fetch(file, pass: stage.pass(stage.asAda))
        #expect(answer.status == (isThere ? 200 : 410), "after \(hours) hours more: \(answer.text)")
        if !isThere { #expect(answer.reason == "fileExpired") }
      }
      for reader in [stage.ada, stage.clara] {
        let told = try await reader.line.next("FileExpired")
        #expect(told["body"]?["file"]?.string == file && told["body"]?["of"]?.int == n && told["by"]?["kind"]?.string == "system")
      }
      #expect(try await house.count("SELECT COUNT(*) FROM files WHERE path IS NULL AND deleted_at > 0") == 1)
      let kept = try stage.kept()
      #expect(kept.count == 1 && kept[0].hasPrefix("sealed/\(stage.conversation)/"))
      let copies = try await house.program.conversations.sealedCopies()
      #expect(copies.map { "sealed/\($0.place).sealed" } == kept)
      let copy = try #require(copies.first?.place)
      #expect(try await house.program.conversations.openSealedCopy(at: copy) == Samples.bytes("letter.pdf"))
      for nowhere in ["5/\(copy.split(separator: "/")[1])", "../\(copy)", ""] {
        #expect(try await house.program.conversations.openSealedCopy(at: nowhere) == nil)
      }
      // It is no news for the lists, and told once.
      #expect(try await stage.activeAt() == listedBefore)
      try await house.program.conversations.expireFiles()
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'FileExpired'") == 1)
      let findings = try await Conversations.examine(house.program.store).findings
      #expect(findings == [])
      // The message itself is acknowledged as before, whatever became of its file.
      let entry = try await stage.ada.subscribe()["entries"]?.array?.first { $0["body"]?["file"]?.string == file }
      let client = try #require(entry?["client"])
      #expect(try await stage.ada.ask("send", ["client": client, "file": .string(file)]).name == "Acknowledged")
    }
  }

  @Test("E44a: what was uploaded and never sent goes after a day, without a word and without a copy")
  func unsent() async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_258_800_000))
    try await House.open(.sqlite, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let file = try #require(try await stage.upload("letter.pdf", as: stage.asAda).json?["file"]?.string)
      clock.advance(milliseconds: Self.day + 1)
      #expect(
        try await stage.ada.ask("send", ["client": .string(Secret().text), "file": .string(file)])["reason"]?.string == "fileNotFound")
      try await house.program.conversations.expireFiles()
      #expect(try stage.kept() == [])
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'FileExpired'") == 0)
    }
  }

  @Test("E44a: a file that went by other hands is told as expired too")
  func missing() async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_258_800_000))
    try await House.open(.sqlite, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let file = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      try FileManager.default.removeItem(atPath: house.program.settings.text(.data) + "/files/chats")
      #expect(try await stage.fetch(file, pass: stage.pass(stage.asAda)).reason == "fileExpired")
      clock.advance(milliseconds: 16 * Self.day)
      try await house.program.conversations.expireFiles()
      _ = try await stage.ada.line.next("FileExpired")
    }
  }

  @Test("E43: with a scanner a file that it knows is refused, and without its answer none comes in", .enabled(if: Clamd.isInstalled))
  func scanner() async throws {
    let clamd = try await Clamd()
    try await House.open(.sqlite, limits: FileHouse.limits, virusScanner: clamd.socket) { house in
      let stage = try await FileHouse(house)
      let letter = try Samples.bytes("letter.pdf")
      #expect(try await stage.upload(letter, "a.pdf", as: stage.asAda).status == 201)
      let found = try await stage.upload(letter + Clamd.finding, "a.pdf", as: stage.asAda)
      #expect(found.status == 422 && found.reason == "virusFound")
      #expect(try await house.count("SELECT COUNT(*) FROM files WHERE scan = 'clean'") == 1)
    }
    clamd.end()
    try await House.open(.sqlite, limits: FileHouse.limits, virusScanner: clamd.socket) { house in
      let stage = try await FileHouse(house)
      let answer = try await stage.upload("letter.pdf", as: stage.asAda)
      #expect(answer.status == 503 && answer.reason == "unavailable")
      #expect(try stage.kept() == [])
    }
  }
}
