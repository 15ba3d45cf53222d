import Base
import Conversations
import Foundation
import Sites
import Store
import TestKit
import Testing

/// What visitors think of chats that ended.
@Suite("Ratings of chats") struct ChatRatingTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_262_400_000)

  @Test(
    "P4: a visitor rates a chat that ended; the team reads it live, in its row and after a reload, and the last rating counts",
    arguments: engines)
  func rating(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let list = "visitors.\(stage.site.id)"
      #expect(try await stage.clara.subscribe(list)["rows"]?[0]?["chat"]?["rating"] == .null)
      let n = try await stage.endedChat()
      #expect(try await stage.ada.rates(n, 4).name == "Done")
      let seen = try await stage.clara.line.next("AnswerRated")
      #expect(seen["body"]?["of"]?.int == n && seen["body"]?["stars"]?.int == 4 && seen["by"]?["kind"]?.string == "visitor")
      #expect(try await stage.ada.rates(n, 2, "It took long").name == "Done")
      #expect(try await stage.clara.line.next("AnswerRated")["body"]?["text"]?.string == "It took long")
      // A second tab says the same.
      let tab = try await house.visitor(of: stage.site, key: try #require(stage.ada.key))
      _ = try await tab.subscribe()
      #expect(try await tab.rates(n, 2, "It took long").name == "Done")
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'AnswerRated'") == 2)
      #expect(try await house.count("SELECT COUNT(*) FROM chat_ratings") == 1)
      #expect(try await house.count("SELECT stars FROM chat_ratings") == 2)
      #expect(try await house.count("SELECT COUNT(*) FROM rated_agents WHERE account_id = \(stage.person.id)") == 1)
      #expect(try await stage.clara.subscribe(list)["rows"]?[0]?["chat"]?["rating"]?.int == 2)
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test(
    "P4: nobody rates a chat without an answer, one that goes on, another one's, for more than a day, or where ratings are off",
    arguments: engines)
  func bounds(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.ada.say("Hello?")
      #expect(try await stage.ada.rates(1, 5)["reason"]?.string == "notFound", "no line that ends a chat")
      #expect(try await stage.ada.ask("close").name == "Done")
      let silent = try await stage.closing()
      #expect(try await stage.ada.rates(silent, 5)["reason"]?.string == "chatUnanswered")
      _ = try await stage.ada.say("Still there?")
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      let n = try await stage.endedChat()
      #expect(try await stage.clara.rates(n, 5, on: stage.ada.topic)["reason"]?.string == "notAllowed", "nobody rates themselves")
      let bella = try await house.visitor(of: stage.site)
      #expect(try await bella.rates(n, 5, on: stage.ada.topic)["reason"]?.string == "notAllowed")
      for stars in [0, 6] { #expect(try await stage.ada.rates(n, stars)["reason"]?.string == "notUnderstood") }
      #expect(try await stage.ada.rates(n, 5, String(repeating: "x", count: 301))["reason"]?.string == "textTooLong")
      let tip: [String: JSON] = ["of": .number(Double(n)), "units": 1, "client": .string(Secret().text)]
      #expect(try await stage.ada.ask("tip", tip)["reason"]?.string == "signInNeeded", "P17: nothing was paid")
      #expect(try await stage.ada.rates(n, 5).name == "Done")
      let on = Set(Feature.allCases.filter { $0 != .ratings })
      try await house.program.sites.switchFeatures(to: on, at: stage.site.id, by: nil, from: .console)
      let config = try await WebAnswer.of(
        "GET", "/api/v1/widget/\(stage.site.key)/config", port: house.port, ["Origin": House.siteOrigin]
      ).json
      #expect(config?["ratings"]?.bool == false)
      let back = try await house.visitor(of: stage.site, key: try #require(stage.ada.key))
      #expect(try await back.rates(n, 1)["reason"]?.string == "featureOff")
      #expect(try await house.count("SELECT stars FROM chat_ratings") == 5, "what was given stays")
      try await house.program.sites.switchFeatures(to: Set(Feature.allCases), at: stage.site.id, by: nil, from: .console)
      clock.advance(milliseconds: 24 * 3_600_000)
      let again = try await house.visitor(of: stage.site, key: try #require(stage.ada.key))
      #expect(try await again.rates(n, 3).name == "Done")
      clock.advance(milliseconds: 1)
      #expect(try await again.rates(n, 1)["reason"]?.string == "chatRatingClosed")
      #expect(try await house.count("SELECT stars FROM chat_ratings") == 3)
    }
  }

  @Test("P4, E58a, P10: rated chats are found by a filter and stand in the file with their words", arguments: engines)
  func filter(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let n = try await stage.endedChat()
      func shown(_ rated: String) async throws -> Int? {
        let answer = try await WebAnswer.of("GET", "/console/chats?rated=\(rated)", port: house.port, ["Cookie": stage.person.cookie])
        return answer.json?["chats"]?.array?.count
      }
      #expect(try await [shown("good"), shown("bad"), shown("unrated")] == [0, 0, 1])
      _ = try await stage.ada.rates(n, 3, "So, so")
      #expect(try await [shown("good"), shown("bad"), shown("unrated")] == [0, 1, 0])
      _ = try await stage.ada.rates(n, 4, "Better, in the end")
      #expect(try await [shown("good"), shown("bad"), shown("unrated")] == [1, 0, 0])
      #expect(try await shown("five") == nil)
      let file = try await WebAnswer.of("GET", "/console/export.csv?rows=chats", port: house.port, ["Cookie": stage.person.cookie]).text
      #expect(file.contains(",Rating (stars),Comment") && file.contains(",4,\"Better, in the end\""), "\(file)")
    }
  }

  @Test(
    "P4, X9: the page of ratings has the average of each website and agent, and the ratings behind each number", arguments: engines)
  func page(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let lantern = try await house.site("Paper Lantern Books", origin: "https://lantern.example")
      let marc = try await house.person("Marc", at: [lantern])
      _ = try await stage.ada.rates(try await stage.endedChat(), 5, "Kind & quick")
      // Of a second chat the rating counts for itself.
      _ = try await stage.ada.say("One more thing")
      _ = try await stage.clara.ask("join", on: stage.ada.topic)
      _ = try await stage.ada.rates(try await stage.endedChat(), 2)
      func page(_ query: String, _ person: House.Person) async throws -> String {
        let answer = try await WebAnswer.of("GET", "/console/ratings\(query)", port: house.port, ["Cookie": person.cookie])
        #expect(answer.status == 200, "\(answer.text)")
        return answer.text
      }
      let all = try await page("", stage.person)
      #expect(all.contains("★ 3.5") && all.contains("50%"), "two ratings, seven stars: \(all)")
      #expect(all.contains("Harbour Essays") && all.contains(">Clara<") && all.contains("Kind &amp; quick"))
      #expect(all.components(separatedBy: "/console#\(stage.conversation)").count == 3, "each of both leads to its chat")
      #expect(try await page("?agent=\(stage.person.id)&span=week", stage.person).contains("Each rating: Clara"))
      let others = try await page("", marc)
      #expect(!others.contains("Harbour Essays") && others.contains("Nobody rated"), "A39: nobody reads of websites they do not see")
      #expect(try await page("?site=\(stage.site.id)&span=ever", marc).contains("Kind") == false)
      let wrong = try await WebAnswer.of("GET", "/console/ratings?span=year", port: house.port, ["Cookie": marc.cookie])
      #expect(wrong.status == 400, "\(wrong.status)")
    }
  }

  @Test("P4, X6: of a rating whose visitor is erased the stars stay, without words", arguments: engines)
  func erased(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.ada.rates(try await stage.endedChat(), 5, "Zugvogel")
      try await house.program.conversations.erase(try #require(VisitorID(stage.ada.id)))
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%Zugvogel%'") == 0)
      let page = try await WebAnswer.of("GET", "/console/ratings", port: house.port, ["Cookie": stage.person.cookie]).text
      #expect(page.contains("★ 5.0") && !page.contains("Zugvogel") && !page.contains("Ada"))
    }
  }
}

extension FileHouse {
  /// Clara answers and ends the chat; the number of the line that says so.
  func endedChat() async throws -> Int {
    _ = try await clara.say("Yes, two editors.", on: ada.topic)
    #expect(try await clara.ask("close", on: ada.topic).name == "Done")
    return try await closing()
  }

  fileprivate func closing() async throws -> Int {
    try await house.count("SELECT MAX(n) FROM entries WHERE conversation_id = \(conversation) AND kind = 'ChatClosed'")
  }
}

extension Talker {
  func rates(_ n: Int, _ stars: Int, _ text: String = "", on topic: String? = nil) async throws -> LiveClient.Event {
    try await ask("rate", ["of": .number(Double(n)), "stars": .number(Double(stars)), "text": .string(text)], on: topic)
  }
}
