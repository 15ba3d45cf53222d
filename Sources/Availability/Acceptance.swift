import Base

/// What the database knows of somebody: the channels that they chose, what they do now, what other systems report. Whether they are there is
/// known to those who hold the connections.
public struct Acceptance: Hashable, Sendable {
  /// What somebody does that keeps them from others: read from what goes on, and kept nowhere.
  public struct Activity: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable { case minuteChat }

    public let kind: Kind
    public let since: Moment

    public init(_ kind: Kind, since: Moment) {
      self.kind = kind
      self.since = since
    }
  }

  public let channels: Set<Channel>
  /// Nil for who never chose.
  public let chosenAt: Moment?
  public let activity: Activity?
  /// One of each source, the ended ones among them.
  public let reports: [Report]
  public let at: Moment

  public init(
    channels: Set<Channel> = Channel.unchosen, chosenAt: Moment? = nil, activity: Activity? = nil, reports: [Report] = [], at: Moment
  ) {
    self.channels = channels
    self.chosenAt = chosenAt
    self.activity = activity
    self.reports = reports
    self.at = at
  }

  /// The same a while later, with what somebody does then.
  public func with(_ activity: Activity?, at now: Moment) -> Acceptance {
    Acceptance(channels: channels, chosenAt: chosenAt, activity: activity, reports: reports, at: now)
  }

  public func withoutEnded(at now: Moment) -> Acceptance {
    Acceptance(channels: channels, chosenAt: chosenAt, activity: activity, reports: reports.filter { $0.counts(at: now) }, at: now)
  }

  public var currentReports: [Report] { reports.filter { $0.counts(at: at) } }
  public var isBusy: Bool { activity != nil || currentReports.contains { $0.state == .busy } }
  public var isUnreachable: Bool { currentReports.contains { $0.state == .unreachable } }

  /// Whether somebody who is there takes this now. What needs nobody there is taken also by who is busy or away.
  public func accepts(_ channel: Channel) -> Bool { channels.contains(channel) && (!channel.isLive || (!isBusy && !isUnreachable)) }
}
