import Base
import TestKit
import Testing

@testable import Store

@Suite struct JobTests {
  private let note = JobKind("test.note", retries: JobRetries(limit: 3, firstPauseSeconds: 10, longestPauseSeconds: 15))
  private let clock = WallClock.fixed(at: Databases.start)

  private func jobs() -> Jobs { Jobs(ids: IDMaker(node: 0), clock: clock) }

  /// Adds a thing named by the payload's number.
  private func addThing(_ session: any Session, _ payload: String) throws {
    try session.addThing(Int64(payload.filter(\.isNumber)) ?? 0)
  }

  @Test("E2a: every job is done once, though two runners look for it", arguments: Dialect.Engine.allCases)
  func claimedOnce(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let jobs = jobs()
      let note = note
      try await store.write { session in
        for number in 1...150 { try jobs.enqueue(note, payload: #"{"id": \#(number)}"#, dueAt: jobs.clock.now, in: session) }
      }
      let runners = (0..<2).map { _ in JobRunner(store: store, jobs: jobs, handlers: [JobHandler(note, addThing)]) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for runner in runners { group.addTask { try await runner.runDue() } }
        try await group.waitForAll()
      }
      try await expectThings(Array(1...150), in: store)
      #expect(try await count(store) == 0)
    }
  }

  @Test("A job waits until it is due", arguments: Dialect.Engine.allCases)
  func due(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let jobs = jobs()
      let note = note
      let runner = JobRunner(store: store, jobs: jobs, handlers: [JobHandler(note, addThing)])
      try await store.write { try jobs.enqueue(note, payload: #"{"id": 1}"#, dueAt: jobs.clock.now.adding(seconds: 60), in: $0) }
      #expect(try await runner.runDue() == 0)
      clock.advance(milliseconds: 60_000)
      #expect(try await runner.runDue() == 1)
      try await expectThings([1], in: store)
    }
  }

  @Test("A job that fails leaves nothing, is put off longer each time, and is dead after its last try", arguments: Dialect.Engine.allCases)
  func retries(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let jobs = jobs()
      let note = note
      let handler = JobHandler(note) { session, payload in
        try session.addThing(1)
        throw Refusal(.unavailable)
      }
      let runner = JobRunner(store: store, jobs: jobs, handlers: [handler])
      try await store.write { try jobs.enqueue(note, dueAt: jobs.clock.now, in: $0) }
      for (tries, pauseSeconds) in [(1, 10), (2, 15)] as [(Int, Int64)] {
        #expect(try await runner.runDue() == 0)
        let row = try await store.read { try $0.row("SELECT tries, due_at, state, last_error FROM jobs") }
        let job = try #require(row)
        #expect(job[0] == tries)
        #expect(job[1] == clock.now.adding(seconds: pauseSeconds))
        #expect(job[2] == "queued")
        #expect((job[3] as String).contains("unavailable"))
        clock.advance(milliseconds: pauseSeconds * 1000)
      }
      #expect(try await runner.runDue() == 0)
      clock.advance(milliseconds: 3_600_000)
      #expect(try await runner.runDue() == 0)
      let state = try await store.read { try $0.row("SELECT state FROM jobs").map { row -> String in row[0] } }
      #expect(state == "dead")
      try await expectThings([], in: store)
    }
  }

  @Test("Of a kind and key there is one job, the earlier time with the newer payload", arguments: Dialect.Engine.allCases)
  func uniqueKey(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let jobs = jobs()
      let note = note
      let now = clock.now
      try await store.write { session in
        for (number, seconds) in [(1, 60), (2, 30), (3, 90)] as [(Int, Int64)] {
          try jobs.enqueue(note, uniqueKey: "k", payload: #"{"id": \#(number)}"#, dueAt: now.adding(seconds: seconds), in: session)
        }
        try jobs.enqueue(note, uniqueKey: "other", dueAt: now, in: session)
        try jobs.cancel(note, uniqueKey: "other", in: session)
      }
      let rows = try await store.read { try $0.rows("SELECT due_at, payload FROM jobs") }
      try #require(rows.count == 1)
      #expect(rows[0][0] == now.adding(seconds: 30))
      #expect(rows[0][1] == #"{"id": 3}"#)
    }
  }

  @Test("A job may put down its own successor under the same key, and publishes after its commit", arguments: Dialect.Engine.allCases)
  func successor(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let jobs = jobs()
      let note = note
      let published = Tally()
      let handler = JobHandler(
        note, locking: { _ in [.thing(1)] },
        { session, payload in
          try jobs.enqueue(note, uniqueKey: "k", dueAt: jobs.clock.now.adding(seconds: 5), in: session)
          return "said"
        }, committed: { published.add($0) })
      let runner = JobRunner(store: store, jobs: jobs, handlers: [handler])
      try await store.write { try jobs.enqueue(note, uniqueKey: "k", dueAt: jobs.clock.now, in: $0) }
      #expect(try await runner.runDue() == 1)
      #expect(try await count(store) == 1)
      #expect(published["said"] == 1)
    }
  }

  @Test("A running runner hears of a new job at once, and ends when it is cancelled", arguments: Dialect.Engine.allCases)
  func running(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let jobs = jobs()
      let note = note
      let done = AsyncStream<Void>.makeStream()
      let runner = JobRunner(
        store: store, jobs: jobs, handlers: [JobHandler(note, addThing, committed: { _ in _ = done.continuation.yield() })])
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await runner.run() }
        var heard = done.stream.makeAsyncIterator()
        for number in 1...3 {
          try await store.write { try jobs.enqueue(note, payload: #"{"id": \#(number)}"#, dueAt: jobs.clock.now, in: $0) }
          await heard.next()
        }
        try await store.write { try jobs.enqueue(note, payload: #"{"id": 4}"#, dueAt: jobs.clock.now.adding(seconds: 900), in: $0) }
        clock.advance(milliseconds: 900_000)
        await heard.next()
        group.cancelAll()
        try await group.waitForAll()
      }
      try await expectThings([1, 2, 3, 4], in: store)
    }
  }

  @Test("A job of a kind that nobody here knows is left for those who do", arguments: Dialect.Engine.allCases)
  func unknownKind(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let jobs = jobs()
      let note = note
      try await store.write { try jobs.enqueue(note, dueAt: jobs.clock.now, in: $0) }
      #expect(try await JobRunner(store: store, jobs: jobs, handlers: []).runDue() == 0)
      #expect(try await count(store) == 1)
    }
  }

  private func count(_ store: any Store) async throws -> Int? {
    try await store.read { try $0.row("SELECT COUNT(*) FROM jobs").map { row -> Int in row[0] } }
  }
}
