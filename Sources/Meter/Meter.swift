import Base

/// The clock of a chat by the minute: a function of what was recorded about it, and of nothing else.
///
/// Whoever looks late reads the same: every deadline counts from its own moment, not from when somebody looked.
public enum Meter {
  public static func read(_ terms: MeterTerms, _ events: [MeterEvent], until now: Moment) -> Reading {
    var fold = MeterFold(terms, events)
    // What is found out late (that a node was gone) belongs where it happened. Equal moments keep the order in which they were recorded.
    let order = events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
    for (_, event) in order where event.at <= now {
      fold.advance(to: event.at)
      fold.apply(event)
    }
    fold.advance(to: now)
    return fold.reading
  }
}

/// The state between two moments, and what changes it by itself.
struct MeterFold {
  private let terms: MeterTerms
  /// How long the clock can run on what is there, and why no longer.
  private let limit: (ran: Int64, why: MinuteReason)?
  private var now = Moment(milliseconds: 0)
  private var offeredAt: Moment?
  private var acceptedAt: Moment?
  private var billingAt: Moment?
  private var here: Set<MinuteSide> = []
  private var goneAt: [MinuteSide: Moment] = [:]
  /// Nobody's absence counts before.
  private var graceFrom = Moment(milliseconds: 0)
  private var idleFrom = Moment(milliseconds: 0)
  private var isWarned = false
  private var rechargeFrom: Moment?
  private var recharges: Int64 = 0
  private var lastActive: [MinuteSide: Moment] = [:]
  private var beginsLow = false
  private var pause: MinuteReason?
  private var ran: Int64 = 0
  private var stretches: [Reading.Stretch] = []
  private var lines: [Reading.Said] = []
  private var end: Reading.End?

  init(_ terms: MeterTerms, _ events: [MeterEvent]) {
    self.terms = terms
    // A minute that could not be set aside ends the chat where it would begin, whenever that was found out.
    var refused: (minute: Int64, why: MinuteReason)?
    for event in events {
      switch event.fact {
      case .refused(let minute, let why): refused = (minute, why)
      case .held(let minute): if let known = refused, minute >= known.minute { refused = nil }
      default: break
      }
    }
    limit = refused.map { (terms.free + ($0.minute - 1) * MeterTerms.minute, $0.why) }
  }

  var reading: Reading {
    Reading(
      terms: terms, phase: phase, ran: ran, stretches: stretches, lines: lines, end: end, here: here, lastActive: lastActive,
      isWarned: isWarned, recharges: recharges, until: end == nil ? deadline?.at : nil)
  }

  private var phase: Reading.Phase {
    if end != nil { return .over }
    guard acceptedAt != nil else { return .offered }
    if rechargeFrom != nil { return .recharging }
    guard here.count == MinuteSide.allCases.count else { return billingAt == nil ? .waiting : .weak }
    return billingAt != nil && now >= idleFrom.adding(seconds: terms.idleStopSeconds) ? .idle : .running
  }

  // MARK: Time passes

  /// Something that happens by itself.
  private enum Turn {
    case end(MinuteReason)
    case rechargeOver
    case warn
    /// Another phase, or another kind of second.
    case look
  }

  private var deadline: (at: Moment, turn: Turn)? {
    var turns: [(at: Moment, turn: Turn)] = []
    switch phase {
    case .over: break
    case .offered: if let offeredAt { turns.append((offeredAt.adding(seconds: terms.offerSeconds), .end(.unanswered))) }
    case .recharging: if let rechargeFrom { turns.append((rechargeFrom.adding(seconds: terms.rechargeSeconds), .rechargeOver)) }
    case .waiting, .weak:
      for side in MinuteSide.allCases where !here.contains(side) {
        let since = max(goneAt[side] ?? graceFrom, graceFrom)
        turns.append((since.adding(seconds: terms.graceSeconds), .end(.connection)))
      }
      if billingAt != nil { turns.append((idleFrom.adding(seconds: terms.idleEndSeconds), .end(.idle))) }
    case .idle: turns.append((idleFrom.adding(seconds: terms.idleEndSeconds), .end(.idle)))
    case .running:
      if let limit { turns.append((now.adding(milliseconds: limit.ran - ran), .end(limit.why))) }
      if ran < terms.free { turns.append((now.adding(milliseconds: terms.free - ran), .look)) }
      if !isWarned { turns.append((idleFrom.adding(seconds: terms.idleNoticeSeconds), .warn)) }
      turns.append((idleFrom.adding(seconds: terms.idleStopSeconds), .look))
    }
    // Of several at one moment the first in this list: an end goes before everything.
    return turns.min { $0.at < $1.at }.map { (max($0.at, now), $0.turn) }
  }

