import Base
import Exports
import Foundation
import Paper
import Sites
import Store
import TestKit
import Testing
import Web

@testable import Insights

/// The figures of random days in every place where somebody reads them.
@Suite("Figures as files") struct FigureExportTests {
  private static let engines = Dialect.Engine.allCases
  private static let limits = ["visitor.messages", "visitor.widget", "agent.messages", "signedOut.widget", "agent.pages", "manager.pages"]
    .map { "\($0)=100000/60" }.joined(separator: ",")

  /// What plain loops make of the raw rows, day by day, and who may read it.
  private struct Truth {
    let house: House
    let story: FigureTests.Story
    let mona: House.Person
    /// Clara and Tom, with sessions of now.
    let people: [House.Person]
    /// Of each website its thirty days, the oldest first.
    let days: [[(day: LocalDay, figures: Figures)]]
    let chats: [(site: SiteID, at: Moment)]

    init(_ house: House, clock: WallClock, seed: UInt64) async throws {
      self.house = house
      let told = try await FigureTests.Story(house, clock: clock)
      var dice = Dice(seed: seed)
      for _ in 0..<60 { try await told.step(&dice) }
      story = told
      mona = try await house.person("Mona", [.manager])
      var people: [House.Person] = []
      for id in told.accounts {
        let token = try await house.program.accounts.startSession(for: id, from: .console)
        people.append(House.Person(id: id, cookie: "parley=\(token)", token: token))
      }
      self.people = people
      let now = clock.now
      (days, chats) = try await house.store.read { session in
        let facts = try RawFacts(session)
        let days = told.sites.map { site in
          WallZone(site.timeZone).days(30, until: now).map { (day: $0, figures: facts.figures(at: site.id, in: $0.span)) }
        }
        return (days, facts.chats.filter(\.written).map { (site: $0.site, at: $0.at) })
      }
    }

    func total(_ last: Int) -> Figures { days.flatMap { $0.suffix(last) }.reduce(Figures()) { $0 + $1.figures } }

    func get(_ path: String, as person: House.Person? = nil) async throws -> WebAnswer {
      try await WebAnswer.of("GET", "/console/today\(path)", port: house.port, ["Cookie": (person ?? mona).cookie])
    }

    /// The rows of a file of commas below its head.
    func file(_ path: String, as person: House.Person? = nil) async throws -> [[String]] {
      let answer = try await get(path, as: person)
      #expect(answer.status == 200 && answer.headers["content-type"] == "text/csv; charset=utf-8", "\(path): \(answer.text)")
      return Array(FigureExportTests.rows(String(decoding: answer.content, as: UTF8.self)).dropFirst())
    }
  }

  private static func open(_ engine: Dialect.Engine, seed: UInt64, _ body: @escaping @Sendable (Truth) async throws -> Void) async throws {
    let clock = WallClock.fixed(at: FigureTests.start)
    try await House.open(engine, clock: clock, limits: limits) { try await body(Truth($0, clock: clock, seed: seed)) }
  }

  @Test("X9, E60, E64: card, chart, table and export agree with plain loops over the raw rows", arguments: engines, [UInt64(11), 12])
  func agreement(_ engine: Dialect.Engine, _ seed: UInt64) async throws {
    try await Self.open(engine, seed: seed) { truth in
      for (span, days) in [("today", 1), ("week", 7), ("month", 30)] {
        let (page, total) = (try await truth.get("?span=\(span)").text, truth.total(days))
        for figure in [Figure.visitors, .chats, .messages, .files, .conversions] {
          #expect(page.contains("<span id=\"value-\(figure.rawValue)\">\(total[figure].count)</span>"), "\(figure) of \(span)")
        }
        let chart = Self.between(page, "<title>", "</title>").filter { $0.hasPrefix("20") }
        #expect(chart == Self.chart(truth), "whatever span is chosen, the chart is of thirty days")
        #expect(Self.between(page, "<tr><th scope=\"row\">20", "</tr>").count == 30, "the table behind the chart")
        try await Self.tables(of: truth, span, days)
      }
      let behind = try await truth.get("?span=month").text
      for (day, line) in zip(Self.chart(truth).reversed(), Self.between(behind, "<tr><th scope=\"row\">20", "</tr>")) {
        #expect(line.hasSuffix(">\(day.split(separator: " ").last ?? "")</td>") && day.hasPrefix("20\(line.prefix(8))"), "\(line)")
      }
    }
  }

