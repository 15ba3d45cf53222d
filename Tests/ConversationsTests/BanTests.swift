import Base
import Foundation
import HTTPTypes
import Parley
import Sites
import Store
import TestKit
import Testing

@testable import Conversations

@Suite("Who is shut out of a website") struct BanTests {
  private static let start = Moment(milliseconds: 1_795_219_200_000)

  /// Clara answers Ada, and Bruno is of the team as well.
  private struct Stage {
    let house: House
    let site: Site
    let person: House.Person
    let colleague: House.Person
    let clara: Talker
    let ada: Talker

    init(_ house: House) async throws {
      self.house = house
      site = try await house.site()
      person = try await house.person("Clara", at: [site])
      colleague = try await house.person("Bruno", at: [site])
      clara = try await house.console(of: person)
      ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await clara.subscribe(ada.topic)
      _ = try await clara.ask("join", on: ada.topic)
    }

    func ban(_ span: String = "day", address: Bool = false, reason: String = " Rude. ", by person: House.Person) async throws -> WebAnswer {
      let body: JSON = ["span": .string(span), "address": .bool(address), "reason": .string(reason)]
      return try await WebAnswer.of(
        "POST", "/console/chats/\(ada.topic.dropFirst("chat.".count))/ban", port: house.port,
        ["Cookie": person.cookie, "Origin": House.origin, "Content-Type": "application/json"], body: Data(try body.text.utf8))
    }

    /// Says hello with a key, and what comes of it.
    func hello(_ key: Secret?, at site: Site) async throws -> LiveClient.Event {
      let line = try await LiveClient.connect(port: house.port, origin: House.siteOrigin)
      try line.send(["do": "hello", "protocol": 1, "site": .string(site.key), "key": .string(key?.text ?? ""), "language": "en"])
      return try await line.next(within: .seconds(5)) { ["Welcome", "Refused"].contains($0.name) }
    }

    func answers(of key: Secret?) async throws -> WebAnswer {
      try await WebAnswer.of(
        "GET", "/api/v1/chats/\(ada.topic.dropFirst("chat.".count))/entries", port: house.port,
        ["Authorization": "Visitor \(site.key):\(key?.text ?? "")", "Origin": House.siteOrigin])
    }
  }

