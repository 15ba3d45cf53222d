import Base
import Deals
import Foundation
import Store
import TestKit
import Testing

@testable import Texting

/// What goes to a telephone and does not get there.
@Suite("Texts that get lost")
struct LostTextTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_176_000_000)
  private static let phone = "+33612345678"

  /// What is left for Emil costs two, to his telephone four.
  private func stage(_ engine: Dialect.Engine, _ body: @escaping @Sendable (DealHouse, Talker) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("texts-\(UInt64.random(in: 0 ... .max))").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await House.open(engine, clock: .fixed(at: Self.noon), limits: DealHouse.limits, flags: ["sms-folder": path]) { house in
      let (stage, program) = (try await DealHouse(house, credits: 9), house.program)
      let terms = Terms(id: program.ids.next(), site: stage.site.id, price: Units(1, .credits), offlinePrice: 2, smsPrice: 4)
      let number = try #require(PhoneNumber(Self.phone))
      try await program.store.write { session in
        try session.write(terms, by: nil, at: Self.noon)
        try program.texting.settle(number, of: stage.emil.id, in: session)
      }
      try await body(stage, try await stage.asks(stage.lina))
      try await stage.booksAreRight()
      let doctor = try await program.doctor()
      #expect(doctor.code == 0, "\(doctor.text)")
    }
  }

  private func leave(_ text: String, _ way: String = "sms", price: Double = 4, as lina: Talker) async throws {
    let answer = try await lina.ask(
      "send", ["text": .string(text), "client": .string(Secret().text), "price": .number(price), "way": .string(way)])
    #expect(answer.name == "Acknowledged", "\(answer)")
  }

  /// The newest text, once the gateway has it.
  private func sent(by stage: DealHouse) async throws -> (id: TextMessageID, sid: String, ours: String) {
    for _ in 0..<200 {
      let found = try await stage.house.program.store.read { session in
        try session.row("SELECT id, sid, ours FROM texts WHERE fate = 'sent' ORDER BY id DESC LIMIT 1").map { row in
          (id: row[0] as TextMessageID, sid: row[1] as String, ours: row[2] as String)
        }
      }
      if let found { return found }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Refusal(.notFound)
  }

  /// Until nothing is left to be done about it.
  private func settled(_ stage: DealHouse) async throws {
    for _ in 0..<200 where try await stage.house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'texts.giveBack'") > 0 {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try await stage.house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'texts.giveBack'") == 0)
  }

  @Test("C14: what the gateway cannot bring is given back in full, once, both are told, and an answer is free", arguments: engines)
  func lost(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, lina in
      try await leave("Hurry!", as: lina)
      try await leave("And one for your desk.", "offline", price: 2, as: lina)
      #expect(try await stage.wallet(stage.lina) == [9, 6])
      let emil = try await stage.house.console(of: stage.emil)
      let first = try await emil.subscribe(lina.topic)["entries"]?.array?.first { $0["body"]?["text"]?.string == "Hurry!" }
      let (text, texting) = (try await sent(by: stage), stage.house.program.texting)
      for _ in 0..<2 { try await texting.note("undelivered", code: 30003, of: text.id, sid: text.sid) }
      let line = try await lina.line.next("QuestionUndelivered")
      #expect(line["body"]?["units"]?.int == 4 && line["body"]?["of"]?.int == first?["n"]?.int)
      _ = try await emil.line.next("QuestionUndelivered")
      try await settled(stage)
      #expect(try await stage.wallet(stage.lina) == [9, 2], "the other one still waits")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'QuestionUndelivered'") == 1)
      #expect(try await stage.get("/notices", as: stage.lina).text.contains("Emil could not be reached by SMS: your credit is back"))
      _ = try await emil.ask("join", on: lina.topic)
      #expect(try await emil.say("Here I am.", on: lina.topic).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [7, 0], "one answer, for the one that did arrive")
      #expect(try await stage.earned(stage.emil) == 533, "80 of 100 of 6.66")
    }
  }

  @Test("C14, C15: an answer that came first is paid, whatever the gateway says of the text afterwards", arguments: engines)
  func answeredFirst(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, lina in
      try await leave("Hurry!", as: lina)
      let (text, texting) = (try await sent(by: stage), stage.house.program.texting)
      try await texting.receive(InboundText(sid: "SM1", from: Self.phone, to: text.ours, text: "On my way."))
      #expect(try await stage.wallet(stage.lina) == [5, 0])
      try await texting.note("failed", code: 30008, of: text.id, sid: text.sid)
      try await settled(stage)
      #expect(try await stage.wallet(stage.lina) == [5, 0])
      #expect(try await stage.earned(stage.emil) == 1066)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'QuestionUndelivered'") == 0)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM texts WHERE fate = 'failed'") == 1)
    }
  }

  @Test("C14, C16: what came back is neither accepted nor declined any more", arguments: engines)
  func notJudged(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage, lina in
      try await leave("Hurry!", as: lina)
      let text = try await sent(by: stage)
      try await stage.house.program.texting.note("failed", code: nil, of: text.id, sid: text.sid)
      _ = try await lina.line.next("QuestionUndelivered")
      let deal = try await lina.subscribe()["deal"]
      #expect(deal?["open"]?.int == 0 && deal?["left"]?.int == 0 && deal?["held"]?.int == 0)
      let emil = try await stage.house.console(of: stage.emil)
      _ = try await emil.subscribe(lina.topic)
      for deed in ["accept", "decline"] { #expect(try await emil.ask(deed, on: lina.topic).name == "Done") }
      #expect(
        try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind IN ('QuestionAccepted', 'QuestionDeclined')") == 0)
      #expect(try await stage.wallet(stage.lina) == [9, 0])
    }
  }
}
