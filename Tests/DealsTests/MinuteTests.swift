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

@Suite struct MinuteTests {
  @Test(
    "B75, C2b, C5, C6, C7, C17: agreed to and accepted, the clock runs, and what ran is taken by the second", arguments: Clocked.engines)
  func talks(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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

  @Test("C6: who answers there no more takes no chat, though their page still shows the request", arguments: Clocked.engines)
  func asksRight(engine: Dialect.Engine) async throws {
    for taken in ["UPDATE accounts SET is_expert = $2 WHERE id = $1", "DELETE FROM assignments WHERE account_id = $1 AND $2 = $2"] {
      try await Clocked.stage(engine, credits: 10) { stage, clock in
        try await Clocked.offer(stage)
        let lina = try await stage.asks(stage.lina)
        let emil = try await stage.house.console(of: stage.emil)
        _ = try await emil.subscribe(lina.topic)
        #expect(try await lina.ask("minutes", ["deed": "start", "rate": 2]).name == "Done")
        let account = stage.emil.id
        try await stage.house.program.store.write { try $0.run(taken, account, false) }
        #expect(try await emil.ask("minutes", ["deed": "accept"], on: lina.topic)["reason"]?.string == "notAllowed", "\(taken)")
        #expect(try await stage.house.count("SELECT COUNT(*) FROM minute_sessions WHERE state <> 'offered'") == 0)
        #expect(try await stage.house.count("SELECT COUNT(*) FROM entries WHERE kind = 'AgentJoinedChat'") == 0)
        #expect(try await lina.ask("minutes", ["deed": "cancel"]).name == "Done")
        #expect(try await stage.wallet(stage.lina) == [10, 0])
      }
    }
  }

  @Test("C9a: while the wallet is being filled by itself the clock waits, unbilled, and goes on when it is", arguments: Clocked.engines)
  func waitsForRecharge(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 2) { stage, clock in
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
    "C9a, X2: a look that comes late finds the pause for a recharge where the credit ended, and bills nothing after it",
    arguments: Clocked.engines)
  func findsRechargeLate(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 2) { stage, clock in
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
      #expect(found.contains(MeterEvent(.rechargeBegan, at: Clocked.noon.adding(seconds: 60))), "\(found)")
      try await stage.give(2, to: owner)
      try await talk.records(.rechargeEnded)
      #expect(try await talk.lina.ask("minutes", ["deed": "end"]).name == "Done")
      try await talk.beat(over: true)
      let bill = try await talk.line("ended", why: "customer")
      #expect(bill?["seconds"]?.int == 60 && bill?["units"]?.int == 2)
    }
  }

  @Test("C8, C11: a low credit is said, and an empty wallet ends it to the second", arguments: Clocked.engines)
  func empties(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 3) { stage, clock in
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

  @Test("C11, C17: when the credit is used up both are told at once, and need not say anything for it", arguments: Clocked.engines)
  func tellsEnd(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 3) { stage, clock in
      let talk = try await Clocked.begin(stage, clock)
      try await talk.pass(25)
      _ = try await talk.lina.say("May I sublet?")
      try await talk.pass(30)
      // Ten seconds before its beginning the next minute could not be set aside; the end has a look of its own.
      try await talk.records(.refused(minute: 2, .funds))
      clock.advance(milliseconds: 5000)
      try await talk.reads("over")
      try await talk.beat(over: true)
      try await talk.line("ended", why: "funds")
    }
  }

  @Test(
    "P16, C9b: who tops up is waited for with the clock standing still, and it goes on when the credit is there", arguments: Clocked.engines
  )
  func topsUp(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 3) { stage, clock in
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

  @Test("C12, X2: a drop and return within a minute goes on unbilled, and who stays away ends it", arguments: Clocked.engines)
  func drops(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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

  @Test("C12: whoever a dead node heard is gone since its last heartbeat, and the time it was away is nobody's", arguments: Clocked.engines)
  func deadNode(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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

  @Test("C5: nodes that look at the same chat at once, by clocks of their own, write each posting once", arguments: Clocked.engines)
  func manyLook(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 30) { stage, clock in
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

  @Test("C12, X2: who came and who is gone is told again when it could not be written down; who paused is told to be here")
  func toldAgain() {
    let told = Mutex<[MeterEvent]>([])
    let heartbeats = Heartbeats(run: ID(rawValue: 1))
    heartbeats.onChange { _, events in told.withLock { $0 += events } }
    let place = Heartbeats.Place(session: ID(rawValue: 1), conversation: ID(rawValue: 2), side: .customer)
    func at(_ seconds: Int64) -> Moment { Clocked.noon.adding(seconds: seconds) }
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
    try await Clocked.stage(.postgres, credits: 10) { stage, clock in
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

  @Test("C12: a node that heard nobody for days vouches at once for whoever comes", arguments: Clocked.engines)
  func quietNode(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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

  @Test("C5, X2: a node writes down what happens by the clock that nodes share, however far its own is ahead", arguments: Clocked.engines)
  func sharedClock(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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

  @Test("X3: a limit that the payer set ends it, and a request that nobody takes costs nothing", arguments: Clocked.engines)
  func limits(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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
