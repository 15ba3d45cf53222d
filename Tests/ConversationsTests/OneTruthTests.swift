import Base
import Conversations
import Foundation
import Sites
import Store
import Synchronization
import TestKit
import Testing

/// A visitor in two tabs, three of the team and an administrator act at the same time, each by dice of their own. Whatever order that takes, everybody
/// ends with the same truth, and each was answered with what became true or with what stood in the way.
@Suite("One truth")
struct OneTruthTests {
  static let limits = "visitor.messages=100000/60,visitor.widget=100000/60,agent.messages=100000/60"
  static let steps = 22

  /// `PARLEY_SEEDS=FIRST:COUNT` plays others.
  private static var seeds: [UInt64] {
    let words = ProcessInfo.processInfo.environment["PARLEY_SEEDS"]?.split(separator: ":").compactMap { UInt64($0) } ?? [11, 2]
    return (0..<(words.dropFirst().first ?? 1)).map { (words.first ?? 11) + $0 }
  }

  @Test(
    "E10a, E27c, E55, E89a, X4: accepting, handing over, editing, closing and losing the website, all at once, leave one truth at every client",
    arguments: Dialect.Engine.allCases, seeds)
  func atOnce(engine: Dialect.Engine, seed: UInt64) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let stage = try await TruthStage(house, seed: seed)
      let played = try await stage.play(steps: Self.steps)
      #expect(try await stage.isInside(stage.lost) == false, "who lost the website is in the chat, seed \(seed)")
      try await played[stage.agents.count].does(.close)
      let log = try await stage.settledLog()
      let truth = TruthReplay(log.entries)
      #expect(truth.numbers == Array(1...truth.numbers.count), "the log has a hole, seed \(seed)")
      for player in played {
        #expect(player.faults == [], "\(player.name), seed \(seed)")
        for asked in player.asked {
          if let lie = truth.lie(about: asked, of: player.name) { Issue.record("\(player.name): \(lie), seed \(seed)") }
        }
        #expect(try await player.agreesWithReload(), "\(player.name) sees something else than a reload shows, seed \(seed)")
      }
      let said = played.flatMap(\.asked).filter(\.wasAcknowledged).count
      #expect(truth.spoken == said, "each message once, seed \(seed)")
      let found = try await Conversations.examine(house.program.store).findings
      #expect(found.isEmpty, "\(found), seed \(seed)")
    }
  }
}

/// What somebody asked for, how it was answered, and between which two ends of the log that was decided.
struct TruthAsked: Sendable {
  enum Deed: Sendable {
    case say(String)
    case note(String)
    case edit(Int, String)
    case delete(Int)
    case join, leave, close
    case transfer(to: String, leaves: Bool)
  }

  let deed: Deed
  let answer: String
  /// Empty where nothing was refused.
  let reason: String
  let n: Int?
  let heads: ClosedRange<Int>

  var wasAcknowledged: Bool { answer == "Acknowledged" }
}

/// The people of the play.
struct TruthStage: Sendable {
  let house: House
  let site: Site
  let seed: UInt64
  let agents: [(name: String, person: House.Person)]
  /// In the end this one has lost the website.
  let lost: House.Person
  let mona: House.Person
  let key = Secret()
  let topic: String
  /// Messages of the visitor, which both tabs may change.
  let ofVisitor = TruthNumbers()

  init(_ house: House, seed: UInt64) async throws {
    let site = try await house.site()
    (self.house, self.seed, self.site) = (house, seed, site)
    var agents: [(name: String, person: House.Person)] = []
    for name in ["Clara", "Tom", "Nina"] { agents.append((name, try await house.person(name, at: [site]))) }
    self.agents = agents
    lost = agents[2].person
    mona = try await house.person("Mona", [.manager])
    let desk = try await house.console(of: agents[0].person)
    let ada = try await house.visitor(of: site, key: key)
    topic = ada.topic
    _ = try await ada.subscribe()
    _ = try await ada.sendForm()
    desk.line.close()
    ada.line.close()
  }

