import Access
import Base
import Foundation
import Sites
import Store
import TestKit
import Testing
import Web

@testable import Conversations

/// The pages of the lists, their filters and their files, as the console asks for them.
@Suite("Lists") struct ListTests {
  /// Harbour and Lantern; Clara answers for the first, Marc for both. Chats from Nov 1 to Nov 7, in their order: 1 to 7.
  private struct Stage {
    let house: House
    let harbour: Site
    let lantern: Site
    let clara: House.Person
    let marc: House.Person

    init(_ house: House) async throws {
      self.house = house
      harbour = try await house.site()
      lantern = try await house.site("Paper Lantern Books", origin: "https://lantern.example")
      clara = try await house.person("Clara", at: [harbour])
      marc = try await house.person("Marc", at: [harbour, lantern])
    }

    /// A closed chat as an import would write it: `number` is its identity, and its day in November.
    func chat(
      _ number: Int64, at site: Site, state: String = "closed", form: String = "sent", offline: Bool = false, by agent: House.Person? = nil,
      name: String = "Ada"
    ) async throws {
      try await house.program.store.write { session in
        try session.run(
          """
          INSERT INTO visitors (id, site_id, key_digest, name, email, phone, address, language, device, browser, system, first_visit_at,
            last_visit_at, visits)
          VALUES ($1, $2, $3, $4, 'ada@example.com', '+33 6 12', '', 'en', 'desktop', '', '', 0, 0, 1)
          """, number, site.id, SQLValue.bytes(Array("\(number)".utf8)), name)
        try session.run(
          """
          INSERT INTO conversations (id, site_id, visitor_id, revision, head, public_head, chat_id, state, active_at, asked, created_at)
          VALUES ($1, $2, $1, 1, 0, 0, NULL, $3, $4, 0, 0)
          """, number, site.id, state, ListTests.day(number))
        try session.run(
          """
          INSERT INTO chats (id, conversation_id, state, form, offline, written, opened_at)
          VALUES ($1, $1, $2, $3, $4, TRUE, $5)
          """, number, state, form, offline, ListTests.day(number))
        try session.run("UPDATE conversations SET chat_id = $1 WHERE id = $1", number)
        guard let agent else { return }
        try session.run(
          """
          INSERT INTO participants (conversation_id, account_id, name, avatar, colour, here, chat_id, joined_at)
          VALUES ($1, $2, 'Clara', 'fern', 1, $3, $1, 0)
          """, number, agent.id, state != "closed")
      }
    }

    func ask(_ query: String, as person: House.Person) async throws -> JSON? {
      let answer = try await WebAnswer.of("GET", "/console/chats?\(query)", port: house.port, ["Cookie": person.cookie])
      #expect(answer.status == 200, "\(query): \(answer.text)")
      return answer.json
    }

    func numbers(_ query: String, as person: House.Person) async throws -> [String] {
      try await ask(query, as: person)?["chats"]?.array?.map { $0["row"]?["conversation"]?.string ?? "" } ?? []
    }
  }

  private static func day(_ number: Int64) -> Int64 { 1_793_491_200_000 + number * 86_400_000 }

  private static func open(_ engine: Dialect.Engine, _ body: @escaping @Sendable (Stage) async throws -> Void) async throws {
    try await House.open(engine) { house in try await body(Stage(house)) }
  }

