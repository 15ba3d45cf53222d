import Access
import Base
import Foundation
import Live
import NIOCore
import Nodes
import Parley
import Sites
import Store
import TestKit
import Testing

/// Two nodes on one database: what happens on one is seen on the other.
@Suite("Two nodes")
struct TwoNodesTests {
  /// How long a look at the database takes, with room for a busy machine.
  static let patience = TimeAmount.seconds(20)

  @Test("E74, E75, P5: a visitor on one node and an agent on another ring, join, talk, type and see each other's marks")
  func talk() async throws {
    try await House.openTwo(over: Exchange(seed: 1)) { first, second in
      let site = try await first.site()
      let clara = try await second.console(of: first.person("Clara", at: [site]))
      _ = try await clara.subscribe("visitors.\(site.id)")
      let ada = try await first.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      #expect(try await clara.line.next("NewVisitorJoined", within: Self.patience)["row"]?["visitor"]?["online"]?.bool == true)
      #expect(try await ada.say("Hello?").name == "Acknowledged")
      #expect(try await clara.line.next("MessageArrived", within: Self.patience)["n"]?.int == 3)
      _ = try await clara.subscribe(ada.topic)
      #expect(try await clara.ask("join", on: ada.topic).name == "Done")
      _ = try await ada.line.next("AgentJoinedChat", within: Self.patience)
      _ = try await clara.say("Hello.", on: ada.topic)
      let answer = try await ada.line.next("MessageSent", within: Self.patience) { $0["by"]?["kind"]?.string == "agent" }
      #expect(answer["n"]?.int == 5)
      try ada.line.send(["do": "mark", "topic": .string(ada.topic), "delivered": 5, "seen": 5])
      _ = try await clara.line.next("Marks", within: Self.patience) { $0["marks"]?["visitor"]?["seen"]?.int == 5 }
      try ada.line.send(["do": "typing", "topic": .string(ada.topic), "on": true])
      _ = try await clara.line.next("VisitorTyping", within: Self.patience)
      // Who looks on from one node is seen on the other, and never by the visitor.
      let bruno = try await first.console(of: first.person("Bruno", at: [site]))
      _ = try await bruno.subscribe(ada.topic)
      try bruno.line.send(["do": "view", "topic": .string(ada.topic), "on": true])
      let viewing = try await clara.line.next("AgentViewing", within: Self.patience)
      #expect(viewing["by"]?["name"]?.string == "Bruno" && viewing["on"]?.bool == true)
      // Longer than what travels whole: the receiver reads it from the log.
      let long = String(repeating: "ä", count: 7000)
      _ = try await ada.say(long)
      _ = try await clara.line.next("MessageSent", within: Self.patience) { $0["body"]?["text"]?.string == long }
    }
  }

  @Test("E52, E74: who looks at a page on one node stands on the live page that another node tells, and goes from it")
  func monitoring() async throws {
    try await House.openTwo(over: Exchange(seed: 6)) { first, second in
      let site = try await first.site()
      let clara = try await second.console(of: first.person("Clara", at: [site]))
      let topic = "monitoring.\(site.id)"
      #expect(try await clara.subscribe(topic)["total"]?.int == 0)
      let body = #"{"key":"\#(Secret().text)","url":"https://harbour.example/prices","title":"Prices","language":"en"}"#
      let answer = try await WebAnswer.of(
        "POST", "/api/v1/widget/\(site.key)/views", port: first.port, ["Origin": House.siteOrigin, "Content-Type": "text/plain"],
        body: Data(body.utf8))
      #expect(answer.status == 200)
      let told = try await clara.line.next("MonitoringChanged", within: Self.patience)
      #expect(told["rows"]?[0]?["page"]?["title"]?.string == "Prices")
      let ada = try await first.visitor(of: site)
      _ = try await clara.line.next("MonitoringChanged", within: Self.patience) { $0["rows"]?[0]?["visitor"]?.string == ada.id }
      ada.line.close()
      _ = try await clara.line.next("MonitoringChanged", within: Self.patience) { $0["gone"]?[0]?.string == ada.id }
      #expect(try await clara.subscribe(topic)["total"]?.int == 1)
    }
  }

