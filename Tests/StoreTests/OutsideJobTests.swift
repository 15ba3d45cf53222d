import Base
import Synchronization
import TestKit
import Testing

@testable import Store

@Suite struct OutsideJobTests {
  private let call = JobKind("test.call", retries: JobRetries(limit: 3, firstPauseSeconds: 10, longestPauseSeconds: 15))
  private let clock = WallClock.fixed(at: Databases.start)

  private func runner(
    _ store: any Store, _ jobs: Jobs, complete: @escaping @Sendable (any Session, OutsideJob, Int64) throws -> Void = { _, _, _ in },
    buried: @escaping @Sendable (any Session, OutsideJob) throws -> (@Sendable () async -> Void)? = { _, _ in nil },
    _ perform: @escaping @Sendable (OutsideJob) async throws -> Int64
  ) -> JobRunner {
    JobRunner(store: store, jobs: jobs, handlers: [.outside(call, leaseSeconds: 60, perform, complete: complete, buried: buried)])
  }

  private func withJob(
    _ engine: Dialect.Engine, key: String? = nil, _ body: (any Store, Jobs) async throws -> Void
  ) async throws {
    try await withThings(engine) { store in
      let jobs = Jobs(ids: IDMaker(node: 0), clock: clock)
      let (call, now) = (call, clock.now)
      try await store.write { try jobs.enqueue(call, uniqueKey: key, payload: #"{"id": 1}"#, dueAt: now, in: $0) }
      try await body(store, jobs)
    }
  }

  @Test("What a job learned outside is kept in the transaction that completes it", arguments: Dialect.Engine.allCases)
  func learned(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      let runner = runner(store, jobs, complete: { session, _, value in try session.addThing(value) }) { _ in 7 }
      #expect(try await runner.runDue() == 1)
      try await expectThings([7], in: store)
      #expect(try await jobRow(store) == nil)
    }
  }

  @Test("Each job is done once, though two runners look for it", arguments: Dialect.Engine.allCases)
  func leasedOnce(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let jobs = Jobs(ids: IDMaker(node: 0), clock: clock)
      let (call, now) = (call, clock.now)
      try await store.write { session in
        for number in 1...60 { try jobs.enqueue(call, payload: #"{"id": \#(number)}"#, dueAt: now, in: session) }
      }
      let runners = (0..<2).map { _ in
        runner(store, jobs, complete: { session, _, value in try session.addThing(value) }) { job in
          await Task.yield()
          return Int64(job.payload.filter(\.isNumber)) ?? 0
        }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for runner in runners { group.addTask { try await runner.runDue() } }
        try await group.waitForAll()
      }
      try await expectThings(Array(1...60), in: store)
    }
  }

  @Test("A node that lost its lease cannot complete, and what it learned is dropped", arguments: Dialect.Engine.allCases)
  func fenced(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      let keys = Mutex<[String]>([])
      let second = runner(store, jobs, complete: { session, _, value in try session.addThing(value) }) { job in
        keys.withLock { $0.append(job.key) }
        return 2
      }
      let first = runner(store, jobs, complete: { session, _, value in try session.addThing(value) }) { [clock] job in
        keys.withLock { $0.append(job.key) }
        let during = try await second.runDue()
        clock.advance(milliseconds: 60_000)
        let after = try await second.runDue()
        #expect(during == 0 && after == 1)
        return 1
      }
      #expect(try await first.runDue() == 0)
      try await expectThings([2], in: store)
      // Who was asked twice can tell.
      #expect(keys.withLock { Set($0).count == 1 && $0.count == 2 })
    }
  }

  @Test(
    "What a killed process had under way is done at once by the next one, where nobody else can be doing it",
    arguments: Dialect.Engine.allCases)
  func takenOver(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      try await store.write { [clock] session in
        try session.run("UPDATE jobs SET tries = 1, fence = 1, leased_until = $1", clock.now.adding(seconds: 3600))
      }
      let runner = runner(store, jobs, complete: { session, _, value in try session.addThing(value) }) { Int64($0.tries) }
      #expect(try await runner.runDue() == 0)
      try await jobs.takeOver(in: store)
      #expect(try await runner.runDue() == (engine == .sqlite ? 1 : 0))
      // The try that was cut off counts: what brings its process down comes to an end.
      try await expectThings(engine == .sqlite ? [2] : [], in: store)
    }
  }

