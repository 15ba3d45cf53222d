import Base
import Conversations
import ConversationsCore
import Foundation
import Sites
import Store
import TestKit
import Testing

/// What a website has done without anybody pressing anything.
@Suite("Rules of a website")
struct RuleTests {
  private static let engines = Dialect.Engine.allCases

  private struct Stage {
    let scene: FileHouse
    let ines: House.Person
    var house: House { scene.house }

    init(_ house: House) async throws {
      scene = try await FileHouse(house)
      ines = try await house.person("Ines", [.administrator])
    }

    func page(_ end: String) -> FormPage { FormPage(house: house, person: ines, path: "/admin/sites/\(scene.site.id)/\(end)") }

    /// A canned reply, kept on its page.
    func reply(_ fields: [(String, String)]) async throws -> String {
      #expect(try await page("replies/new").post(fields).status == 303)
      return "\(try await house.count("SELECT MAX(id) FROM replies"))"
    }

    func rule(_ fields: [(String, String)]) async throws {
      let answer = try await page("rules/new").post([("active", "on")] + fields)
      #expect(answer.status == 303, "\(answer.text)")
    }

    func tag() async throws -> ChatTag {
      let tag = ChatTag(id: ID(rawValue: 7001), name: "Invoices", tone: .wait)
      try await house.program.sites.save(tag, at: scene.site.id, by: nil, from: .console)
      return tag
    }

    func says(_ text: String) async throws -> LiveClient.Event { try await scene.ada.say(text) }

    func followed() async throws -> Int { try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'RuleFollowed'") }
  }