  @Test(
    "E25, E26a, E58a, E58b, E58c, E58d, E58e: websites, state, days, agent and form are asked for together, the newest first",
    arguments: Dialect.Engine.allCases)
  func filters(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      try await stage.chat(1, at: stage.harbour, by: stage.clara)
      try await stage.chat(2, at: stage.lantern, by: stage.marc)
      try await stage.chat(3, at: stage.harbour, form: "needed")
      try await stage.chat(4, at: stage.harbour, offline: true)
      try await stage.chat(5, at: stage.harbour, state: "active", by: stage.clara)
      try await stage.chat(6, at: stage.lantern, state: "waiting")
      let (clara, marc) = (stage.clara, stage.marc)
      #expect(try await stage.numbers("", as: marc) == ["6", "5", "4", "3", "2", "1"])
      #expect(try await stage.numbers("site=\(stage.lantern.id)", as: marc) == ["6", "2"])
      #expect(try await stage.numbers("site=\(stage.lantern.id)&site=\(stage.harbour.id)&status=closed", as: marc) == ["4", "3", "2", "1"])
      #expect(try await stage.numbers("status=waiting", as: marc) == ["6"])
      #expect(try await stage.numbers("agent=mine", as: clara) == ["5", "1"])
      #expect(try await stage.numbers("agent=\(clara.id)&status=closed", as: marc) == ["1"])
      #expect(try await stage.numbers("agent=unassigned", as: marc) == ["6", "4", "3"])
      #expect(try await stage.numbers("from=\(Self.day(2))&to=\(Self.day(4))", as: marc) == ["3", "2"])
      #expect(try await stage.numbers("lead=pending", as: marc) == ["3"])
      #expect(try await stage.numbers("lead=offline", as: marc) == ["4"])
      #expect(try await stage.numbers("lead=filled&status=closed", as: marc) == ["4", "2", "1"])
      for nonsense in ["status=open", "site=x", "from=today", "agent=him", "lead=1", "after=5"] {
        let answer = try await WebAnswer.of("GET", "/console/chats?\(nonsense)", port: stage.house.port, ["Cookie": marc.cookie])
        #expect(answer.reason == "notUnderstood", "\(nonsense)")
      }
    }
  }

  @Test("E26a, A39: nobody is shown a chat of a website they do not see, however they ask", arguments: Dialect.Engine.allCases)
  func reach(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      try await stage.chat(1, at: stage.harbour)
      try await stage.chat(2, at: stage.lantern)
      #expect(try await stage.numbers("", as: stage.clara) == ["1"])
      #expect(try await stage.numbers("site=\(stage.lantern.id)", as: stage.clara) == [])
      let mona = try await stage.house.person("Mona", [.manager])
      #expect(try await stage.numbers("", as: mona) == ["2", "1"])
      let emil = try await stage.house.person("Emil", [.expert])
      #expect(try await stage.numbers("", as: emil) == [])
      try await stage.house.program.store.write { try $0.run("UPDATE conversations SET expert_id = $1 WHERE id = 2", emil.id) }
      #expect(try await stage.numbers("", as: emil) == ["2"], "a paid thread stands in its expert's list")
      #expect(try await stage.numbers("site=\(stage.harbour.id)", as: emil) == [])
      #expect(try await stage.numbers("", as: mona) == ["1"], "and in no other")
      let topic = try await stage.ask("", as: emil)?["chats"]?.array?.first?["topic"]?.string
      #expect(topic == "threads.\(emil.id)@\(stage.lantern.id)")
      var shown: [Int?] = []
      for (number, person) in [(1, stage.clara), (2, stage.clara), (2, emil), (99, emil), (2, mona)] {
        let answer = try await WebAnswer.of("GET", "/console/chats/\(number)", port: stage.house.port, ["Cookie": person.cookie])
        shown.append(answer.json?["chats"]?.array?.count)
      }
      #expect(shown == [1, 0, 1, 0, 0])
    }
  }

  @Test(
    "E25, E80a: an archive comes in pages of fifty, none is missed or told twice, and a page costs the same wherever it lies",
    arguments: Dialect.Engine.allCases)
  func pages(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      // Every two of them ended in the same moment.
      for number in 1...120 as ClosedRange<Int64> {
        try await stage.chat(number, at: number.isMultiple(of: 3) ? stage.lantern : stage.harbour)
      }
      try await stage.house.program.store.write { session in
        try session.run("UPDATE conversations SET active_at = active_at - 86400000 WHERE id % 2 = 0")
      }
      var (told, place, sizes) = ([String](), "", [Int]())
      repeat {
        let page = try await stage.ask("status=closed" + (place.isEmpty ? "" : "&after=\(place)"), as: stage.marc)
        let numbers = page?["chats"]?.array?.compactMap { $0["row"]?["conversation"]?.string } ?? []
        told += numbers
        sizes.append(numbers.count)
        place = page?["next"]?.string ?? ""
      } while !place.isEmpty && sizes.count < 9
      #expect(sizes == [50, 50, 20])
      #expect(told == (1...120).reversed().map(String.init))
    }
  }

  @Test("E80a: each page is read from the index, and nothing of an archive is sorted for it", arguments: Dialect.Engine.allCases)
  func plan(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      let told: String = try await stage.house.program.store.read { session in
        let sql =
          """
          SELECT c.id, c.active_at FROM conversations c
          WHERE c.site_id = 5 AND c.expert_id IS NULL AND c.state = 'closed' AND (c.active_at, c.id) < (9, 9)
          ORDER BY c.active_at DESC, c.id DESC LIMIT 51
          """
        if session.dialect.engine == .sqlite {
          return try session.rows("EXPLAIN QUERY PLAN " + sql).map { $0[3] as String }.joined(separator: "\n")
        }
        for other in ["seqscan", "bitmapscan", "sort"] { try session.run("SET LOCAL enable_\(other) = off") }
        return try session.rows("EXPLAIN " + sql).map { $0[0] as String }.joined(separator: "\n")
      }
      #expect(told.contains("conversations_in_list"), "\(told)")
      #expect(!told.contains("TEMP B-TREE") && !told.contains("Sort"), "\(told)")
    }
  }

  @Test(
    "E59a, E59b, E59c, P10: a filter is a file, of a line for each chat or each message, in which nothing is a formula",
    arguments: Dialect.Engine.allCases)
  func files(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      let folder = FileManager.default.temporaryDirectory
      @Sendable func kept() throws -> Set<String> {
        Set(
          try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            FileManager.default.fileExists(atPath: folder.appendingPathComponent("\($0)/sheets.xlsx").path)
          })
      }
      let before = try kept()
      let desk = try await stage.house.console(of: stage.clara)
      let ada = try await stage.house.visitor(of: stage.harbour)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm(name: "=HYPERLINK(\"https://evil.example\")")
      _ = try await ada.say("One, \"two\"")
      _ = try await ada.say("+1+1")
      let conversation = ada.topic.dropFirst("chat.".count)
      func file(_ what: String, _ person: House.Person) async throws -> (answer: WebAnswer, body: Data, lines: [String]) {
        let answer = try await WebAnswer.of("GET", "/console/export.\(what)", port: stage.house.port, ["Cookie": person.cookie])
        let body = answer.content
        return (answer, body, String(decoding: body, as: UTF8.self).components(separatedBy: "\r\n"))
      }
      let chats = try await file("csv?rows=chats", stage.clara)
      #expect(chats.answer.headers["content-disposition"]?.contains("attachment; filename=\"chats-") == true)
      let lines = chats.lines
      #expect(lines.count == 3 && lines[0].hasPrefix("Conversation,Website,Name,E-mail,Telephone"), "\(lines)")
      #expect(
        lines[1].hasPrefix(
          "\(conversation),Harbour Essays,\"'=HYPERLINK(\"\"https://evil.example\"\")\",ada@example.com,'+33 6 12 34 56 78,Thesis,Waiting,Filled in,"
        ), "\(lines[1])")
      let messages = try await file("csv?rows=messages", stage.clara).lines
      #expect(messages.count == 4 && messages[1].hasSuffix(",\"One, \"\"two\"\"\""), "\(messages)")
      #expect(messages[2].hasSuffix(",'+1+1") && messages[2].contains(",Visitor,"))
      #expect(try await file("csv?rows=messages&status=closed", stage.clara).lines.count == 2)
      #expect(try await file("csv?rows=messages&site=\(stage.lantern.id)", stage.marc).lines.count == 2)
      let book = try await file("xlsx?rows=messages", stage.clara)
      #expect(
        book.answer.status == 200 && book.body.starts(with: Array("PK".utf8))
          && book.answer.headers["content-type"]?.contains("spreadsheetml") == true)
      #expect(try await file("csv?rows=words", stage.clara).answer.reason == "notUnderstood")
      for _ in 1...40 where try !kept().isSubset(of: before) { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try kept().isSubset(of: before), "what was sent is not kept")
      #expect(desk.id == stage.clara.id.description)
    }
  }

  @Test("E59a: a file that cannot hold all chats says so in its last line", arguments: Dialect.Engine.allCases)
  func limit(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      for number in 1...3 { try await stage.chat(Int64(number), at: stage.harbour) }
      let house = stage.house.program.conversations
      let clara = Access.Actor.Member(id: stage.clara.id, roles: [.agent], sites: [stage.harbour.id])
      func lines(_ kind: ChatExport.Kind, limit: Int) async throws -> [[String]] {
        var lines: [[String]] = []
        try await ChatExport(house: house, kind: kind, texts: house.web.texts(.english), limit: limit).read(ChatFilter(), for: clara) {
          lines += $0
        }
        return lines
      }
      #expect(try await lines(.chats, limit: 3).map(\.count) == [18, 18, 18])
      let said = "Only the newest chats are in this file: 2. There are more."
      #expect(try await lines(.chats, limit: 2).map(\.first) == ["3", "2", said])
      #expect(try await lines(.messages, limit: 2) == [[said]])
    }
  }

  @Test("E58a: somebody's saved views are theirs, replaced by their name, and no more than a few", arguments: Dialect.Engine.allCases)
  func views(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      func post(_ path: String, _ body: JSON, _ person: House.Person) async throws -> Int {
        try await WebAnswer.of(
          "POST", "/console/views\(path)", port: stage.house.port,
          ["Cookie": person.cookie, "Origin": House.origin, "Content-Type": "application/json"], body: Data(try body.text.utf8)
        ).status
      }
      func save(_ name: String, _ query: String, _ person: House.Person) async throws -> Int {
        try await post("", ["name": .string(name), "query": .string(query)], person)
      }
      func names(_ person: House.Person) async throws -> [String] {
        let answer = try await WebAnswer.of("GET", "/console/views", port: stage.house.port, ["Cookie": person.cookie])
        return answer.json?.array?.map { "\($0["name"]?.string ?? ""): \($0["query"]?.string ?? "")" } ?? []
      }
      let (clara, marc) = (stage.clara, stage.marc)
      let saved = try await [save(" Today ", "date=today", clara), save("Mine", "agent=mine", clara)]
      #expect(saved == [204, 204])
      #expect(try await save("Today", "date=today&status=closed", clara) == 204)
      #expect(try await names(clara).sorted() == ["Mine: agent=mine", "Today: date=today&status=closed"])
      #expect(try await names(marc) == [])
      #expect(try await save(" ", "date=today", clara) == 400)
      #expect(try await post("/forget", ["name": "Today"], marc) == 204)
      #expect(try await post("/forget", ["name": "Mine"], clara) == 204)
      #expect(try await names(clara) == ["Today: date=today&status=closed"])
      for number in 2...20 { #expect(try await save("View \(number)", "agent=mine", clara) == 204) }
      #expect(try await save("One more", "agent=mine", clara) == 400)
      #expect(try await names(clara).count == 20)
    }
  }
}
