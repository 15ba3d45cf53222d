import NIOCore
import NIOEmbedded
import Synchronization
import TestKit
import Testing
import Wire

@testable import Live

/// Subscribing and delivering, on one event loop that stands still until it is told to run.
@Suite struct HubTests {
  let stage = Stage()

  @Test("E20: all that one turn of the loop brings is flushed once")
  func oneFlush() throws {
    let reader = try stage.reader()
    reader.resume(reader.join("chat.5"), answer: [], position: 0)
    stage.loop.run()
    reader.flushes.reset()
    for n in 1...50 { stage.publish(n: Int64(n)) }
    stage.loop.run()
    #expect(try reader.numbers() == Array(1...50))
    #expect(reader.flushes.count == 1)
  }

  @Test("X4: what comes while the log is read follows the answer, without what the answer had")
  func joinBufferFlush() throws {
    let reader = try stage.reader()
    stage.publish(n: 1)
    let ticket = reader.join("chat.5")
    stage.publish(n: 2)
    stage.publish(n: 3)
    stage.hub.publish(.event("chat.5", json: Array(#"{"event":"Typing"}"#.utf8)))
    stage.loop.run()
    #expect(try reader.take().isEmpty)
    reader.resume(ticket, answer: [Stage.packet(1), Stage.packet(2)], position: 2)
    stage.publish(n: 4)
    stage.loop.run()
    let seen = try reader.take().map { $0["n"]?.int.map(String.init) ?? $0["event"]?.string }
    #expect(seen == ["1", "2", "3", "Typing", "4"])
  }

  @Test("X4: a member whose log went on without it is told where it stopped, once, and goes on when it has read")
  func gap() throws {
    let reader = try stage.reader()
    reader.resume(reader.join("chat.5"), answer: [], position: 3)
    stage.publish(n: 4)
    stage.publish(n: 6)
    stage.publish(n: 7)
    stage.loop.run()
    #expect(try reader.numbers() == [4])
    let gaps = reader.handler.takeGaps()
    #expect(gaps.map(\.position) == [4])
    reader.resume(try #require(gaps.first).ticket, answer: [Stage.packet(5), Stage.packet(6)], position: 6)
    stage.publish(n: 8)
    stage.loop.run()
    #expect(try reader.numbers() == [5, 6, 7, 8])
    #expect(reader.handler.takeGaps().isEmpty)
  }

  @Test("X4: a gap that reading does not fill ends the connection instead of going round in circles")
  func gapForEver() throws {
    let reader = try stage.reader()
    reader.resume(reader.join("chat.5"), answer: [], position: 3)
    stage.publish(n: 6)
    stage.loop.run()
    let gap = try #require(reader.handler.takeGaps().first)
    reader.resume(gap.ticket, answer: [], position: 3)
    stage.loop.run()
    #expect(reader.handler.takeGaps().isEmpty)
    #expect(try reader.closeCode() == 1011)
  }

  @Test("X4: what only the team may see leaves no hole in what the others see")
  func audiences() throws {
    let visitor = try stage.reader()
    let agent = try stage.reader()
    visitor.resume(visitor.join("chat.5"), answer: [], position: 0)
    agent.resume(agent.join("chat.5", as: .team), answer: [], position: 0)
    stage.publish(n: 1)
    stage.publish(n: 2, onlyTeam: true)
    stage.publish(n: 3, publicAfter: 1)
    stage.hub.publish(.event("chat.5", everybody: nil, team: Array(#"{"n":9}"#.utf8)))
    stage.loop.run()
    #expect(try visitor.numbers() == [1, 3])
    #expect(try agent.numbers() == [1, 2, 3, 9])
    #expect(visitor.handler.takeGaps().isEmpty && agent.handler.takeGaps().isEmpty)
  }

  @Test("X4: of two answers on one topic the newer decides from where to go on")
  func staleTicket() throws {
    let reader = try stage.reader()
    let first = reader.join("chat.5")
    let second = reader.join("chat.5")
    reader.resume(first, answer: [Stage.packet(1)], position: 1)
    stage.publish(n: 2)
    stage.loop.run()
    #expect(try reader.numbers() == [1])
    reader.resume(second, answer: [Stage.packet(1)], position: 1)
    stage.loop.run()
    #expect(try reader.numbers() == [1, 2])
  }

  @Test("E20: who joins and never reads does not fill the memory")
  func heldTooMuch() throws {
    let reader = try stage.reader()
    _ = reader.join("chat.5")
    let piece = Array(#"{"pad":"\#(String(repeating: "p", count: 100_000))"}"#.utf8)
    for _ in 0..<11 { stage.hub.publish(.event("chat.5", json: piece)) }
    stage.loop.run()
    #expect(try reader.closeCode() == 1013)
  }

  @Test("X4: a ping tells each head once that changed")
  func pings() throws {
    let reader = try stage.reader()
    reader.resume(reader.join("chat.5"), answer: [], position: 3)
    reader.resume(reader.join("chat.6"), answer: [], position: 8)
    stage.publish(n: 4)
    stage.loop.run()
    _ = try reader.take()
    stage.beat(after: .seconds(9))
    #expect(try reader.take().isEmpty)
    stage.beat(after: .seconds(11))
    #expect(try reader.take().map { $0["heads"] } == [["chat.5": 4]])
    stage.beat(after: .seconds(22))
    #expect(try reader.take().map { $0["heads"] } == [[:]])
  }

  @Test("E20: who is not heard for 25 seconds is let go")
  func silence() throws {
    let reader = try stage.reader()
    stage.beat(after: .seconds(24))
    #expect(try reader.closeCode() == nil)
    stage.beat(after: .seconds(26))
    #expect(try reader.closeCode() == 1008)
  }

  @Test("E20: who has not said hello within 5 seconds is let go")
  func noHello() throws {
    let reader = try stage.reader(isGreeted: false)
    stage.beat(after: .seconds(4))
    #expect(try reader.closeCode() == nil)
    stage.beat(after: .seconds(6))
    #expect(try reader.closeCode() == 1008)
  }

  @Test("E20: leaving a topic, or all of them, ends what is told")
  func unsubscribing() async throws {
    let reader = try stage.reader()
    for topic in ["chat.5", "chat.6", "chat.7"] { reader.resume(reader.join(topic), answer: [], position: 0) }
    stage.hub.unsubscribe("chat.5", on: reader.connection)
    stage.publish(n: 1)
    stage.hub.unsubscribeAll(reader.connection)
    for topic in ["chat.6", "chat.7"] { stage.hub.publish(.event(topic, json: Array("{}".utf8))) }
    stage.loop.run()
    #expect(try reader.take().isEmpty)
  }

  @Test("E20: a loop is woken for what somebody on it follows, and who leaves or goes leaves nothing behind")
  func followers() throws {
    let followers = Followers(loops: 3)
    for loop in [2, 0, 2] { followers.add("chat.5", on: loop) }
    #expect(followers.loops(of: "chat.5") == [0, 2] && followers.loops(of: "chat.6").isEmpty)
    followers.remove("chat.5", on: 2)
    #expect(followers.loops(of: "chat.5") == [0, 2])
    followers.remove("chat.5", on: 2)
    followers.remove("chat.5", on: 0)
    #expect(followers.isEmpty)

    let (ada, ben) = (try stage.reader(), try stage.reader())
    let here = stage.hub.followers
    for audience in [Audience.everybody, .everybody, .team] { _ = ada.join("chat.5", as: audience) }
    _ = ben.join("chat.5")
    stage.hub.unsubscribe("chat.5", on: ada.connection)
    #expect(here.loops(of: "chat.5") == [0])
    stage.hub.unsubscribe("chat.5", on: ben.connection)
    #expect(here.isEmpty)
    for topic in ["chat.5", "chat.6"] { _ = ada.join(topic) }
    stage.hub.unsubscribeAll(ada.connection)
    #expect(here.isEmpty)
    _ = ben.join("chat.6")
    ben.goes()
    #expect(here.isEmpty)
    _ = ben.join("chat.6")
    #expect(here.isEmpty)
  }

  @Test("E20: who joins while the connection closes is in no room, so what is published later finds nobody who is gone")
  func joinWhileClosing() throws {
    var limits = Limits()
    limits.queueBytes = 100
    let stage = Stage(limits: limits)
    func joinsAndGoes() throws {
      let reader = try stage.reader()
      reader.connection.close(.serverError)
      _ = reader.join("chat.5")
      reader.goes()
    }
    try joinsAndGoes()
    // Whoever were held back for would be too slow by now, and closed.
    for n in Int64(1)...100 { stage.publish(n: n) }
    stage.loop.run()
    #expect(stage.hub.followers.isEmpty)
  }

  @Test("X4: whatever the order of joining, reading, losing and writing, each reader sees every entry once", arguments: 1...60)
  func interleavings(seed: Int) throws {
    var story = Interleaving(stage: stage, dice: Dice(seed: UInt64(seed)))
    try story.run(steps: 300)
  }
}