  /// The files of a span.
  private static func tables(of truth: Truth, _ span: String, _ days: Int) async throws {
    let sites = truth.story.sites
    let told = try await truth.file("/days.csv?span=\(span)")
    #expect(told.count == 60)
    for (site, known) in zip(sites, truth.days) {
      let expected = known.reversed().map { [$0.day.text, site.name] + cells(Figure.ofSites, $0.figures.site) }
      #expect(told.filter { $0[1] == site.name } == expected, "\(site.name)")
    }
    let bySite = try await truth.file("/sites.csv?span=\(span)")
    let expected = zip(sites, truth.days).map { site, known in
      let total = known.suffix(days).reduce(Figures()) { $0 + $1.figures }
      let (chats, visitors) = (total[.chats].count, total[.visitors].count)
      let rate = visitors == 0 ? "" : String(Int((Double(chats) * 100 / Double(visitors)).rounded(.toNearestOrAwayFromZero)))
      return [site.name] + cells(Figure.ofSites, total.site) + [rate]
    }
    #expect(bySite.sorted { $0[0] < $1[0] } == expected.sorted { $0[0] < $1[0] })
    let agents = truth.total(days).agents
    let named = zip(truth.people, ["Clara Lindqvist", "Tom Lindqvist"]).filter { agents[$0.0.id] != nil }
    #expect(
      try await truth.file("/agents.csv?span=\(span)") == named.map { [$1] + cells(Figure.ofAgents, agents[$0.id] ?? [:]) })
    let own = try await truth.file("/days.csv?span=\(span)", as: truth.people[1])
    let ofTom = truth.days[0].reversed().map { cells(Figure.ofAgents, $0.figures.agents[truth.people[1].id] ?? [:]) }
    #expect(own.filter { $0[1] == sites[0].name }.map { Array($0.dropFirst(2)) } == ofTom)
  }

  @Test("X9: the list behind a figure says where it ends, and the export goes on", arguments: engines)
  func ends(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: FigureTests.start)
    try await House.open(engine, clock: clock, limits: Self.limits) { house in
      let site = try await house.site()
      let mona = try await house.person("Mona", [.manager])
      clock.advance(milliseconds: 3_600_000)
      let (now, ids) = (clock.now, house.program.ids)
      let numbers: [(VisitorID, VisitID)] = (0..<5_003).map { _ in (ids.next(), ids.next()) }
      try await house.program.store.write { session in
        for (visitor, visit) in numbers {
          try session.run(
            """
            INSERT INTO visitors (id, site_id, key_digest, address, language, device, browser, system, first_visit_at, last_visit_at, visits)
            VALUES ($1, $2, $3, '192.0.2.7', 'en', 'desktop', 'Firefox', 'Linux', $4, $4, 1)
            """, visitor, site.id, Secret().digest, now)
          try session.run(
            """
            INSERT INTO visits (id, visitor_id, referrer, landing_page, current_page, current_title, started_at, active_at)
            VALUES ($1, $2, '', 'https://harbour.example/', 'https://harbour.example/', 'Harbour Essays', $3, $3)
            """, visit, visitor, now)
        }
      }
      func get(_ path: String) async throws -> WebAnswer {
        try await WebAnswer.of("GET", "/console/today/\(path)?figure=visitors&span=today", port: house.port, ["Cookie": mona.cookie])
      }
      func page(_ number: Int) async throws -> String {
        try await WebAnswer.of(
          "GET", "/console/today/list?figure=visitors&span=today&page=\(number)", port: house.port, ["Cookie": mona.cookie]
        ).text
      }
      let end = "This list ends here, after its newest rows (5000). The export has all of them."
      let (before, last) = (try await page(49), try await page(50))
      #expect(!before.contains(end) && before.contains("rel=\"next\"") && last.contains("rel=\"prev\""))
      #expect(last.contains(end) && !last.contains("rel=\"next\""))
      let file = try await get("list.csv")
      #expect(Self.rows(String(decoding: file.content, as: UTF8.self)).count == 5_004, "a head and every row")
    }
  }

  @Test("X9, E62: the busiest hours and the list behind each number are files of as many rows as there are raw ones", arguments: engines)
  func lists(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine, seed: 13) { truth in
      var hours = Array(repeating: Array(repeating: 0, count: 24), count: 7)
      for chat in truth.chats {
        guard let site = truth.story.sites.first(where: { $0.id == chat.site }) else { continue }
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = try #require(TimeZone(identifier: site.timeZone))
        let at = Date(timeIntervalSince1970: Double(chat.at.milliseconds) / 1000)
        hours[(calendar.component(.weekday, from: at) + 5) % 7][calendar.component(.hour, from: at)] += 1
      }
      #expect(try await truth.file("/hours.csv").map { Array($0.dropFirst()) } == hours.map { $0.map { String($0) } })
      let total = truth.total(30)
      for figure in Figure.allCases {
        let rows = try await truth.file("/list.csv?figure=\(figure.rawValue)&span=month")
        let tally = total.site[figure] ?? total.agents.values.reduce(Tally()) { $0 + ($1[figure] ?? Tally()) }
        #expect(rows.count == Int(tally.count), "\(figure)")
        if figure == .ratings { #expect(rows.compactMap { Int64($0[4]) }.reduce(0, +) == tally.sum) }
        let sheet = try await truth.get("/list.xlsx?figure=\(figure.rawValue)&span=month")
        #expect(sheet.status == 200 && sheet.content.starts(with: Array("PK".utf8)), "\(figure)")
      }
    }
  }

  @Test("X9, E89c, A39: somebody takes along what they may read; an agent their own days, and no table of others", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine, seed: 14) { truth in
      let tom = truth.people[1]
      for path in ["/sites.csv", "/agents.csv", "/hours.csv", "/list.csv?figure=visitors", "/list.xlsx?figure=conversions"] {
        #expect(try await truth.get(path, as: tom).status == 403, "\(path)")
      }
      for path in ["/figures.xlsx", "/days.csv", "/list.csv?figure=messages", "/list.xlsx?figure=stays"] {
        let answer = try await truth.get(path, as: tom)
        #expect(answer.status == 200 && answer.headers["content-disposition"]?.hasPrefix("attachment; filename=\"") == true, "\(path)")
      }
      let own = truth.days.joined().reduce(Figures()) { $0 + $1.figures }.agents[tom.id] ?? [:]
      let rows = try await truth.file("/list.csv?figure=messages&span=month&agent=\(truth.people[0].id)", as: tom)
      #expect(rows.count == Int(own[.messages]?.count ?? 0), "whoever is asked for, an agent reads their own")
      #expect(try await truth.get("/list.csv?figure=gold").status == 400)
      #expect(try await truth.get("/days.csv?span=year").status == 400)
    }
  }

  @Test("X9: a file that cannot hold all rows says so in its last line, and the page before", arguments: engines)
  func limit(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine, seed: 15) { truth in
      let site = try #require(truth.story.sites.first)
      let texts = truth.house.program.insights.web.texts(.english)
      let row = CountedRow(at: FigureTests.start, conversation: nil, name: "=Ada", amount: 1, account: nil)
      func lines(_ count: Int) async throws -> [TableFile.Row] {
        var lines: [TableFile.Row] = []
        let table = CountedTable(
          figure: .messages, rows: Array(repeating: (site: site, row: row), count: count), names: [:], texts: texts, limit: 2
        ).table
        try await table.read { lines += $0 }
        return lines
      }
      #expect(try await lines(2).count == 2)
      let cut = try await lines(3)
      #expect(cut.count == 3 && cut.last == [.text("Only the newest rows are in this file: 2. There are more.")])
      var many = Figures()
      many.site[.messages] = Tally(count: 100_001, sum: 100_001)
      let question = try ListQuestion(Form(["figure": ["messages"]]), .overseer)
      #expect(FigurePage(question, many, rows: [], names: [:], page: 1, texts).limit != nil)
      #expect(FigurePage(question, Figures(), rows: [], names: [:], page: 1, texts).limit == nil)
    }
  }

  /// As a file has them: how many, and what they come to on the average.
  private static func cells(_ figures: [Figure], _ tallies: [Figure: Tally]) -> [String] {
    figures.flatMap { figure -> [String] in
      let tally = tallies[figure] ?? Tally()
      switch figure {
      case .answers, .stays: return [String(tally.count), tally.mean.map { String(($0 + 500) / 1000) } ?? ""]
      case .ratings: return [String(tally.count), tally.tenths.map { "\($0 / 10).\($0 % 10)" } ?? ""]
      default: return [String(tally.count)]
      }
    }
  }

  /// The newest days of both websites stand together, though they are not the same hours.
  private static func chart(_ truth: Truth) -> [String] {
    zip(truth.days[0], truth.days[1]).map { "\(max($0.day.text, $1.day.text)): \($0.figures[.chats].count + $1.figures[.chats].count)" }
  }

  private static func between(_ text: String, _ start: String, _ end: String) -> [String] {
    text.components(separatedBy: start).dropFirst().compactMap { $0.components(separatedBy: end).first }
  }

  /// RFC 4180.
  private static func rows(_ text: String) -> [[String]] {
    var (rows, cell, row, isQuoted): ([[String]], String, [String], Bool) = ([], "", [], false)
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        row.append(cell)
        cell = ""
      case "\r\n" where !isQuoted:
        rows.append(row + [cell])
        (row, cell) = ([], "")
      default: cell.append(character)
      }
    }
    return rows
  }
}
