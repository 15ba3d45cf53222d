import Base

/// A chat by the minute with what was done about it so far: what is due is done, however late and however often somebody looks.
public struct MeterRun: Sendable {
  public enum Hold: Hashable, Sendable {
    case held
    /// After this minute there is not enough for another one.
    case heldLast
    case refused(MinuteReason)
  }

  public struct Capture: Hashable, Sendable {
    public let minute: Int64
    /// 0 gives the whole minute back.
    public let units: Int64
  }

  /// What came of a look.
  public struct Outcome: Equatable, Sendable {
    public var recorded: [MeterEvent] = []
    public var captures: [Capture] = []
    public var lines: [Reading.Said] = []
    public var reading: Reading
    /// It is over, and nothing can be found out about it any more.
    public var isFinal = false
    /// When the next look is due; nil once it is over.
    public var due: Moment?
  }

  public let terms: MeterTerms
  public private(set) var events: [MeterEvent]
  /// How many minutes were taken or given back.
  public private(set) var settled: Int64
  /// How many lines of each kind were said.
  public private(set) var said: [MinuteNews.Step: Int]

  public init(_ terms: MeterTerms, _ events: [MeterEvent], settled: Int64 = 0, said: [MinuteNews.Step: Int] = [:]) {
    self.terms = terms
    self.events = events
    self.settled = settled
    self.said = said
  }

  public var held: Int64 {
    events.reduce(0) { if case .held(let minute) = $1.fact { max($0, minute) } else { $0 } }
  }

  public mutating func record(_ fact: MeterEvent.Fact, at moment: Moment) { events.append(MeterEvent(fact, at: moment)) }

  /// - Parameter hold: sets a minute aside, and says whether there was enough.
  public mutating func look(at now: Moment, hold: (Int64) throws -> Hold) rethrows -> Outcome {
    let known = events.count
    var reading = Meter.read(terms, events, until: now)
    while reading.neededMinutes > held {
      let minute = held + 1
      switch try hold(minute) {
      case .held: record(.held(minute: minute), at: now)
      case .heldLast:
        record(.held(minute: minute), at: now)
        // Nobody is warned of an end that was before.
        if reading.phase != .over, !isLow { record(.low, at: now) }
      case .refused(let why):
        let isKnown = events.contains { $0.fact == .refused(minute: minute, why) }
        if !isKnown { record(.refused(minute: minute, why), at: now) }
        if reading.phase != .over, !isLow { record(.low, at: now) }
        let again = Meter.read(terms, events, until: now)
        return outcome(again, since: known, at: now)
      }
      reading = Meter.read(terms, events, until: now)
    }
    return outcome(reading, since: known, at: now)
  }

  /// Said since the last minute that had another one behind it.
  private var isLow: Bool {
    events.last {
      switch $0.fact {
      case .low, .rechargeEnded: true
      default: false
      }
    }?.fact == .low
  }

  private mutating func outcome(_ reading: Reading, since known: Int, at now: Moment) -> Outcome {
    var outcome = Outcome(reading: reading)
    outcome.recorded = Array(events[known...])
    // What ran is taken once nothing can be found out about it any more.
    outcome.isFinal = isFinal(reading, at: now)
    let certain =
      outcome.isFinal
      ? held : Meter.read(terms, events, until: now.adding(seconds: -terms.certainSeconds)).wholeMinutes
    while settled < min(certain, held) {
      settled += 1
      outcome.captures.append(Capture(minute: settled, units: terms.price(ofMinute: settled, ran: reading.ran)))
    }
    var seen: [MinuteNews.Step: Int] = [:]
    for line in reading.lines {
      seen[line.step, default: 0] += 1
      // What it came to is said once that is certain.
      if line.step == .ended, !outcome.isFinal { continue }
      if seen[line.step, default: 0] > said[line.step, default: 0] { outcome.lines.append(line) }
    }
    for line in outcome.lines { said[line.step, default: 0] += 1 }
    if let end = reading.end {
      outcome.due = outcome.isFinal ? nil : end.at.adding(seconds: terms.certainSeconds)
    } else {
      outcome.due = [reading.until, nextHold(reading, now), nextCapture(reading, now)].compactMap(\.self).min()
    }
    return outcome
  }

  /// Who was there at the end may have been gone a moment before, and nobody knew yet. Once they are heard again that is settled.
  private func isFinal(_ reading: Reading, at now: Moment) -> Bool {
    guard let end = reading.end else { return false }
    if reading.ran == 0 || now >= end.at.adding(seconds: terms.certainSeconds) { return true }
    return reading.here.allSatisfy { side in
      events.contains { event in
        guard event.at >= end.at else { return false }
        return [.heard(side), .active(side), .here(side), .ended(side)].contains(event.fact)
      }
    }
  }

  private func nextHold(_ reading: Reading, _ now: Moment) -> Moment? {
    guard reading.phase == .running, reading.neededMinutes <= held else { return nil }
    let at = terms.free + held * MeterTerms.minute - terms.leadSeconds * 1000
    return now.adding(milliseconds: max(1, at - reading.ran))
  }

  /// While the clock runs the next hold comes soon enough; a pause may last.
  private func nextCapture(_ reading: Reading, _ now: Moment) -> Moment? {
    guard reading.phase != .running, settled < min(reading.wholeMinutes, held) else { return nil }
    return now.adding(seconds: terms.certainSeconds)
  }
}
