import Base
import ConversationsCore
import Sites
import Store
import TestKit
import Testing

@testable import Conversations

@Suite("Hours of a website, in its chats") struct HoursTests {
  /// Saturday, 21 November 2026, 20:00 where the website is: an hour before its evening begins.
  private static let eight = Moment(milliseconds: 1_795_287_600_000)

  private static func keep(_ hours: Hours, at site: Site, _ house: House) async throws {
    try await house.program.sites.setHours(hours, at: site.id, by: nil, from: .console)
  }

  private static func evening() throws -> Hours {
    let block = try #require(Hours.Block(from: 21 * 60, to: 22 * 60))
    return Hours(week: Dictionary(uniqueKeysWithValues: Hours.Weekday.allCases.map { ($0, [block]) }))
  }

  @Test(
    "P3: outside of its hours a website is offline whoever is there and says when it opens; a message is left and rings for nobody",
    arguments: Dialect.Engine.allCases)
  func outside(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.eight)
    try await House.open(engine, clock: clock) { house in
      let site = try await house.site(zone: "Europe/Rome")
      let clara = try await house.console(of: house.person("Clara", at: [site]))
      try await Self.keep(Self.evening(), at: site, house)
      let ada = try await house.visitor(of: site)
      let told = try await ada.line.next("Snapshot")
      #expect(told["online"]?.bool == false && told["agents"]?.array?.isEmpty == true)
      #expect(told["opens"]?.int == Int(Self.eight.milliseconds) + 3_600_000)
      _ = try await ada.subscribe()
      #expect(try await ada.ask("open").name == "Done")
      #expect(try await house.count("SELECT COUNT(*) FROM entries") == 0, "nobody is rung")
      let form: [String: JSON] = ["name": "Ada", "email": "ada@example.com", "phone": "+33 6 12 34 56 78"]
      let left = try await ada.ask("offline", form.merging(["client": .string(Secret().text), "text": "Call me."]) { $1 })
      #expect(left.name == "Acknowledged")
      let row = try #require(try await clara.subscribe("visitors.\(site.id)")["rows"]?[0])
      #expect(row["chat"]?["offline"]?.bool == true && row["chat"]?["waitingSince"] == .null)
      clock.advance(milliseconds: 3_000)
      let notices = "SELECT COUNT(*) FROM notices WHERE kind = "
      for _ in 0..<100 where try await house.count(notices + "'missedMessage'") == 0 { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try await house.count(notices + "'missedMessage'") == 1)
      #expect(try await house.count(notices + "'newVisitor'") == 0)
    }
  }

  @Test("P3: when the hours begin and end, open panels are told within a minute", arguments: Dialect.Engine.allCases)
  func turning(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.eight)
    try await House.open(engine, clock: clock) { house in
      let site = try await house.site(zone: "Europe/Rome")
      _ = try await house.console(of: house.person("Clara", at: [site]))
      try await Self.keep(Self.evening(), at: site, house)
      let ada = try await house.visitor(of: site)
      clock.advance(milliseconds: 3_600_000)
      let open = try await ada.line.next("Snapshot") { $0["online"]?.bool == true }
      #expect(open["opens"] == nil && open["agents"]?.array?.count == 1)
      clock.advance(milliseconds: 3_600_000)
      let closed = try await ada.line.next("Snapshot") {
        $0["online"]?.bool == false && $0["opens"]?.int ?? 0 > Int(Self.eight.milliseconds) + 7_200_000
      }
      #expect(closed["opens"]?.int == Int(Self.eight.milliseconds) + 25 * 3_600_000)
      _ = try await ada.subscribe()
      #expect(try await ada.sendForm().name == "Done", "a form that was being filled in is taken")
    }
  }

  @Test("P3: within its hours, or without any, a website is as online as its team", arguments: Dialect.Engine.allCases)
  func inside(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.eight)) { house in
      let site = try await house.site(zone: "Europe/Rome")
      let block = try #require(Hours.Block(from: 0, to: 21 * 60))
      try await Self.keep(Hours(week: [.saturday: [block]]), at: site, house)
      let early = try await house.visitor(of: site)
      let nobody = try await early.line.next("Snapshot") { $0["topic"]?.string == "site.\(site.id)" }
      #expect(nobody["online"]?.bool == false && nobody["opens"] == nil)
      _ = try await house.console(of: house.person("Clara", at: [site]))
      let ada = try await house.visitor(of: site)
      let told = try await ada.line.next("Snapshot") { $0["topic"]?.string == "site.\(site.id)" }
      #expect(told["online"]?.bool == true)
    }
  }
}
