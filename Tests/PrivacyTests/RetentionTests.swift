import Base
import Parley
import Store
import TestKit
import Testing

@Suite("Retention")
struct RetentionTests {
  @Test(
    "A40: what was kept for long enough goes by itself, and the administration says how long that is", arguments: Dialect.Engine.allCases)
  func swept(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let scene = try await Scene(house)
      try await scene.furnish()
      let before = try await Self.count(house)
      try await house.program.privacy.sweep()
      let swept = try await Self.count(house)
      #expect(swept.filter { $0.value != before[$0.key] } == [:], "nothing is over yet")
      house.program.clock.advance(milliseconds: 401 * 86_400_000)
      try await house.program.privacy.sweep()
      try await house.program.privacy.keepNights()
      let after = try await Self.count(house)
      for table in [
        "visits", "page_views", "visit_actions", "sessions", "letters", "tries", "sign_ups", "undeliverable_addresses", "known_browsers",
        "bans", "invitation_showings",
      ] {
        #expect((before[table] ?? 0) > 0 && after[table] == 0, "\(table)")
      }
      #expect(after["entries"] == before["entries"] && after["visitors"] == before["visitors"])
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines") > 0)
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE address <> ''") == 0, "lines stay without their address")
      let ines = Reader(house: house, person: try await house.person("Ines", [.administrator]))
      let page = try await ines.get("/admin/privacy").text
      #expect(
        page.contains("As the website says, or 400 days") && page.contains("Until whom it is about is erased")
          && page.contains("Pages that were seen"))
    }
  }

  private static func count(_ house: House) async throws -> [String: Int] {
    try await house.program.store.read { session in
      var counts: [String: Int] = [:]
      // What can be found is filled a moment after it was said.
      for table in Set(Personal.tables.map(\.name)).subtracting(["search_texts"]) {
        counts[table] = try session.row("SELECT COUNT(*) FROM \(table)")?[0] ?? 0
      }
      return counts
    }
  }
}
