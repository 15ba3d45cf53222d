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
      let folder = house.program.settings.text(.data) + "/mail"
      let sent = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
        FileManager.default.contents(atPath: "\(folder)/\($0)")
      }
      #expect(sent.contains { String(decoding: $0, as: UTF8.self).contains("Your account was deleted") })
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
    }
  }

  /// What the button of the letter leads to.
  private static func keepLink(_ house: House) async throws -> String {
    let folder = house.program.settings.text(.data) + "/mail"
    var found: String?
    try await soon("the letter") {
      let letters = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let texts = letters.compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)").map { String(decoding: $0, as: UTF8.self) } }
      let plain = texts.map { $0.replacing("=\r\n", with: "").replacing("=\n", with: "").replacing("=3D", with: "=") }
      let links = plain.flatMap { $0.matches(of: /\/keep-account\/[0-9]+\.[0-9]+\.[A-Za-z0-9_-]{24}/).map { String($0.output) } }
      // Numbers grow: the newest letter is about the latest erasure.
      found = links.max()
      return links.count >= 2 && Set(links).count >= 2
    }
    return try #require(found)
  }
}
