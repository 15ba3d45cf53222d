import Access
import Availability
import Base
import Conversations
import Foundation
import Store
import TestKit
import Testing

/// What programs, people and pages are told of somebody's availability.
@Suite("Availability") struct AvailabilityTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  private func open(_ engine: Dialect.Engine, _ body: @escaping @Sendable (House, WallClock) async throws -> Void) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock) { house in try await body(house, clock) }
  }

  private func description() throws -> APIDescription {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try APIDescription(Data(contentsOf: root.appending(path: "docs/openapi.json")))
  }

  private static func report(_ house: House, about account: AccountID, as token: String, from source: String = "phone", _ body: String)
    async throws -> WebAnswer
  {
    try await WebAnswer.of(
      "PUT", "/api/v1/availability/\(account)/reports/\(source)", port: house.port,
      ["Authorization": "Bearer \(token)", "Content-Type": "application/json"], body: Data(body.utf8),
      promising: body.utf8.count)
  }

  private static let reportPath = "PUT /api/v1/availability/{account}/reports/{source}"
  private static let readPath = "GET /api/v1/availability/{account}"

  @Test("C4: a program reports busy for a while, everybody is told why, and then it is over", arguments: engines)
  func reports(engine: Dialect.Engine) async throws {
    try await open(engine) { house, clock in
      let emil = try await house.person("Emil", [.expert])
      let ines = try await house.person("Ines", [.administrator])
      let (writes, reads) = (try await house.token([.availabilityWrite], of: ines), try await house.token([.availabilityRead], of: emil))
      let description = try description()
      _ = try await house.console(of: emil)
      func read() async throws -> JSON? {
        let answer = try await WebAnswer.of(
          "GET", "/api/v1/availability/\(emil.id)", port: house.port, ["Authorization": "Bearer \(reads)"])
        #expect(description.problems(of: answer.text, status: answer.status, to: Self.readPath) == [])
        return answer.json
      }
      #expect(try await read()?["reach"]?.string == "chat")
      let (at, end) = (clock.now.milliseconds, clock.now.adding(seconds: 60).milliseconds)
      let said = try await Self.report(house, about: emil.id, as: writes, #"{"state":"busy","at":\#(at),"expiresAt":\#(end)}"#)
      #expect(said.status == 200 && description.problems(of: said.text, status: said.status, to: Self.reportPath) == [])
      let late = try await Self.report(house, about: emil.id, as: writes, #"{"state":"unreachable","at":\#(at - 5000)}"#)
      #expect(late.json?["state"]?.string == "busy", "C4: what comes late is answered with what is newer")
      let busy = try await read()
      #expect(busy?["reach"]?.string == "busy" && busy?["busy"]?.bool == true && busy?["status"]?.string == "away")
      let reason = try #require(busy?["reasons"]?.array?.last)
      #expect(reason["source"]?.string == "phone" && reason["since"]?.int == Int(at) && reason["until"]?.int == Int(end))
      let page = try await WebAnswer.of("GET", "/availability", port: house.port, ["Cookie": emil.cookie, "Accept": "text/html"])
      #expect(page.status == 200 && page.text.contains("Report of phone") && page.text.contains("Busy just now"))
      clock.advance(milliseconds: 60_000)
      let over = try await read()
      #expect(over?["reach"]?.string == "chat" && over?["reasons"]?.array?.last?["effect"]?.string == "ended")
    }
  }

  @Test("C4, P7: only an administrator's program and one's own report, within their scopes and about those who answer")
  func rights() async throws {
    try await open(.sqlite) { house, _ in
      let (emil, clara) = (try await house.person("Emil", [.expert]), try await house.person("Clara"))
      let (ines, mona) = (try await house.person("Ines", [.administrator]), try await house.person("Mona", [.manager]))
      let lina = try await house.person("Lina", [])
      let description = try description()
      let busy = #"{"state":"busy"}"#
      for (person, scopes, about, status) in [
        (emil, [.availabilityWrite], emil.id, 200), (ines, [.availabilityWrite], emil.id, 200), (mona, [.availabilityWrite], emil.id, 404),
        (clara, [.availabilityWrite], emil.id, 404), (emil, [.availabilityRead], emil.id, 403), (ines, [.availabilityWrite], lina.id, 404),
        (lina, [.availabilityWrite], lina.id, 404),
      ] as [(House.Person, Set<Scope>, AccountID, Int)] {
        let answer = try await Self.report(house, about: about, as: try await house.token(scopes, of: person), busy)
        #expect(answer.status == status, "\(person.id) about \(about): \(answer.text)")
        #expect(description.problems(of: answer.text, status: answer.status, to: Self.reportPath) == [])
      }
      let token = try await house.token([.availabilityWrite], of: ines)
      for (source, body, status) in [
        ("Phone", busy, 422), ("phone", #"{"state":"asleep"}"#, 400), ("phone", "", 400),
        ("phone", #"{"state":"busy","at":4102444800000}"#, 422),
      ] {
        #expect(try await Self.report(house, about: emil.id, as: token, from: source, body).status == status, "\(source) \(body)")
      }
      for (person, status) in [(emil, 200), (mona, 200), (ines, 200), (clara, 404), (lina, 404)] {
        let page = try await WebAnswer.of("GET", "/availability/\(emil.id)", port: house.port, ["Cookie": person.cookie])
        #expect(page.status == status, "\(page.text.prefix(200))")
      }
    }
  }

  @Test("C3, C4: what somebody chose stays, closes the chat of their website for who opens it, and is told at once", arguments: engines)
  func chooses(engine: Dialect.Engine) async throws {
    try await open(engine) { house, _ in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site])
      _ = try await house.console(of: clara)
      let ada = try await house.visitor(of: site)
      let status = "site.\(site.id)"
      #expect(try await ada.subscribe(status)["online"]?.bool == true)
      try await house.program.conversations.choose(Preset.offlineMessageOnly, of: clara.id)
      _ = try await ada.line.next("Snapshot") { $0["online"]?.bool == false }
      try await house.program.conversations.choose(Preset.chatAndCall, of: clara.id)
      _ = try await ada.line.next("Snapshot") { $0["online"]?.bool == true }
      #expect(try await house.program.store.read { try $0.acceptance(of: clara.id, at: Self.noon) }.channels == [.chat, .call])
    }
  }

  @Test("C4: when a report ends, open pages are told without anybody asking")
  func endsLive() async throws {
    try await open(.sqlite) { house, clock in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site])
      _ = try await house.console(of: clara)
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe("site.\(site.id)")
      let report = try Report(source: "phone", state: .unreachable, at: nil, expiresAt: nil, heardAt: clock.now)
      try await house.program.conversations.keep(report, about: clara.id, by: clara.id)
      _ = try await ada.line.next("Snapshot") { $0["online"]?.bool == false }
      clock.advance(milliseconds: Report.lifeSeconds * 1000)
      _ = try await ada.line.next("Snapshot") { $0["online"]?.bool == true }
    }
  }
}
