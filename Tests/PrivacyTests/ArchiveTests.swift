import Base
import Foundation
import Parley
import Store
import TestKit
import Testing

@Suite("Archives")
struct ArchiveTests {
  private static let limits = "visitor.messages=1000/60,visitor.widget=10000/60,visitor.uploads=1000/60,agent.forms=1000/60"

  @Test(
    "A40: one press makes an archive that is told by notice and letter, and fetched by its owner alone", arguments: Dialect.Engine.allCases)
  func own(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      let (clara, bruno) = (Reader(house: house, person: scene.clara), Reader(house: house, person: try await house.person("Bruno")))
      #expect(try await clara.post("/profile/privacy/copies").status == 303)
      try await soon("the archive") { try await house.text("SELECT state FROM archives") == "ready" }
      let id = try await house.count("SELECT id FROM archives")
      #expect(try await house.count("SELECT COUNT(*) FROM notices WHERE kind = 'archiveReady'") == 1)
      #expect(try await house.letters("archiveReady") == 1)
      #expect(try await clara.get("/notices").text.contains("The copy of everything about you is ready"))
      let path = "/profile/privacy/copies/\(id)"
      #expect(try await clara.get("/profile/privacy").text.contains(path))
      let whole = try await clara.get(path)
      #expect(whole.status == 200 && whole.body.prefix(2) == Data("PK".utf8) && whole.headers["content-type"] == "application/zip")
      let part = try await clara.get(path, ["Range": "bytes=10-19"])
      #expect(part.status == 206 && part.body == whole.body[whole.body.startIndex + 10..<whole.body.startIndex + 20])
      #expect(try await bruno.get(path).status == 404, "nobody else fetches it")
      #expect(try await WebAnswer.of("GET", path, port: house.port).status == 401)
      house.program.clock.advance(milliseconds: 8 * 86_400_000)
      try await soon("the end of the archive") { try await house.text("SELECT state FROM archives") == "gone" }
      #expect(try await clara.get(path).status == 410)
      let kept = FileManager.default.enumerator(atPath: house.program.settings.text(.data) + "/files/chats/\(id)")?.allObjects ?? []
      #expect(kept.isEmpty, "its pieces are gone")
    }
  }

  @Test("A40: the storage holds archives sealed, and a handful a day is enough", arguments: Dialect.Engine.allCases)
  func limits(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      let clara = Reader(house: house, person: scene.clara)
      for number in 1...3 {
        #expect(try await clara.post("/profile/privacy/copies").status == 303)
        try await soon("archive \(number)") { try await house.count("SELECT COUNT(*) FROM archives WHERE ready_at IS NOT NULL") == number }
      }
      try await soon("one archive left") { try await house.count("SELECT COUNT(*) FROM archives WHERE pieces IS NOT NULL") == 1 }
      let refused = try await clara.post("/profile/privacy/copies")
      #expect(refused.status == 429 && refused.text.contains("enough copies for one day"))
      let folder = house.program.settings.text(.data) + "/files/chats"
      for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)") else { continue }
        #expect(
          bytes.range(of: Data("PK".utf8)) != bytes.startIndex..<bytes.startIndex + 2 && bytes.range(of: Data("index.html".utf8)) == nil)
      }
    }
  }

  @Test("E79d: an administrator finds a visitor by address and makes the archive", arguments: Dialect.Engine.allCases)
  func visitor(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      let (clara, ines) = (
        Reader(house: house, person: scene.clara), Reader(house: house, person: try await house.person("Ines", [.administrator]))
      )
      let page = "/admin/privacy?q=ADA%40example.com"
      let found = try await ines.get(page).text
      #expect(found.contains("Ada Moreau") && found.contains(scene.site.name))
      #expect(try await ines.get("/admin/privacy?q=\(scene.conversation)").text.contains("Ada Moreau"))
      #expect(try await ines.get("/admin/privacy?q=nobody%40example.com").text.contains("Nothing is kept"))
      let asked = try await ines.post("/admin/privacy/copy", ["subject": "visitor.\(scene.ada.id)", "q": "ada@example.com"], from: page)
      #expect(asked.status == 303)
      try await soon("the archive") { try await house.text("SELECT state FROM archives") == "ready" }
      let id = try await house.count("SELECT id FROM archives")
      #expect(try await ines.get("/admin/privacy/copies/\(id)").status == 200)
      #expect(try await clara.get("/profile/privacy/copies/\(id)").status == 404)
      #expect(try await clara.get("/admin/privacy").status == 403)
    }
  }
}
