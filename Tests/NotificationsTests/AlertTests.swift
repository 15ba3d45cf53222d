import Base
import Store
import TestKit
import Testing

@testable import Notifications

@Suite("What calls somebody in an open conversation")
struct AlertTests {
  @Test(
    "C18: sound and light are chosen for each event: an answer, a silence, and credit that is not enough",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func choices(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let reader = try await Reader(house, house.person("Nora", []))
      let person = reader.person.id
      func wishes() async throws -> String { try await house.program.store.read { try $0.alertWishes(of: person).text } }
      #expect(try await wishes() == "message.sound message.light late.light creditLow.light", "what one gets without a word")
      let chosen = ["alert.message.light", "alert.creditLow.sound", "alert.creditLow.light"]
      let form = chosen.map { ($0, "yes") } + [("quiet", "yes"), ("starts", "22:00"), ("ends", "07:00")]
      #expect(try await reader.post(form) == 303)
      #expect(try await wishes() == "message.light creditLow.sound creditLow.light")
      let checked = try await reader.page().matches(of: /name="(alert\.\w+\.\w+)" value="yes" checked/).map { String($0.output.1) }
      #expect(checked.sorted() == chosen.sorted())
      #expect(try await reader.post([("quiet", "yes"), ("starts", "22:00"), ("ends", "07:00")]) == 303)
      #expect(try await wishes() == "")
    }
  }
}
