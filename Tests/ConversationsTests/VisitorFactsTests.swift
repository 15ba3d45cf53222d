import Base
import Foundation
import Store
import Synchronization
import TestKit
import Testing

/// What the sidebar tells beside the row of a chat.
@Suite("Facts about a visitor") struct VisitorFactsTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]

  @Test(
    "E28: device, browser, system, where somebody came from, the pages with their times, files and earlier chats come in one answer",
    arguments: engines)
  func facts(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.looks(at: "/prices", from: "https://search.example/?q=essays")
      try await stage.looks(at: "/contact", from: "https://harbour.example/prices")
      let word = try #require(try await stage.ada.say("How much for tow pages?")["n"]?.int)
      _ = try await stage.ada.ask("edit", ["of": .number(Double(word)), "text": "How much for two pages?"])
      let file = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      _ = try await stage.clara.ask("close", on: stage.ada.topic)
      _ = try await stage.ada.say("One more thing")
      let facts = try #require(try await stage.facts(as: stage.person).json)
      let browser = facts["browser"]
      #expect(browser?["device"]?.string == "mobile" && browser?["browser"]?.string == "Firefox" && browser?["system"]?.string == "Android")
      #expect(browser?["referrer"]?.string == "https://search.example/?q=essays" && browser?["visits"]?.int == 1)
      let pages = browser?["pages"]?.array ?? []
      #expect(pages.map { $0["url"]?.string } == ["https://harbour.example/contact", "https://harbour.example/prices"], "newest first")
      #expect(pages.allSatisfy { ($0["at"]?.int ?? 0) > 0 && $0["seconds"]?.int == 0 })
      let files = facts["files"]?.array ?? []
      #expect(files.count == 1 && files.first?["file"]?.string == file && files.first?["name"]?.string == "letter.pdf")
      #expect(files.first?["by"]?.string == "visitor" && files.first?["expired"]?.bool == false)
      let chats = facts["chats"]?.array ?? []
      #expect(chats.count == 1 && facts["chatCount"]?.int == 1, "the present one is not among them")
      #expect(chats.first?["n"]?.int == 1 && chats.first?["snippet"]?.string == "How much for two pages?", "as it says now")
    }
  }

  @Test(
    "E28, E49, E50, E51: the place, the source and the first page of a visit, how far down pages were seen and what was done come with the facts",
    arguments: engines)
  func visits(_ engine: Dialect.Engine) async throws {
    let samples = #filePath.replacing("ConversationsTests/VisitorFactsTests.swift", with: "Samples")
    try await House.open(engine, limits: FileHouse.limits, flags: ["places-file": "\(samples)/places.mmdb"]) { house in
      let stage = try await FileHouse(house)
      let landing = "/offer?utm_source=google&utm_medium=cpc&utm_campaign=spring"
      let view = try await stage.looks(at: landing, from: "https://www.google.com/")
      try await stage.beats([
        "view": .string(view), "seconds": 0, "depth": 60,
        "actions": [["n": 1, "kind": "form", "label": "Ask us"], ["n": 2, "kind": "cart", "label": "Essay", "value": "39 EUR"]],
      ])
      let browser = try #require(try await stage.facts(as: stage.person).json?["browser"])
      #expect(browser["country"]?.string == "TN" && browser["city"]?.string == "Tunis")
      #expect(browser["landing"]?.string == "https://harbour.example\(landing)")
      let source = browser["source"]
      #expect(source?["kind"]?.string == "paidSearch" && source?["name"]?.string == "google")
      #expect(source?["medium"]?.string == "cpc" && source?["campaign"]?.string == "spring" && source?["term"]?.string == "")
      #expect(browser["pages"]?.array?.first?["depth"]?.int == 60)
      let actions = browser["actions"]?.array ?? []
      #expect(actions.map { $0["kind"]?.string } == ["cart", "form"] && actions.first?["label"]?.string == "Essay")
      #expect(actions.first?["value"]?.string == "39 EUR" && actions.allSatisfy { ($0["at"]?.int ?? 0) > 0 })
    }
  }

  @Test("E7: who only looks at pages is there while they tell so, and gone a moment after the page is left", arguments: engines)
  func looking(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.clara.subscribe("visitors.\(stage.site.id)")
      _ = try await stage.ada.say("How much?")
      stage.ada.line.close()
      try await stage.expectVisitor(online: false)
      let view = try await stage.looks(at: "/prices", from: "")
      try await stage.expectVisitor(online: true)
      try await stage.beats(["view": .string(view), "seconds": 0, "last": true])
      try await stage.expectVisitor(online: false)
      try await stage.beats(["view": .string(view), "seconds": 0])
      try await stage.expectVisitor(online: true)
    }
  }

  @Test("E28, A39: who may not read a chat is told nothing about its visitor", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await FileHouse(house)
      let lantern = try await house.site("Paper Lantern Books", origin: "https://lantern.example")
      let marc = try await house.person("Marc", at: [lantern])
      #expect(try await stage.facts(as: marc).reason == "notFound")
      #expect(try await stage.facts(as: house.person("Mona", [.manager])).status == 200)
      #expect(try await stage.facts(as: house.person("Lina", [])).reason == "notFound")
      let anybody = try await WebAnswer.of("GET", "/console/chats/\(stage.conversation)/visitor", port: house.port, stage.asAda)
      #expect(anybody.status != 200)
    }
  }

  @Test("E28, X4: the facts cost the same for one earlier chat and for ten", arguments: engines)
  func cost(_ engine: Dialect.Engine) async throws {
    let counted = Counted()
    let counting: @Sendable (any Store) -> any Store = { counted.count($0) }
    try await House.open(engine, limits: FileHouse.limits, rerun: nil, store: counting) { house in
      let stage = try await FileHouse(house)
      let store = try #require(counted.store.withLock { $0 })
      @Sendable func chats(_ count: Int) async throws {
        for number in 1...count {
          _ = try await stage.ada.say("Chat \(number)")
          _ = try await stage.ada.ask("close")
          try await stage.looks(at: "/\(number)", from: "")
        }
      }
      try await chats(2)
      let few = try await store.cost { _ = try await stage.facts(as: stage.person) }
      try await chats(9)
      let many = try await store.cost { _ = try await stage.facts(as: stage.person) }
      #expect(few == many)
      #expect(try await stage.facts(as: stage.person).json?["chatCount"]?.int == 10)
    }
  }
}

