import Availability
import Base
import Brakes
import Conversations
import Ledger
import Meter
import Notifications
import Payments
import Pricing
import Sites
import Store
import Wire

extension JobKind {
  static let lookAtMeter = JobKind("meter.look")
}

/// Chats by the minute: writes down what happens, asks the meter, and does what is due, all in the transaction of whoever calls.
///
/// Every call looks: what is due is done then, whoever comes by. Two nodes that look at the same chat take its conversation's lock one after
/// the other, and the second one finds it done. Whoever calls comes with the time of the own node; everything here is written down by the clock
/// that nodes share, so that a bill does not depend on which node heard whom.
struct MinuteDesk: Sendable {
  /// For how long a run of the program vouches after its last heartbeat.
  static let vouchSeconds: Int64 = 15

  let ledger: Ledger
  let jobs: Jobs
  let ids: IDMaker
  let heartbeats: Heartbeats

  // MARK: What the two do

  /// - Throws: what stands in the way, as a `Refusal`.
  func act(_ wish: MinuteWish, for deal: Deal, in conversation: ConversationID, at now: Moment, in session: any Session) throws
    -> [MinuteNews]
  {
    let (deed, now) = (wish.deed, heartbeats.shared(now))
    if deed == .start { return try start(wish.rate, for: deal, in: conversation, at: now, in: session) }
    guard var open = try session.openMinutes(in: conversation) else {
      // Said twice, or after it was over by itself: it is so already.
      guard [.cancel, .decline, .rest, .end].contains(deed) else { throw Refusal(.minutesOver) }
      return []
    }
    return try look(&open, recording: try facts(of: deed, by: wish.side, open, at: now, in: session), at: now, in: session).news
  }

  private func facts(
    of deed: MinuteDeed, by side: MinuteSide, _ open: MinuteSession, at now: Moment, in session: any Session
  ) throws -> [MeterEvent.Fact] {
    let reading = Meter.read(open.agreed, try session.meterEvents(of: open.id), until: now)
    switch deed {
    case .start: return []
    case .accept:
      guard open.state == .offered else { return [] }
      guard reading.phase == .offered else { throw Refusal(.minutesOver) }
      // Since they were asked they may have been taken from the website.
      guard try session.answers(open.deal.expert, at: open.site) else { throw Refusal(.notAllowed) }
      guard try !session.isBusyByMinute(open.deal.expert) else { throw Refusal(.expertBusy) }
      return [.accepted]
    case .decline where open.state == .offered: return [.declined]
    case .cancel, .rest, .end, .decline:
      // It is so already; the bill follows.
      guard reading.phase != .over else { return [] }
      return deed == .rest ? [.rested] : [.ended(side)]
    case .recharge:
      guard open.state == .running, reading.phase != .over else { throw Refusal(.minutesOver) }
      guard reading.phase != .recharging else { return [] }
      guard reading.recharges < open.agreed.rechargeLimit else { throw Refusal(.rechargesUsed) }
      return [.rechargeBegan]
    case .proceed: return reading.phase == .recharging ? [.rechargeEnded] : []
    }
  }