  func play(steps: Int) async throws -> [TruthPlayer] {
    var players: [TruthPlayer] = []
    for (index, agent) in agents.enumerated() {
      let open = { @Sendable in try await house.console(of: agent.person) }
      let dice = Dice(seed: seed &* 100 &+ UInt64(index))
      players.append(TruthPlayer(agent.person.id.description, try await open(), self, again: open, dice: dice, isAgent: true))
    }
    for index in 0..<2 {
      let open = { @Sendable [house, site, key] in try await house.visitor(of: site, key: key) }
      let dice = Dice(seed: seed &* 100 &+ UInt64(10 + index))
      players.append(TruthPlayer("visitor", try await open(), self, again: open, dice: dice, isAgent: false))
    }
    let manager = try await house.console(of: mona)
    let open = { @Sendable [house, mona] in try await house.console(of: mona) }
    players.append(TruthPlayer("manager", manager, self, again: open, dice: Dice(seed: seed), isAgent: true))
    for player in players { try await player.follow() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for player in players.dropLast() { group.addTask { try await player.plays(steps, besides: manager) } }
      group.addTask { try await takeAway() }
      try await group.waitForAll()
    }
    return players
  }

  /// The website is taken from one after the other, and given back to all but the last.
  private func takeAway() async throws {
    var dice = Dice(seed: seed &* 7)
    for round in 0..<6 {
      let person = round == 5 ? lost : agents[Int.random(in: 0..<agents.count, using: &dice)].person
      try await Task.sleep(for: .milliseconds(Int.random(in: 20...120, using: &dice)))
      try await house.program.sites.unassign(person.id, at: site.id, by: nil, from: .console)
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...80, using: &dice)))
      if round < 5 { try await house.assign(person.id, to: site) }
    }
  }

  func isInside(_ person: House.Person) async throws -> Bool {
    try await Task.sleep(for: .milliseconds(500))
    return try await house.count(
      "SELECT COUNT(*) FROM participants WHERE conversation_id = \(topic.dropFirst(5)) AND account_id = \(person.id) AND here") > 0
  }

  func isOfTeam(_ account: String) async throws -> Bool {
    try await house.count("SELECT COUNT(*) FROM assignments WHERE site_id = \(site.id) AND account_id = \(account)") > 0
  }

  func head() async throws -> Int { try await house.count("SELECT head FROM conversations WHERE id = \(topic.dropFirst(5))") }

  /// The whole log as a manager reads it, once nothing moves any more.
  func settledLog() async throws -> LogView {
    try await Task.sleep(for: .milliseconds(700))
    let reader = try await house.console(of: mona)
    var entries: [JSON] = []
    var view = LogView(try await reader.subscribe(topic))
    let path = "/api/v1/chats/\(topic.dropFirst(5))/entries?limit=100"
    var before = view.entries.first?["n"]?.int ?? 1
    while before > 1 {
      let older = try await WebAnswer.of("GET", "\(path)&before=\(before)", port: house.port, ["Cookie": mona.cookie])
      let page = try #require(older.json?["entries"]?.array)
      entries = page + entries
      before = page.first?["n"]?.int ?? 1
    }
    view.prepend(entries)
    return view
  }
}

/// Numbers that several tasks know. A class, because they share it.
final class TruthNumbers: Sendable {
  private let numbers = Mutex<[Int]>([])
  func note(_ n: Int) { numbers.withLock { $0.append(n) } }
  func any(_ dice: inout Dice) -> Int? { numbers.withLock { $0 }.randomElement(using: &dice) }
}

/// One line of one person, which reads everything in the order in which it arrives.
///
/// A class, because its task and the test look at the same one; unchecked, because the task is over before the test looks.
final class TruthPlayer: @unchecked Sendable {
  let name: String
  private let talker: Talker
  private let stage: TruthStage
  /// Another line of the same person.
  private let again: @Sendable () async throws -> Talker
  private let isAgent: Bool
  private var dice: Dice
  private var view: LogView?
  private var own: [Int] = []
  private var count = 0
  private(set) var asked: [TruthAsked] = []
  private(set) var faults: [String] = []

  init(
    _ name: String, _ talker: Talker, _ stage: TruthStage, again: @escaping @Sendable () async throws -> Talker, dice: Dice, isAgent: Bool
  ) {
    (self.name, self.talker, self.stage, self.again, self.dice, self.isAgent) = (name, talker, stage, again, dice, isAgent)
  }

  /// - Parameter quiet: who only reads, and would be let go of if nothing were heard of them.
  func plays(_ steps: Int, besides quiet: Talker) async throws {
    for _ in 0..<steps {
      try await step()
      try quiet.line.send(["do": "pong"])
    }
  }

  /// - Returns: whether it may.
  @discardableResult
  func follow() async throws -> Bool {
    let answer = try await send("subscribe", ["since": .number(Double(view?.held ?? 0))])
    guard answer.name == "Subscribed" else {
      if !isAgent { faults.append("a visitor may not read: \(answer)") }
      return false
    }
    return true
  }

