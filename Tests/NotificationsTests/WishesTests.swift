import Base
import Foundation
import NIOCore
import Store
import TestKit
import Testing

@testable import Notifications

@Suite("What somebody wants to be told of")
struct WishesTests {
  @Test(
    "B9, B68: of each kind the page, the push and the letter are chosen apart, and quiet hours with them",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func choices(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let reader = try await Reader(house, house.person("Clara"))
      let before = try await reader.page()
      for kind in ["newVisitor", "newMessage", "missedMessage"] {
        for channel in ["page", "push", "mail"] { #expect(before.contains("name=\"\(kind).\(channel)\""), "\(kind) \(channel)") }
      }
      #expect(before.contains("<parley-push class=\"card\" hidden>"))
      let chosen = ["newVisitor.page", "newMessage.push", "missedMessage.mail"]
      let form = chosen.map { ($0, "yes") } + [("quiet", "yes"), ("starts", "21:30"), ("ends", "06:15")]
      #expect(try await reader.post(form) == 303)
      let after = try await reader.page()
      let checked = after.matches(of: /name="(\w+\.\w+)" value="yes" checked/).map { String($0.output.1) }
      #expect(checked.sorted() == chosen.sorted())
      #expect(after.contains("value=\"21:30\"") && after.contains("value=\"06:15\""))
      let wishes = try await house.program.store.read { try $0.wishes(of: reader.person.id) }
      #expect(wishes.hours == QuietHours(isOn: true, starts: 21 * 60 + 30, ends: 6 * 60 + 15, zone: "UTC"))
    }
  }

  @Test("B68: hours that are none are refused, and nothing of the form is kept")
  func wrongHours() async throws {
    try await House.open(.sqlite) { house in
      let reader = try await Reader(house, house.person("Clara"))
      let status = try await reader.post([("quiet", "yes"), ("starts", "25:00"), ("ends", "06:15")])
      #expect(status == 422)
      #expect(try await house.count("SELECT COUNT(*) FROM notice_wishes") == 0)
    }
  }

  @Test("B68: who answers nobody is asked about answers, and about no visitors")
  func customer() async throws {
    try await House.open(.sqlite) { house in
      let page = try await Reader(house, house.person("Nora", [])).page()
      for kind in ["newVisitor", "newMessage", "missedMessage"] { #expect(!page.contains("name=\"\(kind).page\"")) }
      #expect(page.contains("name=\"answer.page\"") && page.contains("parley-push"))
    }
  }
}
