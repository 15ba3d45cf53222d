import Availability
import Base
import Conversations
import Ledger
import Meter
import Pricing
import Sites
import Store
import Wire

/// What a thread asks about its chat by the minute.
extension MessageToll {
  public func act(_ wish: MinuteWish, for deal: Deal, in conversation: ConversationID, at now: Moment, in session: any Session) throws
    -> [MinuteNews]
  { try minutes.act(wish, for: deal, in: conversation, at: now, in: session) }

  public func beat(of session: MinuteSessionID, isOver: Bool, in conversation: ConversationID, by side: MinuteSide, at now: Moment) {
    minutes.heartbeats.beat(Heartbeats.Place(session: session, conversation: conversation, side: side), isOver: isOver, at: now)
  }

  public func typed(in conversation: ConversationID, by side: MinuteSide, at now: Moment) {
    minutes.heartbeats.typed(in: conversation, by: side, at: now)
  }

  public func billed(_ n: Int64, in conversation: ConversationID, in session: any Session) throws {
    guard let last = try session.endedMinutes(in: conversation) else { return }
    try session.run("UPDATE minute_sessions SET end_n = $2 WHERE id = $1 AND end_n IS NULL", last, n)
  }

  public func isClockRunning(in conversation: ConversationID, in session: any Session) throws -> Bool {
    try session.openMinutes(in: conversation) != nil
  }

  public func minutes(_ deal: Deal, in conversation: ConversationID, at site: SiteID, now: Moment, in session: any Session) throws
    -> MinutesView?
  {
    let (open, last) = (try session.openMinutes(in: conversation), try session.lastMinutes(in: conversation))
    // Who talks already begins nothing.
    let offer = open == nil ? try offer(deal, at: site, now: now, in: session) : nil
    guard open != nil || last != nil || offer != nil else { return nil }
    return MinutesView(offer: offer, session: try open.map { try seen($0, now: now, in: session) }, last: last)
  }

  private func offer(_ deal: Deal, at site: SiteID, now: Moment, in session: any Session) throws -> MinutesView.Offer? {
    guard let terms = try session.terms(at: site), let rate = try session.minutePrice(terms, of: deal.expert),
      try session.features(at: site).contains(.minuteChats)
    else { return nil }
    let acceptance = try session.acceptance(of: deal.expert, at: now)
    guard acceptance.channels.contains(.chat), !acceptance.isUnreachable else { return nil }
    return MinutesView.Offer(
      rate: rate, byMinute: terms.minuteIncrement == .minute, freeSeconds: try session.hadMinutes(deal) ? 0 : terms.freeSeconds,
      giftSeconds: try session.worth(of: rate, terms.price.unit) == nil ? 0 : session.freeSeconds(of: deal.customer, at: now),
      isBusy: acceptance.isBusy)
  }

  private func seen(_ open: MinuteSession, now: Moment, in session: any Session) throws -> MinutesView.Session {
    let events = try session.meterEvents(of: open.id)
    let reading = Meter.read(open.agreed, events, until: minutes.heartbeats.shared(now))
    let held = MeterRun(open.agreed, events).held
    let more = try session.wallet(of: open.deal.customer, in: open.unit).free / open.agreed.rate
    return MinutesView.Session(
      id: open.id, phase: reading.phase.rawValue, rate: open.agreed.rate, byMinute: open.agreed.increment == .minute,
      freeSeconds: open.agreed.freeSeconds, ran: reading.ran, asOf: now,
      lasts: (open.agreed.freeSeconds + (held + more) * 60) * 1000,
      until: reading.phase == .running ? nil : reading.until.map(minutes.heartbeats.own),
      share: 10_000 - open.commission, isIdle: reading.isWarned,
      rechargesLeft: max(0, open.agreed.rechargeLimit - reading.recharges))
  }
}
