import Base
import Foundation
import Sites
import Store
import TestKit
import Testing

@testable import Mail

/// A chat as a letter, and a thread as a page to print.
@Suite("Transcripts") struct TranscriptTests {
  private static let engines = Dialect.Engine.allCases
  /// 12:00 in universal time, 13:00 in Paris.
  private static let noon = Moment(milliseconds: 1_795_262_400_000)

  @Test(
    "P10: a visitor has the chat sent to the form's address: as it reads now, by the site's clocks, without notes and what was deleted",
    arguments: engines)
  func letter(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.noon), limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house, zone: "Europe/Paris")
      try await stage.talk()
      #expect(try await stage.asks(as: stage.asAda).json?["sent"]?.bool == true)
      let letter = try await stage.letter(1)
      #expect(letter.to.contains("ada@example.com") && letter.subject == "Your chat with Harbour Essays", "\(letter.to)")
      #expect(letter.plain.contains("How much for two pages?") && !letter.plain.contains("tow pages"), "\(letter.plain)")
      #expect(letter.plain.contains("Twenty euros.") && letter.plain.contains("letter.pdf"))
      #expect(letter.plain.contains("Europe/Paris") && letter.plain.contains("1:00"), "\(letter.plain)")
      #expect(letter.plain.contains("Clara ·") && !letter.plain.contains("Lindqvist"), "under the name of the website")
      #expect(!letter.plain.contains("A difficult one") && !letter.plain.contains("Zugvogel"), "neither notes nor what was deleted")
    }
  }

  @Test("P10: a letter has the latest chat alone, and none before somebody of the team answered", arguments: engines)
  func latest(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.noon), limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.ada.say("Buy at https://evil.example")
      #expect(try await stage.asks(as: stage.asAda).reason == "chatUnanswered")
      _ = try await stage.clara.say("No, thank you.", on: stage.ada.topic)
      _ = try await stage.clara.ask("close", on: stage.ada.topic)
      _ = try await stage.ada.say("Something else")
      #expect(try await stage.asks(as: stage.asAda).reason == "chatUnanswered", "nobody did in this one")
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      _ = try await stage.clara.say("Yes?", on: stage.ada.topic)
      #expect(try await stage.asks(as: stage.asAda).json?["sent"]?.bool == true)
      let letter = try await stage.letter(1)
      #expect(letter.plain.contains("Something else") && !letter.plain.contains("evil"), "\(letter.plain)")
    }
  }

  @Test("P10: one press is one letter, and three go out in an hour", arguments: engines)
  func bounds(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.talk()
      let press = Secret()
      for _ in 1...3 { #expect(try await stage.asks(as: stage.asAda, press: press).json?["sent"]?.bool == true) }
      #expect(try await house.transcripts() == 1)
      for _ in 2...3 { #expect(try await stage.asks(as: stage.asAda).json?["sent"]?.bool == true) }
      let early = try await stage.asks(as: stage.asClara)
      #expect(early.reason == "tooManyTries" && early.headers["retry-after"] != nil, "\(early.text)")
      #expect(try await stage.asks(as: stage.asAda, press: press).json?["sent"]?.bool == true, "a press of before is acknowledged")
      #expect(try await house.transcripts() == 3)
      clock.advance(milliseconds: 3_600_000)
      #expect(try await stage.asks(as: stage.asClara).json?["sent"]?.bool == true, "the team sends it, too")
      #expect(try await house.count("SELECT COUNT(*) FROM letters WHERE kind = 'transcript' AND address <> 'ada@example.com'") == 0)
    }
  }

  @Test(
    "P10: who has no address is asked for one, which the thread's own goes before; who wants no letters is sent none by the team",
    arguments: engines)
  func address(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.noon), limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.talk()
      #expect(try await stage.asks(as: stage.asAda, email: "other@example.com").json?["sent"]?.bool == true)
      #expect(try await house.count("SELECT COUNT(*) FROM letters WHERE kind = 'transcript' AND address = 'ada@example.com'") == 1)
      try await house.program.store.write { try $0.run("UPDATE visitors SET letters_stopped_at = 1") }
      #expect(try await stage.asks(as: stage.asClara).json?["sent"]?.bool == false)
      try await house.program.store.write { try $0.run("UPDATE visitors SET email = NULL") }
      #expect(try await stage.asks(as: stage.asAda).json?["sent"]?.bool == false)
      #expect(try await stage.asks(as: stage.asAda, email: "nobody at home").reason == "emailInvalid")
      #expect(try await house.transcripts() == 1, "what was refused counts for nothing")
      #expect(try await stage.asks(as: stage.asAda, email: "ada@home.example").json?["sent"]?.bool == true)
      #expect(try await house.count("SELECT COUNT(*) FROM letters WHERE address = 'ada@home.example'") == 1)
    }
  }

  @Test("P10, A39: nobody has somebody else's chat sent, and who only reads sends none", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.noon), limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.talk()
      let lantern = try await house.site("Paper Lantern Books", origin: "https://lantern.example")
      let marc = try await house.person("Marc", at: [lantern])
      let bella = try await house.visitor(of: stage.site)
      for stranger in [["Cookie": marc.cookie, "Origin": House.origin], stage.visitor(bella)] {
        #expect(try await stage.asks(as: stranger).reason == "notFound")
      }
      let mona = try await house.person("Mona", [.manager])
      #expect(try await stage.asks(as: ["Cookie": mona.cookie, "Origin": House.origin]).reason == "readOnly")
      #expect(try await stage.asks(as: ["Cookie": stage.person.cookie, "Origin": "https://evil.example"]).reason == "originNotAllowed")
      let off = Set(Feature.allCases).subtracting([.answersByMail])
      try await house.program.sites.switchFeatures(to: off, at: stage.site.id, by: nil, from: .console)
      #expect(try await stage.asks(as: stage.asAda).reason == "featureOff")
      #expect(try await house.transcripts() == 0)
    }
  }

  @Test(
    "P10: the page to print has every chat of the thread for its team and managers; notes only where they are asked for", arguments: engines
  )
  func page(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.noon), limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house, zone: "Europe/Paris")
      try await stage.talk()
      _ = try await stage.clara.ask("close", on: stage.ada.topic)
      _ = try await stage.ada.say("One more <b>thing</b>")
      func page(_ query: String = "", as who: House.Person) async throws -> WebAnswer {
        try await WebAnswer.of(
          "GET", "/console/chats/\(stage.conversation)/transcript\(query)", port: house.port, ["Cookie": who.cookie])
      }
      let mona = try await house.person("Mona", [.manager])
      for reader in [stage.person, mona] {
        let shown = try await page(as: reader)
        #expect(shown.status == 200 && shown.text.contains("Twenty euros.") && shown.text.contains("Europe/Paris"), "\(shown.text)")
        #expect(shown.text.contains("One more &lt;b&gt;thing") && shown.text.contains("letter.pdf"))
        #expect(!shown.text.contains("A difficult one") && !shown.text.contains("Zugvogel") && !shown.text.contains("tow pages"))
        #expect(try await page("?notes=on", as: reader).text.contains("A difficult one"))
      }
      let lantern = try await house.site("Paper Lantern Books", origin: "https://lantern.example")
      #expect(try await page(as: house.person("Marc", at: [lantern])).status == 404)
      #expect(try await page(as: house.person("Lina", [])).status == 404)
      let anybody = try await WebAnswer.of("GET", "/console/chats/\(stage.conversation)/transcript", port: house.port, stage.asAda)
      #expect(!anybody.text.contains("Twenty euros."))
    }
  }
}

