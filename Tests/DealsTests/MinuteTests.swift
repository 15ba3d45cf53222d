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
private struct Clocked: Sendable {
  static let rate: Int64 = 2

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

@Suite struct MinuteTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  private func stage(_ engine: Dialect.Engine, credits: Int64, _ body: @escaping @Sendable (DealHouse, WallClock) async throws -> Void)
    async throws
  {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house, credits: credits)
      try await body(stage, clock)
      try await stage.booksAreRight()
      let doctor = try await house.program.doctor()
      #expect(doctor.code == 0, "\(doctor.text)")
    }
  }

  @Test("B75, C2b, C5, C6, C7, C17: agreed to and accepted, the clock runs, and what ran is taken by the second", arguments: engines)
  func talks(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      try await Clocked.offer(stage)
      let early = try await stage.asks(stage.lina)
      let other = try await early.ask("minutes", ["deed": "start", "rate": 1])
      #expect(other["reason"]?.string == "answerPriceChanged", "C2b: who was shown another price is told so")
      #expect(try await stage.wallet(stage.lina) == [10, 0])
      let talk = try await Clocked.begin(stage, clock)
      for step in ["offered", "started", "billing"] { try await talk.line(step) }
      #expect(try await stage.wallet(stage.lina) == [10, 2], "the first minute is set aside")
      try await talk.pass(25)
      #expect(try await talk.lina.say("May I sublet?").name == "Acknowledged")
      try await talk.pass(30)
      #expect(try await talk.emil.say("Yes.", on: talk.lina.topic).name == "Acknowledged")
      try await talk.pass(35)
      // The job that sets it aside may be a moment behind the clock of this test.
      var wallet = try await stage.wallet(stage.lina)
      for _ in 0..<200 where wallet == [10, 2] {
        try await Task.sleep(for: .milliseconds(50))
        wallet = try await stage.wallet(stage.lina)
      }
      #expect(wallet == [10, 4] || wallet == [8, 2], "the second minute is set aside before it begins, and messages are free: \(wallet)")
      #expect(try await talk.lina.ask("close")["reason"]?.string == "minutesRunning")
      #expect(try await talk.lina.ask("minutes", ["deed": "end"]).name == "Done")
      try await talk.beat(over: true)
      let bill = try await talk.line("ended", why: "customer")
      #expect(bill?["seconds"]?.int == 90 && bill?["units"]?.int == 3 && bill?["unit"]?.string == "credits")
      #expect(try await stage.wallet(stage.lina) == [7, 0])
      #expect(try await stage.earned(stage.emil) == 533 + 266, "80 of 100 of two credits, and of one")
      #expect(try await talk.lina.ask("minutes", ["deed": "end"]).name == "Done", "said twice it is so already")
      let boss = try await stage.house.person("Otto", [.administrator])
      let list = try await stage.get("/admin/deals?state=minute", as: boss).text
      #expect(list.matches(of: /<tr><th scope="row">/).count == 1, "two minutes of one chat are one row")
      #expect(list.contains("/admin/minutes/\(talk.session)") && list.contains("3 credits"))
    }
  }

  @Test("C9a: while the wallet is being filled by itself the clock waits, unbilled, and goes on when it is", arguments: engines)
  func waitsForRecharge(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 2) { stage, clock in
      let owner = stage.lina.id
      let talk = try await Clocked.begin(stage, clock)
      try await stage.beginsRecharge(of: owner, at: clock.now)
      // Ten seconds before the minute that cannot be set aside.
      try await talk.pass(50)
      try await talk.records(.rechargeBegan)
      try await talk.line("paused", why: "recharge")
      try await talk.pass(30)
      try await stage.give(2, to: owner)
      try await talk.records(.rechargeEnded)
      try await talk.pass(10)
      #expect(try await talk.lina.ask("minutes", ["deed": "end"]).name == "Done")
      try await talk.beat(over: true)
      let bill = try await talk.line("ended", why: "customer")
      #expect(bill?["seconds"]?.int == 60 && bill?["units"]?.int == 2)
      #expect(try await stage.wallet(stage.lina) == [2, 0])
    }
  }

  @Test(
    "C9a, X2: a look that comes late finds the pause for a recharge where the credit ended, and bills nothing after it", arguments: engines)
  func findsRechargeLate(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 2) { stage, clock in
      let owner = stage.lina.id
      let talk = try await Clocked.begin(stage, clock)
      try await stage.beginsRecharge(of: owner, at: clock.now)
      // Nobody looks before the credit is over; the two are heard.
      let store = stage.house.program.store
      try await store.write { try $0.run("UPDATE jobs SET state = 'dead' WHERE kind = 'meter.look'") }
      try await talk.pass(75)
      #expect(try await store.read { try $0.meterEvents(of: talk.id) }.allSatisfy { $0.fact != .rechargeBegan })
      let desk = stage.house.program.deals.toll.minutes
      let conversation = try #require(try await store.read { try $0.minuteSession(talk.id)?.conversation })
      let now = clock.now
      _ = try await store.write(locking: [.conversation(conversation)]) { try desk.look(in: conversation, at: now, in: $0) }
      let found = try await store.read { try $0.meterEvents(of: talk.id) }
      #expect(found.contains(MeterEvent(.rechargeBegan, at: Self.noon.adding(seconds: 60))), "\(found)")
      try await stage.give(2, to: owner)
      try await talk.records(.rechargeEnded)
      #expect(try await talk.lina.ask("minutes", ["deed": "end"]).name == "Done")
      try await talk.beat(over: true)
      let bill = try await talk.line("ended", why: "customer")
      #expect(bill?["seconds"]?.int == 60 && bill?["units"]?.int == 2)
    }
  }

  @Test("X2: customer, expert and administrator read the same bill, run over again, and nobody else does", arguments: engines)
  func bill(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let boss = try await stage.house.person("Otto", [.administrator])
      let manager = try await stage.house.person("Mina", [.manager])
      let ben = try await stage.house.person("Ben", [])
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(30)
      _ = try await talk.emil.ask("minutes", ["deed": "rest"], on: talk.lina.topic)
      try await talk.beat(over: true)
      try await talk.line("ended", why: "rest")
      for (path, person) in [
        ("/wallet/minutes", stage.lina), ("/earnings/minutes", stage.emil), ("/admin/minutes", boss), ("/admin/minutes", manager),
      ] {
        let page = try await stage.get("\(path)/\(talk.session)", as: person)
        #expect(page.status == 200 && page.text.contains("The bill and the books agree"), "\(path) \(page.status)")
        #expect(page.text.contains("0:30") && page.text.contains("the expert took a break"))
        #expect(page.text.contains("Lina") == (person.id != manager.id), "times and money, without names")
      }
      for path in ["/wallet/minutes", "/earnings/minutes"] {
        #expect(try await stage.get("\(path)/\(talk.session)", as: ben).status == 404)
      }
      let replay = try await stage.house.program.store.read { try $0.minuteReplay(talk.id, at: clock.now) }
      #expect(replay?.findings == [])
      try await stage.house.program.store.write { try $0.run("UPDATE minute_sessions SET units = units + 1") }
      #expect(try await Deals.examineMinutes(stage.house.program.store, at: clock.now).findings.count == 1, "the doctor finds another sum")
      try await stage.house.program.store.write { try $0.run("UPDATE minute_sessions SET units = units - 1") }
    }
  }

  @Test("C8, C11: a low credit is said, and an empty wallet ends it to the second", arguments: engines)
  func empties(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 3) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.line("low")
      try await talk.pass(25)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(35)
      try await talk.beat(over: true)
      let bill = try await talk.line("ended", why: "funds")
      #expect(bill?["seconds"]?.int == 60 && bill?["units"]?.int == 2)
      #expect(try await stage.wallet(stage.lina) == [1, 0])
    }
  }

  @Test("P16, C9b: who tops up is waited for with the clock standing still, and it goes on when the credit is there", arguments: engines)
  func topsUp(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 3) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(25)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(30)
      #expect(try await talk.lina.ask("minutes", ["deed": "recharge"]).name == "Done")
      try await talk.line("paused", why: "recharge")
      try await talk.pass(60)
      let before = try await stage.house.program.store.read { try $0.minuteReplay(talk.id, at: clock.now)?.reading.ran }
      #expect(before == 55_000, "unbilled")
      try await stage.give(10, to: stage.lina.id)
      try await talk.line("resumed")
      try await talk.pass(15)
      #expect(try await talk.emil.ask("minutes", ["deed": "end"], on: talk.lina.topic).name == "Done")
      try await talk.beat(over: true)
      let bill = try await talk.line("ended", why: "expert")
      let events = try await stage.house.program.store.read { try $0.meterEvents(of: talk.id) }
      #expect(bill?["seconds"]?.int == 70 && bill?["units"]?.int == 2, "\(String(describing: bill)): \(events)")
    }
  }

  @Test("C12, X2: a drop and return within a minute goes on unbilled, and who stays away ends it", arguments: engines)
  func drops(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(20)
      try await talk.pass(40, with: [talk.emil])
      try await talk.beat()
      try await talk.line("paused", why: "connection")
      try await talk.line("resumed")
      _ = try await talk.lina.say("I am back.")
      try await talk.pass(10)
      try await talk.pass(75, with: [talk.emil])
      try await talk.beat([talk.emil], over: true)
      let bill = try await talk.line("ended", why: "connection")
      #expect(bill?["seconds"]?.int == 30 && bill?["units"]?.int == 1)
    }
  }

  @Test("C12: whoever a dead node heard is gone since its last heartbeat, and the time it was away is nobody's", arguments: engines)
  func deadNode(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(20)
      let store = stage.house.program.store
      let dead = clock.now
      try await store.write { session in
        try session.run("INSERT INTO meter_runs (id, beat_at) VALUES (7, $1)", dead)
        try session.run("UPDATE minute_presences SET run = 7")
      }
      clock.advance(milliseconds: 55_000)
      let desk = stage.house.program.deals.toll.minutes
      let conversation = try #require(try await store.read { try $0.minuteSession(talk.id)?.conversation })
      let now = clock.now
      let lock = Lock(table: "conversations", id: conversation.rawValue)
      _ = try await store.write(locking: [lock]) { try desk.look(in: conversation, at: now, in: $0) }
      let reading = try await store.read { try $0.minuteReplay(talk.id, at: now)?.reading }
      #expect(reading?.ran == 20_000 && reading?.phase == .weak)
      try await talk.beat()
      try await talk.reads("running")
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
    }
  }

  @Test("C5: nodes that look at the same chat at once, by clocks of their own, write each posting once", arguments: engines)
  func manyLook(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 30) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(25)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(30)
      let (store, desk) = (stage.house.program.store, stage.house.program.deals.toll.minutes)
      let conversation = try #require(try await store.read { try $0.minuteSession(talk.id)?.conversation })
      let now = clock.now
      try await withThrowingTaskGroup(of: Void.self) { group in
        for late in 0..<20 {
          group.addTask {
            _ = try await store.write(locking: [Lock(table: "conversations", id: conversation.rawValue)]) {
              try desk.look(in: conversation, at: now.adding(milliseconds: Int64(late * 37 - 370)), in: $0)
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await stage.wallet(stage.lina) == [30, 4], "two minutes, each set aside once")
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      try await talk.line("ended", why: "customer")
    }
  }

  @Test(
    "P15: minutes that the house gave come first, with nothing in the wallet, too; the expert is paid for them, and what is left stays the customer's",
    arguments: engines)
  func given(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 0) { stage, clock in
      let (store, owner, payments) = (stage.house.program.store, stage.lina.id, stage.house.program.payments)
      for (minutes, days) in [(1, 1), (2, 30)] as [(Int64, Int64)] {
        try await payments.giveMinutes(
          stage.house.program.ids.next(), minutes, to: owner, because: "Come and look", validDays: days, by: owner, from: .console)
      }
      let talk = try await Clocked.begin(stage, clock, freeSeconds: 20)
      #expect(try await store.read { try $0.freeSeconds(of: owner, at: clock.now) } == 0, "set aside for this chat")
      try await talk.pass(50)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(60)
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      let bill = try await talk.line("ended", why: "customer")
      #expect(bill?["seconds"]?.int == 0 && bill?["units"]?.int == 0)
      // 110 seconds, of which 20 are the expert's gift: 90 at two credits a minute.
      #expect(try await store.read { try $0.freeSeconds(of: owner, at: clock.now) } == 90)
      #expect(
        try await store.read { try $0.freeSeconds(of: owner, at: clock.now.adding(seconds: 86_400)) } == 90,
        "what ends first was used first")
      let promoted = try await store.read { try $0.rows("SELECT units, captured FROM holds WHERE kind = 'promotion'") }
      #expect(promoted.map { [$0[0] as Int64, $0[1]] } == [[3, 3]])
      #expect(try await stage.wallet(stage.lina) == [0, 0])
      let emil = stage.emil.id
      #expect(try await store.read { try $0.unpaidEarnings(of: emil, at: clock.now).first?.share.minor ?? 0 } > 0)
      #expect(try await stage.get("/wallet/minutes/\(talk.session)", as: stage.lina).text.contains("1:30"))
      #expect(try await stage.get("/earnings", as: stage.emil).text.contains("Promotional minutes"))
      let offer = try await talk.lina.subscribe()["deal"]?["minutes"]?["offer"]
      #expect(offer?["giftSeconds"]?.int == 90 && offer?["freeSeconds"]?.int == 0)
    }
  }

  @Test(
    "P15, C10: when the minutes that were given are over and the wallet is empty the chat ends there; a request that nobody takes uses none",
    arguments: engines)
  func givenEnds(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 0) { stage, clock in
      let (store, owner) = (stage.house.program.store, stage.lina.id)
      try await stage.house.program.payments.giveMinutes(
        stage.house.program.ids.next(), 1, to: owner, because: "Come and look", validDays: nil, by: owner, from: .console)
      try await Clocked.offer(stage)
      let lina = try await stage.asks(stage.lina)
      #expect(try await lina.ask("minutes", ["deed": "start", "rate": 2]).name == "Done")
      #expect(try await lina.ask("minutes", ["deed": "cancel"]).name == "Done")
      #expect(try await store.read { try $0.freeSeconds(of: owner, at: clock.now) } == 60)
      let talk = try await Clocked.begin(stage, clock)
      try await talk.line("low")
      try await talk.pass(70)
      try await talk.beat(over: true)
      #expect(try await talk.line("ended", why: "funds")?["units"]?.int == 0)
      #expect(try await store.read { try $0.freeSeconds(of: owner, at: clock.now) } == 0)
      #expect(try await stage.house.count("SELECT CAST(SUM(captured) AS BIGINT) FROM holds WHERE kind = 'promotion'") == 2)
    }
  }

  @Test("C12, X2: who came and who is gone is told again when it could not be written down; who paused is told to be here")
  func toldAgain() {
    let told = Mutex<[MeterEvent]>([])
    let heartbeats = Heartbeats(run: ID(rawValue: 1))
    heartbeats.onChange { _, events in told.withLock { $0 += events } }
    let place = Heartbeats.Place(session: ID(rawValue: 1), conversation: ID(rawValue: 2), side: .customer)
    func at(_ seconds: Int64) -> Moment { Self.noon.adding(seconds: seconds) }
    func tells(_ wanted: [MeterEvent], _ deed: () -> Void) {
      deed()
      let found = told.withLock { told in
        defer { told = [] }
        return told
      }
      #expect(found == wanted)
    }
    let (here, gone) = (MeterEvent.Fact.here(.customer), MeterEvent.Fact.gone(.customer))
    tells([MeterEvent(here, at: at(0))]) { heartbeats.beat(place, isOver: false, at: at(0)) }
    heartbeats.untold([MeterEvent(here, at: at(0))], of: place)
    tells([MeterEvent(here, at: at(4))]) { heartbeats.beat(place, isOver: false, at: at(4)) }
    tells([]) { heartbeats.beat(place, isOver: false, at: at(8)) }
    tells([MeterEvent(here, at: at(15))]) { heartbeats.beat(place, isOver: false, at: at(15)) }
    for moment in [26, 27] as [Int64] {
      tells([MeterEvent(gone, at: at(15))]) { heartbeats.look(at: at(moment)) }
      heartbeats.untold([MeterEvent(gone, at: at(15))], of: place)
    }
    let back = [MeterEvent(gone, at: at(15)), MeterEvent(here, at: at(30))]
    for _ in 0..<2 {
      tells(back) { heartbeats.beat(place, isOver: false, at: at(30)) }
      heartbeats.untold(back, of: place)
    }
    tells([MeterEvent(gone, at: at(15))]) { heartbeats.look(at: at(31)) }
    tells([]) { heartbeats.look(at: at(60)) }
  }

  @Test("C12, X2: whoever comes back by another node after more than ten silent seconds was gone for them")
  func comesByAnotherNode() async throws {
    try await stage(.postgres, credits: 10) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(20)
      let dead = clock.now
      try await stage.house.program.store.write { session in
        try session.run("INSERT INTO meter_runs (id, beat_at) VALUES (7, $1)", dead)
        try session.run("UPDATE minute_presences SET run = 7")
      }
      clock.advance(milliseconds: 12_000)
      try await talk.beat()
      try await talk.pass(10)
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      #expect(try await talk.line("ended", why: "customer")?["seconds"]?.int == 30)
    }
  }

  @Test("C12: a node that heard nobody for days vouches at once for whoever comes", arguments: engines)
  func quietNode(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(20)
      clock.advance(milliseconds: 12_000)
      let store = stage.house.program.store
      try await store.write { try $0.run("DELETE FROM meter_runs") }
      try await talk.beat()
      var beaten: Moment?
      for _ in 0..<200 where beaten == nil {
        beaten = try await store.read { try $0.row("SELECT MAX(beat_at) FROM meter_runs")?[0] }
        if beaten == nil { try await Task.sleep(for: .milliseconds(50)) }
      }
      #expect(beaten == clock.now)
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      try await talk.line("ended", why: "customer")
    }
  }

  @Test("C5, X2: a node writes down what happens by the clock that nodes share, however far its own is ahead", arguments: engines)
  func sharedClock(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(20)
      let program = stage.house.program
      let desk = program.deals.toll.minutes
      let heartbeats = Heartbeats(run: desk.heartbeats.run)
      heartbeats.compare(aheadMilliseconds: 3000)
      let fast = MinuteDesk(ledger: desk.ledger, jobs: desk.jobs, ids: desk.ids, heartbeats: heartbeats)
      let conversation = try #require(try await program.store.read { try $0.minuteSession(talk.id)?.conversation })
      let (deal, wish) = (Deal(customer: stage.lina.id, expert: stage.emil.id), MinuteWish(deed: .end, side: .expert, rate: nil))
      try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
        program.conversations.minutes(in: conversation) { session, now in
          try fast.act(wish, for: deal, in: conversation, at: now.adding(milliseconds: 3000), in: session)
        } then: {
          done.resume(with: $0)
        }
      }
      try await talk.beat(over: true)
      #expect(try await talk.line("ended", why: "expert")?["seconds"]?.int == 20)
    }
  }

  @Test("P15: the first seconds with an expert are free once", arguments: engines)
  func free(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let talk = try await Clocked.begin(stage, clock, freeSeconds: 20)
      try await talk.pass(50)
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      let bill = try await talk.line("ended", why: "customer")
      #expect(bill?["seconds"]?.int == 30 && bill?["units"]?.int == 1)
      let again = try await talk.lina.subscribe()
      #expect(again["deed"] == nil && again["deal"]?["minutes"]?["offer"]?["freeSeconds"]?.int == 0)
    }
  }

  @Test("X3: a limit that the payer set ends it, and a request that nobody takes costs nothing", arguments: engines)
  func limits(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      try await stage.house.program.store.write { session in
        try session.run(
          "INSERT INTO spending_caps (id, account_id, unit, span, units, set_at) VALUES (1, $1, 'credits', 'day', 3, $2)", stage.lina.id,
          clock.now)
      }
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(25)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(40)
      try await talk.beat(over: true)
      #expect(try await talk.line("ended", why: "limit")?["seconds"]?.int == 60)
      #expect(try await talk.lina.ask("minutes", ["deed": "start", "rate": 2])["reason"]?.string == "dayLimitReached")
      try await stage.house.program.store.write { try $0.run("DELETE FROM spending_caps") }
      #expect(try await talk.lina.ask("minutes", ["deed": "start", "rate": 2]).name == "Done")
      #expect(try await stage.wallet(stage.lina) == [8, 2])
      clock.advance(milliseconds: 121_000)
      _ = try await talk.lina.line.next("MinuteChat") { $0["body"]?["why"]?.string == "unanswered" }
      #expect(try await stage.wallet(stage.lina) == [8, 0])
    }
  }

  @Test(
    "P17, X2: a chat by the minute is disputed as one on the page of its bill; a part goes back, the latest minutes first, and none of it is paid before",
    arguments: engines)
  func disputed(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let boss = try await stage.house.person("Ada", [.administrator])
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(50)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(40)
      let (wallet, admin) = ("/wallet/minutes/\(talk.session)", "/admin/minutes/\(talk.session)")
      #expect(try await !stage.get(wallet, as: stage.lina).text.contains("Open a dispute"), "not while it runs")
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      #expect(try await talk.line("ended", why: "customer")?["units"]?.int == 3)

      #expect(try await stage.get(wallet, as: stage.lina).text.contains("Open a dispute"))
      #expect(try await !stage.get("/earnings/minutes/\(talk.session)", as: stage.emil).text.contains("Open a dispute"))
      #expect(try await stage.post("\(wallet)/dispute", as: stage.lina, ["reason": ""]).status == 422)
      let long = String(repeating: "x", count: 1001)
      let refused = try await stage.post("\(wallet)/dispute", as: stage.lina, ["reason": long])
      #expect(refused.status == 422 && refused.text.contains(long), "what was typed stays")
      #expect(try await stage.post("\(wallet)/dispute", as: stage.emil, ["reason": "mine"]).status == 404)
      for reason in ["She read it <off>", "Once more"] {
        #expect(try await stage.post("\(wallet)/dispute", as: stage.lina, ["reason": reason]).headers["location"] == wallet)
      }
      #expect(try await stage.house.count("SELECT COUNT(*) FROM disputes") == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM dispute_holds") == 2, "both minutes")
      for (reader, path) in [(stage.lina, wallet), (stage.emil, "/earnings/minutes/\(talk.session)"), (boss, admin)] {
        #expect(try await stage.get(path, as: reader).text.contains("She read it &lt;off&gt;"), "\(path)")
      }
      #expect(try await stage.get("/admin/deals?state=disputed", as: boss).text.contains(admin))
      let waits = try await stage.get("/admin/money", as: boss).text
      #expect(waits.contains(admin) && waits.contains("3 credits"), "what waits leads to the bill of the whole chat")
      let (store, emil, later) = (stage.house.program.store, stage.emil.id, clock.now.adding(seconds: 49 * 3600))
      #expect(try await store.read { try $0.unpaidEarnings(of: emil, at: later).map(\.standing) } == [.disputed])

      for units in ["0", "3", "4"] {
        let part = ["outcome": "part", "units": units, "answer": "Half of it"]
        #expect(try await stage.post("\(admin)/decide", as: boss, part).status == 422, "\(units)")
      }
      for outcome in ["part", "whole"] {
        let fields = ["outcome": outcome, "units": "2", "answer": "Right in parts"]
        #expect(try await stage.post("\(admin)/decide", as: boss, fields).headers["location"] == admin)
      }
      #expect(try await stage.wallet(stage.lina) == [9, 0], "ten, less three, and two back: the second decision changed nothing")
      let back = try await store.read { try $0.rows("SELECT units FROM service_refunds ORDER BY id").map { $0[0] as Int64 } }
      #expect(back == [1, 1], "one of the second minute, one of the first")
      #expect(try await stage.get(wallet, as: stage.lina).text.contains("Right in parts"))
      let told = "SELECT COUNT(*) FROM notices WHERE kind IN ('serviceRefunded', 'earningReturned')"
      #expect(try await stage.house.count(told) == 2, "each is told once")
      #expect(try await store.read { try $0.unpaidEarnings(of: emil, at: later).map(\.standing) } == [.due])
    }
  }

  @Test(
    "B37, X2: an administrator gives back what a whole chat cost, or a part, once for each page that was sent, and never more than was taken",
    arguments: engines)
  func givenBack(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let boss = try await stage.house.person("Ada", [.administrator])
      let manager = try await stage.house.person("Mona", [.manager])
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(50)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(40)
      let admin = "/admin/minutes/\(talk.session)"
      #expect(try await !stage.get(admin, as: boss).text.contains("\(admin)/refund"), "not while it runs")
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      #expect(try await talk.line("ended", why: "customer")?["units"]?.int == 3)
      let page = try await stage.get(admin, as: boss).text
      let key = try #require(page.firstMatch(of: /name="refund" value="([^"]+)"/)?.output.1).description
      #expect(page.contains("\(admin)/refund"))
      #expect(try await !stage.get(admin, as: manager).text.contains("\(admin)/refund"))
      #expect(try await stage.post("\(admin)/refund", as: manager, ["refund": key, "units": "1"]).status == 403)
      for units in ["0", "4", "", "-1"] {
        #expect(try await stage.post("\(admin)/refund", as: boss, ["refund": key, "units": units]).status == 422, "\(units)")
      }
      for _ in 1...2 {
        let answer = try await stage.post("\(admin)/refund", as: boss, ["refund": key, "units": "2"])
        #expect(answer.headers["location"] == "\(admin)?done=yes")
      }
      #expect(try await stage.wallet(stage.lina) == [9, 0], "ten, less three, and two back, once")
      let told = "SELECT COUNT(*) FROM notices WHERE kind IN ('serviceRefunded', 'earningReturned')"
      #expect(try await stage.house.count(told) == 2)
      #expect(try await stage.post("\(admin)/refund", as: boss, ["refund": Secret().text, "units": "2"]).status == 422, "one is left")
      #expect(try await stage.post("\(admin)/refund", as: boss, ["refund": Secret().text, "units": "1"]).status == 303)
      #expect(try await stage.wallet(stage.lina) == [10, 0])
      #expect(try await !stage.get(admin, as: boss).text.contains("\(admin)/refund"), "nothing is left")
    }
  }

  @Test(
    "P17, P15, A43: a chat by the minute that cost something is rated when it is over, and thanked for with a tip; one that cost nothing is not",
    arguments: engines)
  func rated(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(50)
      #expect(try await talk.lina.subscribe()["deal"]?["paid"]?.array?.isEmpty == true, "not while it runs")
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      try await talk.line("ended", why: "customer")
      let paid = try await talk.lina.subscribe()["deal"]?["paid"]?.array ?? []
      #expect(paid.count == 1 && paid.first?["unit"]?.string == "credits")
      let n = try #require(paid.first?["n"]?.int)
      let entry = try await stage.house.program.store.read { session in
        try session.row("SELECT kind FROM entries WHERE n = $1 AND conversation_id = (SELECT conversation_id FROM minute_sessions)", n)
      }
      #expect(entry?[0] == "MinuteChat")
      #expect(try await talk.lina.rates(n - 1, 1)["reason"]?.string == "answerUnpaid")
      #expect(try await talk.lina.rates(n, 4, "Clear").name == "Done")
      #expect(try await talk.lina.tips(n, 2).name == "Done")
      #expect(try await stage.wallet(stage.lina) == [7, 0], "ten, less one for fifty seconds, and two")
      let emil = stage.emil.id
      #expect(try await stage.house.program.store.read { try $0.ratings(of: emil) } == RatingSum(count: 1, stars: 4))

      #expect(try await talk.lina.ask("minutes", ["deed": "start", "rate": 2]).name == "Done")
      #expect(try await talk.emil.ask("minutes", ["deed": "accept"], on: talk.lina.topic).name == "Done")
      #expect(try await talk.lina.ask("minutes", ["deed": "end"]).name == "Done")
      #expect(try await talk.lina.subscribe()["deal"]?["paid"]?.array?.count == 1, "nothing was paid")
    }
  }

  @Test("P17: the minutes of a chat are due together, so long after its end", arguments: engines)
  func matures(engine: Dialect.Engine) async throws {
    try await stage(engine, credits: 10) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(50)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(50)
      _ = try await talk.lina.ask("minutes", ["deed": "end"])
      try await talk.beat(over: true)
      try await talk.line("ended", why: "customer")
      let (store, emil, ended) = (stage.house.program.store, stage.emil.id, clock.now)
      func standings(_ seconds: Int64) async throws -> [EarningStanding] {
        try await store.read { try $0.unpaidEarnings(of: emil, at: ended.adding(seconds: seconds)).map(\.standing) }
      }
      #expect(try await standings(48 * 3600) == [.maturing], "the first minute was taken earlier, and waits for the others")
      #expect(try await standings(48 * 3600 + 1) == [.due])
    }
  }

  @Test("C2a: where experts set prices each has a price a minute of their own, and the website's stands for all others")
  func ownPrice() async throws {
    try await stage(.sqlite, credits: 3) { stage, clock in
      let store = stage.house.program.store
      let terms = Terms(
        id: stage.house.program.ids.next(), site: stage.site.id, price: Units(20, .coins), expertsSetPrices: true, minutePrice: 8)
      try await store.write { try $0.write(terms, by: nil, at: clock.now) }
      let lina = try await stage.asks(stage.lina)
      let house = try await lina.subscribe()["deal"]?["minutes"]?["offer"]
      #expect(house?["rate"]?.int == 8 && house?["byMinute"]?.bool == false && house?["busy"]?.bool == false)
      let saved = try await stage.post("/earnings/prices", as: stage.emil, ["text": "", "video": "", "minute": "12"])
      #expect(saved.status == 303, "\(saved.text.prefix(200))")
      #expect(try await lina.subscribe()["deal"]?["minutes"]?["offer"]?["rate"]?.int == 12)
      let page = try await stage.get("/experts/\(stage.site.id)/\(stage.emil.id)", as: stage.lina)
      #expect(page.text.contains("Chat, a minute") && page.text.contains("12 coins"))
      #expect(try await stage.post("/earnings/prices", as: stage.emil, ["minute": "0"]).status == 422)
    }
  }
}

extension DealHouse {
  /// Her card is being charged, and nothing has come of it yet.
  fileprivate func beginsRecharge(of owner: AccountID, at now: Moment) async throws {
    try await house.program.store.write { session in
      guard let pack = try session.packsOnSale().first(where: { $0.plan == nil && $0.offer.unit == .credits }) else { return }
      var recharge = Recharge(
        id: RechargeID(rawValue: 1), owner: owner, unit: .credits, pack: pack.id, offer: pack.offer, provider: .test, below: 1, most: 1)
      recharge.isUnderWay = true
      try session.save(recharge, at: now)
    }
  }
}