  mutating func advance(to moment: Moment) {
    guard moment > now else { return }
    while end == nil, let next = deadline, next.at <= moment {
      pass(to: next.at)
      switch next.turn {
      case .end(let why): finish(why)
      case .rechargeOver: endRecharge()
      case .warn:
        isWarned = true
        say(.idle)
      case .look: break
      }
      settle()
    }
    pass(to: moment)
  }

  private mutating func pass(to moment: Moment) {
    guard end == nil, moment > now else {
      now = max(now, moment)
      return
    }
    let kind: Reading.Stretch.Kind? =
      switch phase {
      case .offered, .over: nil
      case .waiting: .waiting
      case .running: ran < terms.free ? .free : .charged
      case .weak: .weak
      case .idle: .idle
      case .recharging: .recharging
      }
    if phase == .running { ran += moment.milliseconds - now.milliseconds }
    if let kind {
      if let last = stretches.last, last.kind == kind, last.to == now {
        stretches[stretches.count - 1].to = moment
      } else {
        stretches.append(Reading.Stretch(kind: kind, from: now, to: moment))
      }
    }
    now = moment
  }

  // MARK: Something is recorded

  mutating func apply(_ event: MeterEvent) {
    guard end == nil else { return }
    switch event.fact {
    case .offered: offeredAt = now
    case .accepted:
      acceptedAt = now
      graceFrom = max(graceFrom, now)
      say(.started)
    case .declined: finish(.declined)
    case .here(let side):
      here.insert(side)
      goneAt[side] = nil
    case .gone(let side):
      if here.remove(side) != nil { goneAt[side] = now }
    case .active(let side):
      lastActive[side] = now
      idleFrom = now
      isWarned = false
    case .down(let until):
      graceFrom = max(graceFrom, until)
      idleFrom = max(idleFrom, until)
    case .held, .refused, .heard: break
    // Told before anything runs it is told with the beginning.
    case .low: if billingAt == nil { beginsLow = true } else { say(.low) }
    case .rechargeBegan:
      guard acceptedAt != nil, rechargeFrom == nil else { break }
      rechargeFrom = now
      recharges += 1
    case .rechargeEnded: if rechargeFrom != nil { endRecharge() }
    case .rested: finish(.rest)
    case .ended(let side):
      finish(acceptedAt == nil ? (side == .customer ? .cancelled : .declined) : side == .customer ? .customer : .expert)
    }
    settle()
  }

  private mutating func endRecharge() {
    rechargeFrom = nil
    // What stood still did not grow old.
    idleFrom = max(idleFrom, now)
    graceFrom = max(graceFrom, now)
    isWarned = false
  }

  private mutating func finish(_ why: MinuteReason) {
    end = Reading.End(at: now, why: why)
    say(.ended, why)
  }

  /// Says what the new phase is.
  private mutating func settle() {
    if phase == .running, billingAt == nil {
      billingAt = now
      idleFrom = now
      say(.billing)
      if beginsLow { say(.low) }
    }
    let stands: MinuteReason? =
      switch phase {
      case .weak: .connection
      case .idle: .idle
      case .recharging: .recharge
      case .offered, .waiting, .running, .over: nil
      }
    guard phase != .over, stands != pause else { return }
    pause = stands
    if let stands { say(.paused, stands) } else { say(.resumed) }
  }

  private mutating func say(_ step: MinuteNews.Step, _ why: MinuteReason? = nil) {
    lines.append(Reading.Said(step: step, why: why, at: now))
  }
}
