import Accounts
import Availability
import Base
import Web
import Wire

/// By what somebody can be reached, and each reason for it.
struct AvailabilityPage: Page {
  struct Line: Sendable {
    let label: String
    let says: String
    let effect: String
    let tone: String
    let since: ShownMoment?
    let until: ShownMoment?
  }

  struct Choice: Sendable {
    let value: String
    let label: String
    let hint: String
    let isChosen: Bool
  }

  struct Other: Sendable {
    let name: String
    let reach: String
    let tone: String
    let whyURL: SafeURL
  }

  static let template = "availability"
  let title: String
  let intro: String
  let isOwn: Bool
  let isDone: Bool
  let reach: String
  let tone: String
  let lines: [Line]
  let statuses: [Choice]
  let presets: [Choice]
  let channels: [Choice]
  let others: [Other]
  let hasOthers: Bool

  init(
    _ owner: Account, _ availability: Availability, channels: Set<Channel>, isOwn: Bool, others: [(Account, Availability)], isDone: Bool,
    _ texts: Texts
  ) {
    func say(_ key: String) -> String { texts["conversations.availability.\(key)"] }
    title = isOwn ? say("title") : texts["conversations.availability.titleOf", ["name": owner.name]]
    intro = say(isOwn ? "text" : "textOf")
    self.isOwn = isOwn
    self.isDone = isDone
    reach = say("reach.\(availability.reach.rawValue)")
    tone = availability.reach.tone
    lines = availability.reasons.map { Line($0, texts) }
    let chosen = availability.reasons.compactMap { if case .chosen(let status) = $0.input { status } else { nil } }.first
    statuses = AgentStatus.allCases.map {
      Choice(value: $0.rawValue, label: texts["pages.status.\($0.rawValue)"], hint: say("status.\($0.rawValue)"), isChosen: $0 == chosen)
    }
    presets = Preset.allCases.map {
      Choice(
        value: $0.rawValue, label: say("preset.\($0.rawValue)"), hint: say("presetHint.\($0.rawValue)"), isChosen: $0.channels == channels)
    }
    self.channels = Channel.allCases.map {
      Choice(
        value: $0.rawValue, label: say("channel.\($0.rawValue)"), hint: say("channelHint.\($0.rawValue)"), isChosen: channels.contains($0))
    }
    self.others = others.map { account, availability in
      Other(
        name: account.name, reach: say("reach.\(availability.reach.rawValue)"), tone: availability.reach.tone,
        whyURL: SafeURL(path: "/availability/", account.id))
    }
    hasOthers = !others.isEmpty
  }
}

extension AvailabilityPage.Line {
  init(_ reason: Reason, _ texts: Texts) {
    func say(_ key: String) -> String { texts["conversations.availability.\(key)"] }
    let (input, word, source) = reason.input.words
    let says =
      switch reason.input {
      case .chosen(let status): texts["pages.status.\(status.rawValue)"]
      case .channels(let channels):
        channels.isEmpty ? say("channel.none") : channels.map { say("channel.\($0.rawValue)") }.joined(separator: say("comma"))
      default: say("says.\(word)")
      }
    self.init(
      label: source.map { texts["conversations.availability.input.reportOf", ["source": $0]] } ?? say("input.\(input)"), says: says,
      effect: say("effect.\(reason.effect.rawValue)"), tone: reason.effect.tone, since: reason.since.map { ShownMoment($0) },
      until: reason.until.map { ShownMoment($0) })
  }
}

extension Reason.Effect {
  fileprivate var tone: String {
    switch self {
    case .opens: "good"
    case .dims: "wait"
    case .closes: "bad"
    case .ended: "soft"
    }
  }
}

extension Reach {
  fileprivate var tone: String {
    switch self {
    case .chat, .call: "good"
    case .away, .busy, .offlineMessage, .offline: "wait"
    case .unavailable: "bad"
    }
  }
}
