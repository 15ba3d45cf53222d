import Base
import Store
import TestKit
import Testing

@testable import Notifications

@Suite("What calls somebody in an open conversation")
struct AlertTests {
  @Test(
    "C18: sound and light are chosen for each event: an answer, a silence, credit that is not enough, and a visitor",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func choices(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let reader = try await Reader(house, house.person("Nora"))
      let person = reader.person.id
      func wishes() async throws -> String { try await house.program.store.read { try $0.alertWishes(of: person).text } }
      #expect(
        try await wishes() == "message.sound message.light late.light creditLow.light visitor.sound visitor.light",
        "what one gets without a word")
      let chosen = ["alert.message.light", "alert.creditLow.sound", "alert.creditLow.light", "alert.visitor.light"]
      let form = chosen.map { ($0, "yes") } + [("quiet", "yes"), ("starts", "22:00"), ("ends", "07:00")]
      #expect(try await reader.post(form) == 303)
      #expect(try await wishes() == "message.light creditLow.sound creditLow.light visitor.light")
      let checked = try await reader.page().matches(of: /name="(alert\.\w+\.\w+)" value="yes" checked/).map { String($0.output.1) }
      #expect(checked.sorted() == chosen.sorted())
      #expect(try await reader.post([("quiet", "yes"), ("starts", "22:00"), ("ends", "07:00")]) == 303)
      #expect(try await wishes() == "")
    }
  }

  @Test(
    "C18: who answers nobody is not asked about visitors, and what they send about them changes nothing",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func outsiders(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let reader = try await Reader(house, house.person("Carla", []))
      #expect(!(try await reader.page().contains("alert.visitor")))
      #expect(try await reader.post([("alert.visitor.sound", "yes"), ("quiet", "yes"), ("starts", "22:00"), ("ends", "07:00")]) == 303)
      let wishes = try await house.program.store.read { [id = reader.person.id] in try $0.alertWishes(of: id) }
      #expect(wishes[.visitor] == AlertWish(sound: true, light: true), "as it was")
      #expect(wishes[.message] == AlertWish(sound: false, light: false))
    }
  }
}
