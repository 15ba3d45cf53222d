import Base
import Testing

@testable import Meter

/// A customer's purse: what is set aside for minutes, and what was taken.
private struct Purse {
  var free: Int64
  var held: [Int64: Int64] = [:]
  var taken: Int64 = 0

  mutating func hold(_ minute: Int64, _ price: Int64) -> MeterRun.Hold {
    guard free >= price else { return .refused(.funds) }
    free -= price
    held[minute, default: 0] += price
    return free >= price ? .held : .heldLast
  }

  mutating func settle(_ capture: MeterRun.Capture) -> Bool {
    guard let amount = held.removeValue(forKey: capture.minute), capture.units <= amount else { return false }
    taken += capture.units
    free += amount - capture.units
    return true
  }
}

@Suite struct MeterPropertyTests {
  /// SplitMix64, so that a story can be told again.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
  }

  private struct Told: Equatable {
    let end: Reading.End?
    let seconds: Int64
    let units: Int64
    let taken: Int64
    let free: Int64
  }

  private static let noon: Int64 = 1_795_176_000_000

  /// What happens by itself, in the order of its moments. What is found out about somebody's absence comes up to 20 s late.
  private func story(_ dice: inout Dice) -> [(known: Int64, event: MeterEvent)] {
    var told: [(Int64, MeterEvent)] = []
    func add(_ fact: MeterEvent.Fact, _ at: Int64, knownAfter: Int64 = 0) {
      told.append((at + knownAfter, MeterEvent(fact, at: Moment(milliseconds: Self.noon + at))))
    }
    add(.accepted, 3_000)
    var here: Set<MinuteSide> = []
    var now: Int64 = 3_000
    for side in MinuteSide.allCases {
      add(.here(side), now + Int64.random(in: 0...20_000, using: &dice))
      here.insert(side)
    }
    now += 20_000
    for _ in 0..<Int.random(in: 3...60, using: &dice) {
      now += Int64.random(in: 500...70_000, using: &dice)
      let side: MinuteSide = Bool.random(using: &dice) ? .customer : .expert
      switch Int.random(in: 0..<12, using: &dice) {
      case 0...6: add(.active(side), now)
      case 7:
        let away = Int64.random(in: 11_000...70_000, using: &dice)
        add(.gone(side), now, knownAfter: Int64.random(in: 10_000...11_000, using: &dice))
        add(.here(side), now + away)
        now += away
      case 8:
        add(.rechargeBegan, now)
        now += Int64.random(in: 1_000...100_000, using: &dice)
        add(.rechargeEnded, now)
      case 9:
        let until = now + Int64.random(in: 11_000...200_000, using: &dice)
        for side in MinuteSide.allCases { add(.gone(side), now, knownAfter: 15_000) }
        add(.down(until: Moment(milliseconds: Self.noon + until)), now, knownAfter: 15_000)
        for side in MinuteSide.allCases { add(.here(side), until + 1_000) }
        now = until + 1_000
      case 10 where Int.random(in: 0..<6, using: &dice) == 0: add(.ended(side), now)
      default: break
      }
    }
    return told.sorted { $0.0 < $1.0 }.map { (known: $0.0, event: $0.1) }
  }

  /// Plays a story with looks at some moments beside those at which something is due; `lateness` says how late those are.
  private func play(
    _ story: [(known: Int64, event: MeterEvent)], _ terms: MeterTerms, credit: Int64, lateness: (inout Dice) -> Int64, dice: inout Dice
  ) -> (Told, MeterRun) {
    var purse = Purse(free: credit)
    var run = MeterRun(terms, [MeterEvent(.offered, at: Moment(milliseconds: Self.noon))])
    run.record(.held(minute: 1), at: Moment(milliseconds: Self.noon))
    _ = purse.hold(1, terms.rate)
    var (due, waiting): (Int64?, ArraySlice<(known: Int64, event: MeterEvent)>) = (0, story[...])
    var (last, isFinal): (Reading?, Bool) = (nil, false)
    for _ in 0..<100_000 {
      let next = waiting.first?.known
      guard let moment = [next, due].compactMap(\.self).min() else { break }
      if let first = waiting.first, first.known == moment {
        waiting = waiting.dropFirst()
        run.record(first.event.fact, at: first.event.at)
      }
      let now = Moment(milliseconds: Self.noon + moment)
      for _ in 0..<Int.random(in: 1...2, using: &dice) {
        let outcome = run.look(at: now) { purse.hold($0, terms.rate) }
        for capture in outcome.captures {
          let wasHeld = purse.settle(capture)
          #expect(wasHeld, "what is taken was set aside")
        }
        (last, isFinal) = (outcome.reading, outcome.isFinal)
        due = outcome.due.map { max(moment + 1, $0.milliseconds - Self.noon + lateness(&dice)) }
      }
      if isFinal { break }
    }
    let told = Told(end: last?.end, seconds: last?.seconds ?? 0, units: last?.units ?? 0, taken: purse.taken, free: purse.free)
    return (told, run)
  }

  @Test("C5, X2: the bill is made of what was recorded, and not of how late or how often somebody looked")
  func lateness() {
    for seed: UInt64 in 1...300 {
      var dice = Dice(state: seed)
      let terms = MeterTerms(
        rate: Int64.random(in: 1...9, using: &dice), increment: Bool.random(using: &dice) ? .second : .minute,
        freeSeconds: Bool.random(using: &dice) ? 0 : Int64.random(in: 1...90, using: &dice))
      let credit = terms.rate * Int64.random(in: 1...12, using: &dice)
      let story = story(&dice)
      let (prompt, run) = play(story, terms, credit: credit, lateness: { _ in 0 }, dice: &dice)
      #expect(prompt.end != nil, "\(seed): every chat ends")
      #expect(prompt.taken == prompt.units, "\(seed): what is taken is the bill")
      #expect(prompt.taken + prompt.free == credit, "\(seed): nothing stays set aside, and nothing is taken that was not")
      #expect(
        prompt.seconds * 1000 <= Self.together(run.events, until: prompt.end?.at), "\(seed): nobody pays for more than both were there")
      for _ in 0..<3 {
        let (late, _) = play(story, terms, credit: credit, lateness: { Int64.random(in: 0...9_000, using: &$0) }, dice: &dice)
        #expect(late == prompt, "\(seed): \(late) is not \(prompt)")
      }
      let replay = Meter.read(terms, run.events, until: Moment(milliseconds: Self.noon + 100_000_000))
      #expect(replay.units == prompt.units && replay.end == prompt.end, "\(seed): run over again it is the same")
    }
  }

  /// For how long both were there, counted in another way: second by second of the heartbeats alone.
  private static func together(_ events: [MeterEvent], until end: Moment?) -> Int64 {
    var (here, since, sum): (Set<MinuteSide>, Moment?, Int64) = ([], nil, 0)
    let moves = events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    for event in moves where event.at <= end ?? event.at {
      switch event.fact {
      case .here(let side): here.insert(side)
      case .gone(let side): here.remove(side)
      default: continue
      }
      if let began = since { sum += event.at.milliseconds(since: began) }
      since = here.count == 2 ? event.at : nil
    }
    if let since, let end { sum += end.milliseconds(since: since) }
    return sum
  }
}
