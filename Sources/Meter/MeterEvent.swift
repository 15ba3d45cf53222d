import Base

/// Something that was recorded about a chat by the minute. The bill is made of these alone.
public struct MeterEvent: Hashable, Sendable {
  public enum Fact: Hashable, Sendable {
    /// The customer agreed to the price.
    case offered
    case accepted, declined
    /// A side's heartbeats began, or ended with the last one.
    case here(MinuteSide)
    case gone(MinuteSide)
    /// A side was still heard after the end: nothing can be found out any more about it before that.
    case heard(MinuteSide)
    /// A side wrote, or typed.
    case active(MinuteSide)
    /// A node or the whole server was away until then: nobody could come back.
    case down(until: Moment)
    /// The so-many-th minute was set aside, or could not be.
    case held(minute: Int64)
    case refused(minute: Int64, MinuteReason)
    /// The minute that was set aside last is the last one that the credit is enough for.
    case low
    case rechargeBegan, rechargeEnded
    case rested
    case ended(MinuteSide)
  }

  public let at: Moment
  public let fact: Fact

  public init(_ fact: Fact, at: Moment) {
    self.fact = fact
    self.at = at
  }
}

extension MeterEvent.Fact {
  /// It only confirms what was known.
  public var isEcho: Bool { if case .heard = self { true } else { false } }
}