  func step() async throws {
    drain()
    if !isFollowing {
      guard try await follow() else { return try await Task.sleep(for: .milliseconds(20)) }
    }
    try await does(choose())
  }

  func does(_ deed: TruthAsked.Deed) async throws {
    let before = try await stage.head()
    let answer = try await send(deed)
    let after = try await stage.head()
    let (n, reason) = (answer["n"]?.int, answer["reason"]?.string ?? "")
    if reason == "notAllowed" {
      // The right went with the topic, which is said at once.
      for _ in 0..<200 where isFollowing {
        try await Task.sleep(for: .milliseconds(10))
        drain()
      }
      // Or it came back before anybody looked.
      let isOfTeam = isAgent ? try await stage.isOfTeam(name) : false
      if isFollowing, !isOfTeam { faults.append("\(deed) is not allowed to who reads") }
    }
    if case .say = deed, let n {
      own.append(n)
      if !isAgent { stage.ofVisitor.note(n) }
    }
    asked.append(TruthAsked(deed: deed, answer: answer.name, reason: reason, n: n, heads: before...max(before, after)))
  }

  private func choose() -> TruthAsked.Deed {
    let mine = isAgent ? own.randomElement(using: &dice) : stage.ofVisitor.any(&dice)
    count += 1
    let text = "\(name) says \(count)"
    switch Int.random(in: 0..<12, using: &dice) {
    case 0, 1, 2: return .say(text)
    case 3, 4: return mine.map { .edit($0, "\(text) again") } ?? .say(text)
    case 5: return mine.map { .delete($0) } ?? .say(text)
    case 6: return .close
    case 7 where isAgent: return .note(text)
    case 8 where isAgent: return .leave
    case 9 where isAgent:
      let others = stage.agents.map(\.person.id.description).filter { $0 != name }
      return .transfer(to: others.randomElement(using: &dice) ?? name, leaves: Bool.random(using: &dice))
    default: return isAgent ? .join : .say(text)
    }
  }

  private func send(_ deed: TruthAsked.Deed) async throws -> LiveClient.Event {
    switch deed {
    case .say(let text): try await send("send", ["client": .string(Secret().text), "text": .string(text)])
    case .note(let text): try await send("note", ["client": .string(Secret().text), "text": .string(text)])
    case .edit(let n, let text): try await send("edit", ["of": .number(Double(n)), "text": .string(text)])
    case .delete(let n): try await send("delete", ["of": .number(Double(n))])
    case .join: try await send("join")
    case .leave: try await send("leave")
    case .close: try await send("close")
    case .transfer(let to, let leaves): try await send("transfer", ["to": .string(to), "leaves": .bool(leaves)])
    }
  }

  /// Sends, and takes in what arrives until the answer is there.
  private func send(_ command: String, _ fields: [String: JSON] = [:]) async throws -> LiveClient.Event {
    count += 1
    let id = "t\(count)"
    try talker.line.send(.object(fields.merging(["do": .string(command), "id": .string(id), "topic": .string(stage.topic)]) { $1 }))
    // What is shown is read while others write it again.
    if let held = view.map({ JSON.number(Double($0.held)) }) {
      try talker.line.send(["do": "mark", "topic": .string(stage.topic), "delivered": held, "seen": held])
    }
    for _ in 0..<2000 {
      if let answer = drain(until: id) { return answer }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw TruthUnanswered(command: command, name: name)
  }

  private var isFollowing = false

  @discardableResult
  private func drain(until id: String? = nil) -> LiveClient.Event? {
    var answer: LiveClient.Event?
    for event in talker.line.takeAll() {
      if let id, event["id"]?.string == id { answer = event }
      take(event)
    }
    return answer
  }

  private func take(_ event: LiveClient.Event) {
    guard event["topic"]?.string == stage.topic else { return }
    switch event.name {
    case "Subscribed":
      isFollowing = true
      if view == nil { view = LogView(event) } else { view?.apply(event) }
    case "Refused": isFollowing = false
    default:
      if event["n"] != nil, event["after"] != nil, !isFollowing { faults.append("\(event) after the right was taken away") }
      view?.apply(event)
    }
  }

  /// Once nothing moves any more; who lost the website reads nothing.
  func agreesWithReload() async throws -> Bool {
    drain()
    let other = try await again()
    for _ in 0..<40 {
      if !isFollowing {
        guard try await follow() else { return name == stage.lost.id.description }
      }
      let held = view
      let reload = LogView(try await other.subscribe(stage.topic))
      if held?.agrees(with: reload) == true { return name != stage.lost.id.description }
      try await Task.sleep(for: .milliseconds(100))
      drain()
    }
    return false
  }
}

struct TruthUnanswered: Error {
  let command: String
  let name: String
}

/// The log, line by line: whether a chat is open and who is in it after each.
struct TruthReplay {
  private struct State {
    var isOpen = false
    var here: Set<String> = []
  }

