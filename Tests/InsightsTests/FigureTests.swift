import Base
import Foundation
import Sites
import Store
import TestKit
import Testing
import Web

@testable import Insights

/// Days on two websites, one of them far away, as dice have them.
@Suite("Figures") struct FigureTests {
  private static let engines = Dialect.Engine.allCases
  /// A Saturday before the clock is changed in Rome.
  static let start = Moment(milliseconds: 1_792_836_000_000)

  final class Story: Sendable {
    let house: House
    let sites: [Site]
    let accounts: [AccountID]
    let agents: [Talker]
    let visitors: [(talker: Talker, site: Site)]
    let clock: WallClock

    init(_ house: House, clock: WallClock) async throws {
      self.house = house
      self.clock = clock
      let near = try await house.site("Harbour Essays", zone: "Europe/Rome")
      let far = try await house.site("Far Away", zone: "Pacific/Auckland")
      sites = [near, far]
      var rules = QueueRules()
      (rules.waitSeconds, rules.silenceSeconds) = (0, 0)
      for site in sites {
        try await house.program.sites.save(rules, at: site.id, by: nil, from: .console)
        let goal = Goal(id: house.program.ids.next(), name: "Order", kind: .page, pattern: "/order")
        try await house.program.sites.save(goal, at: site.id, by: nil, from: .console)
      }
      var (accounts, agents): ([AccountID], [Talker]) = ([], [])
      for name in ["Clara", "Tom"] {
        let person = try await house.person(name, at: sites)
        accounts.append(person.id)
        agents.append(try await house.console(of: person))
      }
      var visitors: [(talker: Talker, site: Site)] = []
      for number in 0..<4 {
        let site = sites[number % 2]
        visitors.append((try await house.visitor(of: site), site))
        _ = try await visitors[number].talker.subscribe()
        for agent in agents { _ = try await agent.subscribe(visitors[number].talker.topic) }
      }
      (self.accounts, self.agents, self.visitors) = (accounts, agents, visitors)
    }

    /// What is not allowed just now is refused, and that is a fact, too.
    func step(_ dice: inout Dice) async throws {
      let (visitor, site) = visitors[Int.random(in: 0..<visitors.count, using: &dice)]
      let agent = agents[Int.random(in: 0..<agents.count, using: &dice)]
      switch Int.random(in: 0..<14, using: &dice) {
      case 0: try await visits(visitor, site, clock.now.milliseconds.isMultiple(of: 2) ? "order" : "")
      case 1, 2: _ = try await visitor.sendForm()
      case 3, 4, 5: _ = try await visitor.say("What about it?")
      case 6: _ = try await agent.ask("join", on: visitor.topic)
      case 7, 8, 9: _ = try await agent.say("This about it.", on: visitor.topic)
      case 10: _ = try await agent.ask("leave", on: visitor.topic)
      case 11: _ = try await agent.ask("close", on: visitor.topic)
      case 12: try await rates(visitor, Int.random(in: 1...5, using: &dice))
      default: clock.advance(milliseconds: Int64.random(in: 1...14_400_000, using: &dice))
      }
      clock.advance(milliseconds: Int64.random(in: 0...180_000, using: &dice))
    }

    func visits(_ visitor: Talker, _ site: Site, _ path: String) async throws {
      let seen: JSON = [
        "key": .string(visitor.key?.text ?? ""), "url": .string("https://harbour.example/\(path)"), "title": "Home", "referrer": "",
      ]
      _ = try await WebAnswer.of(
        "POST", "/api/v1/widget/\(site.key)/views", port: house.port,
        [
          "Origin": House.siteOrigin, "Content-Type": "text/plain",
          "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        ], body: Data(try seen.text.utf8))
    }

    private func rates(_ visitor: Talker, _ stars: Int) async throws {
      let id = visitor.topic.dropFirst("chat.".count)
      let n = try await house.count("SELECT COALESCE(MAX(n), 0) FROM entries WHERE conversation_id = \(id) AND kind = 'ChatClosed'")
      _ = try await visitor.ask("rate", ["of": .number(Double(n)), "stars": .number(Double(stars)), "text": ""])
    }
  }

  @Test(
    "E60, E61, E62, E63, E10e: the figures of random days are what plain loops make of the raw rows, by the clock of each website",
    arguments: engines, [UInt64(1), 2, 3])
  func randomDays(_ engine: Dialect.Engine, _ seed: UInt64) async throws {
    let clock = WallClock.fixed(at: Self.start)
    let limits = "visitor.messages=100000/60,visitor.widget=100000/60,agent.messages=100000/60,signedOut.widget=100000/60"
    try await House.open(engine, clock: clock, limits: limits) { house in
      let story = try await Story(house, clock: clock)
      var dice = Dice(seed: seed)
      for _ in 0..<70 { try await story.step(&dice) }
      let insights = house.program.insights
      let sites = story.sites
      let now = clock.now
      try await house.store.read { session in
        let facts = try RawFacts(session)
        for site in sites {
          for day in WallZone(site.timeZone).days(8, until: now) {
            let (told, expected) = (try session.figures(at: site.id, in: day.span), facts.figures(at: site.id, in: day.span))
            #expect(told.site == expected.site, "\(site.name) on \(day.text)")
            #expect(told.agents == expected.agents, "\(site.name) on \(day.text)")
          }
        }
      }
      // What was kept says the same, also when the rows are gone.
      try await insights.keepDays()
      try await insights.keepDays()
      try await house.store.read { session in
        for site in sites {
          let days = WallZone(site.timeZone).days(8, until: now)
          let kept = try session.keptDays(at: site.id, from: days[0].text)
          #expect(kept[days[7].text] == nil, "today is not over")
          for day in days.dropLast().dropFirst(4)
          where now >= day.span.upperBound.adding(seconds: 900) && day.span.upperBound > site.createdAt {
            #expect(kept[day.text] == (try session.figures(at: site.id, in: day.span)), "\(day.text)")
          }
        }
      }
    }
  }

  @Test(
    "E60: a chat is a conversion once, also when it is won after its visitor reached a goal; a visit without a chat is none",
    arguments: engines)
  func conversions(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.start)
    try await House.open(engine, clock: clock) { house in
      let story = try await Story(house, clock: clock)
      let (site, ada, ben) = (story.sites[0], story.visitors[0].talker, story.visitors[2].talker)
      func counted(_ span: Range<Moment>) async throws -> Int64 {
        try await house.store.read { try $0.tally(.conversions, at: site.id, in: span).count }
      }
      try await story.visits(ben, site, "order")
      _ = try await ada.sendForm()
      clock.advance(milliseconds: 1000)
      #expect(try await counted(Self.start..<clock.now) == 0, "nobody reached it in a visit with a chat")
      let reachedAt = clock.now
      try await story.visits(ada, site, "order")
      clock.advance(milliseconds: 1000)
      #expect(try await counted(Self.start..<clock.now) == 1)
      try await house.store.write { session in
        _ = try session.run(
          """
          INSERT INTO conversions (chat_id, kind, conversation_id, site_id, at, local_day, local_hour)
          SELECT h.id, 'won', h.conversation_id, CAST($1 AS BIGINT), CAST($2 AS BIGINT), '2026-10-24', 1
          FROM chats AS h WHERE h.written
          """, site.id, reachedAt.adding(milliseconds: 500))
      }
      #expect(try await counted(Self.start..<clock.now) == 1, "it was one already")
      #expect(try await counted(reachedAt.adding(milliseconds: 1)..<clock.now) == 0, "it counts when it first was")

      // A visit after the chat is over is another one.
      _ = try await ada.ask("close")
      clock.advance(milliseconds: 3_600_000)
      let later = clock.now
      try await story.visits(ada, site, "order")
      clock.advance(milliseconds: 1000)
      #expect(try await counted(later..<clock.now) == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM reached_goals") == 3)
    }
  }

