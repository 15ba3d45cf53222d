import Base
import NIOCore
import Store
import TestKit
import Testing

@testable import Notifications

@Suite("The page of notices")
struct ListTests {
  @Test(
    "B67a, B67b: one notice is read or put away, or all of them at once; they stay on the shelf of what was archived",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func archives(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site], online: false)
      let reader = Reader(house, clara, path: "/notices")
      #expect(try await !reader.page().contains("value=\"archive\""), "nothing to put away")
      let other = try await Reader(house, house.person("Bruno", at: [site], online: false), path: "/notices")
      for name in ["Ada", "Bo", "Cem"] { try await house.leaveMessage(at: site, from: name) }
      let ids = try await told(3, reader)

      #expect(try await reader.post([("do", "read.\(ids[0])")]) == 303)
      #expect(try await house.program.notifications.unread(of: clara.id) == 2)
      #expect(try await reader.post([("do", "archive.\(ids[1])")]) == 303)
      #expect(try await found(reader) == [ids[0], ids[2]])
      #expect(try await other.post([("do", "archive.\(ids[0])")]) == 404, "nobody touches what is not theirs")
      #expect(try await reader.post([("do", "archive")]) == 303)
      #expect(try await found(reader) == [])
      #expect(try await found(reader, "?show=archived") == ids)
      #expect(try await !reader.page("?show=archived").contains("value=\"archive\""))
      #expect(try await house.program.notifications.unread(of: clara.id) == 0)
      #expect(try await found(other).count == 3, "each has notices of their own")
    }
  }

  /// The notices on the page, newest first.
  private func found(_ reader: Reader, _ query: String = "") async throws -> [String] {
    let page = try await reader.page(query)
    return page.matches(of: /<li class="told"(?s:.*?)<\/li>/).compactMap { item in
      item.output.firstMatch(of: /value="archive\.(\d+)"/).map { String($0.output.1) }
        ?? item.output.firstMatch(of: /data-notice="(\d+)"/).map { String($0.output.1) }
    }
  }

  /// Waits until the team was told.
  private func told(_ count: Int, _ reader: Reader) async throws -> [String] {
    for _ in 0..<100 {
      let ids = try await found(reader)
      if ids.count >= count { return ids }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("The notices did not come")
    return []
  }
}