  /// The customer agrees to the price that they were shown; their first minute is set aside.
  private func start(_ rate: Int64?, for deal: Deal, in conversation: ConversationID, at now: Moment, in session: any Session) throws
    -> [MinuteNews]
  {
    let place = try session.row("SELECT site_id, head, state FROM conversations WHERE id = $1", conversation)
    guard let place else { throw Refusal(.notFound) }
    // A press that came twice.
    if try session.openMinutes(in: conversation) != nil { return [] }
    let site: SiteID = place[0]
    guard try session.answers(deal.expert, at: site) else { throw Refusal(.expertGone) }
    guard let terms = try session.terms(at: site), let price = try session.minutePrice(terms, of: deal.expert) else {
      throw Refusal(.minutesUnoffered)
    }
    try session.require(.minuteChats, at: site)
    guard rate == price else { throw Refusal(.answerPriceChanged, arguments: ["count": String(price)]) }
    let acceptance = try session.acceptance(of: deal.expert, at: now)
    guard acceptance.channels.contains(.chat), !acceptance.isUnreachable else { throw Refusal(.chatNotTaken) }
    guard !acceptance.isBusy else { throw Refusal(.expertBusy) }
    let (head, state): (Int64, String) = (place[1], place[2])
    let isOpen = state == "waiting" || state == "active"
    let unit = terms.price.unit
    // What the house pays for follows what the expert gives.
    let given = try session.worth(of: price, unit) == nil ? 0 : session.freeSeconds(of: deal.customer, at: now)
    let agreed = MeterTerms(
      rate: price, increment: terms.minuteIncrement, freeSeconds: (try session.hadMinutes(deal) ? 0 : terms.freeSeconds) + given)
    var fresh = MinuteSession(
      id: ids.next(), conversation: conversation, site: site, deal: deal, unit: unit, terms: terms.id, commission: terms.commission,
      agreed: agreed, state: .offered, n: head + (isOpen ? 1 : 2), offeredAt: now, bill: MinuteBill(seconds: 0, units: Units(0, unit)),
      giftSeconds: given)
    try session.insert(fresh)
    var facts: [MeterEvent.Fact] = [.offered]
    if given > 0 {
      // Their wallet is asked when it is needed.
      guard try session.takeFreeSeconds(of: deal.customer, for: fresh.id, at: now) == given else {
        preconditionFailure("What was free a moment ago is so in the same transaction")
      }
    } else {
      // Who cannot pay for a minute is told so before anybody is called.
      try session.brake(Units(price, unit), of: deal.customer, in: conversation, at: now)
      try setAside(1, of: fresh, at: now, in: session)
      facts.append(.held(minute: 1))
      if try session.obstacle(to: Units(price, unit), of: deal.customer, in: conversation, at: now) != nil { facts.append(.low) }
    }
    try session.append(facts.map { MeterEvent($0, at: now) }, after: 0, to: fresh.id)
    return [MinuteNews(.offered)] + (try look(&fresh, recording: [], at: now, in: session).news)
  }

  // MARK: What happens by itself

  /// Somebody wrote or typed: their clock goes on, and what they say costs nothing of its own.
  ///
  /// - Returns: false where no clock is running.
  func note(_ side: MinuteSide, wroteIn conversation: ConversationID, at now: Moment, in session: any Session) throws -> Bool {
    guard let open = try session.openMinutes(in: conversation), open.state == .running else { return false }
    let (known, own, now) = (try session.meterEvents(of: open.id), now, heartbeats.shared(now))
    guard Meter.read(open.agreed, known, until: now).phase != .over else { return false }
    heartbeats.heard(side, in: conversation, of: open.id, at: own)
    try session.append([MeterEvent(.active(side), at: now)], after: known.count, to: open.id)
    try expectLook(at: conversation, from: now, in: session)
    return true
  }