extension House {
  fileprivate func transcripts() async throws -> Int { try await count("SELECT COUNT(*) FROM letters WHERE kind = 'transcript'") }
}

extension FileHouse {
  /// A question that was written again, an answer, a note, a file, and what was deleted.
  fileprivate func talk() async throws {
    let n = try #require(try await ada.say("How much for tow pages?")["n"]?.int)
    _ = try await ada.ask("edit", ["of": .number(Double(n)), "text": "How much for two pages?"])
    _ = try await clara.ask("note", ["client": .string(Secret().text), "text": "A difficult one"], on: ada.topic)
    let wrong = try #require(try await clara.say("Zugvogel", on: ada.topic)["n"]?.int)
    _ = try await clara.ask("delete", ["of": .number(Double(wrong))], on: ada.topic)
    _ = try await clara.say("Twenty euros.", on: ada.topic)
    _ = try await send("letter.pdf", by: ada, as: asAda)
  }

  fileprivate func asks(as who: [String: String], press: Secret = Secret(), email: String? = nil) async throws -> WebAnswer {
    var body: [String: JSON] = ["client": .string(press.text)]
    if let email { body["email"] = .string(email) }
    return try await WebAnswer.of(
      "POST", "/api/v1/chats/\(conversation)/transcript", port: house.port, who.merging(["Content-Type": "application/json"]) { $1 },
      body: Data(try JSON.object(body).text.utf8))
  }
}
