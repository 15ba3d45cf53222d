import Base
import Foundation
import HTTPTypes
import NIOCore
import Sites
import Store
import TestKit
import Testing

@testable import Mail

@Suite("The letter about what was missed")
struct DigestTests {
  /// Noon in universal time: nobody's night.
  private static let noon = Moment(milliseconds: 1_795_262_400_000)

  @Test(
    "B68, B63: what was missed comes as one letter after a quarter of an hour, once an hour, and one click stops it",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func digest(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock) { house in
      let site = try await house.site()
      _ = try await house.person("Clara", at: [site], online: false)
      let folder = try #require(house.program.mail.folder)
      try await house.leaveMessage(at: site, from: "Ada Moreau")
      try await Self.settle(clock, house)
      #expect(folder.letters().isEmpty, "not before a quarter of an hour has passed")
      clock.advance(milliseconds: 15 * 60_000)
      let first = try await Self.letters(1, in: folder)[0]
      #expect(first.to.contains("clara@parley.example"))
      #expect(first.plain.contains("Ada Moreau left a message (Harbour Essays)"))

      try await house.leaveMessage(at: site, from: "Bo Lund")
      clock.advance(milliseconds: 20 * 60_000)
      try await Task.sleep(for: .milliseconds(600))
      #expect(folder.letters().count == 1, "not more than one an hour")
      clock.advance(milliseconds: 45 * 60_000)
      let second = try await Self.letters(2, in: folder)[0]
      #expect(second.plain.contains("Bo Lund left a message") && !second.plain.contains("Ada Moreau"))

      let path = try #require(second.plain.firstMatch(of: /http:\/\/localhost:8080(\/notices\/stop\/\S+)/)?.output.1).description
      let forged = String(path.dropLast()) + (path.hasSuffix("x") ? "y" : "x")
      #expect(try await Self.unsubscribe(forged, house) == 410, "a link that nobody signed")
      #expect(try await Self.unsubscribe(path, house) == 200)
      try await house.leaveMessage(at: site, from: "Cem Kaya")
      for _ in 0..<6 {
        clock.advance(milliseconds: 30 * 60_000)
        try await Task.sleep(for: .milliseconds(200))
      }
      #expect(folder.letters().count == 2, "no letter after they were stopped")
      try await house.program.store.write { try $0.run("UPDATE accounts SET active = FALSE") }
      #expect(try await Self.unsubscribe(path, house) == 410, "an account that is no more")
    }
  }

  @Test("B68: all that was missed is in one letter in the reader's language, which says how mail programs end such letters")
  func gathered() async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(.sqlite, clock: clock) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site], online: false)
      try await house.program.store.write { try $0.run("UPDATE accounts SET language = 'fr' WHERE id = $1", clara.id) }
      let folder = try #require(house.program.mail.folder)
      for number in 1...7 {
        try await house.leaveMessage(at: site, from: "Ada \(number)")
        // The letter begins with the latest: none of them is as late as another.
        clock.advance(milliseconds: 10)
      }
      clock.advance(milliseconds: 3000)
      for _ in 0..<100 where try await house.count("SELECT COUNT(*) FROM notices") < 7 { try await Task.sleep(for: .milliseconds(50)) }
      clock.advance(milliseconds: 15 * 60_000)
      let letter = try await Self.letters(1, in: folder)[0]
      #expect(letter.subject.contains("manqué"))
      let lines = letter.plain.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("- ") }
      #expect(lines.count == 6 && lines.first?.contains("Ada 7") == true && lines.last == "- et 2 autres")
      #expect(letter.html.contains("<li"))
      let source = try String(contentsOfFile: "\(folder.path)/\(letter.id).eml", encoding: .utf8)
      #expect(source.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"))
      #expect(source.contains(/List-Unsubscribe:\s+<http:\/\/localhost:8080\/notices\/stop\//))
      clock.advance(milliseconds: 2 * 3_600_000)
      try await Task.sleep(for: .milliseconds(500))
      #expect(folder.letters().count == 1)
    }
  }

  @Test("B68: what was read in time stands in no letter")
  func read() async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(.sqlite, clock: clock) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site], online: false)
      let folder = try #require(house.program.mail.folder)
      try await house.leaveMessage(at: site, from: "Ada Moreau")
      try await Self.settle(clock, house)
      try await house.program.notifications.read(nil, of: clara.id)
      clock.advance(milliseconds: 20 * 60_000)
      try await Task.sleep(for: .milliseconds(600))
      #expect(folder.letters().isEmpty)
    }
  }

  @Test("B68: in quiet hours no letter goes out; it goes when they end")
  func quiet() async throws {
    let clock = WallClock.fixed(at: Self.noon.adding(seconds: 11 * 3600))
    try await House.open(.sqlite, clock: clock) { house in
      let site = try await house.site()
      _ = try await house.person("Clara", at: [site], online: false)
      let folder = try #require(house.program.mail.folder)
      try await house.leaveMessage(at: site, from: "Ada Moreau")
      try await Self.settle(clock, house)
      clock.advance(milliseconds: 3600_000)
      try await Task.sleep(for: .milliseconds(600))
      #expect(folder.letters().isEmpty)
      clock.advance(milliseconds: 7 * 3600_000)
      #expect(try await Self.letters(1, in: folder).count == 1)
    }
  }

  /// Lets the look at who is told pass.
  private static func settle(_ clock: WallClock, _ house: House) async throws {
    clock.advance(milliseconds: 3000)
    try await Task.sleep(for: .milliseconds(600))
  }

  private static func letters(_ count: Int, in folder: MailFolder) async throws -> [FoundLetter] {
    for _ in 0..<100 {
      let found = folder.letters()
      if found.count >= count { return found }
      try await Task.sleep(for: .milliseconds(100))
    }
    return folder.letters()
  }

  /// As a mail program does it: without cookies, from nowhere.
  private static func unsubscribe(_ path: String, _ house: House) async throws -> Int {
    let form = ["Content-Type": "application/x-www-form-urlencoded"]
    return try await WebAnswer.of("POST", path, port: house.port, form, body: Data("List-Unsubscribe=One-Click".utf8)).status
  }
}