  /// Somebody came, or is gone.
  func note(_ events: [MeterEvent], of place: Heartbeats.Place, at now: Moment, in session: any Session) throws -> [MinuteNews] {
    guard var open = try session.minuteSession(place.session), open.state != .over, open.conversation == place.conversation else {
      return []
    }
    let now = heartbeats.shared(now)
    var known = try session.meterEvents(of: open.id)
    for event in events.map({ MeterEvent($0.fact, at: heartbeats.shared($0.at)) }) {
      let run: MeterRunID? = try session.row(
        "SELECT run FROM minute_presences WHERE session_id = $1 AND side = $2", open.id, place.side.rawValue)?[0]
      switch event.fact {
      case .here:
        // Whoever comes from another node was there all the time, as long as that one vouches: for no longer than anybody may be silent.
        if let run, run != heartbeats.run, let news = try session.lateNews(of: run, place.side, at: now, after: Heartbeats.silenceSeconds) {
          try session.append(news, after: known.count, to: open.id)
          known += news
          try add(event, &known, to: open.id, in: session)
        } else if run == nil {
          try add(event, &known, to: open.id, in: session)
        }
        // A node that was alone for long beats anew; after a day its row may be gone.
        try session.run(
          """
          INSERT INTO meter_runs (id, beat_at)
          VALUES ($1, $2)
          ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at WHERE meter_runs.beat_at < $3
          """, heartbeats.run, now, now.adding(seconds: -5))
        try session.run(
          """
          INSERT INTO minute_presences (session_id, side, run)
          VALUES ($1, $2, $3)
          ON CONFLICT (session_id, side) DO UPDATE SET run = excluded.run
          """, open.id, place.side.rawValue, heartbeats.run)
      case .gone where run == heartbeats.run:
        try session.run("DELETE FROM minute_presences WHERE session_id = $1 AND side = $2", open.id, place.side.rawValue)
        try add(event, &known, to: open.id, in: session)
      case .heard, .active: if open.state == .running { try add(event, &known, to: open.id, in: session) }
      default: break
      }
    }
    return try look(&open, recording: [], at: now, in: session).news
  }

  private func add(_ event: MeterEvent, _ known: inout [MeterEvent], to id: MinuteSessionID, in session: any Session) throws {
    try session.append([event], after: known.count, to: id)
    known.append(event)
  }

  /// Does what is due.
  func look(in conversation: ConversationID, at now: Moment, in session: any Session) throws -> MinuteLook {
    guard var open = try session.openMinutes(in: conversation) else { return MinuteLook([], isOver: false) }
    return try look(&open, recording: [], at: heartbeats.shared(now), in: session)
  }

  private func look(_ open: inout MinuteSession, recording facts: [MeterEvent.Fact], at now: Moment, in session: any Session) throws
    -> MinuteLook
  {
    var known = try session.meterEvents(of: open.id)
    var found =
      try takeSilent(of: open, at: now, in: session) + session.takeDead(of: open.id, at: now, own: heartbeats.run)
      + facts.map { MeterEvent($0, at: now) }
    if let since = try waitsSince(open, known + found, at: now, in: session) { found.append(MeterEvent(.rechargeBegan, at: since)) }
    try session.append(found, after: known.count, to: open.id)
    known += found
    var run = MeterRun(open.agreed, known, settled: open.settled, said: open.said)
    let outcome = try run.look(at: now) { minute in try hold(minute, of: open, at: now, in: session) }
    try session.append(outcome.recorded, after: known.count, to: open.id)
    for capture in outcome.captures { try settle(capture, of: open, at: now, in: session) }
    let reading = outcome.reading
    (open.settled, open.said) = (run.settled, run.said)
    if run.events.contains(where: { $0.fact == .accepted }), open.state == .offered { open.state = .running }
    let isShort =
      run.events.last { if case .refused = $0.fact { true } else if case .held = $0.fact { true } else { false } }
      .map { if case .refused = $0.fact { true } else { false } } ?? false
    if reading.phase == .recharging || (isShort && !outcome.isFinal) {
      if open.waitsAbove == nil { open.waitsAbove = try session.wallet(of: open.deal.customer, in: open.unit).free }
    } else {
      open.waitsAbove = nil
    }
    if let end = reading.end, outcome.isFinal {
      (open.state, open.endedAt, open.why) = (.over, end.at, end.why)
      open.bill = MinuteBill(seconds: reading.seconds, units: Units(reading.units, open.unit))
      if open.giftSeconds > 0 { open.giftUsed = try payForGift(of: open, ran: reading.ran, at: now, in: session) }
      try session.run("DELETE FROM minute_presences WHERE session_id = $1", open.id)
    }
    try session.save(open)
    if let due = outcome.due { try expectLook(at: open.conversation, from: due, in: session) }
    let news = outcome.lines.map { line in
      MinuteNews(line.step, why: line.why, bill: line.step == .ended && reading.ran > 0 ? open.bill : nil)
    }
    return MinuteLook(news, isOver: reading.phase == .over)
  }

