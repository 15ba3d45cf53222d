import Base
import Foundation
import Sites
import Store
import TestKit
import Testing

@testable import Conversations

@Suite("Search") struct SearchTests {
  private struct Stage {
    let house: House
    let site: Site
    let clara: House.Person
    let ada: Talker

    init(_ house: House) async throws {
      self.house = house
      site = try await house.site()
      clara = try await house.person("Clara", at: [site])
      ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm(name: "Ada Moréau")
    }

    var conversation: String { String(ada.topic.dropFirst("chat.".count)) }

    /// What is found once all that was said can be.
    func found(_ words: String, as person: House.Person? = nil) async throws -> [JSON] {
      let end = ContinuousClock.now + .seconds(10)
      while try await house.count("SELECT COUNT(*) FROM conversations WHERE searched < head") > 0, ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(50))
      }
      let query = words.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let answer = try await WebAnswer.of(
        "GET", "/console/found?words=\(query)", port: house.port, ["Cookie": (person ?? clara).cookie])
      #expect(answer.status == 200, "\(answer.text)")
      return answer.json?.array ?? []
    }

    func numbers(_ words: String, as person: House.Person? = nil) async throws -> [Int] {
      try await found(words, as: person).map { $0["n"]?.int ?? -1 }
    }
  }

  private static func open(_ engine: Dialect.Engine, _ body: @escaping @Sendable (Stage) async throws -> Void) async throws {
    try await House.open(engine) { house in try await body(Stage(house)) }
  }

  @Test(
    "E57a, E57b: names, addresses, telephone numbers and words of messages are found from two letters on, the newest first",
    arguments: Dialect.Engine.allCases)
  func found(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      _ = try await stage.ada.say("Do you cover marine biology?")
      _ = try await stage.ada.say("Marine law would do, 100% sure")
      for words in ["moreau", "MORÉ", "ada mor", "ada@exam", "+33 6 12 34", "33612345", "612 34 56"] {
        #expect(try await stage.numbers(words).contains(0), "\(words)")
      }
      #expect(try await stage.numbers("marine") == [4, 3])
      #expect(try await stage.numbers("bio mar") == [3], "every word of them")
      #expect(try await stage.numbers("aw") == [4], "two letters inside a word")
      #expect(try await stage.numbers("m") == [])
      #expect(try await stage.numbers("  ") == [])
      for words in ["100% s", "\"marine\"", "marine*", "AND", "m_rine", "%%", "marine OR"] {
        let expected: [Int] = words == "100% s" ? [4] : []
        #expect(try await stage.numbers(words) == expected, "\(words) is taken by its letters")
      }
      let first = try #require(try await stage.found("biology").first)
      #expect(first["excerpt"]?.array?.compactMap(\.string) == ["Do you cover marine ", "biology", "?"])
      #expect(first["row"]?["site"]?.string == stage.site.id.description)
      #expect(first["row"]?["conversation"]?.string == stage.conversation)
      #expect((first["at"]?.int ?? 0) > 0 && first["topic"]?.string == "visitors.\(stage.site.id)")
    }
  }

  @Test("E57a, A39: a search finds what its asker may read, and nothing else", arguments: Dialect.Engine.allCases)
  func reach(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      _ = try await stage.ada.say("Do you cover marine biology?")
      let lantern = try await stage.house.site("Paper Lantern Books", origin: "https://lantern.example")
      let marc = try await stage.house.person("Marc", at: [lantern])
      let mona = try await stage.house.person("Mona", [.manager])
      let emil = try await stage.house.person("Emil", [.expert])
      #expect(try await stage.numbers("marine", as: mona).count == 1)
      #expect(try await stage.numbers("marine", as: marc) == [])
      #expect(try await stage.numbers("moreau", as: emil) == [])
      let (number, expert) = (stage.conversation, emil.id)
      try await stage.house.program.store.write { try $0.run("UPDATE conversations SET expert_id = $1 WHERE id = \(number)", expert) }
      #expect(try await stage.numbers("marine", as: emil).count == 1)
      #expect(try await stage.numbers("marine", as: mona) == [])
      #expect(try await stage.numbers("marine") == [])
    }
  }

  @Test("E57a, A40: what is erased is found no more, and is gone from the index", arguments: Dialect.Engine.allCases)
  func erased(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      _ = try await stage.ada.say("Zugvogel im Herbst")
      #expect(try await stage.numbers("zugvogel").count == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM search_texts") == 2)
      let number = stage.conversation
      // The log has the last word, whatever the index says.
      try await stage.house.program.store.write { session in
        try session.run("UPDATE entries SET body = '{\"kind\":\"erased\"}' WHERE conversation_id = \(number) AND kind = 'MessageSent'")
      }
      #expect(try await stage.numbers("zugvogel") == [])
      try await stage.house.program.conversations.erase(try #require(VisitorID(stage.ada.id)))
      #expect(try await stage.numbers("zugvogel") == [])
      #expect(try await stage.numbers("moreau") == [])
      #expect(try await stage.house.count("SELECT COUNT(*) FROM search_texts WHERE words LIKE '%zugvogel%' OR words LIKE '%moreau%'") == 0)
      try await stage.house.program.store.scrub()
      if engine == .sqlite {
        #expect(try await stage.house.count("SELECT COUNT(*) FROM search_words WHERE search_words MATCH 'zugvogel'") == 0)
      }
    }
  }

  @Test(
    "E57a, E57b: a message that was written again is found by its new words alone, one that was deleted by none",
    arguments: Dialect.Engine.allCases)
  func revised(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      _ = try await stage.ada.say("Do you cover marine biology?")
      #expect(try await stage.numbers("marine") == [3])
      _ = try await stage.ada.ask("edit", ["of": 3, "text": "Do you cover botany?"])
      #expect(try await stage.numbers("marine") == [])
      let found = try await stage.found("botany")
      #expect(found.first?["excerpt"]?.array?.compactMap(\.string) == ["Do you cover ", "botany", "?"])
      let file = try await WebAnswer.of("GET", "/console/export.csv?rows=messages", port: stage.house.port, ["Cookie": stage.clara.cookie])
      #expect(file.text.contains("botany") && !file.text.contains("marine"))
      _ = try await stage.ada.ask("delete", ["of": 3])
      #expect(try await stage.numbers("botany") == [])
      #expect(try await stage.house.count("SELECT COUNT(*) FROM search_texts WHERE n > 0") == 0)
    }
  }

  @Test("E57a: what was said before there was an index is found, too", arguments: Dialect.Engine.allCases)
  func before(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      for number in 1...5 { _ = try await stage.ada.say("Line \(number) of marine biology") }
      #expect(try await stage.numbers("marine").count == 5)
      try await stage.house.program.store.write { session in
        try session.run("DELETE FROM search_texts")
        try session.run("UPDATE conversations SET searched = 0")
      }
      _ = try await stage.ada.say("And one more")
      #expect(try await stage.numbers("marine").count == 5)
      #expect(try await stage.numbers("one more").count == 1)
      #expect(try await stage.numbers("moreau").count == 1)
    }
  }

  @Test("E57a: one emoji, or one sign that is a word, is found", arguments: Dialect.Engine.allCases)
  func oneSign(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      _ = try await stage.ada.say("The party is on 🎉🎂")
      _ = try await stage.ada.say("With love ❤️ from 北京, 👍🏽")
      #expect(try await stage.numbers("🎉") == [3])
      #expect(try await stage.numbers("party 🎂") == [3])
      for sign in ["❤️", "❤", "京", "👍🏽"] { #expect(try await stage.numbers(sign) == [4], "\(sign)") }
      #expect(try await stage.numbers("love 🎉").isEmpty)
      #expect(try await stage.numbers("y").isEmpty)
    }
  }

  @Test("E57a: what somebody looks for is cut into terms; a telephone number is one, however it is written")
  func terms() {
    #expect(SearchTerms("  Café  CRÈME ")?.all == [["cafe"], ["creme"]])
    #expect(SearchTerms("+33 (6) 12-34")?.all == [["+33 (6) 12-34", "3361234"]])
    #expect(SearchTerms("12 34")?.all == [["12"], ["34"]])
    #expect(SearchTerms("a") == nil && SearchTerms("") == nil && SearchTerms("a b") == nil)
    #expect(SearchTerms(String(repeating: "ab ", count: 90))?.all.count == 6)
  }

  @Test("E57b: of a long message the words around what was found are shown")
  func excerpt() throws {
    let terms = try #require(SearchTerms("été"))
    let text = String(repeating: "x ", count: 60) + "L’Été et l’ete" + String(repeating: " y", count: 100)
    let pieces = Excerpt(text, terms).pieces
    #expect(pieces[0].hasPrefix("…") && pieces[0].hasSuffix("L’") && pieces[1] == "Été" && pieces[2] == " et l’" && pieces[3] == "ete")
    #expect(pieces.last?.hasSuffix("…") == true && pieces.joined().count < 170)
    #expect(Excerpt("Nothing", terms).pieces == ["Nothing"])
    #expect(Excerpt("été", terms).pieces == ["", "été"])
  }

  @Test("E57a: the index and a look at the newest texts find the same, in the same order", arguments: Dialect.Engine.allCases)
  func ways(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      let origin = "https://lantern.example"
      let other = try await stage.house.visitor(of: stage.house.site("Paper Lantern Books", origin: origin), origin: origin)
      _ = try await other.subscribe()
      _ = try await other.sendForm(name: "Bo")
      let conversations = try [stage.ada, other].map { try #require(ConversationID(String($0.topic.dropFirst("chat.".count)))) }
      _ = try await stage.found("moreau")
      var dice = Dice(seed: 5)
      let words = ["tide", "tidal", "ebb", "100%", "a_b", "o'clock", "ships", "hip"]
      var texts: [(id: Int64, mine: Bool, text: String)] = []
      for id in 1...400 {
        let text = (0..<4).map { _ in words[min(Int.random(in: 0..<8, using: &dice), Int.random(in: 0..<8, using: &dice))] }.joined(
          separator: " ")
        texts.append((Int64(id), Bool.random(using: &dice), text))
      }
      let all = texts
      try await stage.house.program.store.write { session in
        for (id, mine, text) in all {
          try session.run(
            "INSERT INTO search_texts (id, conversation_id, n, words) VALUES ($1, $2, $3, $4)", id, conversations[mine ? 0 : 1], 1000 + id,
            text)
        }
      }
      let reach = ChatReach(account: stage.clara.id, sites: [stage.site.id], expert: nil)
      for question in ["tide", "hip", "tid", "o'clock ebb", "100% tide", "a_b", "ships hip ebb", "ide 0%", "ebb tide tidal hip", "nothing"]
      {
        let terms = try #require(SearchTerms(question))
        let expected = all.reversed().filter { text in text.mine && question.split(separator: " ").allSatisfy { text.text.contains($0) } }
        let found = try await stage.house.program.store.read { session in
          try [HitQuery.Way.index, .newest(20_000)].map { try session.hits(terms, within: reach, by: $0).hits }
            + [try session.hits(terms, within: reach)]
        }
        for hits in found { #expect(hits.map(\.n) == expected.prefix(30).map { $0.id + 1000 }, "\(question)") }
      }
    }
  }

  @Test("E57a: what is rare among the newest texts is found among all of them", arguments: Dialect.Engine.allCases)
  func rare(_ engine: Dialect.Engine) async throws {
    try await Self.open(engine) { stage in
      _ = try await stage.found("moreau")
      let conversation = try #require(ConversationID(stage.conversation))
      let ids = Array(Int64(1)...5200)
      try await stage.house.program.store.write { session in
        for id in ids {
          let words = id == 1 || id == 5200 ? "pin needle" : id <= 40 || id > 5196 ? "needle" : "hay"
          try session.run(
            "INSERT INTO search_texts (id, conversation_id, n, words) VALUES ($1, $2, $3, $4)", id, conversation, 1000 + id, words)
        }
      }
      let reach = ChatReach(account: stage.clara.id, sites: [stage.site.id], expert: nil)
      let questions: [(words: String, expected: [Int64])] = [
        ("needle", Array(ids[5196...].reversed()) + Array(ids[14..<40].reversed())), ("pin", [5200, 1]),
        ("hay", Array(ids[5166..<5196].reversed())),
      ]
      for (question, expected) in questions {
        let terms = try #require(SearchTerms(question))
        let found = try await stage.house.program.store.read { try $0.hits(terms, within: reach).map(\.n) }
        #expect(found == expected.map { $0 + 1000 }, "\(question)")
      }
    }
  }
}
