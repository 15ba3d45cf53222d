import Base
import Conversations
import Foundation
import Sites
import Store
import TestKit
import Testing

/// What the team calls its chats by.
@Suite("Tags")
struct TagTests {
  private static let engines = Dialect.Engine.allCases

  private struct Stage {
    let scene: FileHouse
    let refund: ChatTag
    let urgent: ChatTag

    init(_ house: House) async throws {
      scene = try await FileHouse(house)
      refund = ChatTag(id: ID(rawValue: 7001), name: "Refund", tone: .wait)
      urgent = ChatTag(id: ID(rawValue: 7002), name: "Urgent", tone: .bad)
      for tag in [urgent, refund] { try await house.program.sites.save(tag, at: scene.site.id, by: nil, from: .console) }
    }

    func tag(_ talker: Talker, add: [ChatTag] = [], remove: [ChatTag] = []) async throws -> LiveClient.Event {
      func ids(_ tags: [ChatTag]) -> JSON { .array(tags.map { .string("\($0.id)") }) }
      return try await talker.ask("tag", ["add": ids(add), "remove": ids(remove)], on: scene.ada.topic)
    }
  }

  @Test(
    "P1: who put a tag on a chat and took it off stands in its log for the team; row, export and filter say the same", arguments: engines)
  func tagging(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      let (clara, ada, topic) = (stage.scene.clara, stage.scene.ada, stage.scene.ada.topic)
      let desk = try await clara.subscribe("agent.\(clara.id)")
      #expect(desk["sites"]?[0]?["tags"]?.array?.compactMap { $0["name"]?.string } == ["Refund", "Urgent"])
      _ = try await clara.subscribe("visitors.\(stage.scene.site.id)")
      #expect(try await stage.tag(clara, add: [stage.urgent, stage.refund]).name == "Done")
      #expect(try await stage.tag(clara, add: [stage.urgent]).name == "Done", "true already")
      #expect(try await stage.tag(clara, remove: [stage.urgent]).name == "Done")
      _ = try await clara.line.next(within: .seconds(5)) {
        $0["row"]?["tags"]?.array == [.string("\(stage.refund.id)")]
      }
      var log = LogView(try await clara.subscribe(topic))
      let tagged = log.entries.filter { $0["event"]?.string == "ChatTagged" }
      #expect(tagged.count == 2 && tagged.allSatisfy { $0["by"]?["name"]?.string == "Clara" })
      #expect(tagged[0]["body"]?["added"]?.array?.compactMap { $0["name"]?.string } == ["Refund", "Urgent"])
      #expect(tagged[1]["body"]?["removed"]?.array?.compactMap { $0["name"]?.string } == ["Urgent"])

      // State and events are a reload.
      var rows = RowsView(try await clara.subscribe("visitors.\(stage.scene.site.id)"))
      _ = clara.line.takeAll()
      #expect(try await stage.tag(clara, add: [stage.urgent]).name == "Done")
      try await Task.sleep(for: .milliseconds(600))
      for event in clara.line.takeAll() {
        rows.apply(event)
        log.apply(event)
      }
      #expect(rows == RowsView(try await clara.subscribe("visitors.\(stage.scene.site.id)")))
      #expect(log == LogView(try await clara.subscribe(topic)) && log.gaps == 0)

      func found(_ query: String) async throws -> Int? {
        let path = "/console/chats?\(query)"
        return try await WebAnswer.of("GET", path, port: house.port, stage.scene.asClara).json?["chats"]?.array?.count
      }
      #expect(try await found("tag=\(stage.urgent.id)") == 1)
      #expect(try await found("tag=9") == 0)
      #expect(try await WebAnswer.of("GET", "/console/chats?tag=x", port: house.port, stage.scene.asClara).reason == "notUnderstood")
      let csv = try await WebAnswer.of("GET", "/console/export.csv?rows=chats", port: house.port, stage.scene.asClara).text
      #expect(csv.contains("\"Refund, Urgent\"") && csv.contains(",Agents,Tags,"))

      // The visitor hears nothing, and their numbers have no hole.
      _ = try await clara.say("Hello", on: topic)
      _ = try await ada.line.next("MessageSent")
      #expect(!ada.line.takeAll().contains { $0.name == "ChatTagged" })
      #expect(!"\(try await ada.subscribe().json)".contains("Refund"))
      for table in DataSubject.visitor(try #require(VisitorID(ada.id))).tables where ["entries", "chat_tags"].contains(table.name) {
        let (rows, readable) = (table.rows.replacingOccurrences(of: "$1", with: ada.id), table.readable ?? "TRUE")
        let words = table.name == "entries" ? "AND CAST(body AS TEXT) LIKE '%Refund%'" : ""
        #expect(try await house.count("SELECT COUNT(*) FROM \(table.name) WHERE \(rows) AND (\(readable)) \(words)") == 0)
      }
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("P1, A39: the team of the website tags its chats, by its own words alone", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      let elsewhere = try await house.site("Lantern Books", origin: "https://lantern.example")
      let foreign = ChatTag(id: ID(rawValue: 7003), name: "Foreign", tone: .good)
      try await house.program.sites.save(foreign, at: elsewhere.id, by: nil, from: .console)
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      _ = try await mona.subscribe(stage.scene.ada.topic)
      #expect(try await stage.tag(mona, add: [stage.refund])["reason"]?.string == "readOnly")
      #expect(try await stage.tag(stage.scene.ada, add: [stage.refund])["reason"]?.string == "notAllowed")
      #expect(try await stage.tag(stage.scene.clara, add: [foreign])["reason"]?.string == "notFound")
      #expect(try await house.count("SELECT COUNT(*) FROM chat_tags") == 0)
    }
  }

