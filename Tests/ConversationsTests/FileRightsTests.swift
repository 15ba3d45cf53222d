import Access
import Base
import Foundation
import Store
import TestKit
import Testing

@Suite("Who may have files")
struct FileRightsTests {
  @Test(
    "E45: a file is for its participants and those who read every chat, by a pass of their own",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func readers(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let file = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      let elsewhere = try await house.site("Lantern Books", origin: "https://lantern.example")
      func session(_ name: String, _ roles: Set<Role>) async throws -> [String: String] {
        ["Cookie": try await house.person(name, roles, at: name == "Bruno" ? [elsewhere] : []).cookie, "Origin": House.origin]
      }
      let manager = try await session("Mona", [.manager])
      let administrator = try await session("Ines", [.administrator])
      for reader in [stage.asAda, stage.asClara, manager, administrator] {
        let pass = try await stage.pass(reader)
        #expect(try await stage.fetch(file, pass: pass, reader).status == 200)
      }
      let stranger = try await session("Bruno", [.agent])
      let otherVisitor = stage.visitor(try await house.visitor(of: stage.site))
      let path = "/api/v1/chats/\(stage.conversation)/pass"
      for other in [stranger, otherVisitor] {
        #expect(try await WebAnswer.of("GET", path, port: house.port, other).status == 404)
      }
      #expect(try await WebAnswer.of("GET", path, port: house.port).status == 401)

      // An agent's pass is nothing without the agent's own session, and nobody else's session will do.
      let pass = try await stage.pass(stage.asClara)
      #expect(try await stage.fetch(file, pass: pass).status == 401)
      #expect(try await stage.fetch(file, pass: pass, manager).status == 403)
      // E45: somebody who is taken off the site keeps a pass that opens nothing.
      try await house.program.sites.unassign(stage.person.id, at: stage.site.id, by: nil, from: .console)
      #expect(try await stage.fetch(file, pass: pass, stage.asClara).status == 403)
    }
  }

  @Test("E45: a pass that is old, forged, or of another chat opens nothing")
  func passes() async throws {
    let clock = WallClock.system()
    try await House.open(.sqlite, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let file = try await stage.send("letter.pdf", by: stage.ada, as: stage.asAda)
      let pass = try await stage.pass(stage.asAda)
      #expect(try await stage.fetch(file, pass: pass).status == 200)
      let last = pass.last == "0" ? "1" : "0"
      let parts = pass.split(separator: ".").map(String.init)
      let longer = (parts[..<3] + [String((Int64(parts[3]) ?? 0) + 1_000_000), parts[4]]).joined(separator: ".")
      for forged in [String(pass.dropLast()) + last, longer, "", "account.1.1.1.1", pass + "0"] {
        #expect(try await stage.fetch(file, pass: forged).reason == "linkExpired", "\(forged)")
      }
      let other = try await house.visitor(of: stage.site)
      let otherPath = "/api/v1/chats/\(other.topic.dropFirst(5))/pass"
      let otherPass = try await WebAnswer.of("GET", otherPath, port: house.port, stage.visitor(other)).json?["pass"]?.string
      #expect(try await stage.fetch(file, pass: try #require(otherPass)).status == 404)
      #expect(try await stage.fetch(FileID().description, pass: pass).status == 404)
      clock.advance(milliseconds: 16 * 60_000)
      #expect(try await stage.fetch(file, pass: pass).reason == "linkExpired")
    }
  }

  @Test(
    "E45, E46: nobody uploads where they may not write, and nobody sends somebody else's file",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func writers(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let other = try await house.visitor(of: stage.site)
      #expect(try await stage.upload("letter.pdf", as: stage.visitor(other)).status == 404)
      let tom = try await house.person("Tom", at: [stage.site])
      let asTom = ["Cookie": tom.cookie, "Origin": House.origin]
      #expect(try await stage.upload("letter.pdf", as: asTom).reason == "notJoined")
      let mona = try await house.person("Mona", [.manager])
      #expect(try await stage.upload("letter.pdf", as: ["Cookie": mona.cookie, "Origin": House.origin]).reason == "readOnly")
      // Before the form a visitor may not write, so not send a file either.
      let early = try await stage.upload(
        Samples.bytes("letter.pdf"), "a.pdf", as: stage.visitor(other), to: String(other.topic.dropFirst(5)))
      #expect(early.reason == "formNeeded")
      // A session's cookie comes along from a page of anybody's: the origin decides.
      #expect(
        try await stage.upload("letter.pdf", as: ["Cookie": stage.person.cookie, "Origin": "https://evil.example"]).reason
          == "originNotAllowed")
      let foreign = stage.asAda.merging(["Origin": "https://evil.example"]) { $1 }
      #expect(try await stage.upload("letter.pdf", as: foreign).status == 403)

      let file = try #require(try await stage.upload("letter.pdf", as: stage.asAda).json?["file"]?.string)
      let stolen = try await stage.clara.ask("send", ["client": .string(Secret().text), "file": .string(file)], on: stage.ada.topic)
      #expect(stolen["reason"]?.string == "fileNotFound")
      _ = try await other.subscribe()
      _ = try await other.sendForm(name: "Ben Okafor")
      let elsewhere = try await other.ask("send", ["client": .string(Secret().text), "file": .string(file)])
      #expect(elsewhere["reason"]?.string == "fileNotFound")
      // What was not sent yet is nobody's to fetch.
      #expect(try await stage.fetch(file, pass: stage.pass(stage.asAda)).status == 404)
    }
  }

  @Test("E45: a browser on an allowed website is told that it may upload")
  func preflight() async throws {
    try await House.open(.sqlite, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let path = "/api/v1/chats/\(stage.conversation)/files"
      let allowed = try await WebAnswer.of("OPTIONS", path, port: house.port, ["Origin": House.siteOrigin])
      #expect(allowed.status == 204 && allowed.headers["access-control-allow-methods"] == "GET, POST")
      #expect(allowed.headers["access-control-allow-headers"] == "Authorization, Content-Type")
      #expect(try await WebAnswer.of("OPTIONS", path, port: house.port, ["Origin": "https://evil.example"]).status == 403)
    }
  }

  @Test("E2b: when the room for files is used up, that is said, and those who run the house were warned before")
  func quota() async throws {
    try await House.open(.sqlite, limits: FileHouse.limits, filesLimit: "0") { house in
      let stage = try await FileHouse(house)
      let answer = try await stage.upload("letter.pdf", as: stage.asAda)
      #expect(answer.status == 507 && answer.reason == "storageFull")
      let health = try await WebAnswer.of("GET", "/health", port: house.port)
      #expect(health.status == 200 && health.json?["warnings"]?.array?.first?.string == "files")
      let ines = try await house.person("Ines", [.administrator])
      let page = try await WebAnswer.of("GET", "/admin", port: house.port, ["Cookie": ines.cookie, "Accept": "text/html"])
      #expect(page.text.contains("100% full"))
    }
  }
}
