import Access
import Base
import Foundation
import HTTPTypes
import Store
import TestKit
import Testing

@testable import Accounts

extension House {
  /// A token that its owner makes at a browser.
  func token(_ scopes: Set<Scope>, of person: Person, days: Int = 30) async throws -> String {
    let signedIn = try #require(try await program.accounts.recognise(person.token))
    let draft = PersonalToken.Draft(name: "Nightly export", scopes: scopes, days: days)
    return try await program.accounts.makeToken(draft, of: signedIn, password: "", from: .console).text
  }
}

/// What programs do with a token: over HTTP and on the line.
@Suite("Programs with a token")
struct ProgramTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]

  private func bearer(_ token: String) -> [String: String] { ["Authorization": "Bearer \(token)"] }

  @Test(
    "P7: a program reads history and files of its owner's chats, and sends a file, without a cookie and without an origin",
    arguments: engines)
  func http(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.ada.say("Hello?")
      let reads = bearer(try await house.token([.chatsRead], of: stage.person))
      let writes = bearer(try await house.token([.chatsWrite], of: stage.person))
      let history = "/api/v1/chats/\(stage.conversation)/entries"
      let entries = try await WebAnswer.of("GET", history, port: house.port, reads)
      #expect(entries.json?["entries"]?.array?.last?["body"]?["text"]?.string == "Hello?")

      let refused = try await stage.upload("letter.pdf", as: reads)
      #expect(refused.status == 403 && refused.json?["reason"]?.string == "scopeMissing")
      #expect(refused.headers["www-authenticate"] == "Bearer realm=\"parley\", error=\"insufficient_scope\", scope=\"chats.write\"")
      let program = try await house.program(with: try await house.token([.chatsWrite], of: stage.person))
      _ = try await program.subscribe(stage.ada.topic)
      let file = try await stage.send("letter.pdf", by: program, as: writes)
      let pass = try await stage.pass(reads)
      let fetched = try await stage.fetch(file, pass: pass, reads)
      #expect(try fetched.status == 200 && fetched.body == Samples.bytes("letter.pdf"))
      #expect(try await stage.fetch(file, pass: pass).status == 401, "a pass opens with its owner's token only")

      // Somebody else's chat is nothing, whatever the scopes.
      let bruno = try await house.person("Bruno")
      let other = bearer(try await house.token(Set(Scope.allCases), of: bruno))
      #expect(try await WebAnswer.of("GET", history, port: house.port, other).status == 404)
      // A token that is none is said to be none, even where a cookie came along.
      var wrong = stage.asClara
      wrong["Authorization"] = "Bearer parley_" + String(repeating: "A", count: 43)
      let unknown = try await WebAnswer.of("GET", history, port: house.port, wrong)
      #expect(unknown.status == 401 && unknown.headers["www-authenticate"] == "Bearer realm=\"parley\", error=\"invalid_token\"")
      let nobody = try await WebAnswer.of("GET", history, port: house.port, [:])
      #expect(nobody.status == 401 && nobody.headers["www-authenticate"] == "Bearer realm=\"parley\"")
    }
  }

  @Test("P7: a program with a token answers on the line; each command needs its scope", arguments: engines)
  func line(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site])
      let ada = try await house.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      let program = try await house.program(with: try await house.token([.chatsWrite, .noticesRead], of: clara))
      #expect(program.topic == "agent.\(clara.id)")
      #expect(try await program.subscribe().name == "Snapshot")
      #expect(try await program.subscribe("visitors.\(site.id)").name == "Snapshot")
      #expect(try await program.subscribe(ada.topic).name == "Subscribed")
      #expect(try await program.ask("join", on: ada.topic).name == "Done")
      #expect(try await program.say("Good morning", on: ada.topic).name == "Acknowledged")
      #expect(try await ada.line.next("MessageSent")["by"]?["id"]?.string == clara.id.description)
      let notices = "notices.\(clara.id)"
      #expect(try await program.subscribe(notices).name == "Snapshot")
      #expect(try await program.ask("read", on: notices)["reason"]?.string == "notForPrograms")

      let reader = try await house.program(with: try await house.token([.chatsRead], of: clara), watch: true)
      #expect(try await reader.subscribe(ada.topic).name == "Subscribed")
      #expect(try await reader.subscribe(notices)["reason"]?.string == "scopeMissing")
      for command in ["join", "leave", "close"] {
        #expect(try await reader.ask(command, on: ada.topic)["reason"]?.string == "scopeMissing")
      }
      #expect(try await reader.say("Not mine to say", on: ada.topic)["reason"]?.string == "scopeMissing")
      #expect(try await reader.ask("status", ["status": "offline"])["reason"]?.string == "scopeMissing")
      let bell = try await house.program(with: try await house.token([.noticesRead], of: clara), watch: true)
      #expect(try await bell.subscribe(notices).name == "Snapshot")
      #expect(try await bell.subscribe(ada.topic)["reason"]?.string == "scopeMissing")
      // Never more than its owner: a manager's program writes nothing.
      let mona = try await house.program(with: try await house.token([.chatsWrite], of: try await house.person("Mona", [.manager])))
      _ = try await mona.subscribe(ada.topic)
      #expect(try await mona.ask("join", on: ada.topic)["reason"]?.string == "readOnly")
    }
  }

  @Test("P7: a program that can write counts as there like its owner; one that only reads does not", arguments: [Dialect.Engine.sqlite])
  func presence(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site])
      let ada = try await house.visitor(of: site)
      _ = try await ada.line.next("Snapshot") { $0["online"]?.bool == false }
      let reader = try await house.program(with: try await house.token([.chatsRead], of: clara))
      #expect(try await reader.subscribe().name == "Snapshot")
      #expect(house.program.conversations.status(of: clara.id) == .offline)
      let writer = try await house.program(with: try await house.token([.chatsWrite], of: clara))
      _ = try await ada.line.next("Snapshot") { $0["online"]?.bool == true }
      #expect(house.program.conversations.status(of: clara.id) == .online)
      writer.line.close()
      _ = try await ada.line.next("Snapshot") { $0["online"]?.bool == false }
    }
  }

  @Test("P7: without an origin only a token opens a line, and it goes before any cookie", arguments: engines)
  func upgrade(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await house.person("Clara")
      let none = "parley_" + String(repeating: "A", count: 43)
      for (headers, cookie, origin, status) in [
        ([], clara.cookie, nil, 403), ([("Authorization", "Bearer \(none)")], clara.cookie, House.origin, 401),
        ([("Authorization", "Bearer")], nil, nil, 401), ([("Authorization", "Basic Y2xhcmE6eA==")], nil, nil, 403),
      ] as [([(String, String)], String?, String?, Int)] {
        await #expect(throws: LiveClient.NotUpgraded(status: status)) {
          _ = try await LiveClient.connect(port: house.port, origin: origin, cookie: cookie, headers: headers)
        }
      }
      // What a browser keeps as its session is no token, and a token in the cookie is no session.
      let token = try await house.token([.chatsRead], of: clara)
      #expect(try await WebAnswer.of("GET", "/api/v1/me", port: house.port, ["Authorization": "Bearer \(clara.token)"]).status == 401)
      #expect(try await WebAnswer.of("GET", "/api/v1/me", port: house.port, ["Cookie": "parley=\(token)"]).status == 401)
      // A visitor's hello needs a page, which a program has not.
      let site = try await house.site()
      let line = try await LiveClient.connect(port: house.port, headers: [("Authorization", "bearer  \(token)")])
      try line.send(["do": "hello", "protocol": 1, "site": .string(site.key), "key": .string(Secret().text)])
      #expect(try await line.closeCode() == 4403)
    }
  }

  @Test("P7: a revoked token, one that has run out, and an account out of service end the lines of their programs", arguments: engines)
  func ends(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_219_200_000))
    try await House.open(engine, clock: clock) { house in
      let accounts = house.program.accounts
      let clara = try await house.person("Clara")
      let person = try #require(try await accounts.recognise(clara.token))
      let (first, second) = (try await house.token([.chatsRead], of: clara), try await house.token([.chatsRead], of: clara, days: 90))
      let (one, two) = (try await house.program(with: first), try await house.program(with: second))
      let rows = try await accounts.tokens(of: clara.id)
      try await accounts.revokeToken(try #require(rows.first { $0.digest == Secret.digest(of: first) }).id, of: person, from: .console)
      #expect(try await one.line.closeCode() == 4401)
      #expect(try await two.subscribe().name == "Snapshot", "others go on")

      // What the minute does.
      clock.advance(milliseconds: 91 * 86_400_000)
      await house.program.conversations.rightsChanged(of: clara.id)
      #expect(try await two.line.closeCode() == 4401)
      #expect(try await WebAnswer.of("GET", "/api/v1/me", port: house.port, bearer(second)).status == 401)

      let bruno = try await house.person("Bruno")
      let third = try await house.token([.chatsRead], of: bruno)
      let three = try await house.program(with: third)
      try await accounts.setActive(false, of: bruno.id, by: nil, from: .console)
      #expect(try await three.line.closeCode() == 4401)
      try await accounts.setActive(true, of: bruno.id, by: nil, from: .console)
      #expect(
        try await WebAnswer.of("GET", "/api/v1/me", port: house.port, bearer(third)).status == 401, "it does not come back with the account"
      )
    }
  }

  @Test("P7, E76: what a program is told of itself, and every answer it may get, is as the description says")
  func described() async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let document = try Data(contentsOf: root.appending(path: "docs/openapi.json"))
    try await House.open(.sqlite, limits: FileHouse.limits) { house in
      let description = try APIDescription(document)
      let stage = try await FileHouse(house)
      let token = try await house.token([.chatsRead], of: stage.person)
      let weak = try await house.token([.noticesRead], of: stage.person)
      let chat = "/api/v1/chats/{conversation}"
      for operation in ["GET /api/v1/me", "GET \(chat)/entries", "GET \(chat)/pass", "POST \(chat)/files", "GET /files/{file}"] {
        let parts = operation.split(separator: " ").map(String.init)
        let path = parts[1].replacing("{conversation}", with: stage.conversation).replacing("{file}", with: "00")
        for headers in [bearer(token), bearer(weak), bearer("x"), [:], stage.asClara] {
          let answer = try await WebAnswer.of(parts[0], path, port: house.port, headers)
          #expect(description.problems(of: answer.text, status: answer.status, to: operation) == [])
        }
      }
      let me = try #require(try await WebAnswer.of("GET", "/api/v1/me", port: house.port, bearer(token)).json)
      #expect(me["id"]?.string == stage.person.id.description && me["roles"]?.array?.first?.string == "agent")
      #expect(me["sites"]?.array?.first?.string == stage.site.id.description)
      #expect(me["scopes"]?.array?.count == 1 && me["scopes"]?.array?.first?.string == "chats.read")
      #expect(me["expires"]?.int != nil)
    }
  }
}
