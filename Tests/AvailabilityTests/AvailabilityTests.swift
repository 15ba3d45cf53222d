import Availability
import Base
import TestKit
import Testing
import Wire

@Suite struct AvailabilityTests {
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  private func seen(
    _ chosen: AgentStatus = .online, connected: Bool = true, channels: Set<Channel> = Channel.unchosen,
    activity: Acceptance.Activity? = nil, reports: [Report] = []
  ) -> Availability {
    Availability.of(
      Availability.Presence(chosen: chosen, isConnected: connected),
      Acceptance(channels: channels, activity: activity, reports: reports, at: Self.noon))
  }

  private func report(_ state: Report.State, source: String = "phone", ends seconds: Int64 = 900) -> Report {
    Report(source: source, state: state, at: Self.noon.adding(seconds: seconds - 900), expiresAt: Self.noon.adding(seconds: seconds))
  }

  @Test(
    "C3: each of the five choices opens just its channels to somebody who is there",
    arguments: [
      (Preset.chatOnly, Reach.chat, Reach.unavailable), (.callOnly, .call, .unavailable), (.chatAndCall, .chat, .unavailable),
      (.offlineMessageOnly, .offlineMessage, .offlineMessage), (.unavailable, .unavailable, .unavailable),
    ])
  func presets(preset: Preset, here: Reach, gone: Reach) {
    let there = seen(channels: preset.channels)
    #expect(there.reach == here)
    #expect(there.open == preset.channels)
    #expect(seen(connected: false, channels: preset.channels).reach == gone)
    #expect(Preset(channels: preset.channels) == preset)
  }

  @Test("E4, A34: who never chose channels is seen as they say, and as offline without a connection")
  func statuses() {
    for status in AgentStatus.allCases {
      #expect(seen(status).status == status)
      #expect(seen(status, connected: false).status == .offline)
    }
    #expect(seen(.offline).reach == .offlineMessage)
    #expect(seen(.away).reach == .away)
  }

  @Test("C4: busy and unreachable close what needs somebody there, and leave offline messages open")
  func closing() {
    let chatting = seen(activity: Acceptance.Activity(.minuteChat, since: Self.noon))
    #expect(chatting.reach == .busy && chatting.isBusy && chatting.open == [.offlineMessage])
    #expect(seen(reports: [report(.busy)]).reach == .busy)
    #expect(seen(reports: [report(.busy)]).status == .away)
    #expect(seen(reports: [report(.unreachable)]).reach == .offlineMessage)
    #expect(seen(reports: [report(.available)]).reach == .chat)
    #expect(seen(reports: [report(.busy), report(.available, source: "market")]).reach == .busy, "one system speaks for itself alone")
    #expect(seen(channels: [.offlineMessage], reports: [report(.busy)]).reach == .offlineMessage)
  }

  @Test("C4: a report counts to its end and not a moment longer")
  func ends() {
    #expect(seen(reports: [report(.busy, ends: 1)]).reach == .busy)
    let over = seen(reports: [report(.busy, ends: 0)])
    #expect(over.reach == .chat)
    #expect(over.reasons.last?.effect == .ended)
  }

  @Test("C4: a report has the name of a system, a time that is not to come, and an end within a day")
  func reportsFromOutside() throws {
    let now = Self.noon
    let plain = try Report(source: "phone", state: .busy, at: nil, expiresAt: nil, heardAt: now)
    #expect(plain.at == now && plain.expiresAt == now.adding(seconds: 900))
    for (source, at, end) in [
      ("Phone", nil, nil), ("", nil, nil), (String(repeating: "a", count: 41), nil, nil), ("phone", now.adding(seconds: 61), nil),
      ("phone", nil, now), ("phone", nil, now.adding(seconds: 86_401)),
    ] as [(String, Moment?, Moment?)] {
      #expect(throws: Refusal(.reportInvalid)) { try Report(source: source, state: .busy, at: at, expiresAt: end, heardAt: now) }
    }
  }

