import Base
import Foundation
import Sites
import Store
import TestKit
import Testing

/// What a website switches off in its chats; the paid ones stand in the tests of deals.
@Suite struct SwitchTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]

  private static func flip(_ off: Feature?, _ stage: FileHouse) async throws {
    let on = Set(Feature.allCases.filter { $0 != off })
    try await stage.house.program.sites.switchFeatures(to: on, at: stage.site.id, by: nil, from: .console)
  }

  /// Whether the panel and the console offer to send files.
  private static func offersFiles(_ stage: FileHouse) async throws -> [Bool?] {
    let path = "/api/v1/widget/\(stage.site.key)/config"
    let config = try await WebAnswer.of("GET", path, port: stage.house.port, ["Origin": House.siteOrigin]).json
    let desk = try await stage.house.console(of: stage.person).subscribe("agent.\(stage.person.id)")
    return [config?["files"]?.bool, desk["sites"]?.array?.first?["files"]?.bool]
  }

  @Test(
    "C20c: files are switched off for one website: neither side can send one, nobody is offered to, and what was sent can be read",
    arguments: engines)
  func files(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let sent = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      #expect(try await Self.offersFiles(stage) == [true, true])
      try await Self.flip(.files, stage)
      for who in [stage.asAda, stage.asClara] {
        let answer = try await stage.upload("letter.pdf", as: who)
        #expect(answer.status == 409 && answer.reason == "featureOff", "\(answer.text)")
      }
      #expect(try await Self.offersFiles(stage) == [false, false])
      #expect(try await stage.fetch(sent, pass: stage.pass(stage.asAda)).status == 200)
      try await Self.flip(nil, stage)
      #expect(try await Self.offersFiles(stage) == [true, true])
      #expect(try await stage.upload("letter.pdf", as: stage.asAda).status == 201)
    }
  }

  @Test("C20c: where answers by mail are switched off, who is away finds them on coming back, and no letter leaves", arguments: engines)
  func letters(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_262_400_000))
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.leave()
      try await Self.flip(.answersByMail, stage)
      _ = try await stage.clara.say("Yes, two editors.", on: stage.ada.topic)
      let waits = "SELECT COUNT(*) FROM jobs WHERE kind = 'chat.mailAnswers'"
      #expect(try await house.count(waits) == 1)
      clock.advance(milliseconds: 61_000)
      for _ in 0..<100 where try await house.count(waits) > 0 { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try await house.count(waits) == 0, "it was looked at")
      #expect(try await house.count("SELECT COUNT(*) FROM letters") == 0)
      try await Self.flip(nil, stage)
      _ = try await stage.clara.say("And a third one.", on: stage.ada.topic)
      clock.advance(milliseconds: 61_000)
      #expect(try await stage.letter(1).plain.contains("two editors"))
    }
  }
}
