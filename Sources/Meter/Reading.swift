import Base

/// What a meter shows at some moment.
public struct Reading: Equatable, Sendable {
  public enum Phase: String, CaseIterable, Codable, Sendable {
    /// Waits for the expert's yes; for both to be there.
    case offered, waiting
    case running
    /// The clock stands still.
    case weak, idle, recharging
    case over
  }

  /// A time in which one thing was so.
  public struct Stretch: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
      case waiting, free, charged, weak, idle, recharging
    }

    public let kind: Kind
    public let from: Moment
    public internal(set) var to: Moment

    public var milliseconds: Int64 { to.milliseconds - from.milliseconds }
  }

  public struct Said: Hashable, Sendable {
    public let step: MinuteNews.Step
    public let why: MinuteReason?
    public let at: Moment
  }

  public struct End: Hashable, Sendable {
    public let at: Moment
    public let why: MinuteReason
  }

  public let terms: MeterTerms
  public let phase: Phase
  /// For how many milliseconds the clock ran, free ones included.
  public let ran: Int64
  public let stretches: [Stretch]
  /// What the parties are told, in order.
  public let lines: [Said]
  public let end: End?
  public let here: Set<MinuteSide>
  public let lastActive: [MinuteSide: Moment]
  /// Nobody wrote for a while, and that was said.
  public let isWarned: Bool
  /// How often credit was bought meanwhile.
  public let recharges: Int64
  /// Up to when what shows now stays so, if nothing is recorded.
  public let until: Moment?

  /// Seconds that are paid for.
  public var seconds: Int64 { terms.chargeable(ran) / 1000 }
  public var units: Int64 { terms.price(ran: ran) }

  /// How many minutes have to be set aside by now: what ran, and while the clock runs what begins in a moment.
  public var neededMinutes: Int64 {
    phase == .running ? terms.chargeable(ran + terms.leadSeconds * 1000) / MeterTerms.minute + 1 : terms.minutes(ran: ran)
  }

  /// How many minutes ran whole.
  public var wholeMinutes: Int64 { terms.chargeable(ran) / MeterTerms.minute }
}