/// Hands the test the store that its program was given. A class, because the program is made in between.
private final class Counted: Sendable {
  let store = Mutex<CountingStore?>(nil)

  func count(_ inner: any Store) -> any Store {
    let counting = CountingStore(inner)
    store.withLock { $0 = counting }
    return counting
  }
}

extension FileHouse {
  fileprivate func facts(as person: House.Person) async throws -> WebAnswer {
    try await WebAnswer.of("GET", "/console/chats/\(conversation)/visitor", port: house.port, ["Cookie": person.cookie])
  }

  /// What Ada's page tells of itself.
  fileprivate func beats(_ told: [String: JSON]) async throws {
    let beat = JSON.object(told.merging(["key": .string(ada.key?.text ?? "")]) { $1 })
    let answer = try await WebAnswer.of(
      "POST", "/api/v1/widget/\(site.key)/beats", port: house.port, ["Origin": House.siteOrigin, "Content-Type": "text/plain"],
      body: Data(try beat.text.utf8))
    // A chat runs, so the page shows it.
    #expect(answer.status == 200, "\(answer.text)")
  }

  /// The list of the console comes to say so.
  fileprivate func expectVisitor(online: Bool) async throws {
    _ = try await clara.line.next("VisitorPresence", within: .seconds(10)) { $0["online"]?.bool == online }
  }

  /// A page of the website comes on Ada's screen.
  @discardableResult
  fileprivate func looks(at path: String, from referrer: String) async throws -> String {
    let seen: JSON = [
      "key": .string(ada.key?.text ?? ""), "url": .string("https://harbour.example\(path)"), "title": .string(path),
      "referrer": .string(referrer),
    ]
    let answer = try await WebAnswer.of(
      "POST", "/api/v1/widget/\(site.key)/views", port: house.port,
      [
        "Origin": House.siteOrigin, "Content-Type": "text/plain",
        "User-Agent": "Mozilla/5.0 (Android 16; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0",
      ], body: Data(try seen.text.utf8))
    #expect(answer.status < 300, "\(answer.text)")
    return answer.json?["view"]?.string ?? ""
  }
}
