import Base
import Foundation
import Parley
import Sites
import Store
import TestKit
import Testing
import Web

/// The line of those who cannot have a WebSocket.
@Suite("Polling")
struct PollTests {
  private static func command(_ verb: String, _ id: String, on topic: String, _ fields: [String: JSON] = [:]) -> JSON {
    .object(fields.merging(["do": .string(verb), "id": .string(id), "topic": .string(topic)]) { $1 })
  }

  private static func form(on topic: String) -> JSON {
    command(
      "form", "form", on: topic, ["name": "Ada Moreau", "email": "ada@example.com", "phone": "+33 6 12 34 56 78", "service": "Thesis"])
  }

  private static func say(_ text: String, client: String = Secret().text, on topic: String) -> JSON {
    command("send", "say", on: topic, ["client": .string(client), "text": .string(text)])
  }

  @Test("E20: who polls and who has a WebSocket talk with each other, with the same frames", arguments: [Dialect.Engine.sqlite, .postgres])
  func talk(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: try await house.person("Clara", at: [site]))
      let ada = house.poller(of: site)
      let first = try await ada.poll(wait: 1)
      let topic = try #require(first.named("Welcome").first?["topic"]?.string)
      #expect(first.status == 200)
      #expect(first.headers["access-control-allow-origin"] == House.siteOrigin)
      #expect(first.named("Snapshot").first?["online"]?.bool == true)
      let formed = try await ada.poll([topic], [Self.form(on: topic), Self.say("Hello?", on: topic)])
      #expect(formed["form"]?["event"]?.string == "Done")
      #expect(formed["say"]?["event"]?.string == "Acknowledged")
      _ = try await clara.subscribe(topic)
      _ = try await clara.ask("join", on: topic)
      // The answer comes while the visitor waits for it.
      async let waited = ada.poll([topic], wait: 10)
      try await Task.sleep(for: .milliseconds(100))
      _ = try await clara.say("Hello, yes.", on: topic)
      var texts = try await waited.texts
      while !texts.contains("Hello, yes.") { texts = try await ada.poll([topic], wait: 10).texts }
      // What a client would hold by now is what a WebSocket is told.
      let whole = try await house.poller(with: ada).poll([topic]).texts
      #expect(whole == ["Hello?", "Hello, yes."])
    }
  }

  @Test("E20: nothing is missed between two polls and nothing comes twice, however they fall between the messages", arguments: 1...3)
  func betweenPolls(_ seed: Int) async throws {
    try await House.open(
      .sqlite, limits: "visitor.messages=100000/60,visitor.widget=100000/60,agent.messages=100000/60,signedOut.polls=100000/60"
    ) { house in
      var dice = Dice(seed: UInt64(seed))
      let site = try await house.site()
      let clara = try await house.console(of: try await house.person("Clara", at: [site]))
      let ada = house.poller(of: site)
      let topic = try #require(try await ada.poll().named("Welcome").first?["topic"]?.string)
      _ = try await ada.poll([topic], [Self.form(on: topic), Self.say("0", on: topic)])
      _ = try await clara.subscribe(topic)
      _ = try await clara.ask("join", on: topic)
      let pauses = (1...40).map { _ in Int.random(in: 0...25, using: &dice) }
      async let said: Void = {
        for (index, pause) in pauses.enumerated() {
          try await Task.sleep(for: .milliseconds(pause))
          _ = try await clara.say("\(index + 1)", on: topic)
        }
      }()
      var heard: [String] = []
      var polls = 0
      while heard.last != "40", polls < 200 {
        heard += try await ada.poll([topic], wait: 5).texts
        polls += 1
      }
      try await said
      // The own word came with the answer to the poll that said it.
      #expect(heard.filter { $0 != "0" } == (1...40).map(String.init), "seed \(seed)")
    }
  }

  @Test("E20: a state that the client holds is not sent again and ends no wait; one that changed is, and does")
  func states() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site])
      let console = house.poller(of: clara)
      let lists = ["agent.\(clara.id)", "visitors.\(site.id)", "notices.\(clara.id)"]
      var quiet = try await console.poll(lists)
      #expect(quiet.named("Snapshot").count == 3)
      // That somebody came is told of for a moment.
      for _ in 0..<5 where quiet.frames.count > 1 { quiet = try await console.poll(lists, wait: 1) }
      #expect(quiet.frames.map { $0["event"]?.string } == ["Welcome"])
      async let waited = console.poll(lists, wait: 10)
      try await Task.sleep(for: .milliseconds(100))
      let ada = try await house.visitor(of: site)
      _ = try await ada.ask("open")
      let told = try await waited
      #expect(!told.named("NewVisitorJoined").isEmpty || !told.named("VisitorPresence").isEmpty || !told.named("Snapshot").isEmpty)
      var rows = told.frames
      for _ in 0..<5 where rows.allSatisfy({ $0["row"] == nil && $0["rows"]?.array?.isEmpty != false }) {
        rows = try await console.poll(lists, wait: 1).frames
      }
      #expect(rows.contains { $0["row"] != nil || $0["rows"]?.array?.isEmpty == false })
    }
  }

  @Test("E20: who polls is there, also between two polls, and gone some time after the last")
  func presence() async throws {
    try await House.open(.sqlite, linger: .milliseconds(700)) { house in
      let site = try await house.site()
      let clara = try await house.person("Clara", at: [site])
      let ada = try await house.visitor(of: site)
      #expect(try await ada.line.next("Snapshot")["online"]?.bool == false)
      _ = try await house.poller(of: clara).poll()
      #expect(try await ada.line.next("Snapshot")["online"]?.bool == true)
      #expect(try await ada.line.next("Snapshot")["online"]?.bool == false)
    }
  }

  @Test("E20, A39: a poll passes the same door: origin, key, session, token and scope")
  func rights() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.site()
      let other = try await house.site("Other", origin: "https://other.example")
      let clara = try await house.person("Clara", at: [site])
      func refusal(_ poller: Poller) async throws -> (status: Int, close: Int?, reason: String?) {
        let answer = try await poller.poll()
        return (answer.status, answer.close, answer.named("Refused").first?["reason"]?.string)
      }
      #expect(try await refusal(house.poller(of: site, origin: "https://evil.example")) == (403, 4403, "originNotAllowed"))
      #expect(try await refusal(house.poller(of: clara, origin: "https://evil.example")) == (403, 4403, "originNotAllowed"))
      let nobody = Poller(port: house.port, hello: ["do": "hello", "protocol": 1], headers: ["Origin": House.origin])
      #expect(try await refusal(nobody) == (401, 4401, "signInNeeded"))
      let stranger = Poller(port: house.port, hello: ["do": "hello", "protocol": 1], headers: [:])
      #expect(try await refusal(stranger) == (403, 4403, "originNotAllowed"))
      let late = Poller(port: house.port, hello: ["do": "hello", "protocol": 2], headers: ["Origin": House.origin])
      #expect(try await refusal(late) == (426, 4426, "protocolVersion"))
      let unknown = Poller(
        port: house.port, hello: ["do": "hello", "protocol": 1, "site": "nowhere", "key": .string(Secret().text)],
        headers: ["Origin": House.siteOrigin])
      #expect(try await refusal(unknown).status == 401)
      // What a line would be refused a poll is, too.
      let topic = try await house.visitor(of: other, origin: "https://other.example").topic
      for poller in [house.poller(of: site), house.poller(of: clara)] {
        let answer = try await poller.poll([topic], [Self.say("Let me in", on: topic)])
        #expect(answer["s.\(topic)"]?["reason"]?.string == "notFound")
        #expect(answer["say"]?["reason"]?.string == "notAllowed")
      }
      let reader = house.poller(with: try await house.token([.chatsRead], of: clara))
      let status = try await reader.poll([], [["do": "status", "id": "st", "status": "away"]])
      #expect(status.status == 200)
      #expect(status["st"]?["reason"]?.string == "scopeMissing")
      let (wrong, _) = try await Poller(port: house.port, hello: .null, headers: ["Authorization": "Bearer parley_wrong"]).ask([
        "frames": []
      ])
      #expect(wrong.status == 401)
    }
  }

  @Test("E20: what a poll brings, keeps and costs is bounded")
  func limits() async throws {
    try await House.open(.sqlite, limits: "visitor.messages=3/60,visitor.widget=100000/60,signedOut.polls=100000/60") { house in
      let site = try await house.site()
      let ada = house.poller(of: site)
      for body in ["", "{}", "[]", #"{"frames":[]}"#, #"{"frames":[{"do":"pong"}]}"#, #"{"frames":[{"do":"hello"}],"wait":26}"#] {
        let (answer, _) = try await ada.ask(Data(body.utf8))
        #expect(answer.status == 400, "\(body)")
        #expect(answer.close == 4400, "\(body)")
      }
      let (large, _) = try await ada.ask(Data(repeating: 0x20, count: 300_000))
      #expect(large.status == 413)
      let (many, _) = try await ada.ask(["frames": .array(Array(repeating: ada.hello, count: 501))])
      #expect(many.status == 400)
      let topic = try #require(try await ada.poll().named("Welcome").first?["topic"]?.string)
      let said = try await ada.poll(
        [topic],
        [Self.form(on: topic)]
          + (1...4).map { Self.command("send", "m\($0)", on: topic, ["client": .string(Secret().text), "text": "again"]) })
      #expect(said["m3"]?["event"]?.string == "Acknowledged")
      #expect(said["m4"]?["reason"]?.string == "tooFast")
      // A second hello is none of its business.
      let twice = try await ada.poll([], [ada.hello])
      #expect(twice.close == nil || twice.close == 4400)
    }
  }

  @Test("E78a: a visitor has a hundred polls a minute, as other requests of the widget, and is told when the next may come")
  func perMinute() async throws {
    try await House.open(.sqlite, limits: "visitor.messages=1000/60") { house in
      let ada = house.poller(of: try await house.site())
      var answers: [Poller.Answer] = []
      for _ in 0..<130 where answers.last?.status ?? 200 == 200 { answers.append(try await ada.poll()) }
      #expect((100..<130).contains(answers.count))
      let last = try #require(answers.last)
      #expect(last.status == 429 && last.close == 1013)
      #expect(last.headers["retry-after"] == last.frames.last?["retryAfterSeconds"]?.int.map(String.init))
      #expect(last.headers["access-control-allow-origin"] == House.siteOrigin)
    }
  }

  @Test("E78b: what a visitor says too fast is refused for a while, by polls as on a line; an agent has a limit of its own")
  func messagesPerMinute() async throws {
    try await House.open(.sqlite, limits: "visitor.widget=100000/60") { house in
      let site = try await house.site()
      let ada = house.poller(of: site)
      let topic = try #require(try await ada.poll().named("Welcome").first?["topic"]?.string)
      let clara = house.poller(of: try await house.person("Clara", at: [site]))
      func burst(_ poller: Poller, _ count: Int, after first: [JSON]) async throws -> [String?] {
        let words = (1...count).map { Self.command("send", "m\($0)", on: topic, ["client": .string(Secret().text), "text": "again"]) }
        let answer = try await poller.poll([topic], first + words)
        return (1...count).map { answer["m\($0)"]?["reason"]?.string }
      }
      let said = try await burst(ada, 11, after: [Self.form(on: topic)])
      #expect(said == Array(repeating: nil, count: 10) + ["tooFast"])
      let replies = try await burst(clara, 11, after: [Self.command("join", "join", on: topic)])
      #expect(replies.allSatisfy { $0 == nil })
    }
  }

  @Test("E76: what a poll is answered is as the description says")
  func description() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.site()
      let json = try await WebAnswer.of("GET", "/api/v1/openapi.json", port: house.port)
      let description = try APIDescription(json.body)
      for (origin, hello) in [
        (House.siteOrigin, house.poller(of: site).hello), ("https://evil.example", house.poller(of: site).hello), (House.siteOrigin, .null),
      ] {
        let body = Data(try JSON.object(["frames": [hello], "wait": 1]).text.utf8)
        let answer = try await WebAnswer.of(
          "POST", "/api/v1/live", port: house.port, ["Origin": origin, "Content-Type": "text/plain"], body: body)
        #expect(description.problems(of: answer.text, status: answer.status, to: "POST /api/v1/live") == [])
      }
    }
  }

  @Test("E20: one person has so many polls at once and no more, and each that ended makes room")
  func atOnce() async throws {
    try await House.open(.sqlite, limits: "visitor.widget=100000/60,signedOut.polls=100000/60") { house in
      let site = try await house.site()
      let key = Secret()
      _ = try await house.poller(of: site, key: key).poll(wait: 1)
      let answers = try await withThrowingTaskGroup(of: Poller.Answer.self) { group in
        for _ in 0..<20 {
          let poller = house.poller(of: site, key: key)
          group.addTask {
            // The state of the site ends the first wait of each.
            _ = try await poller.poll(wait: 1)
            return try await poller.poll(wait: 3)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let refused = answers.filter { $0.status == 429 }
      #expect(!refused.isEmpty)
      #expect(refused.allSatisfy { $0.named("Refused").first?["reason"]?.string == "tooFast" && $0.headers["retry-after"] != nil })
      #expect(try await house.poller(of: site, key: key).poll().status == 200)
    }
  }

  @Test("E20: the next poll may go to another node, which knows nothing but the database")
  func anotherNode() async throws {
    try await House.open(.postgres) { house in
      let address = house.program.settings.text(.database)
      let site = try await house.site()
      let ada = house.poller(of: site)
      let topic = try #require(try await ada.poll().named("Welcome").first?["topic"]?.string)
      let client = Secret().text
      let first = try await ada.poll([topic], [Self.form(on: topic), Self.say("Hello?", client: client, on: topic)])
      let n = first["say"]?["n"]?.int
      try await House.open(.postgres, flags: ["database": address]) { second in
        ada.move(to: second.port)
        // A retry of what was acknowledged elsewhere is acknowledged with its number; what was held is not told again.
        let again = try await ada.poll([topic], [Self.say("Hello?", client: client, on: topic)])
        #expect(again["say"]?["n"]?.int == n)
        #expect(again.texts.isEmpty)
        _ = try await ada.poll([topic], [Self.say("Still there?", on: topic)])
        ada.move(to: house.port)
        let back = try await ada.poll([topic], wait: 1)
        #expect(!back.texts.contains("Hello?"))
      }
      #expect(try await house.poller(with: ada).poll([topic]).texts == ["Hello?", "Still there?"])
    }
  }
}

extension House {
  /// The same visitor who holds nothing yet.
  fileprivate func poller(with other: Poller) -> Poller {
    Poller(port: port, hello: other.hello, headers: ["Origin": Self.siteOrigin])
  }
}
