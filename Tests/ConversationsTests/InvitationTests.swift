import Base
import Foundation
import Sites
import Store
import Synchronization
import TestKit
import Testing

@testable import Conversations

/// What a website says first to somebody who only looks.
@Suite("Invitations of a website")
struct InvitationTests {
  private static let engines = Dialect.Engine.allCases

  private struct Stage: Sendable {
    let house: House
    let site: Site
    let ines: House.Person
    let clara: Talker

    init(_ house: House) async throws {
      self.house = house
      site = try await house.site()
      ines = try await house.person("Ines", [.administrator])
      clara = try await house.console(of: house.person("Clara", at: [site]))
    }

    func page(_ end: String) -> FormPage { FormPage(house: house, person: ines, path: "/admin/sites/\(site.id)/\(end)") }

    static func fields(_ changes: [String: String] = [:]) -> [(String, String)] {
      let usual = [
        "name": "Prices", "text": "Any questions?", "seconds": "20", "pages": "1", "often": "once", "active": "on", "somebody": "on",
      ]
      return usual.merging(changes) { $1 }.filter { !$0.value.isEmpty }.map { ($0.key, $0.value) }
    }

    /// Kept on its page.
    @discardableResult
    func invites(_ changes: [String: String] = [:]) async throws -> String {
      let answer = try await page("invitations/new").post(Self.fields(changes))
      #expect(answer.status == 303, "\(answer.text)")
      return "\(try await house.count("SELECT MAX(id) FROM site_invitations"))"
    }

    func pass(_ seconds: Int64) { house.program.clock.advance(milliseconds: seconds * 1000) }

    func shown() async throws -> Int { try await house.count("SELECT COUNT(*) FROM invitation_showings") }
  }

