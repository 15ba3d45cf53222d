import Base
import Files
import Foundation
import Sites
import Store
import TestKit
import Testing

@testable import Conversations

/// Leaving for other messengers: allowed and counted, or what leads there hidden.
@Suite("Leaving the platform")
struct OffPlatformTests {
  private static let engines = Dialect.Engine.allCases
  /// A quarter to midnight in London, and the next day in Rome.
  private static let late = Moment(milliseconds: 1_795_304_700_000)

  private static func decide(_ house: House, _ site: Site, _ change: (inout SitePolicy) -> Void) async throws {
    var policy = SitePolicy()
    change(&policy)
    let (decided, id) = (policy, site.id)
    let kinds = FileKind.allCases.filter(decided.fileKinds.contains).map { "\($0)" }.joined(separator: " ")
    // Behind the back of those who are connected: whose website changes comes back on a new line.
    try await house.program.store.write { session in
      try session.run(
        """
        INSERT INTO site_policies
          (site_id, off_platform, whatsapp_number, whatsapp_text, file_kinds, file_megabytes, cookie_domain, visitor_key)
        VALUES ($1, $2, $3, $4, $5, $6, '', 'always')
        ON CONFLICT (site_id) DO UPDATE
        SET off_platform = excluded.off_platform, whatsapp_number = excluded.whatsapp_number, whatsapp_text = excluded.whatsapp_text
        """, id, decided.offPlatform.rawValue, decided.whatsAppNumber, decided.whatsAppText, kinds, decided.fileMegabytes)
    }
  }

  @Test(
    "E91b: numbers, addresses and links to messengers are found as people write them",
    arguments: [
      ("Call +33 6 12 34 56 78 now", "Call ••• now"), ("0612345678", "•••"), ("(01) 234-5678-90, please", "(•••, please"),
      ("me.too+x@mail.example.com!", "•••!"), ("https://wa.me/35315550100?text=hi or t.me/ada", "••• or •••"), ("tel:+123", "•••"),
      ("٠٦١٢٣٤٥٦٧٨", "•••"), ("See WA.ME/1234 and mail a@b.org", "See ••• and mail •••"),
    ])
  func details(_ text: String, _ hidden: String) { #expect(ContactDetails.masked(text) == hidden) }

  @Test(
    "E91b: days, sums, times and addresses of pages stay",
    arguments: [
      "On 2026-11-22 or 22.11.2026 18.30", "22/11/2026", "It costs 1.200.000", "Order 1234567", "https://harbour.example/prices?page=2",
      "At 18:30",
      "a/b", "@clara", "I said: no",
    ])
  func nothing(_ text: String) { #expect(ContactDetails.masked(text) == nil) }

  @Test(
    "E91b: where a website hides contact details nobody ever reads them, not even in a change, and both sides are told", arguments: engines)
  func masking(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await Self.decide(house, stage.site) { $0.offPlatform = .mask }
      let client = Secret().text
      let said = try #require(try await stage.ada.say("Write to ada@example.com", client: client)["n"]?.int)
      #expect(try await stage.ada.say("Write to ada@example.com", client: client)["n"]?.int == said, "a retry is the same message")
      for reader in [stage.ada, stage.clara] {
        let heard = try await reader.line.next { $0.name == "MessageSent" && $0["n"]?.int == said }
        #expect(heard["body"]?["text"]?.string == "Write to •••")
        let told = try await reader.line.next("ContactsMasked")
        #expect(told["by"]?["kind"]?.string == "visitor" && told["n"]?.int == said + 1)
      }
      let mine = try #require(try await stage.clara.say("Tomorrow at ten", on: stage.ada.topic)["n"]?.int)
      #expect(
        try await stage.clara.ask("edit", ["of": .number(Double(mine)), "text": "Call 0612345678"], on: stage.ada.topic).name == "Done")
      #expect(try await stage.ada.line.next("MessageEdited")["body"]?["text"]?.string == "Call •••")
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'ContactsMasked'") == 2)
      for words in ["%ada@example%", "%0612345678%"] {
        #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '\(words)'") == 0)
        #expect(try await house.count("SELECT COUNT(*) FROM conversations WHERE last_text LIKE '\(words)'") == 0)
      }
      #expect(try await Conversations.examine(house.program.store).findings == [])

      try await Self.decide(house, stage.site) { $0.offPlatform = .warn }
      _ = try await stage.clara.say("Call 0612345678", on: stage.ada.topic)
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%0612345678%'") == 1)
    }
  }

