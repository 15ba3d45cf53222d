import NIOCore
import NIOEmbedded
import Testing
import Wire

@testable import Live

/// Connections without a socket, on a loop that stands still.
@Suite struct PollTests {
  /// Filled when the poll ends. A class, because the poll and the test share it.
  private final class Outcome {
    var answer: PollAnswer?
  }

  private static func text(_ n: Int64, bytes: Int) -> [UInt8] {
    Array(#"{"event":"MessageSent","topic":"chat.5","n":\#(n),"text":"\#(String(repeating: "a", count: bytes))"}"#.utf8)
  }

  /// Nobody but the hub holds the session, as in the program.
  private func begin(_ question: PollQuestion, on stage: Stage) -> (Connection, Outcome) {
    let outcome = Outcome()
    let poll = Poll(question, begin: { $0.greeted() }, goOn: { _ in }, answer: { outcome.answer = $0 })
    let session = Session(Stage.Reading(), poll: poll, on: stage.loop, hub: stage.hub)
    session.begin()
    session.connection.send(Packet(json: Array(#"{"event":"Welcome","protocol":1}"#.utf8)))
    stage.loop.run()
    return (session.connection, outcome)
  }

  @Test("E20: a poll that has grown too large ends in the middle of what was held back for it, and the rest is for the next one")
  func tooLarge() throws {
    let stage = Stage()
    let (connection, outcome) = begin(PollQuestion(seen: [:], asked: []), on: stage)
    let ticket = stage.hub.join("chat.5", as: .everybody, on: connection)
    for n in 1...3 as ClosedRange<Int64> {
      let entry = Publication.Entry(after: n - 1, json: Self.text(n, bytes: 340_000))
      stage.hub.publish(.entry("chat.5", n: n, everybody: entry, team: entry))
    }
    stage.loop.run()
    stage.hub.resume(ticket, on: connection, answer: [Packet(json: Self.text(0, bytes: 500_000))])
    stage.loop.run()
    let answer = try #require(outcome.answer)
    #expect(answer.frames.count == 4 && answer.code == nil)
    #expect(stage.hub.loopHub(of: stage.loop).sessionCount == 0)
  }

  @Test("E20: news is gathered for a moment, pings end no wait, and a poll that hears nothing ends when its time is over")
  func waits() throws {
    let stage = Stage()
    let (connection, outcome) = begin(PollQuestion(seen: [:], asked: []), on: stage)
    let ticket = stage.hub.join("chat.5", as: .everybody, on: connection)
    stage.hub.resume(ticket, on: connection, answer: [])
    stage.loop.advanceTime(by: .seconds(24))
    #expect(outcome.answer == nil)
    for n in 1...2 as ClosedRange<Int64> {
      let entry = Publication.Entry(after: n - 1, json: Self.text(n, bytes: 1))
      stage.hub.publish(.entry("chat.5", n: n, everybody: entry, team: entry))
      stage.loop.run()
    }
    #expect(outcome.answer == nil)
    stage.loop.advanceTime(by: .milliseconds(30))
    #expect(outcome.answer?.frames.count == 3)
    let (_, silent) = begin(PollQuestion(seen: [:], asked: []), on: stage)
    stage.loop.advanceTime(by: .seconds(25))
    #expect(silent.answer?.frames.count == 1 && silent.answer?.code == nil)
  }

  @Test("E20: a poll whose commands wait for their answers ends when the last has come, and one that is closed says why")
  func answers() throws {
    let stage = Stage()
    let (connection, outcome) = begin(PollQuestion(seen: [:], asked: ["c1", "c2"], wait: .zero), on: stage)
    stage.loop.advanceTime(by: .seconds(1))
    connection.send(Packet(Done(id: "c2")))
    stage.loop.advanceTime(by: .seconds(1))
    #expect(outcome.answer == nil)
    connection.send(Packet(Done(id: "c1")))
    stage.loop.advanceTime(by: .milliseconds(30))
    #expect(outcome.answer?.frames.count == 3)
    let (other, ended) = begin(PollQuestion(seen: [:], asked: ["c1"]), on: stage)
    other.close(.notSignedIn)
    stage.loop.run()
    #expect(ended.answer?.code == .notSignedIn)
    // Nothing reaches a poll that is over.
    connection.send(Packet(Done(id: "c3")))
    stage.loop.run()
    #expect(outcome.answer?.frames.count == 3)
  }
}