  private func stage(_ engine: Dialect.Engine, _ body: @escaping @Sendable (Stage) async throws -> Void) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      try await body(stage)
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test(
    "P2: when a visitor writes a word, the website answers in their language, tags the chat and tells somebody, once for a chat",
    arguments: engines)
  func answers(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let tag = try await stage.tag()
      let reply = try await stage.reply([
        ("name", "Invoices"), ("text", "Hello {visitor}, {site} looks it up."), ("text-fr", "Bonjour {visitor} !"), ("tag", "\(tag.id)"),
      ])
      try await stage.rule([
        ("name", "Invoices go to Clara"), ("occasion", "wrote"), ("words", "bill, invoice"), ("reply", reply),
        ("person", "\(stage.scene.person.id)"),
      ])
      _ = try await stage.says("Good morning")
      #expect(try await stage.followed() == 0)
      try await stage.house.program.store.write { try $0.run("UPDATE visitors SET language = 'fr-CA'") }
      #expect(try await stage.says("Where is my INVOICE?").name == "Acknowledged")
      let answer = try await stage.scene.ada.line.next("MessageSent") { $0["by"]?["kind"]?.string == "system" }
      #expect(answer["body"]?["text"]?.string?.hasPrefix("Bonjour ") == true)
      let names = try await stage.scene.clara.line.next("RuleFollowed")
      #expect(names["body"]?["name"]?.string == "Invoices go to Clara" && names["by"]?["kind"]?.string == "system")
      #expect(try await stage.scene.clara.line.next("ChatTagged")["body"]?["added"]?[0]?["name"]?.string == "Invoices")
      let seen = LogView(try await stage.scene.ada.subscribe()).entries.compactMap { $0["event"]?.string }
      #expect(!seen.contains("RuleFollowed") && !seen.contains("ChatTagged"), "what the team does is the team's")
      let rewritten = try await stage.scene.ada.ask("edit", ["of": answer["n"] ?? .null, "text": "We owe you everything."])
      #expect(rewritten["reason"]?.string == "notFound", "nobody changes the words of the website")
      _ = try await stage.says("The invoice, I mean")
      #expect(try await stage.followed() == 1)
      let told = try await stage.house.count("SELECT COUNT(*) FROM notices WHERE kind = 'ruled' AND account_id = \(stage.scene.person.id)")
      #expect(told == 1)
      #expect(
        try await stage.house.count("SELECT last_n FROM conversations")
          == stage.house.count("SELECT MAX(n) FROM entries WHERE by_kind = 'visitor'"))
      #expect(try await stage.page("rules").get().text.contains(#"<td class="number" data-label="Last 30 days">1</td>"#))
    }
  }

  @Test("P2: who asks for a service is somebody's turn, and everybody's after it", arguments: engines)
  func turn(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let ines = try await house.person("Ines", [.administrator])
      let (clara, tom) = (try await house.person("Clara", at: [site]), try await house.person("Tom", at: [site]))
      let desk = try await house.console(of: clara)
      _ = try await desk.subscribe("visitors.\(site.id)")
      _ = try await house.console(of: tom)
      func page(_ end: String) -> FormPage { FormPage(house: house, person: ines, path: "/admin/sites/\(site.id)/\(end)") }
      #expect(try await page("replies/new").post([("name", "Tom's"), ("text", ""), ("then", "\(tom.id)")]).status == 303)
      let reply = try await house.count("SELECT id FROM replies")
      #expect(
        try await page("rules/new").post([("active", "on"), ("name", "Tom first"), ("occasion", "asked"), ("reply", "\(reply)")]).status
          == 303)
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      let row = try await desk.line.next { $0["row"]?["chat"]?["transfer"]?["offered"]?.bool == true }
      #expect(row["row"]?["chat"]?["transfer"]?["to"]?.string == "\(tom.id)")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("P2: what a rule cannot do any more is left out, and the message that it was waiting for is there", arguments: engines)
  func leftOut(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let first = try await stage.reply([("name", "Bye"), ("text", "We are closed."), ("then", "close")])
      let second = try await stage.reply([("name", "Late"), ("text", "One more thing."), ("then", "\(stage.scene.person.id)")])
      for (name, reply) in [("Close", first), ("Too late", second)] {
        try await stage.rule([("name", name), ("occasion", "wrote"), ("words", "stop"), ("reply", reply)])
      }
      #expect(try await stage.says("Please stop").name == "Acknowledged")
      _ = try await stage.scene.ada.line.next("ChatClosed") { $0["by"]?["kind"]?.string == "system" }
      let texts = LogView(try await stage.scene.ada.subscribe()).entries.compactMap { $0["body"]?["text"]?.string }
      #expect(texts.suffix(2) == ["Please stop", "We are closed."], "\(texts)")
      #expect(try await stage.followed() == 2, "the second one could do nothing, and is said to have been tried")
    }
  }

  @Test("P2, E88b: a website with rules and kept days that nobody visited is removed with them", arguments: engines)
  func removed(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let site = try await stage.house.site("Empty", origin: "https://empty.example")
      let page = FormPage(house: stage.house, person: stage.ines, path: "/admin/sites/\(site.id)/rules/new")
      #expect(
        try await page.post([("active", "on"), ("name", "Ended"), ("occasion", "closed"), ("person", "\(stage.ines.id)")]).status == 303)
      _ = try await stage.house.program.store.write { session in
        try session.run(
          "INSERT INTO daily_figures (site_id, day, account_id, figure, tally, amount) VALUES ($1, '2026-11-21', 0, 'chats', 0, 0)", site.id
        )
      }
      _ = try await stage.house.program.sites.remove(site.id, by: nil, from: .console)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM rules") == 0)
    }
  }

  @Test("P2: rules are for chats that end and for ratings, too; switched off they are nobody's", arguments: engines)
  func afterwards(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let tag = try await stage.tag()
      let reply = try await stage.reply([("name", "Look at it"), ("text", ""), ("tag", "\(tag.id)")])
      try await stage.rule([("name", "Unhappy"), ("occasion", "rated"), ("stars", "2"), ("reply", reply)])
      try await stage.rule([("name", "Ended"), ("occasion", "closed"), ("person", "\(stage.scene.person.id)")])
      #expect(
        try await stage.page("rules/new").post([("name", "Off"), ("occasion", "closed"), ("person", "\(stage.scene.person.id)")]).status
          == 303)
      let n = try await stage.scene.endedChat()
      #expect(try await stage.followed() == 1)
      #expect(try await stage.scene.ada.rates(n, 4).name == "Done")
      #expect(try await stage.followed() == 1)
      #expect(try await stage.scene.ada.rates(n, 2, "It took long").name == "Done")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM chat_tags WHERE tag_id = \(tag.id)") == 1)
      let names = try await stage.house.program.store.read { session in
        try session.rows("SELECT body FROM entries WHERE kind = 'RuleFollowed' ORDER BY n").map { $0[0] as String }
      }
      #expect(names == [#"{"name":"Ended"}"#, #"{"name":"Unhappy"}"#])
    }
  }

  @Test(
    "P2: a rule is kept on pages without scripts; what does not fit together is refused in words, and stays as it was typed",
    arguments: engines)
  func pages(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let reply = try await stage.reply([("name", "Hello"), ("text", "Hello")])
      let adding = stage.page("rules/new")
      let wrong = try await adding.post([("name", ""), ("occasion", "asked"), ("words", "invoice"), ("stars", "2"), ("language", "xx")])
      #expect(wrong.status == 422)
      for field in ["name", "words", "stars", "language", "reply"] { #expect(wrong.text.contains("\(field)-error"), "\(field)") }
      #expect(wrong.text.contains(#"value="invoice""#))
      let late = try await adding.post([("name", "Late"), ("occasion", "closed"), ("reply", reply)])
      #expect(late.text.contains("reply-error"), "nothing can be said in a chat that is over")
      let stranger = try await stage.house.person("Tom")
      let nobody = try await adding.post([("name", "Nobody"), ("occasion", "closed"), ("person", "\(stranger.id)")])
      #expect(nobody.text.contains("reply-error"), "who is not of the team is not told")

      try await stage.rule([
        ("name", "Whole"), ("occasion", "left"), ("words", " invoice ,, bill "), ("page", "/pricing"), ("language", "fr"),
        ("returning", "yes"),
        ("hours", "no"), ("reply", reply),
      ])
      let id = try await stage.house.count("SELECT id FROM rules")
      let known = stage.page("rules/\(id)")
      let shown = try await known.get().text
      #expect(shown.contains(#"value="invoice, bill""#) && shown.contains(#"<option value="yes" selected>"#))
      #expect(try await known.post([("name", "Whole"), ("occasion", "left"), ("person", "\(stage.scene.person.id)")]).status == 303)
      #expect(try await stage.page("rules").get().text.contains("tells Clara"))
      #expect(try await stage.house.count("SELECT COUNT(*) FROM rules WHERE active") == 0, "the box was not ticked")
      let clara = FormPage(house: stage.house, person: stage.scene.person, path: known.path)
      #expect(try await clara.get().status == 403)
      #expect(try await known.post([("remove", "yes")]).status == 303)
      #expect(try await known.get().status == 404)
      let deeds = try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.rules'")
      #expect(deeds == 3)
    }
  }
}
