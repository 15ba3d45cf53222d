import Base
import Deals
import Foundation
import Store
import TestKit
import Testing

@testable import Texting

@Suite struct OfflineMessageTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  /// An answer costs one; what is left while Emil is not there costs two, and is promised within a day.
  private func stage(
    _ engine: Dialect.Engine, clock: WallClock = .fixed(at: noon), credits: Int64 = 9,
    _ body: @escaping @Sendable (DealHouse) async throws -> Void
  ) async throws {
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: credits)
      let terms = Terms(id: house.program.ids.next(), site: stage.site.id, price: Units(1, .credits), offlinePrice: 2)
      try await house.program.store.write { try $0.write(terms, by: nil, at: clock.now) }
      try await body(stage)
      try await stage.booksAreRight()
      let doctor = try await house.program.doctor()
      #expect(doctor.code == 0, "\(doctor.text)")
    }
  }

  private func leave(_ text: String, _ way: String = "offline", price: Int = 2, as talker: Talker) async throws -> LiveClient.Event {
    try await talker.ask(
      "send", ["text": .string(text), "client": .string(Secret().text), "price": .number(Double(price)), "way": .string(way)],
      on: talker.topic)
  }

  @Test("C13, C15: what is left for an expert who is not there has a price and a promise of its own", arguments: engines)
  func left(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      let deal = try await lina.subscribe()["deal"]
      #expect(deal?["way"]?.string == "offline" && deal?["price"]?.int == 2 && deal?["answerSeconds"]?.int == 86_400)
      #expect(deal?["smsPrice"] == .null, "nobody is reached by telephone")
      #expect(try await leave("Will it rain?", as: lina).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [9, 2])
      let due = Int(Self.noon.milliseconds + 86_400_000)
      let waiting = try await lina.line.next("DealChanged") { $0["deal"]?["open"]?.int == 1 }["deal"]
      #expect(waiting?["left"]?.int == 1 && waiting?["dueAt"]?.int == due && waiting?["noticeAt"]?.int == due - 21_600_000)
      let emil = try await stage.answers(lina.topic)
      #expect(try await emil.say("No.", on: lina.topic).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [7, 0], "C15: billed per message")
      #expect(try await stage.earned(stage.emil) == 533, "80 of 100 of 6.66")
      let now = try await lina.subscribe()["deal"]
      #expect(now?["way"]?.string == "question" && now?["price"]?.int == 1, "now the expert is there")
    }
  }

  @Test("C16: who is no expert any more accepts nothing, and may still give it back", arguments: engines)
  func asksRight(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await leave("Will it rain?", as: lina)
      let emil = try await stage.house.console(of: stage.emil)
      _ = try await emil.subscribe(lina.topic)
      let account = stage.emil.id
      try await stage.house.program.store.write { try $0.run("UPDATE accounts SET is_expert = $2 WHERE id = $1", account, false) }
      #expect(try await emil.ask("accept", on: lina.topic)["reason"]?.string == "notAllowed")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'QuestionAccepted'") == 0)
      #expect(try await emil.ask("decline", on: lina.topic).name == "Done")
      #expect(try await stage.wallet(stage.lina) == [9, 0])
    }
  }

  @Test("C16: the expert accepts, and what follows needs no second yes", arguments: engines)
  func accepted(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await leave("Will it rain?", as: lina)
      let emil = try await stage.house.console(of: stage.emil)
      _ = try await emil.subscribe(lina.topic)
      _ = try await emil.ask("status", ["status": .string("offline")])
      #expect(try await emil.ask("accept", on: lina.topic).name == "Done")
      #expect(try await emil.ask("accept", on: lina.topic).name == "Done", "said twice")
      _ = try await lina.line.next("QuestionAccepted")
      _ = try await lina.line.next("DealChanged") { $0["deal"]?["left"]?.int == 0 && $0["deal"]?["open"]?.int == 1 }
      #expect(try await stage.wallet(stage.lina) == [9, 2], "accepted is not answered")
      #expect(try await leave("And on Sunday?", as: lina).name == "Acknowledged")
      let deal = try await lina.line.next("DealChanged") { $0["deal"]?["open"]?.int == 2 }["deal"]
      #expect(deal?["left"]?.int == 0, "it goes on by itself")
      #expect(try await emil.say("No, and yes.", on: lina.topic).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [5, 0])
      let notices = try await stage.get("/notices", as: stage.lina)
      #expect(notices.text.contains("Emil accepted your offline message"))
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'QuestionAccepted'") == 1)
    }
  }

  @Test("C16: declining gives what was set aside back at once, and both are told", arguments: engines)
  func declined(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await leave("Will it rain?", as: lina)
      _ = try await leave("Please hurry.", as: lina)
      let emil = try await stage.house.console(of: stage.emil)
      _ = try await emil.subscribe(lina.topic)
      #expect(try await lina.ask("decline", on: lina.topic)["reason"]?.string == "notAllowed", "not the customer")
      #expect(try await emil.ask("decline", on: lina.topic).name == "Done")
      let line = try await lina.line.next("QuestionDeclined")
      #expect(line["body"]?["units"]?.int == 4)
      #expect(try await stage.wallet(stage.lina) == [9, 0])
      #expect(try await emil.ask("accept", on: lina.topic).name == "Done", "nothing is left to accept")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'QuestionAccepted'") == 0)
      let notices = try await stage.get("/notices", as: stage.lina)
      #expect(notices.text.contains("Emil declined your offline message: your credit is back"))
      #expect(try await stage.earned(stage.emil) == 0)
    }
  }

  @Test(
    "C13, X1: after its day what nobody judged is given back by itself; a question that came later is over before it, and of each it is told once that it takes longer",
    arguments: engines)
  func unanswered(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await stage(engine, clock: clock) { stage in
      let lina = try await stage.asks(stage.lina)
      _ = try await leave("Will it rain?", as: lina)
      let emil = try await stage.house.console(of: stage.emil)
      _ = try await emil.subscribe(lina.topic)
      _ = try await lina.line.next("DealChanged") { $0["deal"]?["way"]?.string == "question" }
      #expect(try await leave("Are you there now?", "question", price: 1, as: lina).name == "Acknowledged")
      clock.advance(milliseconds: 45 * 60_000)
      let later = try await late(lina)
      clock.advance(milliseconds: 15 * 60_000)
      #expect(try await lina.line.next("QuestionReleased")["body"]?["units"]?.int == 1)
      clock.advance(milliseconds: 17 * 3_600_000)
      #expect(try await late(lina) < later)
      #expect(try await leave("And now?", "question", price: 1, as: lina).name == "Acknowledged")
      clock.advance(milliseconds: 45 * 60_000)
      #expect(try await late(lina) > later)
      clock.advance(milliseconds: 15 * 60_000)
      #expect(try await lina.line.next("QuestionReleased")["body"]?["units"]?.int == 1)
      clock.advance(milliseconds: 5 * 3_600_000)
      #expect(try await lina.line.next("QuestionReleased")["body"]?["units"]?.int == 2)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'AnswerLate'") == 3)
      #expect(try await stage.wallet(stage.lina) == [9, 0])
    }
  }

  /// The number of the question whose answer takes longer, which is told next.
  private func late(_ lina: Talker) async throws -> Int { try #require(try await lina.line.next("AnswerLate")["body"]?["of"]?.int) }

  @Test("C13: who was shown another way is asked again, and nothing is charged", arguments: engines)
  func changed(engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let lina = try await stage.asks(stage.lina)
      #expect(try await leave("Hello?", "question", price: 1, as: lina)["reason"]?.string == "wayChanged")
      #expect(try await leave("Hello?", "sms", price: 1, as: lina)["reason"]?.string == "wayChanged", "C14: no telephone")
      #expect(try await leave("Hello?", "pigeon", price: 1, as: lina)["reason"]?.string == "notUnderstood")
      #expect(try await leave("Hello?", price: 1, as: lina)["reason"]?.string == "answerPriceChanged")
      #expect(try await stage.wallet(stage.lina) == [9, 0])
      #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'MessageSent'") == 0)
      #expect(try await lina.say("As it is.").name == "Acknowledged", "who names nothing takes what there is")
      #expect(try await stage.wallet(stage.lina) == [9, 2])
    }
  }

  private static let number = "+33612345678"

  /// The newest text that has these words, once the gateway has it.
  private func text(_ words: String, in folder: TextFolder) async throws -> TextFolder.Found {
    for _ in 0..<200 where folder.texts().first?.text.contains(words) != true { try await Task.sleep(for: .milliseconds(50)) }
    return try #require(folder.texts().first { $0.text.contains(words) }, "\(folder.texts().map(\.text))")
  }

  @Test(
    "C14, C15: an urgent message goes to the telephone at its price, and the answer by SMS lands in the thread, once", arguments: engines)
  func urgent(engine: Dialect.Engine) async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("texts-\(UInt64.random(in: 0 ... .max))").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await House.open(engine, clock: .fixed(at: Self.noon), limits: DealHouse.limits, flags: ["sms-folder": path]) { house in
      let (stage, folder) = (try await DealHouse(house, credits: 9), TextFolder(path: path))
      let terms = Terms(
        id: house.program.ids.next(), site: stage.site.id, price: Units(1, .credits), offlinePrice: 2, smsPrice: 4)
      try await house.program.store.write { try $0.write(terms, by: nil, at: Self.noon) }
      let lina = try await stage.asks(stage.lina)
      #expect(try await lina.subscribe()["deal"]?["smsPrice"] == .null, "no number is proved")
      #expect(try await leave("Hurry!", "sms", price: 4, as: lina)["reason"]?.string == "wayChanged")
      let emil = try #require(try await house.program.accounts.recognise(stage.emil.token))
      try await house.program.texting.askForProof(of: Self.number, by: emil, from: .init("192.0.2.1"))
      let code = try #require(try await text("code", in: folder).text.firstMatch(of: /[0-9]{6}/)).output
      try await house.program.texting.prove(String(code), of: emil, from: .init("192.0.2.1"))
      #expect(try await lina.subscribe()["deal"]?["smsPrice"]?.int == 4)
      #expect(try await leave("Hurry!", "sms", price: 4, as: lina).name == "Acknowledged")
      #expect(try await stage.wallet(stage.lina) == [9, 4])
      let sent = try await text("Hurry!", in: folder)
      #expect(sent.to == Self.number && sent.text.contains("Counsel"))
      for _ in 0..<2 {
        try await house.program.texting.receive(InboundText(sid: "SM1", from: Self.number, to: sent.from, text: "On my way."))
      }
      let answer = try await lina.line.next("MessageSent") { $0["by"]?["kind"]?.string == "agent" }
      #expect(answer["body"]?["text"]?.string == "On my way." && answer["client"]?.string == "sms-SM1")
      #expect(answer["by"]?["name"]?.string == "Emil", "C14: his name, not his number")
      #expect(try await stage.wallet(stage.lina) == [5, 0], "C15: the answer takes what was held")
      #expect(try await stage.earned(stage.emil) == 1066)
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE client_id = 'sms-SM1'") == 1, "the gateway told it twice")
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%612345678%'") == 0)
      _ = try await leave("Are you coming?", as: lina)
      try await house.program.store.write { try $0.run("UPDATE accounts SET active = FALSE WHERE id = $1", stage.emil.id) }
      try await house.program.texting.receive(InboundText(sid: "SM2", from: Self.number, to: sent.from, text: "Yes."))
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE client_id = 'sms-SM2'") == 0, "who answers no more earns no more")
      #expect(try await stage.wallet(stage.lina) == [5, 2])
      try await stage.booksAreRight()
    }
  }
}
