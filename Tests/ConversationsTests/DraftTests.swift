import Base
import Conversations
import Foundation
import Store
import TestKit
import Testing

/// What Clara writes and does not send, on her telephone and at her desk.
@Suite("Drafts on every device")
struct DraftTests {
  private static let engines = Dialect.Engine.allCases

  @Test(
    "E91d: what was not sent is told to one's other devices at once and stands on the desk; sending empties it everywhere",
    arguments: engines)
  func devices(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await Stage(house)
      #expect(try await stage.writes("Dear Ada, ", at: 1).name == "Done")
      let told = try await stage.phone.line.next("DraftChanged")
      #expect(told["conversation"]?.string == stage.conversation && told["text"]?.string == "Dear Ada, " && told["at"]?.int == stage.at(1))
      #expect(try await stage.drafts(of: stage.desk) == ["Dear Ada, "])
      #expect(try await stage.writes("", at: 2).name == "Done")
      #expect(try await stage.phone.line.next("DraftChanged")["text"]?.string == "")
      #expect(try await stage.drafts(of: stage.phone) == [""], "who was away must not bring the old words back")
      let tom = try await house.console(of: house.person("Tom", at: [stage.scene.site]))
      #expect(try await stage.drafts(of: tom) == [])
    }
  }

  @Test("E91d: the newest one counts by the time it was written at, in whichever order they come; none is of tomorrow", arguments: engines)
  func newest(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await Stage(house)
      _ = try await stage.writes("newer", at: 5)
      #expect(try await stage.writes("older, from a train", at: 3, on: stage.phone).name == "Done")
      #expect(try await stage.drafts(of: stage.desk) == ["newer"])
      _ = try await stage.writes("from a clock that is ahead", at: 90_000_000)
      _ = try await stage.phone.line.next("DraftChanged") { $0["text"]?.string == "from a clock that is ahead" }
      let at = try await house.count("SELECT at FROM drafts")
      #expect(Int64(at) <= house.program.clock.now.milliseconds)
    }
  }

  @Test("E91d, A39: nobody keeps drafts on somebody else's desk, or where they may not write", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await Stage(house)
      let lantern = try await house.site("Paper Lantern Books", origin: "https://lantern.example")
      let marc = try await house.console(of: house.person("Marc", at: [lantern]))
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      for talker in [marc, mona] { _ = try await talker.subscribe("agent.\(talker.id)") }
      #expect(try await stage.writes("x", at: 1, on: marc)["reason"]?.string == "notFound")
      #expect(try await stage.writes("x", at: 1, on: mona)["reason"]?.string == "readOnly")
      #expect(try await stage.writes("x", at: 1, on: mona, to: stage.desk.id)["reason"]?.string == "notAllowed")
      #expect(try await stage.writes(String(repeating: "a", count: 8001), at: 1)["reason"]?.string == "textTooLong")
      #expect(try await stage.writes("a\u{0}b", at: 1)["reason"]?.string == "textHasNull")
      #expect(try await house.count("SELECT COUNT(*) FROM drafts") == 0)
    }
  }

  @Test("E91d: what was about to be answered goes when the visitor is erased", arguments: engines)
  func erased(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let stage = try await Stage(house)
      _ = try await stage.writes("Dear Ada, ", at: 1)
      let visitor = try #require(VisitorID(stage.scene.ada.id))
      try await house.program.conversations.erase(visitor)
      #expect(try await house.count("SELECT COUNT(*) FROM drafts") == 0)
    }
  }

  /// Clara at her desk and with her telephone, in a chat with Ada.
  private struct Stage {
    let scene: FileHouse
    let desk: Talker
    let phone: Talker
    let start: Int64

    init(_ house: House) async throws {
      scene = try await FileHouse(house)
      desk = scene.clara
      phone = try await house.console(of: scene.person)
      for talker in [desk, phone] { _ = try await talker.subscribe("agent.\(talker.id)") }
      start = house.program.clock.now.milliseconds - 60_000
    }

    var conversation: String { scene.conversation }

    /// So many seconds after the beginning.
    func at(_ seconds: Int) -> Int { Int(start) + seconds * 1000 }

    func writes(_ text: String, at seconds: Int, on device: Talker? = nil, to account: String? = nil) async throws -> LiveClient.Event {
      let device = device ?? desk
      return try await device.ask(
        "draft", ["conversation": .string(conversation), "text": .string(text), "at": .number(Double(at(seconds)))],
        on: "agent.\(account ?? device.id)")
    }

    func drafts(of device: Talker) async throws -> [String] {
      let snapshot = try await device.subscribe("agent.\(device.id)")
      return snapshot["drafts"]?.array?.compactMap { $0["text"]?.string } ?? []
    }
  }
}
