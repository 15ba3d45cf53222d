import Base

/// How a chat by the minute stands, and what one costs (MINUTES in `docs/protocol.md`).
public struct MinutesView: Hashable, Sendable, JSONWritable {
  /// What a minute costs who begins now; nil where nobody is asked by the minute.
  public let offer: Offer?
  public let session: Session?
  /// The latest one that came to a clock: its bill can be looked at.
  public let last: MinuteSessionID?

  public init(offer: Offer?, session: Session?, last: MinuteSessionID?) {
    self.offer = offer
    self.session = session
    self.last = last
  }

  public struct Offer: Hashable, Sendable, JSONWritable {
    public let rate: Int64
    /// By the minute that was begun, and not by the second.
    public let byMinute: Bool
    public let freeSeconds: Int64
    /// After those, what the customer was given.
    public let giftSeconds: Int64
    /// Somebody else's clock runs with this expert.
    public let isBusy: Bool

    public init(rate: Int64, byMinute: Bool, freeSeconds: Int64, giftSeconds: Int64, isBusy: Bool) {
      self.rate = rate
      self.byMinute = byMinute
      self.freeSeconds = freeSeconds
      self.giftSeconds = giftSeconds
      self.isBusy = isBusy
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("rate", rate)
        object.field("byMinute", byMinute)
        object.field("freeSeconds", freeSeconds)
        object.field("giftSeconds", giftSeconds)
        object.field("busy", isBusy)
      }
    }
  }

  public struct Session: Hashable, Sendable, JSONWritable {
    public let id: MinuteSessionID
    /// offered, waiting, running, weak, idle or recharging.
    public let phase: String
    public let rate: Int64
    public let byMinute: Bool
    public let freeSeconds: Int64
    /// For how many milliseconds the clock ran at the moment `asOf`.
    public let ran: Int64
    public let asOf: Moment
    /// For how long it can run in all on what there is.
    public let lasts: Int64
    /// Until when the phase stays by itself: the request, who is waited for, the time for buying credit.
    public let until: Moment?
    /// The expert's part in 1/10,000.
    public let share: Int64
    /// Nobody wrote for a while: soon the clock stops.
    public let isIdle: Bool
    /// How often credit can still be bought meanwhile.
    public let rechargesLeft: Int64

    public init(
      id: MinuteSessionID, phase: String, rate: Int64, byMinute: Bool, freeSeconds: Int64, ran: Int64, asOf: Moment, lasts: Int64,
      until: Moment?, share: Int64, isIdle: Bool, rechargesLeft: Int64
    ) {
      self.id = id
      self.phase = phase
      self.rate = rate
      self.byMinute = byMinute
      self.freeSeconds = freeSeconds
      self.ran = ran
      self.asOf = asOf
      self.lasts = lasts
      self.until = until
      self.share = share
      self.isIdle = isIdle
      self.rechargesLeft = rechargesLeft
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", id.description)
        object.field("phase", phase)
        object.field("rate", rate)
        object.field("byMinute", byMinute)
        object.field("freeSeconds", freeSeconds)
        object.field("ran", ran)
        object.field("asOf", asOf)
        object.field("lasts", lasts)
        object.field("until", until)
        object.field("share", share)
        object.field("idle", isIdle)
        object.field("rechargesLeft", rechargesLeft)
      }
    }
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("offer", offer)
      object.field("session", session)
      object.field("last", last?.description)
    }
  }
}