  private func takeSilent(of open: MinuteSession, at now: Moment, in session: any Session) throws -> [MeterEvent] {
    let silent = heartbeats.silent(in: open.conversation, of: open.id, at: heartbeats.own(now))
    return try silent.map { MeterEvent($0.fact, at: heartbeats.shared($0.at)) }.filter { event in
      guard case .gone(let side) = event.fact else { return false }
      return try session.run(
        "DELETE FROM minute_presences WHERE session_id = $1 AND side = $2 AND run = $3", open.id, side.rawValue, heartbeats.run) > 0
    }
  }

  /// There may be more credit than before.
  func credited(in conversation: ConversationID, at now: Moment, in session: any Session) throws -> [MinuteNews] {
    guard var open = try session.openMinutes(in: conversation), let above = open.waitsAbove,
      try session.wallet(of: open.deal.customer, in: open.unit).free > above
    else { return [] }
    let now = heartbeats.shared(now)
    let isRecharging = Meter.read(open.agreed, try session.meterEvents(of: open.id), until: now).phase == .recharging
    return try look(&open, recording: isRecharging ? [.rechargeEnded] : [], at: now, in: session).news
  }

  func expectLook(at conversation: ConversationID, from due: Moment, in session: any Session) throws {
    try jobs.enqueue(
      .lookAtMeter, uniqueKey: conversation.description, payload: Conversations.payload(about: conversation), dueAt: heartbeats.own(due),
      in: session)
  }

  // MARK: Money

  private func hold(_ minute: Int64, of open: MinuteSession, at now: Moment, in session: any Session) throws -> MeterRun.Hold {
    let price = Units(open.agreed.rate, open.unit)
    if let why = try session.obstacle(to: price, of: open.deal.customer, in: open.conversation, at: now) { return .refused(why) }
    try setAside(minute, of: open, at: now, in: session)
    return try session.obstacle(to: price, of: open.deal.customer, in: open.conversation, at: now) == nil ? .held : .heldLast
  }

  /// The next minute cannot be set aside, and the wallet is just being filled by itself: the clock stands still for it, as it does for who buys
  /// by hand (C9a). When that fails, there is the rest of the pause to do so.
  ///
  /// - Returns: since when; who looks late finds it where the credit ended.
  private func waitsSince(_ open: MinuteSession, _ known: [MeterEvent], at now: Moment, in session: any Session) throws -> Moment? {
    let (reading, held) = (Meter.read(open.agreed, known, until: now), MeterRun(open.agreed, known).held)
    guard reading.phase == .running, reading.neededMinutes > held, reading.recharges < open.agreed.rechargeLimit,
      try session.obstacle(to: Units(open.agreed.rate, open.unit), of: open.deal.customer, in: open.conversation, at: now) == .funds,
      let began = try session.rechargeBegan(of: open.deal.customer, in: open.unit)
    else { return nil }
    if open.agreed.minutes(ran: reading.ran) <= held { return now }
    let short = MeterEvent(.refused(minute: held + 1, .funds), at: now)
    guard let end = Meter.read(open.agreed, known + [short], until: now).end, end.why == .funds, began <= end.at else { return nil }
    return end.at
  }

  private func setAside(_ minute: Int64, of open: MinuteSession, at now: Moment, in session: any Session) throws {
    let wish = HoldWish(
      payer: open.deal.customer, payee: open.deal.expert, units: Units(open.agreed.rate, open.unit), commission: open.commission,
      terms: open.terms, conversation: open.conversation, n: open.n, deadline: now.adding(seconds: Self.holdSeconds), kind: .minute)
    try session.note(try ledger.hold(wish, at: now, in: session), forMinute: minute, of: open.id)
  }