  @Test(
    "P6: who is shut out is told so and loses the line at once, comes back by no way until it is over, and the colleagues are told",
    arguments: Dialect.Engine.allCases)
  func browser(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.start)
    try await House.open(engine, clock: clock) { house in
      let stage = try await Stage(house)
      let answer = try await stage.ban(by: stage.person)
      #expect(answer.status == 204, "\(answer.text)")
      let refused = try await stage.ada.line.next("Refused")
      #expect(refused["reason"]?.string == "banned" && refused["text"]?.string == "The team has closed this chat to you.")
      #expect(try await stage.ada.line.closeCode() == 4401)
      #expect(try await house.count("SELECT COUNT(*) FROM conversations WHERE state = 'closed'") == 1)
      #expect(try await stage.hello(stage.ada.key, at: stage.site)["reason"]?.string == "banned")
      let history = try await stage.answers(of: stage.ada.key)
      #expect(history.status == 403 && history.reason == "banned")
      // Another browser at the same address, and the same one at another website, are not meant.
      #expect(try await stage.hello(Secret(), at: stage.site).name == "Welcome")
      let other = try await house.site("Paper Lantern Books")
      #expect(try await stage.hello(stage.ada.key, at: other).name == "Welcome")

      let bruno = try await house.console(of: stage.colleague)
      let notice = try #require(try await bruno.subscribe("notices.\(bruno.id)")["rows"]?.array?.first { $0["kind"]?.string == "banned" })
      #expect(notice["name"]?.string == "Ada Moreau" && notice["place"]?.string == "Harbour Essays")
      #expect(try await house.count("SELECT COUNT(*) FROM notices WHERE kind = 'banned'") == 1, "not who did it")
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'visitor.banned'") == 1)

      clock.advance(milliseconds: 86_399_000)
      #expect(try await stage.hello(stage.ada.key, at: stage.site).name == "Refused")
      clock.advance(milliseconds: 1_000)
      #expect(try await stage.hello(stage.ada.key, at: stage.site).name == "Welcome")
      #expect(try await stage.answers(of: stage.ada.key).status == 200)
    }
  }

  @Test(
    "P6: with the address everybody who comes from there is shut out of that website, and loses the line",
    arguments: Dialect.Engine.allCases)
  func address(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await Stage(house)
      let neighbour = try await house.visitor(of: stage.site)
      let other = try await house.site("Paper Lantern Books")
      let elsewhere = try await house.visitor(of: other)
      #expect(try await stage.ban("ever", address: true, by: stage.person).status == 204)
      for line in [stage.ada.line, neighbour.line] { #expect(try await line.closeCode() == 4401) }
      let before = try await house.count("SELECT COUNT(*) FROM visitors")
      #expect(try await stage.hello(Secret(), at: stage.site)["reason"]?.string == "banned")
      #expect(try await house.count("SELECT COUNT(*) FROM visitors") == before, "nobody is made for who is not let in")
      #expect(try await elsewhere.subscribe().name == "Subscribed")
    }
  }

  @Test("P6, B2b: the team of the website shuts out and nobody else; in a paid thread nobody does", arguments: Dialect.Engine.allCases)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await Stage(house)
      let other = try await house.site("Paper Lantern Books")
      let stranger = try await house.person("Benedetta", at: [other])
      let manager = try await house.person("Mona", [.manager])
      #expect(try await stage.ban(by: stranger).status == 404)
      #expect(try await stage.ban(by: manager).reason == "readOnly")
      #expect(try await stage.ban(reason: String(repeating: "r", count: 301), by: stage.person).reason == "fieldTooLong")
      #expect(try await stage.ban("year", by: stage.person).status == 400)
      #expect(try await house.count("SELECT COUNT(*) FROM bans") == 0)
      let ines = try await house.person("Ines", [.administrator])
      #expect(try await stage.ban(by: ines).status == 204)
      #expect(try await stage.ban("hour", by: stage.person).status == 204)
      #expect(try await house.count("SELECT COUNT(*) FROM bans") == 1, "a later one takes the place of the first")
    }
  }

  @Test("P6: administrators read who is shut out, by whom, why and until when, and let them in again", arguments: Dialect.Engine.allCases)
  func page(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.start)) { house in
      let stage = try await Stage(house)
      let ines = try await house.person("Ines", [.administrator])
      let browser = PageReader(house: house, person: ines)
      #expect(try await browser.get("/admin/bans").text.contains("Nobody is shut out."))
      #expect(try await stage.ban("ever", address: true, by: stage.person).status == 204)
      let page = try await browser.get("/admin/bans").text
      for text in ["Ada Moreau", "Harbour Essays", "127.0.0.1", "Rude.", "Clara Lindqvist", "For ever"] {
        #expect(page.contains(text), "\(text)")
      }
      let id = try await house.count("SELECT id FROM bans")
      let lifted = "/admin/bans?done=lifted"
      #expect(try await browser.post("/admin/bans/\(id)/lift").headers["location"] == lifted)
      #expect(try await browser.get(lifted).text.contains("They may write again."))
      #expect(try await stage.hello(stage.ada.key, at: stage.site).name == "Welcome")
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'visitor.unbanned'") == 1)
      #expect(try await browser.post("/admin/bans/\(id)/lift").headers["location"] == lifted, "a second press changes nothing")
    }
  }

  @Test("P6, A40: a ban that is over is swept a day later, one for ever stays", arguments: Dialect.Engine.allCases)
  func sweeping(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await Stage(house)
      #expect(try await stage.ban("hour", by: stage.person).status == 204)
      house.program.clock.advance(milliseconds: 24 * 3_600_000)
      try await house.program.privacy.sweep()
      #expect(try await house.count("SELECT COUNT(*) FROM bans") == 1)
      house.program.clock.advance(milliseconds: 2 * 3_600_000)
      try await house.program.privacy.sweep()
      #expect(try await house.count("SELECT COUNT(*) FROM bans") == 0)
      #expect(try await stage.ban("ever", by: stage.person).status == 204)
      house.program.clock.advance(milliseconds: 400 * 86_400_000)
      try await house.program.privacy.sweep()
      #expect(try await house.count("SELECT COUNT(*) FROM bans") == 1)
    }
  }
}