  private func stage(_ engine: Dialect.Engine, _ body: @escaping @Sendable (Stage) async throws -> Void) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await Stage(house)
      try await body(stage)
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("P14: who looks for long enough is invited once, in whichever of two tabs asks first; nothing is begun by it", arguments: engines)
  func once(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.invites(["text": "Any questions about {page}, {visitor}?", "text-fr": "Une question à {site} ?"])
      let ada = WindowShopper(stage.house, stage.site, language: "fr-CA")
      #expect(try await ada.looks(at: "/prices")["invite"]?.array?.compactMap(\.int) == [20])
      stage.pass(19)
      #expect(try await ada.waits(19).status == 204)
      stage.pass(1)
      let other = WindowShopper(stage.house, stage.site, language: "fr-CA", key: ada.key)
      _ = try await other.looks(at: "/prices")
      stage.pass(20)
      async let first = ada.waits(40)
      async let second = other.waits(20)
      let answers = try await [first, second]
      #expect(answers.map(\.status).sorted() == [201, 204])
      let card = try #require(answers.first { $0.status == 201 }?.json)
      #expect(card["text"]?.string == "Une question à Harbour Essays ?" && card["name"]?.string == "Harbour Essays")
      #expect(card["language"]?.string == "fr" && card["words"]?["answer"]?.string == "Répondre")
      #expect(try await stage.shown() == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM conversations") == 0, "showing begins nothing")
      stage.pass(3600)
      _ = try await ada.looks(at: "/prices")
      stage.pass(20)
      #expect(try await ada.waits(20).status == 204, "once for each visitor")
      #expect(try await stage.shown() == 1)
    }
  }

  @Test("P14: what is opened is said in the chat, once; the team reads it, and figures and list say what came of it", arguments: engines)
  func opened(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let id = try await stage.invites()
      _ = try await stage.clara.subscribe("visitors.\(stage.site.id)")
      let ada = WindowShopper(stage.house, stage.site)
      _ = try await ada.looks(at: "/prices")
      stage.pass(20)
      let showing = try #require(try await ada.waits(20).json?["id"]?.string)
      #expect(try await ada.tells("opened", of: showing) == 204)
      #expect(try await ada.tells("opened", of: showing) == 204, "told again it changes nothing")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'chat.closeUnwritten'") == 1)
      #expect(try await ada.waits(20).status == 200, "a chat is there")
      let line = try await stage.house.visitor(of: stage.site, key: ada.key)
      let seen = LogView(try await line.subscribe()).entries
      #expect(seen.compactMap { $0["body"]?["text"]?.string } == ["Any questions?"])
      #expect(seen.last?["by"]?["kind"]?.string == "system")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM chats WHERE written") == 0)
      let before = try await stage.page("invitations").get().text
      #expect(before.contains(">Prices</a>") && Self.figures(before) == ["1", "1", "0"], "\(Self.figures(before))")
      _ = try await line.sendForm()
      _ = try await line.say("Yes: what is a page?")
      _ = try await stage.clara.subscribe(line.topic)
      _ = try await stage.clara.ask("join", on: line.topic)
      #expect(Self.figures(try await stage.page("invitations").get().text) == ["1", "1", "1"])
      let answers = try await stage.page("invitations/\(id)/answers").get().text
      #expect(answers.contains("/console#\(line.topic.dropFirst("chat.".count))") && answers.contains("Any questions?"))
      #expect(try await WindowShopper(stage.house, stage.site).tells("opened", of: showing) == 404, "somebody else's")
    }
  }

  @Test("P14: who closed it sees none in this visit; the next visit and days later bring it where the website said so", arguments: engines)
  func again(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.invites(["often": "days", "days": "3", "seconds": "0"])
      try await stage.invites(["name": "Second", "text": "Still there?", "often": "visit", "seconds": "0", "returning": "yes"])
      let ada = WindowShopper(stage.house, stage.site)
      func text() async throws -> String? {
        _ = try await ada.looks(at: "/prices")
        return try await ada.waits(0).json?["text"]?.string
      }
      _ = try await ada.looks(at: "/prices")
      let first = try await ada.waits(0).json
      #expect(first?["text"]?.string == "Any questions?")
      #expect(try await ada.tells("closed", of: first?["id"]?.string ?? "") == 204)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM invitation_showings WHERE closed_at IS NOT NULL") == 1)
      #expect(try await text() == nil)
      for wanted in ["Still there?", "Still there?"] {
        stage.pass(3600)
        #expect(try await text() == wanted)
        #expect(try await text() == nil)
      }
      stage.pass(3 * 86_400)
      _ = try await stage.house.console(of: stage.house.person("Tom", at: [stage.site]))
      #expect(try await text() == "Any questions?")
    }
  }

  @Test(
    "P14: nobody is invited who is in a chat, was shut out, asks not to be followed or finds nobody there; nor before a fitting page",
    arguments: engines)
  func left(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      try await stage.invites(["seconds": "0", "page": "/Prices", "often": "visit", "campaign": "spring", "source": "campaign"])
      func status(_ path: String = "/prices?utm_campaign=Spring+26", _ who: WindowShopper? = nil) async throws -> Int {
        let ada = who ?? WindowShopper(stage.house, stage.site)
        _ = try await ada.looks(at: path)
        return try await ada.waits(0).status
      }
      #expect(try await status() == 201)
      #expect(try await status("/about?utm_campaign=Spring+26") == 204)
      #expect(try await status("/prices") == 204)
      let quiet = WindowShopper(stage.house, stage.site, isPrivate: true)
      #expect(try await quiet.looks(at: "/prices?utm_campaign=Spring+26")["invite"] == nil)
      #expect(try await quiet.waits(0).status == 204)
      let talking = WindowShopper(stage.house, stage.site)
      let line = try await stage.house.visitor(of: stage.site, key: talking.key)
      _ = try await line.subscribe()
      _ = try await line.sendForm()
      #expect(try await status("/prices?utm_campaign=Spring+26", talking) == 200)
      _ = try await line.ask("close", on: line.topic)
      let banned = try await stage.house.count("SELECT id FROM visitors WHERE form_sent_at IS NOT NULL")
      try await stage.house.program.store.write { session in
        try session.run(
          """
          INSERT INTO bans (id, site_id, visitor_id, reason, banned_by, banned_at)
          VALUES (1, $1, $2, 'rude', $3, 0)
          """, stage.site.id, Int64(banned), stage.ines.id)
      }
      #expect(try await status("/prices?utm_campaign=Spring+26", talking) == 204)
      #expect(try await status() == 201)
      try await stage.house.program.store.write { try $0.run("UPDATE accounts SET status = 'away'") }
      await stage.house.program.conversations.rulesChanged.publish(stage.site.id)
      #expect(try await status() == 204, "nobody is there")
    }
  }

  @Test(
    "P14: pages without scripts keep them in order; what cannot be is refused in words, and of two administrators the second is told",
    arguments: engines)
  func pages(_ engine: Dialect.Engine) async throws {
    try await stage(engine) { stage in
      let wrong = try await stage.page("invitations/new").post(
        Stage.fields([
          "name": "", "text": String(repeating: "a", count: 301), "seconds": "4000", "language": "xx", "often": "days", "days": "0",
        ]))
      #expect(wrong.status == 422)
      for field in ["name", "text", "seconds", "language", "days"] { #expect(wrong.text.contains("\(field)-error"), "\(field)") }
      #expect(wrong.text.contains(#"value="4000""#))
      let first = try await stage.invites(["name": "First"])
      let second = try await stage.invites(["name": "Second", "source": "mail", "language": "fr", "hours": "yes", "often": "visit"])
      func order() async throws -> [String] {
        let text = try await stage.page("invitations").get().text
        return text.matches(of: />(First|Second)<\/a>/).map { String($0.output.1) }
      }
      #expect(try await order() == ["First", "Second"])
      #expect(try await stage.page("invitations").post([("invitation", second), ("move", "up")]).status == 303)
      #expect(try await order() == ["Second", "First"])
      #expect(try await stage.page("invitations").post([("invitation", second), ("move", "up")]).status == 303)
      #expect(try await order() == ["Second", "First"])
      let known = stage.page("invitations/\(first)")
      #expect(try await known.get().text.contains(#"name="version" value="1""#))
      #expect(try await known.post(Stage.fields(["name": "First", "text": "One", "version": "1"])).status == 303)
      let late = try await known.post(Stage.fields(["name": "First", "text": "Two", "version": "1"]))
      #expect(late.status == 409 && late.text.contains("Somebody else changed this") && late.text.contains("Two"))
      #expect(late.text.contains(#"name="version" value="2""#))
      #expect(try await stage.house.count("SELECT COUNT(*) FROM site_invitations WHERE text = 'One'") == 1)
      #expect(try await known.post(Stage.fields(["name": "First", "text": "Two", "version": "2"])).status == 303)
      #expect(try await known.post([("remove", "yes")]).status == 303)
      #expect(try await known.get().status == 404)
      let deeds = try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.invitations'")
      #expect(deeds == 7)
      #expect(
        try await stage.page("preview/invitation?text=Hello+%3C%2Fscript%3E&scheme=dark").get().text.contains("Hello \\u003c"))
    }
  }

  private static func figures(_ page: String) -> [String] {
    page.matches(of: /\/answers(?:#chats)?">(\d+)<\/a>/).map { String($0.output.1) }
  }
}

/// A browser on pages of a website that never opens the widget. A class, because it remembers its last page view.
final class WindowShopper: Sendable {
  let house: House
  let site: Site
  let key: Secret
  private let language: String
  private let isPrivate: Bool
  private let viewed = Mutex("")

  init(_ house: House, _ site: Site, language: String = "en", isPrivate: Bool = false, key: Secret = Secret()) {
    self.house = house
    self.site = site
    self.language = language
    self.isPrivate = isPrivate
    self.key = key
  }

  func looks(at path: String) async throws -> JSON {
    let answer = try await post(
      "views", ["url": .string("https://harbour.example\(path)"), "title": .string(path), "language": .string(language)])
    let json = try #require(answer.json, "\(answer.text)")
    viewed.withLock { $0 = json["view"]?.string ?? "" }
    return json
  }

  /// Tells for how long the page was in sight, and that an invitation may come.
  func waits(_ seconds: Int, asking: Bool = true) async throws -> WebAnswer {
    let view = viewed.withLock { $0 }
    var body: [String: JSON] = ["view": .string(view), "seconds": .number(Double(seconds))]
    if asking { body["invite"] = true }
    return try await post("beats", body)
  }

  func tells(_ deed: String, of showing: String) async throws -> Int {
    try await post("invitations", ["invitation": .string(showing), "deed": .string(deed)]).status
  }

  private func post(_ path: String, _ fields: [String: JSON]) async throws -> WebAnswer {
    let body = JSON.object(fields.merging(["key": .string(key.text)]) { $1 })
    var headers = [
      "Origin": House.siteOrigin, "Content-Type": "text/plain",
      "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ]
    if isPrivate { headers["Sec-GPC"] = "1" }
    return try await WebAnswer.of(
      "POST", "/api/v1/widget/\(site.key)/\(path)", port: house.port, headers, body: Data(try body.text.utf8))
  }
}
