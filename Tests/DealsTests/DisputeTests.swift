import Base
import Deals
import Ledger
import Store
import TestKit
import Testing

@Suite struct DisputeTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]

  @Test(
    "P17, X2: a customer disputes an answer with a reason; both and an administrator read it; a part goes back, and only then is the rest due",
    arguments: engines)
  func part(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: AfterAnswerTests.noon)
    try await AfterAnswerTests.stage(engine, clock: clock) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      let hold = try await stage.paid(3)
      let path = "/wallet/deals/\(hold)"
      #expect(try await stage.get(path, as: stage.lina).text.contains("Open a dispute"))
      #expect(try await !stage.get("/earnings/deals/\(hold)", as: stage.emil).text.contains("Open a dispute"))
      #expect(try await stage.post("\(path)/dispute", as: stage.lina, ["reason": ""]).status == 422)
      #expect(try await stage.post("\(path)/dispute", as: stage.emil, ["reason": "mine"]).status == 404)
      for reason in ["It was <short>", "Once more"] {
        #expect(try await stage.post("\(path)/dispute", as: stage.lina, ["reason": reason]).headers["location"] == path)
      }
      #expect(try await stage.house.count("SELECT COUNT(*) FROM disputes") == 1)
      for (reader, place) in [(stage.lina, path), (stage.emil, "/earnings/deals/\(hold)"), (ada, "/admin/deals/\(hold)")] {
        #expect(try await stage.get(place, as: reader).text.contains("It was &lt;short&gt;"), "\(place)")
      }
      let mona = try await stage.house.person("Mona", [.manager])
      #expect(try await !stage.get("/admin/deals/\(hold)", as: mona).text.contains("short"), "managers read times and money alone")
      #expect(try await stage.get("/admin/deals?state=disputed", as: ada).text.contains("/admin/deals/\(hold)"))
      #expect(try await stage.tags("/admin/deals", as: ada) == ["disputed"], "and the list says so")
      #expect(try await stage.tags(path, as: stage.lina).first == "disputed")
      #expect(try await stage.notices("disputeOpened") == 2, "the expert and the administrator")
      let now = clock.now.adding(seconds: 49 * 3600)
      #expect(try await stage.standings(at: now) == [.disputed], "it does not become due")

      let decide = "/admin/deals/\(hold)/decide"
      #expect(try await stage.post(decide, as: stage.lina, ["outcome": "whole", "answer": "x"]).status == 403)
      for units in ["0", "3", "4", "x"] {
        #expect(
          try await stage.post(decide, as: ada, ["outcome": "part", "units": units, "answer": "Half of it"]).status == 422, "\(units)")
      }
      #expect(try await stage.post(decide, as: ada, ["outcome": "part", "units": "1", "answer": ""]).status == 422)
      for outcome in ["part", "whole"] {
        let fields = ["outcome": outcome, "units": "1", "answer": "Right in parts"]
        #expect(try await stage.post(decide, as: ada, fields).status == 303)
      }
      #expect(try await stage.wallet(stage.lina) == [4, 0], "six, less three, and one back: the second decision changed nothing")
      #expect(try await stage.tags("/admin/deals", as: ada) == ["disputed, refunded in part"])
      #expect(try await stage.get(path, as: stage.lina).text.contains("Right in parts"))
      #expect(try await stage.notices("disputeOpened") == 0)
      #expect(try await stage.notices("disputeDecided") == 2, "both are told")
      #expect(try await stage.standings(at: now) == [.due])
      #expect(try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed LIKE 'dispute.%'") == 2)
    }
  }

  @Test(
    "P17: a dispute ends with all or nothing back, too; after 48 hours, for a tip and for what was given back there is none",
    arguments: engines)
  func bounds(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: AfterAnswerTests.noon)
    try await AfterAnswerTests.stage(engine, clock: clock) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      let (first, second, third) = (try await stage.paid(2), try await stage.paid(1), try await stage.paid(1))
      func dispute(_ hold: HoldID) async throws -> Int {
        try await stage.post("/wallet/deals/\(hold)/dispute", as: stage.lina, ["reason": "Wrong"]).status
      }
      func decide(_ hold: HoldID, _ outcome: String) async throws {
        let answer = try await stage.post("/admin/deals/\(hold)/decide", as: ada, ["outcome": outcome, "answer": "So it is"])
        #expect(answer.status == 303)
      }
      #expect(try await dispute(first) == 303)
      try await decide(first, "whole")
      #expect(try await stage.wallet(stage.lina) == [4, 0])
      #expect(try await dispute(second) == 303)
      try await decide(second, "nothing")
      #expect(try await stage.wallet(stage.lina) == [4, 0])
      #expect(
        try await stage.tags("/admin/deals", as: ada) == ["answered", "disputed, nothing went back", "disputed, refunded"],
        "what became of each stands in the list")
      clock.advance(milliseconds: 48 * 3_600_000)
      let later = try await stage.house.program.accounts.startSession(for: stage.lina.id, from: .console)
      let lina = House.Person(id: stage.lina.id, cookie: "parley=\(later)", token: later)
      #expect(try await stage.get("/wallet/deals/\(third)", as: lina).text.contains("Open a dispute"), "to the last moment")
      clock.advance(milliseconds: 1)
      #expect(try await !stage.get("/wallet/deals/\(third)", as: lina).text.contains("Open a dispute"))
      #expect(try await stage.post("/wallet/deals/\(third)/dispute", as: lina, ["reason": "Late"]).status == 409)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM disputes") == 2)
    }
  }
}

extension DealHouse {
  /// A question of Lina that took so many credits when Emil answered.
  fileprivate func paid(_ credits: Int64) async throws -> HoldID {
    let answer = try await post("/experts/\(site.id)/\(emil.id)/ask", as: lina)
    let thread = try #require(answer.headers["location"]?.split(separator: "/").last.flatMap { ConversationID(String($0)) })
    let (ledger, now, payer, payee) = (house.program.ledger, house.program.clock.now, lina.id, emil.id)
    return try await house.program.store.write { session in
      let wish = HoldWish(
        payer: payer, payee: payee, units: Units(credits, .credits), commission: 2000, terms: nil, conversation: thread, n: 1,
        deadline: now.adding(seconds: 3600))
      let id = try ledger.hold(wish, at: now, in: session)
      let hold = try #require(try session.hold(id))
      try ledger.capture(hold, for: 2, at: now, in: session)
      return id
    }
  }

  /// How deals stand, as a page of them or of one says.
  fileprivate func tags(_ path: String, as reader: House.Person) async throws -> [String] {
    try await get(path, as: reader).text.matches(of: /<span class="tag" data-tone="[a-z]+">([^<]+)</).map { String($0.output.1) }
  }

  fileprivate func notices(_ kind: String) async throws -> Int {
    try await house.count("SELECT COUNT(*) FROM notices WHERE kind = '\(kind)' AND read_at IS NULL")
  }

  fileprivate func standings(at now: Moment) async throws -> [EarningStanding] {
    try await house.program.store.read { [emil] in try $0.unpaidEarnings(of: emil.id, at: now).map(\.standing) }
  }
}