  @Test("X9, E89c: each number opens a list of as many rows, for who manages; an agent reads their own alone", arguments: engines)
  func lists(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.start)
    let limits = "visitor.messages=100000/60,visitor.widget=100000/60,agent.messages=100000/60,signedOut.widget=100000/60"
    try await House.open(engine, clock: clock, limits: limits) { house in
      let story = try await Story(house, clock: clock)
      var dice = Dice(seed: 7)
      for _ in 0..<50 { try await story.step(&dice) }
      let mona = try await house.person("Mona", [.manager])
      let total = try await house.store.read { session in
        try session.todayFigures(try TodayView(Form(["span": ["month"]])), of: story.sites, for: .overseer, at: clock.now).total
      }
      for figure in Figure.ofSites {
        let answer = try await WebAnswer.of(
          "GET", "/console/today/list?figure=\(figure.rawValue)&span=month", port: house.port, ["Cookie": mona.cookie])
        #expect(answer.status == 200)
        #expect(answer.text.components(separatedBy: "<th scope=\"row\">").count - 1 == Int(total[figure].count), "\(figure)")
      }
      let page = try await WebAnswer.of("GET", "/console/today?span=month", port: house.port, ["Cookie": mona.cookie])
      #expect(page.text.contains("<span id=\"value-messages\">\(total[.messages].count)</span>"))
      #expect(page.text.contains("class=\"heat\"") && page.text.contains("<polyline"))

      let tom = try await house.person("Ute", at: [story.sites[0]])
      let own = try await WebAnswer.of("GET", "/console/today?span=month", port: house.port, ["Cookie": tom.cookie])
      #expect(own.text.contains("<span id=\"value-messages\">0</span>") && !own.text.contains("class=\"heat\""))
      let stranger = try await WebAnswer.of("GET", "/console/today/list?figure=visitors", port: house.port, ["Cookie": tom.cookie])
      #expect(stranger.status == 403)
      let theirs = try await WebAnswer.of("GET", "/console/today/list?figure=messages&span=month", port: house.port, ["Cookie": tom.cookie])
      #expect(!theirs.text.contains("<th scope=\"row\">"))
      #expect(try await WebAnswer.of("GET", "/console/today/list?figure=gold", port: house.port, ["Cookie": mona.cookie]).status == 400)
      #expect(try await WebAnswer.of("GET", "/console/today", port: house.port, [:]).status != 200)
    }
  }

  @Test("E63, E62: means are rounded half up, and nothing has no mean")
  func means() {
    #expect(Tally(count: 0, sum: 0).mean == nil)
    #expect(Tally(count: 2, sum: 3).mean == 2)
    #expect(Tally(count: 3, sum: 4).mean == 1)
    #expect(Tally(count: 5, sum: 24).tenths == 48)
  }

  @Test("E61: a day is from midnight to midnight of the website, also when its clock is changed")
  func days() {
    let days = WallZone("Europe/Rome").days(3, until: Self.start.adding(seconds: 86_400))
    #expect(days.map(\.text) == ["2026-10-23", "2026-10-24", "2026-10-25"])
    #expect(days.map { $0.span.upperBound.milliseconds(since: $0.span.lowerBound) / 3_600_000 } == [24, 24, 25])
  }
}

extension House {
  var store: any Store { program.store }
}