  @Test("P1, A40: a tag that is removed goes from every chat, and an erased visitor's chat has none", arguments: engines)
  func removal(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      _ = try await stage.tag(stage.scene.clara, add: [stage.refund, stage.urgent])
      try await house.program.sites.remove(stage.refund.id, at: stage.scene.site.id, by: nil, from: .console)
      #expect(try await house.count("SELECT COUNT(*) FROM chat_tags") == 1)
      #expect(try await Conversations.examine(house.program.store).findings == [])
      try await house.program.conversations.erase(try #require(VisitorID(stage.scene.ada.id)))
      #expect(try await house.count("SELECT COUNT(*) FROM chat_tags") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%Urgent%'") == 0)
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("P1: an administrator keeps the tags of a website on a page without scripts", arguments: engines)
  func page(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let site = try await house.site()
      let ines = try await house.person("Ines", [.administrator])
      let page = FormPage(house: house, person: ines, path: "/admin/sites/\(site.id)/tags")
      #expect(try await page.post([("name", " Refund "), ("tone", "wait")]).status == 303)
      #expect(try await page.post([("name", "refund"), ("tone", "good")]).text.contains("name-new-error"))
      #expect(try await page.post([("name", ""), ("tone", "good")]).status == 422)
      let tag = try #require(try await house.program.store.read { try $0.tags(at: site.id) }.first)
      #expect(tag.name == "Refund" && tag.tone == .wait)
      #expect(try await page.post([("tag", "\(tag.id)"), ("name", "Money back"), ("tone", "bad")]).status == 303)
      #expect(try await page.get().text.contains("Money back"))
      #expect(try await page.post([("tag", "12"), ("name", "Nobody's"), ("tone", "bad")]).status == 404)
      #expect(try await page.post([("remove", "\(tag.id)")]).status == 303)
      #expect(try await house.count("SELECT COUNT(*) FROM tags") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.tags'") == 3)
    }
  }
}

/// A page with forms, as a browser without scripts has it.
struct FormPage: Sendable {
  let house: House
  let person: House.Person
  let path: String

  func get() async throws -> WebAnswer {
    try await WebAnswer.of("GET", path, port: house.port, ["Cookie": person.cookie, "Accept": "text/html"])
  }

  /// Opens the form first, as people do, because it carries the token.
  func post(_ fields: [(String, String)], to other: String? = nil) async throws -> WebAnswer {
    let page = try await get().text
    let token = try #require(page.firstMatch(of: /name="form_token" value="([^"]+)"/)?.output.1, "\(path) has no form")
    let body = (fields + [("form_token", String(token))])
      .map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }.joined(separator: "&")
    return try await WebAnswer.of(
      "POST", other ?? path, port: house.port,
      [
        "Cookie": person.cookie, "Accept": "text/html", "Origin": House.origin, "Content-Type": "application/x-www-form-urlencoded",
      ], body: Data(body.utf8))
  }
}
