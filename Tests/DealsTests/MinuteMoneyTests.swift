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

@Suite struct MinuteMoneyTests {
  @Test("X2: the bill says what was before the clock began, and how long something lasted as its ends say")
  func clock() {
    #expect([-11_900, -999, 0, 187_400].map(MinuteBillPage.clock) == ["\u{2212}0:11", "0:00", "0:00", "3:07"])
    let (start, from, to) = (Clocked.noon, Clocked.noon.adding(milliseconds: 23_900), Clocked.noon.adding(milliseconds: 59_100))
    #expect(MinuteBillPage.clock(from: from, to: to, since: start) == "0:36", "from 0:23 to 0:59")
  }

  @Test("X2: customer, expert and administrator read the same bill, run over again, and nobody else does", arguments: Clocked.engines)
  func bill(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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
      // Of the minute, which costs two credits, one was taken; each is worth 3.33.
      let list = try await stage.get("/admin/deals?state=minute", as: boss).text
      #expect(list.contains("1 credit<") && list.contains("€3.33") && !list.contains("€6.66"), "what was charged is worth that: \(list)")
      let minute = try #require(replay?.minutes.first?.hold.id)
      let page = try await stage.get("/wallet/deals/\(minute)", as: stage.lina).text
      #expect(page.contains("<dd>1 credit</dd>") && page.contains("<dd>€3.33</dd>"), "\(page)")
      #expect(page.contains("<dd>€2.66</dd>") && page.contains("<dd>€0.67</dd>"), "and so are its shares")
      let wallet = try await stage.get("/wallet", as: stage.lina).text
      #expect(wallet.contains("\u{2212}1 credit<"), "X3: one is one: \(wallet)")
      #expect(wallet.contains("Minute of a chat") && !wallet.contains("Given back") && !wallet.contains("set aside"), "\(wallet)")
      try await stage.house.program.store.write { try $0.run("UPDATE minute_sessions SET units = units + 1") }
      #expect(try await Deals.examineMinutes(stage.house.program.store, at: clock.now).findings.count == 1, "the doctor finds another sum")
      try await stage.house.program.store.write { try $0.run("UPDATE minute_sessions SET units = units - 1") }
    }
  }

  @Test(
    "P15: minutes that the house gave come first, with nothing in the wallet, too; the expert is paid for them, and what is left stays the customer's",
    arguments: Clocked.engines)
  func given(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 0) { stage, clock in
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
    "X2: after a chat that its promotional minutes or its free seconds paid for, the way to the bill leads to its own",
    arguments: Clocked.engines)
  func ownBill(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
      let first = try await Clocked.begin(stage, clock, freeSeconds: 60)
      func ends(_ talk: Clocked) async throws {
        try await talk.pass(30)
        _ = try await talk.lina.ask("minutes", ["deed": "end"])
        try await talk.beat(over: true)
        try await talk.line("ended", why: "customer")
        #expect(try await talk.lina.subscribe()["deal"]?["minutes"]?["last"]?.string == talk.session)
      }
      try await ends(first)
      let paid = try await Clocked.begin(stage, clock)
      try await ends(paid)
      #expect(try await stage.wallet(stage.lina) == [9, 0])
      let owner = stage.lina.id
      try await stage.house.program.payments.giveMinutes(
        stage.house.program.ids.next(), 1, to: owner, because: "Come and look", validDays: 30, by: owner, from: .console)
      let given = try await Clocked.begin(stage, clock)
      try await ends(given)
      #expect(try await stage.wallet(stage.lina) == [9, 0])
      let page = try await stage.get("/wallet/minutes/\(given.session)", as: stage.lina).text
      #expect(page.contains("Promotional minutes") && page.contains("<dd>0:30</dd>") && page.contains("<dd>0 credits</dd>"), "\(page)")
      #expect(try await given.lina.subscribe()["deal"]?["paid"]?.array?.count == 1, "P17: free ones are not rated")
    }
  }

  @Test(
    "P15, C10: when the minutes that were given are over and the wallet is empty the chat ends there; a request that nobody takes uses none",
    arguments: Clocked.engines)
  func givenEnds(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 0) { stage, clock in
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

  @Test("P15: the first seconds with an expert are free once", arguments: Clocked.engines)
  func free(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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

  @Test(
    "P17, X2: a chat by the minute is disputed as one on the page of its bill; a part goes back, the latest minutes first, and none of it is paid before",
    arguments: Clocked.engines)
  func disputed(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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
      #expect(try await stage.get("/admin/deals", as: boss).text.contains(">disputed</span>"), "the whole chat says so")
      let waits = try await stage.get("/admin/money", as: boss).text
      #expect(waits.contains(admin) && waits.contains("3 credits"), "what waits leads to the bill of the whole chat")
      let (store, emil, later) = (stage.house.program.store, stage.emil.id, clock.now.adding(seconds: 49 * 3600))
      #expect(try await store.read { try $0.unpaidEarnings(of: emil, at: later).map(\.standing) } == [.disputed])

      for units in ["0", "3", "4"] {
        let part = ["outcome": "part", "units": units, "answer": "Half of it"]
        let refused = try await stage.post("\(admin)/decide", as: boss, part)
        #expect(refused.status == 422 && refused.text.contains("value=\"part\" required checked"), "\(units)")
        #expect(refused.text.contains("value=\"\(units)\"") && refused.text.contains(">Half of it</textarea>"), "what was chosen stays")
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
    arguments: Clocked.engines)
  func givenBack(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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
    arguments: Clocked.engines)
  func rated(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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

  @Test("P17: the minutes of a chat are due together, so long after its end", arguments: Clocked.engines)
  func matures(engine: Dialect.Engine) async throws {
    try await Clocked.stage(engine, credits: 10) { stage, clock in
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
    try await Clocked.stage(.sqlite, credits: 3) { stage, clock in
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
