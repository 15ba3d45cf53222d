import Base
import Foundation
import Sites
import Store
import TestKit
import Testing
import Web

@testable import Notifications
@testable import Texting

@Suite("Notices by SMS")
struct SMSTests {
  /// Noon in universal time: nobody's night.
  private static let noon = Moment(milliseconds: 1_795_262_400_000)
  private static let number = "+33612345678"

  @Test(
    "B9: SMS can be chosen with a proved number, for the kinds that may come so, and one comes for what was missed",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func comes(_ engine: Dialect.Engine) async throws {
    try await Self.scene(engine) { scene in
      let reader = Reader(scene.house, scene.clara)
      #expect(try await !reader.page().contains(".sms\""))
      try await scene.prove()
      let page = try await reader.page()
      let offered = page.matches(of: /name="(\w+)\.sms"/).map { String($0.output.1) }
      #expect(Set(offered).isSuperset(of: ["newMessage", "missedMessage", "answer"]) && !offered.contains("newVisitor"))
      #expect(page.contains("Answer STOP"))
      #expect(
        try await reader.post([("missedMessage.page", "yes"), ("missedMessage.sms", "yes"), ("newVisitor.sms", "yes")] + Self.hours) == 303)
      #expect(try await reader.page().matches(of: /name="(\w+)\.sms" value="yes" checked/).map { String($0.output.1) } == ["missedMessage"])
      try await scene.leave("Ada Moreau")
      let text = try #require(try await scene.texts(2).first)
      #expect(text.text == "Ada Moreau left a message (Harbour Essays) http://localhost:8080/notices")
      #expect(text.to == Self.number && !text.text.contains("Please call me"))
    }
  }

  @Test("B9: nothing comes in quiet hours, after STOP, or for what is not wanted")
  func silent() async throws {
    try await Self.scene(.sqlite) { scene in
      try await scene.prove()
      let reader = Reader(scene.house, scene.clara)
      try await scene.leave("Not Wanted")
      let night = [("missedMessage.sms", "yes"), ("quiet", "yes"), ("starts", "11:00"), ("ends", "13:00")]
      #expect(try await reader.post(night) == 303)
      try await scene.leave("Quiet Hours")
      #expect(try await reader.post([("missedMessage.sms", "yes")] + Self.hours) == 303)
      try await scene.house.program.texting.receive(InboundText(sid: "1", from: Self.number, to: "+12025550100", text: "STOP"))
      try await scene.leave("After Stop")
      try await scene.jobsAreDone()
      #expect(scene.folder.texts().count == 1, "the code alone")
      // The choice is kept for the day on which the telephone takes texts again.
      #expect(try await reader.post([("missedMessage.page", "yes")] + Self.hours) == 303)
      try await scene.house.program.texting.receive(InboundText(sid: "2", from: Self.number, to: "+12025550100", text: "START"))
      #expect(try await reader.page().contains("name=\"missedMessage.sms\" value=\"yes\" checked"))
    }
  }

  @Test("B9: the house pays for so many a day and for no more")
  func limited() async throws {
    try await Self.scene(.sqlite) { scene in
      try await scene.prove()
      #expect(try await Reader(scene.house, scene.clara).post([("missedMessage.sms", "yes")] + Self.hours) == 303)
      for count in 1...7 {
        try await scene.leave("Ada \(count)")
      }
      try await scene.jobsAreDone()
      #expect(scene.folder.texts().count == 1 + Int(Texting.noticesPerDay))
      scene.clock.advance(milliseconds: 86_400_000)
      try await scene.leave("Ada Tomorrow")
      #expect(try await scene.texts(2 + Int(Texting.noticesPerDay))[0].text.hasPrefix("Ada Tomorrow"))
    }
  }

  @Test("B9: the page about the number goes without scripts from adding to removing it, and shows two digits of it")
  func page() async throws {
    try await Self.scene(.sqlite) { scene in
      let reader = Reader(scene.house, scene.clara, path: "/profile/phone")
      #expect(try await reader.post([("phone", "12")]) == 422)
      #expect(try await reader.post([("phone", Self.number.replacing("+", with: "%2B"))]) == 303)
      let waiting = try await reader.page("?done=sent")
      #expect(waiting.contains("ending in 78") && !waiting.contains("345678"))
      let code = try #require(try await scene.texts(1)[0].text.firstMatch(of: /[0-9]{6}/)).output
      #expect(try await reader.post([("code", "x")], to: "/profile/phone/proof") == 422)
      #expect(try await reader.post([("code", String(code))], to: "/profile/phone/proof") == 303)
      let proved = try await reader.page("?done=proved")
      #expect(proved.contains("Number ending in 78") && proved.contains("The number is yours"))
      #expect(try await reader.post([], to: "/profile/phone/remove") == 303)
      #expect(try await !reader.page().contains("Number ending in"))
    }
  }

  private static let hours = [("starts", "22:00"), ("ends", "07:00")]

  private struct Scene: Sendable {
    let house: House
    let site: Site
    let clara: House.Person
    let clock: WallClock
    let folder: TextFolder

    func prove() async throws {
      let person = try #require(try await house.program.accounts.recognise(clara.token))
      try await house.program.texting.askForProof(of: SMSTests.number, by: person, from: .init("192.0.2.1"))
      let code = try #require(try await texts(1)[0].text.firstMatch(of: /[0-9]{6}/)).output
      try await house.program.texting.prove(String(code), of: person, from: .init("192.0.2.1"))
    }

    /// The texts, newest first, once there are so many.
    func texts(_ count: Int) async throws -> [TextFolder.Found] {
      for _ in 0..<200 where folder.texts().count < count { try await Task.sleep(for: .milliseconds(50)) }
      try #require(folder.texts().count >= count, "\(folder.texts().map(\.text))")
      return folder.texts()
    }

    /// A visitor leaves a message, of which the team is told some seconds later.
    func leave(_ name: String) async throws {
      let before = try await notices()
      try await house.leaveMessage(at: site, from: name)
      clock.advance(milliseconds: 3000)
      for _ in 0..<200 where try await notices() == before { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try await notices() == before + 1)
      try await jobsAreDone()
    }

    private func notices() async throws -> Int { try await house.count("SELECT COUNT(*) FROM notices WHERE kind = 'missedMessage'") }

    /// Nothing that decides about a notice, or sends one, is left.
    func jobsAreDone() async throws {
      let due = "SELECT COUNT(*) FROM jobs WHERE kind IN ('notifications.deliver', 'texts.send') AND due_at <= \(clock.now.milliseconds)"
      for _ in 0..<200 where try await house.count(due) > 0 { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try await house.count(due) == 0)
    }
  }

  private static func scene(_ engine: Dialect.Engine, _ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
    let clock = WallClock.fixed(at: noon)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("texts-\(UInt64.random(in: 0 ... .max))").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await House.open(engine, clock: clock, flags: ["sms-folder": folder]) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site], online: false)
      try await body(Scene(house: house, site: site, clara: clara, clock: clock, folder: TextFolder(path: folder)))
    }
  }
}
