import Base
import Conversations
import Foundation
import Store
import Synchronization
import TestKit
import Testing

@testable import Parley

/// What `/health` says of each part, well and broken.
@Suite("Health")
struct HealthTests {
  private struct Broken: Error {}

  /// A node of which one part at a time can be broken.
  private static func node(
    connections: @escaping @Sendable () async throws -> Int = { 2 },
    read: @escaping @Sendable (Moment) async throws -> Health.Readings = { _ in Health.Readings(due: 0, oldestDue: nil, filesBytes: 0) },
    write: @escaping @Sendable () async throws -> Void = {},
    memory: Conversations.Memory = Conversations.Memory(teams: 1, people: 2, here: 1, loadedAt: Databases.start, isStale: false),
    freeBytes: Int64? = 1 << 40, lastRound: ContinuousClock.Instant? = .now, bus: Bool? = nil
  ) -> Health {
    let organs = Health.Organs(
      connections: connections, read: read, write: write, memory: { memory }, freeBytes: { freeBytes }, lastRound: { lastRound },
      bus: { bus })
    return Health(organs, quotaBytes: 1 << 30, clock: .system())
  }

  @Test("E82: a node whose parts all answer is ok")
  func well() async {
    let report = await Self.node().report()
    #expect(report.status == .ok && report.warnings.isEmpty)
    #expect(report.parts.all.allSatisfy { $0.status == .ok })
    #expect(report.lines.hasPrefix("ok\n"))
  }

  @Test("E82: loops that do not answer, and a database that does not read or write, take the node out of service")
  func failing() async {
    let stuck: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(30)) }
    let loops = await Self.node(connections: {
      try await stuck()
      return 0
    }).report()
    #expect(loops.status == .failing && loops.parts.webSockets.status == .failing && loops.parts.webSockets.connections == nil)
    let unreadable = await Self.node(read: { _ in throw Broken() }).report()
    #expect(unreadable.status == .failing && unreadable.database == "unreachable" && unreadable.jobsDue == nil)
    #expect(!unreadable.parts.database.reads && unreadable.parts.database.writes)
    let unwritable = await Self.node(write: stuck).report()
    #expect(unwritable.status == .failing && unwritable.parts.database.reads && !unwritable.parts.database.writes)
  }

  @Test("E82: little room, teams that are out of date and jobs that nobody does are told")
  func degraded() async {
    #expect(await Self.node(freeBytes: Health.diskWarningBytes).report().status == .ok)
    let tight = await Self.node(freeBytes: Health.diskWarningBytes - 1).report()
    #expect(tight.status == .degraded && tight.warnings == ["disk"])
    #expect(await Self.node(freeBytes: 1000).report().status == .failing)
    #expect(await Self.node(freeBytes: nil).report().parts.disk.status == .degraded)
    let stale = Conversations.Memory(teams: 1, people: 2, here: 1, loadedAt: Databases.start, isStale: true)
    #expect(await Self.node(memory: stale).report().warnings == ["cache"])
    let empty = Conversations.Memory(teams: 0, people: 0, here: 0, loadedAt: nil, isStale: true)
    #expect(await Self.node(memory: empty).report().status == .failing)
    let idle = await Self.node(lastRound: .now - .seconds(Health.longestRoundSeconds + 1)).report()
    #expect(idle.status == .degraded && idle.warnings == ["jobs"])
    #expect(await Self.node(bus: true).report().status == .ok)
    let deaf = await Self.node(bus: false).report()
    #expect(deaf.status == .degraded && deaf.warnings == ["bus"])
    let late = await Self.node(read: { now in
      Health.Readings(due: 1, oldestDue: now.adding(seconds: -Health.longestDueSeconds - 1), filesBytes: 0)
    }).report()
    #expect(late.warnings == ["jobs"] && late.parts.jobs.oldestDueSeconds == Health.longestDueSeconds + 1)
  }

  @Test("E82: who asks often gets what was seen within the last second, and a question that hangs is not asked again")
  func cheap() async {
    let asked = Mutex(0)
    let health = Self.node(connections: {
      asked.withLock { $0 += 1 }
      try await Task.sleep(for: .seconds(30))
      return 0
    })
    for _ in 0..<50 { #expect(await health.report().status == .failing) }
    #expect(asked.withLock { $0 } == 1)
  }

  @Test("E82: the program of both engines says how its parts are", arguments: [Dialect.Engine.sqlite, .postgres])
  func program(_ engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.site()
      let clara = try await house.console(of: try await house.person("Clara", at: [site]))
      let answer = try await WebAnswer.of("GET", "/health", port: house.port)
      #expect(answer.status == 200)
      let parts = answer.json?["parts"]
      #expect(parts?["database"]?["writes"]?.bool == true && parts?["database"]?["reads"]?.bool == true)
      #expect(parts?["webSockets"]?["connections"]?.int == 1)
      #expect(parts?["cache"]?["teams"]?.int == 1 && parts?["cache"]?["status"]?.string == "ok")
      #expect(parts?["disk"]?["freeBytes"]?.int ?? 0 > 0)
      #expect(answer.json?["status"]?.string != "failing")
      _ = try await clara.ask("status", ["status": "away"])
    }
  }
}
