import Base
import Testing

@testable import Meter

@Suite struct MeterTests {
  private static let noon: Int64 = 1_795_176_000_000

  private func at(_ seconds: Int64) -> Moment { Moment(milliseconds: Self.noon + seconds * 1000) }

  /// Both are there from second 0 on; `more` says what happens then.
  private func events(_ more: [(Int64, MeterEvent.Fact)]) -> [MeterEvent] {
    ([(0, .offered), (0, .held(minute: 1)), (0, .accepted), (0, .here(.customer)), (0, .here(.expert))] + more).map {
      MeterEvent($0.1, at: at($0.0))
    }
  }

  private func writing(every step: Int64 = 50, until end: Int64) -> [(Int64, MeterEvent.Fact)] {
    stride(from: step, through: end, by: Int(step)).map { ($0, .active(.customer)) }
  }

  private func read(_ terms: MeterTerms, _ more: [(Int64, MeterEvent.Fact)], until second: Int64) -> Reading {
    Meter.read(terms, events(more), until: at(second))
  }

  private let five = MeterTerms(rate: 5)

  @Test("C5: the clock starts when both are there, and not before")
  func starts() {
    let early = [(0, MeterEvent.Fact.offered), (5, .accepted), (5, .here(.customer)), (30, .here(.expert))]
      .map { MeterEvent($0.1, at: at(Int64($0.0))) }
    let reading = Meter.read(five, early, until: at(42))
    #expect(reading.ran == 12_000)
    #expect(reading.lines.map(\.step) == [.started, .billing])
    #expect(reading.stretches.map(\.kind) == [.waiting, .charged])
  }

  @Test("C5: by the second a chat costs its part of a minute, rounded down; by the minute each that was begun")
  func prices() {
    for (seconds, second, minute): (Int64, Int64, Int64) in [
      (0, 0, 0), (11, 0, 5), (12, 1, 5), (59, 4, 5), (60, 5, 5), (61, 5, 10), (90, 7, 10),
    ] {
      let talked: [(Int64, MeterEvent.Fact)] = writing(until: seconds) + [(seconds, .ended(.customer))]
      #expect(read(five, talked, until: 500).units == second, "\(seconds) s")
      #expect(read(MeterTerms(rate: 5, increment: .minute), talked, until: 500).units == minute, "\(seconds) s")
    }
  }

  @Test("P15: free seconds come first")
  func free() {
    let reading = read(MeterTerms(rate: 60, freeSeconds: 30), writing(until: 40) + [(45, .ended(.expert))], until: 60)
    #expect(reading.seconds == 15)
    #expect(reading.units == 15)
    #expect(reading.stretches.map(\.kind) == [.free, .charged])
  }

  @Test("C12, X2: a drop and return inside a minute goes on unbilled; who stays away for longer ends it")
  func drops() {
    let back = read(five, [(20, .gone(.customer)), (50, .here(.customer)), (51, .active(.customer))], until: 70)
    #expect(back.phase == .running)
    #expect(back.ran == 40_000)
    #expect(back.lines.map(\.step) == [.started, .billing, .paused, .resumed])
    let gone = read(five, [(20, .gone(.customer))], until: 500)
    #expect(gone.end == Reading.End(at: at(80), why: .connection))
    #expect(gone.ran == 20_000)
    #expect(read(five, [(20, .gone(.customer))], until: 79).phase == .weak)
  }

  @Test("C10: after 60 s without a word it is said, at 120 s the clock stops, at 5 min it is over; a word starts it again")
  func idle() {
    #expect(read(five, [], until: 59).lines.map(\.step) == [.started, .billing])
    #expect(read(five, [], until: 60).lines.map(\.step) == [.started, .billing, .idle])
    let stopped = read(five, [], until: 200)
    #expect(stopped.phase == .idle)
    #expect(stopped.ran == 120_000)
    let over = read(five, [], until: 1000)
    #expect(over.end == Reading.End(at: at(300), why: .idle))
    #expect(over.seconds == 120)
    let again = read(five, [(200, .active(.expert))], until: 230)
    #expect(again.phase == .running)
    #expect(again.ran == 150_000)
  }

  @Test("C12: a break ends it at once, and so does either side")
  func ends() {
    for (fact, why): (MeterEvent.Fact, MinuteReason) in [(.rested, .rest), (.ended(.customer), .customer), (.ended(.expert), .expert)] {
      let reading = read(five, [(17, fact), (18, .active(.customer))], until: 100)
      #expect(reading.end == Reading.End(at: at(17), why: why))
      #expect(reading.seconds == 17)
    }
  }

  @Test("C11: a minute that cannot be set aside ends it where that minute would begin, however late that is found out")
  func funds() {
    for late: Int64 in [55, 60, 73, 400] {
      let reading = read(five, writing(until: 50) + [(late, .refused(minute: 2, .funds))], until: 500)
      #expect(reading.end == Reading.End(at: at(60), why: .funds), "found out at \(late)")
      #expect(reading.units == 5)
    }
    let topped = read(five, writing(until: 100) + [(55, .refused(minute: 2, .funds)), (58, .held(minute: 2))], until: 100)
    #expect(topped.phase == .running)
  }

  @Test("P16: buying credit stops the clock for two minutes, unbilled, and then it goes on by itself")
  func recharge() {
    let reading = read(five, [(20, .rechargeBegan), (30, .gone(.customer)), (100, .here(.customer)), (110, .rechargeEnded)], until: 130)
    #expect(reading.phase == .running)
    #expect(reading.ran == 40_000)
    #expect(reading.recharges == 1)
    let forgotten = read(five, [(20, .rechargeBegan)], until: 150)
    #expect(forgotten.phase == .running)
    #expect(forgotten.ran == 30_000)
  }

  @Test("C12: while the server is away nobody is billed, and nobody's minute for coming back runs")
  func down() {
    let reading = read(
      five,
      [
        (20, .gone(.customer)), (20, .gone(.expert)), (20, .down(until: at(200))), (230, .here(.customer)), (240, .here(.expert)),
        (241, .active(.expert)),
      ], until: 250)
    #expect(reading.phase == .running)
    #expect(reading.ran == 30_000)
  }

  @Test("C2b: a request that nobody takes is over after two minutes, and costs nothing")
  func offers() {
    let offered = [MeterEvent(.offered, at: at(0)), MeterEvent(.held(minute: 1), at: at(0))]
    #expect(Meter.read(five, offered, until: at(119)).phase == .offered)
    let over = Meter.read(five, offered, until: at(200))
    #expect(over.end == Reading.End(at: at(120), why: .unanswered))
    #expect(over.units == 0)
    let cancelled = Meter.read(five, offered + [MeterEvent(.ended(.customer), at: at(3))], until: at(200))
    #expect(cancelled.end?.why == .cancelled)
  }
}
