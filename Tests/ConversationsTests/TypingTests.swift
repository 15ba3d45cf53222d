import Base
import Conversations
import Foundation
import Sites
import Store
import TestKit
import Testing

/// What a visitor types, where the website shows it to its team.
@Suite("What is typed")
struct TypingTests {
  private static let engines = Dialect.Engine.allCases

  private func type(_ text: String, _ talker: Talker) throws {
    try talker.line.send(["do": "typing", "topic": .string(talker.topic), "on": true, "text": .string(text)])
  }

  @Test("P5: the team sees what a visitor types only where the website is switched so, and nothing of it is kept", arguments: engines)
  func preview(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let config = "/api/v1/widget/\(stage.site.key)/config"
      let origin = ["Origin": House.siteOrigin]
      #expect(try await WebAnswer.of("GET", config, port: house.port, origin).json?["preview"] == nil)
      try type("zugvogel one", stage.ada)
      let off = try await stage.clara.line.next("VisitorTyping") { $0["topic"]?.string == stage.ada.topic }
      #expect(off["on"]?.bool == true && off["text"] == nil, "off unless it is switched on")

      let on = Set(Feature.allCases)
      try await house.program.sites.switchFeatures(to: on, at: stage.site.id, by: nil, from: .console)
      #expect(try await WebAnswer.of("GET", config, port: house.port, origin).json?["preview"]?.bool == true)
      // Whoever was there comes back, and with them what the widget says.
      let ada = try await house.visitor(of: stage.site, key: try #require(stage.ada.key))
      _ = try await ada.subscribe()
      let tom = try await house.console(of: house.person("Tom", at: [stage.site]))
      _ = try await tom.subscribe(ada.topic)
      try type(String(repeating: "a", count: 600) + "zugvogel two", ada)
      for reader in [stage.clara, tom] {
        let shown = try await reader.line.next("VisitorTyping") { $0["text"] != nil }
        #expect(shown["text"]?.string?.hasSuffix("zugvogel two") == true && shown["text"]?.string?.count == 500)
      }
      try ada.line.send(["do": "typing", "topic": .string(ada.topic), "on": false, "text": "zugvogel three"])
      let over = try await tom.line.next("VisitorTyping") { $0["on"]?.bool == false }
      #expect(over["text"] == nil)
      let other = try await house.visitor(of: stage.site, key: try #require(stage.ada.key))
      _ = try await other.subscribe()
      try type("zugvogel four", ada)
      _ = try await tom.line.next("VisitorTyping") { $0["text"]?.string == "zugvogel four" }
      #expect(!other.line.takeAll().contains { "\($0)".contains("zugvogel") }, "their other tabs know it themselves")
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%zugvogel%'") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM search_texts WHERE words LIKE '%zugvogel%'") == 0)
    }
  }
}