  /// Longer than any chat stands still: no hold is kept for ever, because the meter has ended by then.
  private static let holdSeconds: Int64 = 1800

  /// The house pays the expert for what it gave of a chat, and what was not used is its customer's again.
  ///
  /// - Returns: how many seconds were used.
  private func payForGift(of open: MinuteSession, ran: Int64, at now: Moment, in session: any Session) throws -> Int64 {
    let used = open.gifted(ran: ran)
    try session.giveBackFreeSeconds(of: open.id, but: used)
    let price = MeterTerms(rate: open.agreed.rate, increment: open.agreed.increment).price(ran: used * 1000)
    // While nothing is on sale nothing has a worth; then there was none to give when it began, either.
    guard price > 0, let worth = try session.worth(of: price, open.unit) else { return used }
    let wish = HoldWish(
      payer: open.deal.customer, payee: open.deal.expert, units: Units(price, open.unit), commission: open.commission, terms: open.terms,
      conversation: open.conversation, n: open.n, deadline: now, kind: .promotion)
    try ledger.promote(wish, worth: worth, at: now, in: session)
    return used
  }

  private func settle(_ capture: MeterRun.Capture, of open: MinuteSession, at now: Moment, in session: any Session) throws {
    guard let hold = try session.hold(ofMinute: capture.minute, of: open.id) else {
      preconditionFailure("What is taken was set aside")
    }
    if capture.units > 0 { try ledger.capture(hold, units: capture.units, at: now, in: session) }
    if capture.units < hold.units.count { try ledger.release(hold, at: now, in: session) }
  }
}

extension Session {
  /// Why somebody cannot pay so much, without stopping the transaction; nil where they can.
  fileprivate func obstacle(to price: Units, of payer: AccountID, in conversation: ConversationID, at now: Moment) throws -> MinuteReason? {
    do {
      try brake(price, of: payer, in: conversation, at: now)
    } catch is Refusal {
      return .limit
    }
    // Of what is free some may have ended a moment ago.
    let free = try wallet(of: payer, in: price.unit).free
    let usable = try freeLots(of: payer, in: price.unit, at: now).reduce(0) { $0 + $1.free.units }
    return min(free, usable) < price.count ? .funds : nil
  }

  /// What a minute costs there; nil where nobody is asked by the minute.
  func minutePrice(_ terms: Terms, of expert: AccountID) throws -> Int64? {
    Quote.minutePrice(terms.tariff, try rates(of: expert))
  }

  /// Whoever a run of the program vouched for that is dead now is gone since its last heartbeat.
  fileprivate func takeDead(of session: MinuteSessionID, at now: Moment, own: MeterRunID) throws -> [MeterEvent] {
    let found = try rows("SELECT side, run FROM minute_presences WHERE session_id = $1 AND run <> $2 ORDER BY side", session, own)
    var events: [MeterEvent] = []
    for row in found {
      guard let side = MinuteSide(rawValue: row[0]), let news = try lateNews(of: row[1], side, at: now, after: MinuteDesk.vouchSeconds)
      else {
        continue
      }
      try run("DELETE FROM minute_presences WHERE session_id = $1 AND side = $2", session, side.rawValue)
      events += news
    }
    return events
  }

  /// - Returns: nil while the run lives: it beat within so many seconds.
  fileprivate func lateNews(of run: MeterRunID, _ side: MinuteSide, at now: Moment, after seconds: Int64) throws -> [MeterEvent]? {
    let beat: Moment? = try row("SELECT beat_at FROM meter_runs WHERE id = $1", run)?[0]
    guard let beat else { return [MeterEvent(.gone(side), at: now), MeterEvent(.down(until: now), at: now)] }
    // One data folder has one program: another run of it has ended.
    guard dialect.engine == .sqlite || beat.adding(seconds: seconds) < now else { return nil }
    return [MeterEvent(.gone(side), at: beat), MeterEvent(.down(until: now), at: beat)]
  }
}
