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

  /// A reader, what it holds, and what is under way for it, in order.
  private final class Participant {
    let reader: Stage.Reader
    let audience: Audience
    var held: [Int] = []
    var asked: [(ticket: Ticket, since: Int64)] = []
    var read: [(ticket: Ticket, found: [Int64], position: Int64)] = []

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
      for participant in readers { try settle(participant) }
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
    let ticket = participant.reader.join("chat.5", as: participant.audience)
    participant.asked.append((ticket, Int64(participant.held.last ?? 0)))
  }

  private func look(_ participant: Participant) {
    for gap in participant.reader.handler.takeGaps() { participant.asked.append((gap.ticket, gap.position)) }
    guard !participant.asked.isEmpty else { return }
    let (ticket, since) = participant.asked.removeFirst()
    let found = visible(to: participant.audience).filter { $0 > since }
    participant.read.append((ticket, found, found.last ?? since))
  }

  private func answer(_ participant: Participant) {
    guard !participant.read.isEmpty else { return }
    let (ticket, found, position) = participant.read.removeFirst()
    participant.reader.resume(ticket, answer: found.map(Stage.packet), position: position)
  }

  private func settle(_ participant: Participant) throws {
    if participant.held.isEmpty { try join(participant) }
    while !participant.asked.isEmpty || !participant.read.isEmpty {
      look(participant)
      answer(participant)
    }
    look(participant)
  }

  /// What a client does with entries: an old one is dropped, and one that does not follow would be a hole.
  private func collect(_ participant: Participant) throws {
    for n in try participant.reader.numbers() where n > participant.held.last ?? 0 {
      let expected = entries[(participant.held.last ?? 0)...].first { !$0.onlyTeam || participant.audience == .team }
      if expected?.n != Int64(n) { Issue.record("A hole between \(participant.held.last ?? 0) and \(n)") }
      participant.held.append(n)
    }
  }
}
