import TestKit
import Testing

@testable import Live

/// A log that is written while readers join it, read it, lose some of it and join again, in an order that the dice decide.
///
/// Reading is done in two steps, as a database does it: what is read at one moment arrives at a later one.
struct Interleaving {
  let stage: Stage
  var dice: Dice
  private var entries: [Entry] = []
  private var readers: [Participant] = []

  init(stage: Stage, dice: Dice) {
    self.stage = stage
    self.dice = dice
  }

  private struct Entry {
    let n: Int64
    let onlyTeam: Bool
  }

  /// A reader, what it holds, and the reading that is under way.
  private final class Participant {
    let reader: Stage.Reader
    let audience: Audience
    var held: [Int] = []
    var joined: (ticket: Ticket, since: Int)?
    var read: (ticket: Ticket, found: [Int64])?

    init(_ reader: Stage.Reader, _ audience: Audience) {
      self.reader = reader
      self.audience = audience
    }
  }

  mutating func run(steps: Int) throws {
    for index in 0..<3 { readers.append(Participant(try stage.reader(), index == 0 ? .team : .everybody)) }
    for _ in 0..<steps { try step() }
    // The last entry has no successor that would show its loss, so the end is told to all.
    stage.bus.lose(false)
    write(onlyTeam: false)
    for _ in 0..<10 {
      for participant in readers { settle(participant) }
      stage.loop.run()
      for participant in readers { try collect(participant) }
    }
    for participant in readers { #expect(participant.held == visible(to: participant.audience).map(Int.init)) }
  }

  private mutating func step() throws {
    let participant = readers[Int.random(in: 0..<readers.count, using: &dice)]
    switch Int.random(in: 0..<10, using: &dice) {
    case 0...3:
      stage.bus.lose(Int.random(in: 0..<10, using: &dice) == 0)
      write(onlyTeam: Bool.random(using: &dice))
    case 4: if Int.random(in: 0..<4, using: &dice) == 0 { try join(participant) }
    case 5: look(participant)
    case 6: answer(participant)
    default:
      stage.loop.run()
      try collect(participant)
    }
  }

  private mutating func write(onlyTeam: Bool) {
    let n = Int64(entries.count + 1)
    stage.publish(n: n, publicAfter: visible(to: .everybody).last ?? 0, onlyTeam: onlyTeam)
    entries.append(Entry(n: n, onlyTeam: onlyTeam))
  }

  private func visible(to audience: Audience) -> [Int64] {
    entries.filter { !$0.onlyTeam || audience == .team }.map(\.n)
  }

  /// Subscribes with the number that the client holds, which is what has arrived so far.
  private func join(_ participant: Participant) throws {
    try collect(participant)
    participant.joined = (participant.reader.join("chat.5", as: participant.audience), participant.held.last ?? 0)
  }

  private func look(_ participant: Participant) {
    for gap in participant.reader.handler.takeGaps() {
      // A gap of a subscription that was made anew meanwhile is answered by the newer one.
      if participant.joined == nil { participant.joined = (gap.ticket, Int(gap.position)) }
    }
    guard let joined = participant.joined else { return }
    participant.read = (joined.ticket, visible(to: participant.audience).filter { $0 > joined.since })
    participant.joined = nil
  }

  private func answer(_ participant: Participant) {
    guard let read = participant.read else { return }
    let position = read.found.last ?? Int64(participant.held.last ?? 0)
    participant.reader.resume(read.ticket, answer: read.found.map(Stage.packet), position: position)
    participant.read = nil
  }

  private func settle(_ participant: Participant) {
    if participant.held.isEmpty && participant.joined == nil && participant.read == nil {
      participant.joined = (participant.reader.join("chat.5", as: participant.audience), 0)
    }
    answer(participant)
    look(participant)
    answer(participant)
  }

  /// What a client does with entries: an old one is dropped, and one that does not follow would be a hole.
  private func collect(_ participant: Participant) throws {
    for n in try participant.reader.numbers() where n > participant.held.last ?? 0 {
      let expected = visible(to: participant.audience).map(Int.init).first { $0 > participant.held.last ?? 0 }
      #expect(n == expected, "a hole after \(participant.held.last ?? 0)")
      participant.held.append(n)
    }
  }
}