  @Test("E20: somebody is here while any node has a connection of theirs, and a list that another node gives knows it")
  func presence() async throws {
    try await House.openTwo(over: Exchange(seed: 2)) { first, second in
      let site = try await first.site()
      let clara = try await second.console(of: first.person("Clara", at: [site]))
      _ = try await clara.subscribe("visitors.\(site.id)")
      let ada = try await first.visitor(of: site)
      _ = try await ada.subscribe()
      _ = try await ada.sendForm()
      _ = try await clara.line.next("NewVisitorJoined", within: Self.patience)
      let tab = try await second.visitor(of: site, key: #require(ada.key))
      ada.line.close()
      try await Task.sleep(for: .milliseconds(600))
      #expect(!clara.line.takeAll().contains { $0.name == "VisitorPresence" && $0["online"]?.bool == false })
      tab.line.close()
      _ = try await clara.line.next("VisitorPresence", within: Self.patience) { $0["online"]?.bool == false }
      let again = try await first.visitor(of: site, key: #require(ada.key))
      _ = try await clara.line.next("VisitorPresence", within: Self.patience) { $0["online"]?.bool == true }
      #expect(try await clara.subscribe("visitors.\(site.id)")["rows"]?.array?.first?["visitor"]?["online"]?.bool == true)
      again.line.close()
    }
  }

  @Test("X4: revoking a session closes its connections on every node at once, and those of others stay")
  func revocation() async throws {
    try await House.openTwo(over: Exchange(seed: 3)) { first, second in
      let site = try await first.site()
      let (one, other) = (try await first.person("Clara", at: [site]), try await first.person("Bruno", at: [site]))
      let (clara, bruno) = (try await second.console(of: one), try await second.console(of: other))
      await first.program.accounts.revoked.publish(.init(account: one.id, session: nil))
      #expect(try await clara.line.closeCode(within: Self.patience) == 4401)
      #expect(try await bruno.subscribe("visitors.\(site.id)").name == "Snapshot")
    }
  }

  @Test("E74: what an agent says about being there reaches visitors of another node, and who is switched off loses rights there")
  func statusAndRights() async throws {
    try await House.openTwo(over: Exchange(seed: 4)) { first, second in
      let site = try await first.site()
      let person = try await first.person("Clara", at: [site])
      let clara = try await second.console(of: person)
      let ada = try await first.visitor(of: site)
      _ = try await ada.line.next("Snapshot", within: Self.patience) { $0["online"]?.bool == true }
      _ = try await clara.ask("status", ["status": "offline"])
      _ = try await ada.line.next("Snapshot", within: Self.patience) { $0["online"]?.bool == false }
      _ = try await clara.ask("status", ["status": "online"])
      _ = try await ada.line.next("Snapshot", within: Self.patience) { $0["online"]?.bool == true }
      _ = try await clara.subscribe("visitors.\(site.id)")
      try await first.program.sites.unassign(person.id, at: site.id, by: nil, from: .console)
      _ = try await clara.line.next("Refused", within: Self.patience) { $0["topic"]?.string == "visitors.\(site.id)" }
      _ = try await ada.line.next("Snapshot", within: Self.patience) { $0["online"]?.bool == false }
    }
  }

  @Test(
    "X4, E74: however the bus loses, doubles, delays and reorders, every reader of both nodes holds the whole log in order",
    arguments: [11, 12, 13] as [UInt64])
  func weather(_ seed: UInt64) async throws {
    let exchange = Exchange(seed: seed)
    try await House.openTwo(over: exchange) { first, second in
      let (ada, clara, site) = try await joined(first, second)
      exchange.set(.init(lost: 30, doubled: 20, late: 20))
      try await talk(ada, clara, count: 40)
      exchange.set(.init())
      try await expectWhole(ada, clara, last: 84)
      // A state that was told of while all was lost is whole again, too.
      exchange.set(.init(lost: 100))
      _ = try await clara.ask("close", on: ada.topic)
      exchange.set(.init())
      _ = try await ada.line.next(within: Self.patience) { $0.name == "ChatClosed" }
      _ = site
    }
  }

  @Test("X4: while the bus is dead the nodes read the database, and afterwards nothing is missing")
  func deadBus() async throws {
    let exchange = Exchange(seed: 5)
    try await House.openTwo(over: exchange) { first, second in
      let (ada, clara, site) = try await joined(first, second)
      let list = try await clara.subscribe("visitors.\(site.id)")
      #expect(list["rows"]?.array?.count == 1)
      exchange.setConnected(false)
      _ = try await ada.say("Is anybody there?")
      // Not yet healed: the look of every two seconds finds it.
      _ = try await clara.line.next(within: Self.patience) { $0["body"]?["text"]?.string == "Is anybody there?" }
      let bo = try await first.visitor(of: site)
      _ = try await bo.subscribe()
      _ = try await bo.sendForm(name: "Bo")
      _ = clara.line.takeAll()
      exchange.setConnected(true)
      _ = try await clara.line.next(within: Self.patience) {
        $0.name == "Snapshot" && $0["topic"]?.string == "visitors.\(site.id)" && $0["rows"]?.array?.count == 2
      }
    }
  }

  @Test("X4: a job is done once, however many nodes look for it")
  func jobsOnce() async throws {
    try await House.openTwo(over: Exchange(seed: 6)) { first, second in
      let (ada, _, _) = try await joined(first, second)
      _ = try await ada.say("And once more?")
      let deadline = ContinuousClock.now + .seconds(20)
      while try await first.count("SELECT CAST(COUNT(*) AS BIGINT) FROM jobs WHERE kind = 'chat.tellTeam'") > 0 {
        #expect(ContinuousClock.now < deadline)
        try await Task.sleep(for: .milliseconds(50))
        guard ContinuousClock.now < deadline else { return }
      }
      #expect(try await first.count("SELECT CAST(COUNT(*) AS BIGINT) FROM jobs WHERE state = 'dead'") == 0)
    }
  }

  // MARK: What they have in common

  private func joined(_ first: House, _ second: House) async throws -> (ada: Talker, clara: Talker, site: Site) {
    let site = try await first.site()
    let clara = try await second.console(of: first.person("Clara", at: [site]))
    let ada = try await first.visitor(of: site)
    _ = try await ada.subscribe()
    _ = try await ada.sendForm()
    _ = try await ada.say("Hello?")
    _ = try await clara.subscribe(ada.topic)
    #expect(try await clara.ask("join", on: ada.topic).name == "Done")
    return (ada, clara, site)
  }

  private func talk(_ ada: Talker, _ clara: Talker, count: Int) async throws {
    for number in 1...count {
      _ = try await ada.say("Ada \(number)")
      _ = try await clara.say("Clara \(number)", on: ada.topic)
    }
  }

  /// Each has heard every entry once, in order, up to the last.
  private func expectWhole(_ ada: Talker, _ clara: Talker, last: Int) async throws {
    for (name, line) in [("Ada", ada.line), ("Clara", clara.line)] {
      var (numbers, deadline): ([Int], ContinuousClock.Instant) = ([], .now + .seconds(20))
      while numbers.last != last, ContinuousClock.now < deadline {
        numbers += line.takeAll().filter { $0["after"] != nil && $0["n"] != nil }.compactMap { $0["n"]?.int }
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(numbers.last == last, "\(name) holds \(numbers)")
      #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 }, "\(name) holds \(numbers)")
    }
  }
}
