import Access
import Accounts
import Base
import Conversations
import Foundation
import Parley
import Store
import TestKit
import Testing

@Suite("Erasing")
struct ErasureTests {
  private static let limits = "visitor.messages=1000/60,visitor.widget=10000/60,administrator.forms=1000/60"

  @Test("A40: an account that is to be erased waits, says so, and is kept by a press or by the letter", arguments: Dialect.Engine.allCases)
  func kept(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let clara = Reader(house: house, person: try await house.person("Clara"))
      #expect(try await clara.post("/profile/privacy/erase").status == 303)
      #expect(try await clara.get("/profile").text.contains("This account will be deleted on"), "every page says it")
      #expect(try await clara.post("/profile/privacy/keep").status == 303)
      #expect(!(try await clara.get("/profile").text.contains("will be deleted")))
      #expect(try await house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'subjects.erase'") == 0)

      #expect(try await clara.post("/profile/privacy/erase").status == 303)
      let link = try await Self.keepLink(house)
      let stranger = link.dropLast(2) + "zz"
      #expect(try await clara.get(String(stranger)).status == 410)
      #expect(try await clara.post(link, from: link).text.contains("Your account stays"))
      #expect(try await clara.get(link).status == 410, "it opens nothing any more")
      house.program.clock.advance(milliseconds: 15 * 86_400_000)
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await house.count("SELECT COUNT(*) FROM accounts WHERE deleted_at IS NOT NULL") == 0)
    }
  }

  @Test("A40: when the wait is over the account is gone, and the last letter leaves no address behind", arguments: Dialect.Engine.allCases)
  func done(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let person = try await house.person("Clara")
      let clara = Reader(house: house, person: person)
      #expect(try await clara.post("/profile/privacy/erase").status == 303)
      #expect(try await house.letters("erasureAsked") == 1)
      house.program.clock.advance(milliseconds: 14 * 86_400_000 + 1000)
      try await soon("the erasure") { try await house.count("SELECT COUNT(*) FROM erasure_journal") == 1 }
      #expect(try await clara.get("/profile").status != 200, "nobody is signed in as somebody who is gone")
      let address = "clara@parley.example"
      try await soon("the last letter") { try await house.count("SELECT COUNT(*) FROM letters WHERE address = '\(address)'") == 0 }
      #expect(try house.mail().contains { $0.contains("Your account was deleted") })
    }
  }

  @Test(
    "A40, X6: the threads that an account keeps are in its archive, and are erased with it; no letter leads there any more",
    arguments: Dialect.Engine.allCases)
  func keptThreads(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      let person = try await house.person("Lina", [])
      let lina = Reader(house: house, person: person)
      let conversation = try #require(ConversationID(scene.conversation))
      try await house.program.store.write { try $0.keep(conversation, for: person.id) }
      let page = try await lina.get("/conversations/\(scene.conversation)").text
      let link = try #require(page.firstMatch(of: /key="([^"]+)"/)?.output.1).description
      #expect(try await house.visitor(of: scene.site, showing: link).topic == scene.ada.topic)

      #expect(try await lina.post("/profile/privacy/copies").status == 303)
      try await soon("the archive") { try await house.text("SELECT state FROM archives") == "ready" }
      let archive = try await lina.get("/profile/privacy/copies/\(house.count("SELECT id FROM archives"))").body
      for name in ["data/thread-1-visitors.json", "data/thread-1-entries.json", "messages-1.html"] {
        #expect(archive.range(of: Data(name.utf8)) != nil, "\(name)")
      }

      #expect(try await lina.post("/profile/privacy/erase").status == 303)
      house.program.clock.advance(milliseconds: 14 * 86_400_000 + 1000)
      try await soon("the erasure") { try await house.count("SELECT COUNT(*) FROM erasure_journal") == 2 }
      #expect(try await house.count("SELECT COUNT(*) FROM visitors WHERE account_id IS NOT NULL OR name IS NOT NULL") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%Good morning%'") == 0)
      let findings = try await Conversations.examine(house.program.store).findings
      #expect(findings == [])
      let line = try await LiveClient.connect(port: house.port, origin: House.origin)
      try line.send(["do": "hello", "protocol": 1, "site": .string(scene.site.key), "key": .string(link)])
      #expect(try await line.next("Refused")["reason"]?.string == "linkVoid")
    }
  }

  @Test("A40: the last administrator is not erased, and who signed in long ago signs in again first", arguments: Dialect.Engine.allCases)
  func refused(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let ines = Reader(house: house, person: try await house.person("Ines", [.administrator]))
      #expect(try await ines.get("/profile/privacy").text.contains("You are the last administrator"))
      let refused = try await ines.post("/profile/privacy/erase", from: "/admin/privacy")
      #expect(refused.status == 409)
      let clara = Reader(house: house, person: try await house.person("Clara"))
      house.program.clock.advance(milliseconds: 3_600_000)
      let stale = try await clara.post("/profile/privacy/erase")
      #expect(stale.status == 403 && stale.text.contains("sign in again"))
      #expect(try await house.count("SELECT COUNT(*) FROM accounts WHERE erase_at IS NOT NULL") == 0)
    }
  }

  @Test(
    "E79d: an administrator erases a visitor after a wait; a console that shows the thread sees it go", arguments: Dialect.Engine.allCases)
  func visitor(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      let ines = Reader(house: house, person: try await house.person("Ines", [.administrator]))
      let (page, visitor) = ("/admin/privacy?q=ada%40example.com", ["subject": "visitor.\(scene.ada.id)", "q": "ada@example.com"])
      #expect(try await ines.post("/admin/privacy/erase", visitor, from: page).status == 303)
      #expect(try await ines.post("/admin/privacy/keep", visitor, from: page).status == 303)
      #expect(try await ines.post("/admin/privacy/erase", visitor, from: page).status == 303)
      #expect(try await ines.get("/admin/privacy").text.contains("Waiting to be erased"))
      _ = scene.desk.line.takeAll()
      house.program.clock.advance(milliseconds: 14 * 86_400_000 + 1000)
      let anew = try await scene.desk.line.next(within: .seconds(20)) { event in
        event.name == "Subscribed" && (event["entries"]?.array ?? []).contains { $0["body"]?["kind"]?.string == "erased" }
      }
      #expect(!anew.text.contains("Good morning") && !anew.text.contains("Ada Moreau"))
      #expect(try await scene.ada.line.closeCode(within: .seconds(10)) == 1001)
      try await soon("the journal") { try await house.count("SELECT COUNT(*) FROM erasure_journal WHERE subject_kind = 'visitor'") == 1 }
      #expect(try await ines.get(page).text.contains("Nothing is kept"))
      try await soon("the record") { try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'visitor.erased'") == 1 }
      #expect(try await Conversations.examine(house.program.store).findings.isEmpty)
    }
  }

  @Test("A40, B72b: what an administrator deletes goes the same way and stands in the journal", arguments: Dialect.Engine.allCases)
  func deleted(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      let ines = Reader(house: house, person: try await house.person("Ines", [.administrator]))
      let page = "/admin/agents/\(scene.clara.id)/delete"
      #expect(try await ines.post(page, ["email": "clara@parley.example"], from: page).status == 303)
      #expect(try await house.count("SELECT COUNT(*) FROM erasure_journal WHERE subject_id = \(scene.clara.id)") == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE account_id = \(scene.clara.id) AND address <> ''") == 0)
      // She did not ask for it, so she is told, and even her address is gone once the letter has left.
      try await soon("the last letter") {
        try await house.count("SELECT COUNT(*) FROM letters WHERE address = 'clara@parley.example'") == 0
      }
      #expect(try house.mail().contains { $0.contains("clara@parley.example") && $0.contains("An administrator of") })
      // Nobody else is told, and who ends the own account reads the other letter.
      #expect(try house.mail().filter { $0.contains("Your account was deleted") }.count == 1)
    }
  }

  @Test("A40: the last letter speaks the language of whose account it was", arguments: [Dialect.Engine.sqlite])
  func lastLetter(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let ines = Reader(house: house, person: try await house.person("Ines", [.administrator]))
      let clara = try await house.person("Clara")
      try await house.program.store.write { session in _ = try session.run("UPDATE accounts SET language = 'it' WHERE id = $1", clara.id) }
      let page = "/admin/agents/\(clara.id)/delete"
      #expect(try await ines.post(page, ["email": "clara@parley.example"], from: page).status == 303)
      try await soon("the last letter") { try house.mail().contains { $0.contains("L=E2=80=99amministrazione di") } }
    }
  }

  @Test("A40: the threads that an account keeps stand in its copy, and go with it", arguments: Dialect.Engine.allCases)
  func threads(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      let person = try await house.person("Lina", [])
      try await house.program.store.write { [ada = scene.ada.id] session in
        _ = try session.run("UPDATE visitors SET account_id = $1 WHERE id = \(ada)", person.id)
      }
      let lina = Reader(house: house, person: person)
      #expect(try await lina.post("/profile/privacy/copies").status == 303)
      try await soon("the archive") { try await house.text("SELECT state FROM archives") == "ready" }
      let id = try await house.count("SELECT id FROM archives")
      let archive = try await lina.get("/profile/privacy/copies/\(id)").body
      #expect(archive.range(of: Data("data/thread-1-visitors.json".utf8)) != nil && archive.range(of: Data("messages-1.html".utf8)) != nil)
      try await house.program.accounts.erase(person.id, by: nil, from: .console)
      try await soon("the thread") { try await house.count("SELECT COUNT(*) FROM visitors WHERE erased_at IS NOT NULL") == 1 }
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%Good morning%'") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM visitors WHERE account_id IS NOT NULL") == 0)
    }
  }

  /// What the button of the letter leads to.
  private static func keepLink(_ house: House) async throws -> String {
    var found: String?
    try await soon("the letter") {
      let plain = try house.mail().map { $0.replacing("=\r\n", with: "").replacing("=\n", with: "").replacing("=3D", with: "=") }
      let links = plain.flatMap { $0.matches(of: /\/keep-account\/[0-9]+\.[0-9]+\.[A-Za-z0-9_-]{24}/).map { String($0.output) } }
      // Numbers grow: the newest letter is about the latest erasure.
      found = links.max()
      return links.count >= 2 && Set(links).count >= 2
    }
    return try #require(found)
  }
}

extension House {
  /// The letters that have left, as they lie in the folder.
  fileprivate func mail() throws -> [String] {
    let folder = program.settings.text(.data) + "/mail"
    let letters = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return letters.compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)").map { String(decoding: $0, as: UTF8.self) } }
  }
}
