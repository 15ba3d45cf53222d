import Base
import Foundation
import Store
import Synchronization
import TestKit
import Testing

/// Who is on a website, with or without a chat.
@Suite("The live page of visitors")
struct MonitoringTests {
  private static let engines = Dialect.Engine.allCases
  private static let noon = Moment(milliseconds: 1_795_262_400_000)

  @Test("E52, E74: who looks at a page is there within a second; what changes is what a reload shows", arguments: engines)
  func live(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let ben = Looker(stage, from: "https://www.search.example/?q=essays")
      try await ben.looks(at: "/prices")
      let topic = "monitoring.\(stage.site.id)"
      let snapshot = try await stage.clara.subscribe(topic)
      #expect(snapshot["total"]?.int == 2, "Ada has the widget open, Ben looks at a page")
      var view = MonitoredView(snapshot)
      let row = try #require(view.rows.values.first { $0["page"]?["title"]?.string == "/prices" })
      #expect(row["source"]?.string == "search.example" && row["returning"]?.bool == false && row["chat"]?.string == "none")
      #expect(row["conversation"] == .null && row["name"] == .null && row["device"]?.string == "mobile")
      let ada = try #require(view.rows[stage.ada.id])
      #expect(ada["chat"]?.string == "active" && ada["name"]?.string == "Ada Moreau" && ada["conversation"]?.string == stage.conversation)

      try await ben.looks(at: "/contact")
      let moved = try await stage.clara.line.next("MonitoringChanged") { $0["rows"]?[0]?["page"]?["title"]?.string == "/contact" }
      #expect(moved["rows"]?[0]?["visitor"] == row["visitor"] && moved["gone"]?.array == [])
      view.apply(moved)
      let lena = Looker(stage)
      try await lena.looks(at: "/")
      view.apply(try await stage.clara.line.next("MonitoringChanged") { $0["rows"]?[0]?["page"]?["title"]?.string == "/" })
      _ = try await stage.clara.ask("close", on: stage.ada.topic)
      view.apply(try await stage.clara.line.next("MonitoringChanged") { $0["rows"]?[0]?["visitor"]?.string == stage.ada.id })
      #expect(view.rows.count == 3)
      #expect(view == MonitoredView(try await stage.clara.subscribe(topic)))
    }
  }

  @Test("E52, E7: who was not heard of for 45 seconds is gone, unless a line is open, and is back with the next beat", arguments: engines)
  func silence(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let ben = Looker(stage)
      try await ben.looks(at: "/prices")
      let topic = "monitoring.\(stage.site.id)"
      var view = MonitoredView(try await stage.clara.subscribe(topic))
      // The first sweep sets where the next begins.
      try await Task.sleep(for: .milliseconds(1_500))
      clock.advance(milliseconds: 40_000)
      #expect(try await ben.beats(40) == 204)
      clock.advance(milliseconds: 40_000)
      #expect(try await stage.clara.subscribe(topic)["total"]?.int == 2, "a beat came in between")
      clock.advance(milliseconds: 6_000)
      let left = try await stage.clara.line.next("MonitoringChanged", within: .seconds(10)) { $0["gone"]?.array?.isEmpty == false }
      view.apply(left)
      #expect(Set(view.rows.keys) == [stage.ada.id], "her line is open")
      #expect(view == MonitoredView(try await stage.clara.subscribe(topic)))
      #expect(try await ben.beats(60) == 204)
      view.apply(try await stage.clara.line.next("MonitoringChanged") { $0["rows"]?.array?.isEmpty == false })
      #expect(view.rows.count == 2)
      stage.ada.line.close()
      view.apply(try await stage.clara.line.next("MonitoringChanged", within: .seconds(10)) { $0["gone"]?[0]?.string == stage.ada.id })
      #expect(view == MonitoredView(try await stage.clara.subscribe(topic)))
    }
  }

  @Test("E52, E88a: each website has its own, and who pays an expert is seen by nobody", arguments: engines)
  func apart(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let lantern = try await house.site("Lantern Books", origin: "https://lantern.example")
      try await Looker(stage).looks(at: "/prices")
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      #expect(try await mona.subscribe("monitoring.\(stage.site.id)")["total"]?.int == 2, "managers see all websites")
      #expect(try await mona.subscribe("monitoring.\(lantern.id)")["total"]?.int == 0)
      let elif = try await house.person("Elif", [.expert], at: [stage.site])
      let ada = try #require(VisitorID(stage.ada.id))
      try await house.program.store.write { session in
        try session.run("UPDATE conversations SET expert_id = $1 WHERE visitor_id = $2", elif.id, ada)
      }
      let rows = MonitoredView(try await mona.subscribe("monitoring.\(stage.site.id)")).rows
      #expect(rows.count == 1 && rows[stage.ada.id] == nil)
      let answer = try await stage.story(of: stage.ada.id, as: stage.person)
      #expect(answer.reason == "notFound")
    }
  }

  @Test("E52, E22f: the team writes first to who never opened the widget; the page hears of it with its next beat", arguments: engines)
  func start(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let ben = Looker(stage)
      try await ben.looks(at: "/prices")
      let seen = try await stage.clara.subscribe("monitoring.\(stage.site.id)")
      let row = seen["rows"]?.array?.first { $0["conversation"] == .null }
      let visitor = try #require(row?["visitor"]?.string)
      let mona = try await house.person("Mona", [.manager])
      let bruno = try await house.person("Bruno", at: [try await house.site("Lantern Books", origin: "https://lantern.example")])
      #expect(try await stage.begin(with: visitor, as: mona).reason == "readOnly")
      #expect(try await stage.begin(with: visitor, as: bruno).reason == "notFound")
      #expect(try await stage.begin(with: visitor, as: house.person("Lina", [])).reason == "notFound")
      #expect(try await stage.begin(with: "99", as: stage.person).reason == "notFound")
      #expect(try await ben.beats(5) == 204)
      let conversation = try #require(try await stage.begin(with: visitor, as: stage.person).json?["conversation"]?.string)
      #expect(try await stage.begin(with: visitor, as: stage.person).json?["conversation"]?.string == conversation, "one for life")
      #expect(try await ben.beats(10) == 204, "nothing was said yet")
      let topic = "chat.\(conversation)"
      _ = try await stage.clara.subscribe(topic)
      let words: [String: JSON] = ["client": .string(Secret().text), "text": "May I help?"]
      #expect(try await stage.clara.ask("begin", words, on: topic).name == "Done")
      #expect(try await ben.beats(15) == 200)
      #expect(try await ben.looks(at: "/contact")["open"]?.bool == true)
      let tab = try await house.visitor(of: stage.site, key: ben.key)
      #expect(tab.topic == topic)
      let log = LogView(try await tab.subscribe())
      #expect(log.entries.last?["body"]?["text"]?.string == "May I help?")
    }
  }

  @Test("E52, E28: the story of somebody without a chat is told to who may see the live page, and to nobody else", arguments: engines)
  func story(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let ben = Looker(stage, from: "https://search.example/")
      for path in ["/prices", "/contact"] { try await ben.looks(at: path) }
      let seen = try await stage.clara.subscribe("monitoring.\(stage.site.id)")
      let visitor = try #require(seen["rows"]?.array?.first { $0["conversation"] == .null }?["visitor"]?.string)
      let facts = try #require(try await stage.story(of: visitor, as: stage.person).json)
      #expect(facts["browser"]?["pages"]?.array?.compactMap { $0["title"]?.string } == ["/contact", "/prices"])
      #expect(facts["browser"]?["referrer"]?.string == "https://search.example/" && facts["chats"]?.array == [])
      #expect(try await stage.story(of: visitor, as: house.person("Mona", [.manager])).status == 200)
      let bruno = try await house.person("Bruno", at: [try await house.site("Lantern Books", origin: "https://lantern.example")])
      #expect(try await stage.story(of: visitor, as: bruno).reason == "notFound")
      #expect(try await stage.story(of: visitor, as: house.person("Lina", [])).reason == "notFound")
      // Of who is in a chat it is what the sidebar of the chat tells.
      let ada = try await stage.story(of: stage.ada.id, as: stage.person)
      #expect(ada.status == 200 && ada.json?["chatCount"]?.int == 0)
    }
  }

  @Test("E52, E79d: who is erased goes from the live page at once, with a chat or without", arguments: engines)
  func erased(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await Looker(stage).looks(at: "/prices")
      let rows = MonitoredView(try await stage.clara.subscribe("monitoring.\(stage.site.id)")).rows
      #expect(rows.count == 2)
      for id in rows.keys {
        try await house.program.conversations.erase(try #require(VisitorID(id)))
        _ = try await stage.clara.line.next("MonitoringChanged") { $0["gone"]?[0]?.string == id }
      }
      #expect(try await stage.clara.subscribe("monitoring.\(stage.site.id)")["total"]?.int == 0)
    }
  }

  @Test("E52, P6: the live page says who is shut out, from that moment and until it is over", arguments: engines)
  func shutOut(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let ada = Looker(stage, key: try #require(stage.ada.key))
      try await ada.looks(at: "/prices")
      let topic = "monitoring.\(stage.site.id)"
      var view = MonitoredView(try await stage.clara.subscribe(topic))
      #expect(view.rows[stage.ada.id]?["shutOut"]?.bool == false)
      let answer = try await WebAnswer.of(
        "POST", "/console/chats/\(stage.conversation)/ban", port: house.port,
        ["Cookie": stage.person.cookie, "Origin": House.origin, "Content-Type": "application/json"],
        body: Data(#"{"span":"day","address":false,"reason":"Rude."}"#.utf8))
      #expect(answer.status == 204, "\(answer.text)")
      view.apply(try await stage.clara.line.next("MonitoringChanged") { $0["rows"]?[0]?["shutOut"]?.bool == true })
      #expect(view == MonitoredView(try await stage.clara.subscribe(topic)))
      clock.advance(milliseconds: 86_400_000)
      try await ada.looks(at: "/contact")
      _ = try await stage.clara.line.next("MonitoringChanged", within: .seconds(10)) { $0["rows"]?[0]?["shutOut"]?.bool == false }
    }
  }

  @Test("E52, P6: who is shut out by address alone is shown so as well, and let in with the one who was meant", arguments: engines)
  func shutOutByAddress(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await Looker(stage, key: try #require(stage.ada.key)).looks(at: "/prices")
      try await Looker(stage).looks(at: "/contact")
      let topic = "monitoring.\(stage.site.id)"
      var view = MonitoredView(try await stage.clara.subscribe(topic))
      let ben = try #require(view.rows.first { $0.value["conversation"] == .null })
      #expect(ben.value["shutOut"]?.bool == false)
      let answer = try await WebAnswer.of(
        "POST", "/console/chats/\(stage.conversation)/ban", port: house.port,
        ["Cookie": stage.person.cookie, "Origin": House.origin, "Content-Type": "application/json"],
        body: Data(#"{"span":"day","address":true,"reason":"Rude."}"#.utf8))
      #expect(answer.status == 204, "\(answer.text)")
      func told(_ isShutOut: Bool) -> @Sendable (LiveClient.Event) -> Bool {
        { $0["rows"]?.array?.contains { $0["visitor"]?.string == ben.key && $0["shutOut"]?.bool == isShutOut } == true }
      }
      view.apply(try await stage.clara.line.next("MonitoringChanged", where: told(true)))
      #expect(view == MonitoredView(try await stage.clara.subscribe(topic)))
      #expect(view.rows.values.allSatisfy { $0["shutOut"]?.bool == true })
      let ines = PageReader(house: house, person: try await house.person("Ines", [.administrator]))
      _ = try await ines.get("/admin/bans")
      #expect(try await ines.post("/admin/bans/\(try await house.count("SELECT id FROM bans"))/lift").status == 303)
      view.apply(try await stage.clara.line.next("MonitoringChanged", where: told(false)))
    }
  }

  @Test("E52, X4: five thousand fill a snapshot, the true number stands besides, and one more is told alone", arguments: engines)
  func many(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.crowd(5_001)
      let snapshot = try await stage.clara.subscribe("monitoring.\(stage.site.id)")
      #expect(snapshot["rows"]?.array?.count == 5_000 && snapshot["total"]?.int == 5_001)
      let bytes = snapshot.text.utf8.count
      #expect(bytes < 2_500_000, "\(bytes)")
      try await Looker(stage).looks(at: "/prices")
      let told = try await stage.clara.line.next("MonitoringChanged") { $0["rows"]?[0]?["page"]?["title"]?.string == "/prices" }
      #expect(told["rows"]?.array?.count == 1)
    }
  }
}

/// A browser on pages of the website that never opens the widget. A class, because it remembers its last page view.
final class Looker: Sendable {
  let stage: FileHouse
  let key: Secret
  let referrer: String
  private let viewed = Mutex("")

  init(_ stage: FileHouse, key: Secret = Secret(), from referrer: String = "") {
    self.stage = stage
    self.key = key
    self.referrer = referrer
  }

  @discardableResult
  func looks(at path: String) async throws -> JSON {
    let answer = try await post(
      "views",
      ["url": .string("https://harbour.example\(path)"), "title": .string(path), "referrer": .string(referrer), "language": "en"])
    let json = try #require(answer.json, "\(answer.text)")
    viewed.withLock { $0 = json["view"]?.string ?? "" }
    return json
  }

  /// The status that a beat is answered with.
  func beats(_ seconds: Int) async throws -> Int {
    try await post("beats", ["view": .string(viewed.withLock { $0 }), "seconds": .number(Double(seconds))]).status
  }

  private func post(_ path: String, _ fields: [String: JSON]) async throws -> WebAnswer {
    let body = JSON.object(fields.merging(["key": .string(key.text)]) { $1 })
    return try await WebAnswer.of(
      "POST", "/api/v1/widget/\(stage.site.key)/\(path)", port: stage.house.port,
      [
        "Origin": House.siteOrigin, "Content-Type": "text/plain",
        "User-Agent": "Mozilla/5.0 (Android 16; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0",
      ], body: Data(try body.text.utf8))
  }
}

extension FileHouse {
  fileprivate func story(of visitor: String, as person: House.Person) async throws -> WebAnswer {
    try await WebAnswer.of("GET", "/console/visitors/\(visitor)", port: house.port, ["Cookie": person.cookie])
  }

  fileprivate func begin(with visitor: String, as person: House.Person) async throws -> WebAnswer {
    try await WebAnswer.of(
      "POST", "/console/visitors/\(visitor)/conversation", port: house.port, ["Cookie": person.cookie, "Origin": House.origin])
  }

  /// So many look at the front page since a moment ago.
  fileprivate func crowd(_ count: Int) async throws {
    let (now, site, ids) = (house.program.clock.now, site.id, house.program.ids)
    let numbers: [(VisitorID, VisitID, Secret)] = (0..<count).map { _ in (ids.next(), ids.next(), Secret()) }
    try await house.program.store.write { session in
      for (visitor, visit, key) in numbers {
        try session.run(
          """
          INSERT INTO visitors (id, site_id, key_digest, address, language, device, browser, system, first_visit_at, last_visit_at, visits)
          VALUES ($1, $2, $3, '192.0.2.7', 'en', 'desktop', 'Firefox', 'Linux', $4, $4, 1)
          """, visitor, site, key.digest, now)
        try session.run(
          """
          INSERT INTO visits (id, visitor_id, referrer, landing_page, current_page, current_title, started_at, active_at)
          VALUES ($1, $2, 'https://search.example/', 'https://harbour.example/', 'https://harbour.example/', 'Harbour Essays', $3, $3)
          """, visit, visitor, now)
      }
    }
  }
}
