import Base
import Wire

/// What somebody appears as, and why: one answer for every page, list, bar and program (C4).
///
/// Made anew from its inputs whenever somebody asks, so that nothing can be left standing: what one is busy with ends with it, a report ends
/// with its time, and who has no connection is not there.
public struct Availability: Hashable, Sendable {
  /// What memory knows: what was said, and whether a connection proves it.
  public struct Presence: Hashable, Sendable {
    public let chosen: AgentStatus
    public let chosenAt: Moment?
    public let isConnected: Bool
    /// Since when they are connected, or are not; nil for who never was.
    public let movedAt: Moment?

    public init(chosen: AgentStatus, chosenAt: Moment? = nil, isConnected: Bool, movedAt: Moment? = nil) {
      self.chosen = chosen
      self.chosenAt = chosenAt
      self.isConnected = isConnected
      self.movedAt = movedAt
    }
  }

  public let presence: AgentStatus
  public let isBusy: Bool
  /// By what somebody can be reached now.
  public let open: Set<Channel>
  public let reach: Reach
  public let reasons: [Reason]

  /// The three words of E4, for those who only ask whether somebody answers in writing.
  public var status: AgentStatus {
    switch reach {
    case .chat: .online
    case .away: .away
    case .busy: presence == .offline ? .offline : .away
    case .call, .offlineMessage, .offline, .unavailable: .offline
    }
  }

  /// As a website shows it.
  ///
  /// - Parameter takesMessages: it takes offline messages.
  public func reach(takesMessages: Bool) -> Reach { reach == .offlineMessage && !takesMessages ? .offline : reach }

  public static func of(_ presence: Presence, _ acceptance: Acceptance) -> Availability {
    let seen: AgentStatus = presence.isConnected ? presence.chosen : .offline
    let open = acceptance.channels.filter { acceptance.accepts($0) && (!$0.isLive || seen != .offline) }
    return Availability(
      presence: seen, isBusy: acceptance.isBusy, open: open, reach: reach(open, seen, acceptance),
      reasons: reasons(presence, acceptance))
  }

  private static func reach(_ open: Set<Channel>, _ presence: AgentStatus, _ acceptance: Acceptance) -> Reach {
    if open.contains(.chat) { return presence == .away ? .away : .chat }
    if open.contains(.call) { return .call }
    let takesLive = acceptance.channels.contains(where: \.isLive)
    if acceptance.isBusy, takesLive, !acceptance.isUnreachable, presence != .offline { return .busy }
    return open.contains(.offlineMessage) ? .offlineMessage : .unavailable
  }

  private static func reasons(_ presence: Presence, _ acceptance: Acceptance) -> [Reason] {
    let chosen = Reason(
      .chosen(presence.chosen), effect: presence.chosen == .online ? .opens : presence.chosen == .away ? .dims : .closes,
      since: presence.chosenAt)
    let connection = Reason(.connection(presence.isConnected), effect: presence.isConnected ? .opens : .closes, since: presence.movedAt)
    let channels = Reason(
      .channels(acceptance.channels.sorted()), effect: acceptance.channels.contains(where: \.isLive) ? .opens : .closes,
      since: acceptance.chosenAt)
    let activity = acceptance.activity.map { Reason(.activity($0.kind), effect: .closes, since: $0.since) }
    let reports = acceptance.reports.sorted { $0.source < $1.source }.map { report in
      Reason(
        .report(source: report.source, report.state),
        effect: !report.counts(at: acceptance.at) ? .ended : report.state == .available ? .opens : .closes, since: report.at,
        until: report.expiresAt)
    }
    return [chosen, connection, channels] + (activity.map { [$0] } ?? []) + reports
  }
}

/// One line of why somebody appears as they do.
public struct Reason: Hashable, Sendable {
  public enum Input: Hashable, Sendable {
    case chosen(AgentStatus)
    case connection(Bool)
    case channels([Channel])
    case activity(Acceptance.Activity.Kind)
    case report(source: String, Report.State)
  }

  /// What it does to who can be reached at once.
  public enum Effect: String, CaseIterable, Sendable {
    case opens, dims, closes
    /// It expired, and counts for nothing.
    case ended
  }

  public let input: Input
  public let effect: Effect
  public let since: Moment?
  public let until: Moment?

  public init(_ input: Input, effect: Effect, since: Moment?, until: Moment? = nil) {
    self.input = input
    self.effect = effect
    self.since = since
    self.until = until
  }
}
