import Base
import Ledger
import Meter
import Store
import Synchronization
import TestKit
import Testing

@testable import Conversations
@testable import Deals
@testable import Payments

/// Emil answers by the minute, too: two credits a minute.
struct Clocked: Sendable {
  static let rate: Int64 = 2
  static let engines = [Dialect.Engine.sqlite, .postgres]
  static let noon = Moment(milliseconds: 1_795_176_000_000)

  /// A house with one customer, where the books and the doctor are asked at the end.
  static func stage(
    _ engine: Dialect.Engine, credits: Int64, _ body: @escaping @Sendable (DealHouse, WallClock) async throws -> Void
  ) async throws {
    let clock = WallClock.fixed(at: noon)
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: credits)
      try await body(stage, clock)
      try await stage.booksAreRight()
      let doctor = try await house.program.doctor()
      #expect(doctor.code == 0, "\(doctor.text)")
    }
  }

  let stage: DealHouse
  let clock: WallClock
  let lina: Talker
  let emil: Talker
  let session: String

  /// Lina asks for it, and Emil takes it.
  static func begin(_ stage: DealHouse, _ clock: WallClock, freeSeconds: Int64 = 0, more: Int64 = 0) async throws -> Clocked {
    try await offer(stage, freeSeconds: freeSeconds)
    try await stage.give(more, to: stage.lina.id)
    let lina = try await stage.asks(stage.lina)
    let emil = try await stage.house.console(of: stage.emil)
    _ = try await emil.subscribe(lina.topic)
    let agreed = try await lina.ask("minutes", ["deed": "start", "rate": .number(Double(rate))])
    #expect(agreed.name == "Done", "\(agreed)")
    _ = try await lina.line.next("DealChanged") { $0["deal"]?["minutes"]?["session"]?["phase"]?.string == "offered" }
    let accepted = try await emil.ask("minutes", ["deed": "accept"], on: lina.topic)
    #expect(accepted.name == "Done", "\(accepted)")
    // What was told before may be about an earlier one.
    let row = try await stage.house.program.store.read { try $0.row("SELECT id FROM minute_sessions WHERE state = 'running'") }
    let session = (try #require(row)[0] as MinuteSessionID).description
    let clocked = Clocked(stage: stage, clock: clock, lina: lina, emil: emil, session: session)
    try await clocked.beat()
    try await clocked.reads("running")
    return clocked
  }

  static func offer(_ stage: DealHouse, freeSeconds: Int64 = 0) async throws {
    let program = stage.house.program
    let terms = Terms(
      id: program.ids.next(), site: stage.site.id, price: Units(1, .credits), minutePrice: rate, freeSeconds: freeSeconds)
    try await program.store.write { try $0.write(terms, by: nil, at: program.clock.now) }
  }

  func beat(_ who: [Talker]? = nil, over: Bool = false) async throws {
    for one in who ?? [lina, emil] {
      let fields: [String: JSON] = ["session": .string(session), "over": .bool(over)]
      #expect(try await one.ask("beat", fields, on: lina.topic).name == "Done")
    }
  }

  /// Time passes, and those who are there say so.
  func pass(_ seconds: Int64, with who: [Talker]? = nil) async throws {
    for _ in 0..<seconds / 5 {
      clock.advance(milliseconds: 5000)
      try await beat(who)
    }
  }

  func reads(_ phase: String) async throws {
    _ = try await lina.line.next("DealChanged") { $0["deal"]?["minutes"]?["session"]?["phase"]?.string == phase }
  }

  /// A line of the log that both are told.
  @discardableResult func line(_ step: String, why: String? = nil) async throws -> JSON? {
    let found = try await lina.line.next("MinuteChat") { $0["body"]?["step"]?.string == step }
    _ = try await emil.line.next("MinuteChat") { $0["body"]?["step"]?.string == step }
    if let why { #expect(found["body"]?["why"]?.string == why) }
    return found["body"]
  }

  /// Waits until something is written down: what pages are told comes a moment later, and may be of a moment before.
  func records(_ fact: MeterEvent.Fact) async throws {
    for _ in 0..<200 {
      if try await stage.house.program.store.read({ try $0.meterEvents(of: id) }).contains(where: { $0.fact == fact }) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("\(fact) was never written down")
  }

  var id: MinuteSessionID { MinuteSessionID(session) ?? MinuteSessionID(rawValue: 0) }
}