  @Test(
    "E91b: a chat is handed over by either side and marked as won: a line, a figure of its day, row, filter and file say so",
    arguments: engines)
  func outcomes(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.late), limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house, zone: "Europe/Rome")
      let (ada, clara, topic) = (stage.ada, stage.clara, stage.ada.topic)
      #expect(try await ada.ask("handOver", on: topic)["reason"]?.string == "featureOff")
      try await Self.decide(house, stage.site) { ($0.whatsAppNumber, $0.whatsAppText) = ("35315550100", "Hello from {visitor}") }
      let desk = try await clara.subscribe("agent.\(clara.id)")
      #expect(desk["sites"]?[0]?["handOver"]?["number"]?.string == "35315550100" && desk["sites"]?[0]?["offPlatform"]?.string == "allow")
      _ = try await clara.subscribe("visitors.\(stage.site.id)")
      for _ in 1...2 { #expect(try await ada.ask("handOver", on: topic).name == "Done") }
      #expect(try await clara.ask("handOver", on: topic).name == "Done", "true already")
      #expect(try await clara.ask("won", ["on": true], on: topic).name == "Done")
      _ = try await clara.line.next(within: .seconds(5)) {
        $0["row"]?["chat"]?["handedOver"]?.bool == true && $0["row"]?["chat"]?["won"]?.bool == true
      }
      let figures = try await house.program.store.read { session in
        try session.rows("SELECT kind, local_day, local_hour, account_id FROM conversions ORDER BY kind").map {
          "\($0[0] as String) \($0[1] as String) \($0[2] as Int64) \(($0[3] as AccountID?)?.description ?? "visitor")"
        }
      }
      #expect(figures == ["handedOver 2026-11-22 0 visitor", "won 2026-11-22 0 \(clara.id)"])

      let log = LogView(try await clara.subscribe(topic))
      let lines = log.entries.compactMap { $0["event"]?.string }.filter { ["ChatHandedOver", "ChatWon"].contains($0) }
      #expect(lines == ["ChatHandedOver", "ChatWon"])
      let read = try await ada.subscribe()
      let events = (read["entries"]?.array ?? []).compactMap { $0["event"]?.string }
      #expect(events.contains("ChatHandedOver") && !events.contains("ChatWon"), "what it brought is the team's")

      func found(_ outcome: String) async throws -> Int? {
        let path = "/console/chats?outcome=\(outcome)"
        return try await WebAnswer.of("GET", path, port: house.port, stage.asClara).json?["chats"]?.array?.count
      }
      #expect(try await [found("won"), found("handedOver"), found("nothing")] == [1, 1, 0])
      let csv = try await WebAnswer.of("GET", "/console/export.csv?rows=chats", port: house.port, stage.asClara).text
      #expect(csv.contains("\"Won, Handed over\"") && csv.contains(",Outcome"))

      #expect(try await clara.ask("won", ["on": false], on: topic).name == "Done")
      #expect(try await [found("won"), found("nothing")] == [0, 0])
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'ChatUnwon'") == 1)
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("E91b, A39: only the team says what a chat brought, and nobody hands over where contact details are hidden", arguments: engines)
  func rights(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let mona = try await house.console(of: house.person("Mona", [.manager]))
      _ = try await mona.subscribe(stage.ada.topic)
      #expect(try await stage.ada.ask("won", ["on": true], on: stage.ada.topic)["reason"]?.string == "notAllowed")
      #expect(try await mona.ask("won", ["on": true], on: stage.ada.topic)["reason"]?.string == "readOnly")
      try await Self.decide(house, stage.site) { ($0.offPlatform, $0.whatsAppNumber) = (.mask, "35315550100") }
      #expect(try await stage.clara.ask("handOver", on: stage.ada.topic)["reason"]?.string == "featureOff")
      #expect(try await house.count("SELECT COUNT(*) FROM conversions") == 0)
    }
  }

  @Test("X7, E41a, E41b: a website takes fewer kinds of files and smaller ones, and says which", arguments: engines)
  func files(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await Self.decide(house, stage.site) { ($0.fileKinds, $0.fileMegabytes) = ([.pdf], 1) }
      #expect(try await stage.upload("letter.pdf", as: stage.asAda).status == 201)
      let picture = try await stage.upload("turned.jpg", as: stage.asClara)
      #expect(picture.reason == "fileKindNotTaken" && picture.text.contains("This website takes PDF only."))
      let large = try await stage.upload(Data(count: (1 << 20) + 1), "a.pdf", as: stage.asAda)
      #expect(large.reason == "fileTooLarge" && large.text.contains("1 MB"))
      let desk = try await stage.clara.subscribe("agent.\(stage.clara.id)")
      #expect(desk["sites"]?[0]?["taking"]?["endings"]?.array == [.string("pdf")])
    }
  }
}