  @Test("C4: whatever comes together, busy ends with its cause, late reports change nothing, and every answer has its reasons")
  func anything() {
    for seed in 1...2000 as ClosedRange<UInt64> {
      var dice = Dice(seed: seed)
      let story = Story(&dice, from: Self.noon)
      for step in 0...40 { story.check(at: Self.noon.adding(seconds: Int64(step) * 60), seed) }
    }
  }
}

/// Reports that come in any order, and one thing that somebody does for a while.
private struct Story {
  let presence: Availability.Presence
  let channels: Set<Channel>
  let told: [(heardAt: Moment, report: Report)]
  let busyFrom: Moment
  let busyUntil: Moment

  init(_ dice: inout Dice, from noon: Moment) {
    func after(_ range: ClosedRange<Int64>, _ dice: inout Dice) -> Moment { noon.adding(seconds: Int64.random(in: range, using: &dice)) }
    presence = Availability.Presence(
      chosen: AgentStatus.allCases.randomElement(using: &dice) ?? .online, isConnected: Bool.random(using: &dice))
    var channels: Set<Channel> = []
    for channel in Channel.allCases where Bool.random(using: &dice) { channels.insert(channel) }
    self.channels = channels
    var told: [(Moment, Report)] = []
    for _ in 0..<Int.random(in: 0...8, using: &dice) {
      let at = after(-600...2000, &dice)
      let heard = at.adding(seconds: Int64.random(in: 0...900, using: &dice))
      let end = at.adding(seconds: Int64.random(in: 1...1200, using: &dice))
      let source = ["phone", "market"].randomElement(using: &dice) ?? "phone"
      told.append(
        (heard, Report(source: source, state: Report.State.allCases.randomElement(using: &dice) ?? .busy, at: at, expiresAt: end)))
    }
    self.told = told.sorted { $0.0 < $1.0 }
    busyFrom = after(0...1200, &dice)
    busyUntil = busyFrom.adding(seconds: Int64.random(in: 1...600, using: &dice))
  }

  func check(at now: Moment, _ seed: UInt64) {
    let heard = told.filter { $0.heardAt <= now }.map(\.report)
    var kept: [String: Report] = [:]
    for report in heard where kept[report.source].map({ report.replaces($0) }) ?? true { kept[report.source] = report }
    // What the newest of each source says, found in another way.
    let newest = Dictionary(grouping: heard, by: \.source).compactMapValues { reports in reports.map(\.at).max() }
    for report in kept.values { #expect(report.at == newest[report.source], "seed \(seed): the newest counts") }
    let isDoing = busyFrom <= now && now < busyUntil
    let acceptance = Acceptance(
      channels: channels, activity: isDoing ? Acceptance.Activity(.minuteChat, since: busyFrom) : nil, reports: Array(kept.values), at: now)
    let seen = Availability.of(presence, acceptance)
    let current = kept.values.filter { $0.at <= now && now < $0.expiresAt || $0.at > now && now < $0.expiresAt }
    #expect(seen.isBusy == (isDoing || current.contains { $0.state == .busy }), "seed \(seed): busy has a cause that goes on")
    let isThere = presence.isConnected && presence.chosen != .offline
    let isFree = !seen.isBusy && !current.contains { $0.state == .unreachable }
    #expect(seen.open == channels.filter { !$0.isLive || (isThere && isFree) }, "seed \(seed)")
    if seen.reach == .busy { #expect(seen.isBusy && isThere, "seed \(seed)") }
    if seen.reach == .chat || seen.reach == .away { #expect(seen.open.contains(.chat), "seed \(seed)") }
    #expect(seen.reasons.count == 3 + (isDoing ? 1 : 0) + kept.count, "seed \(seed): each input has its line")
    #expect(seen.reasons.filter { $0.effect == .ended }.count == kept.count - current.count, "seed \(seed)")
    let isClosed = seen.reasons.contains { $0.effect == .closes }
    if !channels.isDisjoint(with: [.chat, .call]) {
      #expect(isClosed == seen.open.isDisjoint(with: [.chat, .call]), "seed \(seed): what closes says so")
    }
  }
}