  private let entries: [JSON]
  private var states: [State] = [State()]

  init(_ entries: [JSON]) {
    self.entries = entries
    for entry in entries {
      var state = states[states.count - 1]
      switch entry["event"]?.string {
      case "ChatOpened": state = State(isOpen: true)
      case "ChatClosed": state = State()
      case "AgentJoinedChat": state.here.insert(Self.author(of: entry))
      case "AgentLeftChat": state.here.remove(Self.author(of: entry))
      default: break
      }
      states.append(state)
    }
  }

  var numbers: [Int] { entries.compactMap { $0["n"]?.int } }
  /// Messages and notes.
  var spoken: Int { entries.count { ["MessageSent", "NoteAdded"].contains($0["event"]?.string ?? "") } }

  private static func author(of entry: JSON) -> String {
    let by = entry["by"]
    return by?["kind"]?.string == "visitor" ? "visitor" : by?["id"]?.string ?? ""
  }

  /// What was answered that was true at no moment in which it can have been decided; nil for the truth.
  func lie(about asked: TruthAsked, of name: String) -> String? {
    let moments = states[asked.heads.lowerBound...min(asked.heads.upperBound, states.count - 1)]
    func ever(_ holds: (State) -> Bool) -> Bool { moments.contains(where: holds) }
    func line(_ event: String, of n: Int) -> Bool {
      entries.prefix(asked.heads.upperBound).contains { $0["event"]?.string == event && $0["body"]?["of"]?.int == n }
    }
    let isTrue: Bool
    switch (asked.deed, asked.answer, asked.reason) {
    // Whose right went meanwhile was looked at when it was answered.
    case (_, "Refused", "notAllowed") where name != "visitor": isTrue = true
    case (.say, "Acknowledged", _), (.note, "Acknowledged", _):
      guard let n = asked.n, n <= entries.count else { return "\(asked) has no line" }
      let isNote = if case .note = asked.deed { true } else { false }
      isTrue =
        Self.author(of: entries[n - 1]) == name && entries[n - 1]["event"]?.string == (isNote ? "NoteAdded" : "MessageSent")
        && (isNote || name == "visitor" || states[n - 1].here.contains(name))
    case (.say, "Refused", "notJoined"): isTrue = ever { !$0.isOpen || !$0.here.contains(name) }
    case (.edit(let n, _), "Done", _): isTrue = line("MessageEdited", of: n)
    case (.delete(let n), "Done", _), (.edit(let n, _), "Refused", "notFound"): isTrue = line("MessageDeleted", of: n)
    case (.join, "Done", _): isTrue = ever { $0.here.contains(name) }
    case (.join, "Refused", "noChatOpen"): isTrue = ever { !$0.isOpen }
    case (.leave, "Done", _): isTrue = ever { !$0.here.contains(name) }
    case (.close, "Done", _): isTrue = ever { !$0.isOpen }
    case (.close, "Refused", "notJoined"): isTrue = ever { $0.isOpen && !$0.here.contains(name) }
    case (.transfer(let colleague, let leaves), "Done", _):
      isTrue =
        entries.prefix(asked.heads.upperBound).contains {
          $0["event"]?.string == "ChatTransferred" && $0["body"]?["to"]?.string == colleague
        }
        && (!leaves || ever { !$0.here.contains(name) })
    case (.transfer, "Refused", "notJoined"): isTrue = ever { !$0.isOpen || !$0.here.contains(name) }
    case (.transfer(let colleague, _), "Refused", "alreadyJoined"): isTrue = ever { $0.here.contains(colleague) }
    // Which moments those were the log does not say.
    case (.transfer, "Refused", "colleagueGone"): isTrue = true
    default: isTrue = false
    }
    return isTrue ? nil : "\(asked.deed) was answered with \(asked.answer) \(asked.reason) at \(asked.heads)"
  }
}