  @Test("A node that lost its lease does not put the job off either", arguments: Dialect.Engine.allCases)
  func fencedFailure(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      let first = runner(store, jobs) { [clock, call] _ in
        clock.advance(milliseconds: 60_000)
        let second = JobRunner(
          store: store, jobs: jobs,
          handlers: [
            .outside(
              call, leaseSeconds: 60,
              { _ -> Int64 in throw JobFailure.later(seconds: 500, reason: "second") })
          ])
        let done = try await second.runDue()
        #expect(done == 0)
        throw Refusal(.unavailable)
      }
      #expect(try await first.runDue() == 0)
      let row = try #require(try await jobRow(store))
      #expect(row.tries == 2 && row.error == "second" && row.dueAt == clock.now.adding(seconds: 500))
    }
  }

  @Test("A job that fails is tried again as its kind says, and given up after its last try", arguments: Dialect.Engine.allCases)
  func retries(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      let published = Tally()
      let runner = runner(
        store, jobs,
        buried: { session, job in
          try session.addThing(9)
          return { published.add("given up") }
        }
      ) { _ in throw Refusal(.unavailable) }
      for (tries, pauseSeconds) in [(1, 10), (2, 15)] as [(Int, Int64)] {
        #expect(try await runner.runDue() == 0)
        let row = try #require(try await jobRow(store))
        #expect(row.tries == tries && row.state == "queued" && row.dueAt == clock.now.adding(seconds: pauseSeconds))
        clock.advance(milliseconds: pauseSeconds * 1000)
      }
      try await expectThings([], in: store)
      #expect(try await runner.runDue() == 0)
      #expect(try await jobRow(store)?.state == "dead")
      try await expectThings([9], in: store)
      #expect(published["given up"] == 1)
    }
  }

  @Test(
    "A job for which trying again changes nothing is given up at once, and can be tried once more by hand",
    arguments: Dialect.Engine.allCases)
  func never(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      let isWell = Mutex(false)
      let runner = runner(store, jobs, complete: { session, _, value in try session.addThing(value) }) { _ in
        guard isWell.withLock({ $0 }) else { throw JobFailure.never(reason: "gone") }
        return 3
      }
      #expect(try await runner.runDue() == 0)
      let dead = try #require(try await store.read { try jobs.dead(limit: 10, in: $0) }.first)
      #expect(dead.kind == "test.call" && dead.tries == 1 && dead.lastError == "gone")
      isWell.withLock { $0 = true }
      #expect(try await runner.runDue() == 0)
      #expect(try await store.write { try jobs.revive(dead.id, in: $0) })
      #expect(try await store.write { try jobs.revive(dead.id, in: $0) } == false)
      #expect(try await runner.runDue() == 1)
      try await expectThings([3], in: store)
    }
  }

  @Test("A job whose node was killed is done by another when the lease ends, but not for ever", arguments: Dialect.Engine.allCases)
  func killed(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      // A node that never comes back leaves its lease as it is.
      for _ in 1...3 {
        try await store.write { [clock] session in
          try session.run("UPDATE jobs SET fence = fence + 1, tries = tries + 1, leased_until = $1", clock.now.adding(seconds: 60))
        }
        clock.advance(milliseconds: 60_000)
      }
      let asked = Tally()
      let runner = runner(store, jobs) { _ in
        asked.add("asked")
        return 1
      }
      #expect(try await runner.runDue() == 0)
      #expect(asked["asked"] == 0)
      #expect(try await jobRow(store)?.state == "dead")
    }
  }

  @Test("What is put down under a key while its job is being done is done next, under another key", arguments: Dialect.Engine.allCases)
  func again(engine: Dialect.Engine) async throws {
    try await withJob(engine, key: "k") { store, jobs in
      let keys = Mutex<[String]>([])
      let runner = runner(store, jobs, complete: { session, _, value in try session.addThing(value) }) { [call] job in
        keys.withLock { $0.append(job.key) }
        let number = Int64(job.payload.filter(\.isNumber)) ?? 0
        if number == 1 {
          try await store.write { try jobs.enqueue(call, uniqueKey: "k", payload: #"{"id": 2}"#, dueAt: jobs.clock.now, in: $0) }
        }
        return number
      }
      #expect(try await runner.runDue() == 2)
      try await expectThings([1, 2], in: store)
      #expect(keys.withLock { Set($0).count == 2 })
    }
  }

  @Test("When a node ends, what it was doing is left to the next one without counting as a try", arguments: Dialect.Engine.allCases)
  func ended(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      let (started, tell) = AsyncStream.makeStream(of: Void.self)
      let runner = runner(store, jobs) { _ in
        tell.yield()
        try await Task.sleep(for: .seconds(600))
        return 1
      }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await runner.run() }
        for await _ in started { break }
        group.cancelAll()
      }
      let row = try #require(try await jobRow(store))
      #expect(row.tries == 0 && row.state == "queued" && row.dueAt == clock.now)
      let next = self.runner(store, jobs) { $0.fence }
      #expect(try await next.runDue() == 1)
    }
  }

  @Test("A slow job outside holds up no job inside", arguments: Dialect.Engine.allCases)
  func apart(engine: Dialect.Engine) async throws {
    try await withJob(engine) { store, jobs in
      let (started, tell) = AsyncStream.makeStream(of: Void.self)
      let (noted, note) = AsyncStream.makeStream(of: Void.self)
      let inside = JobKind("test.note")
      let runner = JobRunner(
        store: store, jobs: jobs,
        handlers: [
          .outside(
            call, leaseSeconds: 60,
            { _ in
              tell.yield()
              try await Task.sleep(for: .seconds(600))
            }),
          JobHandler(inside, { session, _ in try session.addThing(5) }, committed: { _ in _ = note.yield() }),
        ])
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await runner.run() }
        for await _ in started { break }
        _ = try? await store.write { try jobs.enqueue(inside, dueAt: jobs.clock.now, in: $0) }
        for await _ in noted { break }
        group.cancelAll()
      }
      try await expectThings([5], in: store)
    }
  }

  private struct JobRow: Sendable {
    let tries: Int
    let state: String
    let dueAt: Moment
    let error: String?
  }

  private func jobRow(_ store: any Store) async throws -> JobRow? {
    try await store.read { try $0.row("SELECT tries, state, due_at, last_error FROM jobs") }.map {
      JobRow(tries: $0[0], state: $0[1], dueAt: $0[2], error: $0[3])
    }
  }
}
