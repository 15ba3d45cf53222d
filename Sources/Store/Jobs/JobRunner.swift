import Base
import Logging

/// Does the jobs that are due. Several may run, on one node or many: each job is claimed, done and completed in one transaction.
/// Jobs with outside effects go to an `OutsideRunner`, which leases them.
public final class JobRunner: Sendable {
  private let store: any Store
  private let jobs: Jobs
  private let handlers: [String: Handler]
  private let outside: OutsideRunner
  private let logger: Logger
  private let done: @Sendable (_ kind: String, _ payload: String) -> Void

  /// How many are looked up at once; they share transactions where the store groups them.
  static let jobsPerRound = 400
  /// The alarm is only memory: another node's jobs and lost rings are found by looking.
  static let pollMilliseconds: Int64 = 30_000
  /// When a job is due but in the hands of another runner.
  static let shortestPauseMilliseconds: Int64 = 100
  static let errorLengthLimit = 500

  /// - Parameter done: told of every job that was done, after its commit.
  public init(
    store: any Store, jobs: Jobs, handlers: [JobHandler], logger: Logger = Logger(label: "jobs"),
    done: @escaping @Sendable (_ kind: String, _ payload: String) -> Void = { _, _ in }
  ) {
    self.store = store
    self.jobs = jobs
    precondition(Set(handlers.map(\.kind.name)).count == handlers.count, "A kind of job has one handler")
    var (inside, outside): ([String: Handler], [String: OutsideRunner.Handler]) = ([:], [:])
    for handler in handlers {
      switch handler.work {
      case .inside(let perform): inside[handler.kind.name] = Handler(kind: handler.kind, locks: handler.locks, perform: perform)
      case .outside(let work): outside[handler.kind.name] = OutsideRunner.Handler(kind: handler.kind, locks: handler.locks, work: work)
      }
    }
    self.handlers = inside
    self.outside = OutsideRunner(store: store, jobs: jobs, handlers: outside, logger: logger, done: done)
    self.logger = logger
    self.done = done
  }

  private struct Handler: Sendable {
    let kind: JobKind
    let locks: @Sendable (_ payload: String) -> [Lock]
    let perform: @Sendable (any Session, _ payload: String) throws -> @Sendable () -> Void
  }

  /// Runs until its task is cancelled, and then ends after the round that is under way.
  public func run() async {
    async let outside: Void = outside.run()
    await runInside()
    await outside
  }

  private func runInside() async {
    while !Task.isCancelled {
      var pause = Self.pollMilliseconds
      do {
        try await runDueInside()
        let next = try await nextDue()
        jobs.noteRound()
        if let next {
          pause = min(pause, max(Self.shortestPauseMilliseconds, next.milliseconds(since: jobs.clock.now)))
        }
      } catch is CancellationError {
        return
      } catch {
        logger.error("jobs wait: \(error)")
      }
      if !Task.isCancelled { await jobs.alarm.sleep(milliseconds: pause) }
    }
  }

  /// Does everything that is due now, also what that makes due.
  ///
  /// - Returns: how many jobs were done.
  @discardableResult public func runDue() async throws -> Int {
    var done = 0
    while true {
      let inside = try await runDueInside()
      let outside = try await outside.runDue()
      done += inside + outside
      // What was learned outside may have made something due.
      if outside == 0 || Task.isCancelled { return done }
    }
  }

  @discardableResult private func runDueInside() async throws -> Int {
    var done = 0
    while !Task.isCancelled {
      let found = try await due()
      let completed = await perform(found)
      done += completed
      // Either nothing is left, or all that is left was claimed by others or put off.
      if found.isEmpty || completed == 0 { break }
    }
    return done
  }

  private struct Due: Sendable {
    let id: JobID
    let handler: Handler
    let payload: String
    let tries: Int
  }

  private func due() async throws -> [Due] {
    let now = jobs.clock.now
    let kinds = SQLList(handlers.keys.sorted(), from: 3)
    let handlers = handlers
    return try await store.read { session in
      try session.rows(
        """
        SELECT id, kind, payload, tries
        FROM jobs
        WHERE state = 'queued' AND due_at <= $1 AND kind \(kinds.sql)
        ORDER BY due_at, id
        LIMIT $2
        """, [now.sqlValue, Self.jobsPerRound.sqlValue] + kinds.values
      ).compactMap { row in
        handlers[row[1]].map { Due(id: row[0], handler: $0, payload: row[2], tries: row[3]) }
      }
    }
  }

  private func nextDue() async throws -> Moment? {
    let kinds = SQLList(handlers.keys.sorted(), from: 1)
    return try await store.read { session in
      try session.rows("SELECT MIN(due_at) FROM jobs WHERE state = 'queued' AND kind \(kinds.sql)", kinds.values).first?[0]
    }
  }

  /// All at once, so that the store can group them.
  private func perform(_ found: [Due]) async -> Int {
    await withTaskGroup(of: Bool.self) { group in
      for job in found { group.addTask { await self.perform(job) } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
  }

  private func perform(_ job: Due) async -> Bool {
    do {
      let committed = try await store.write(locking: job.handler.locks(job.payload), urgency: .background) { session in
        guard let payload = try Self.claim(job, in: session) else { return nil as (@Sendable () -> Void)? }
        defer { FailPoint.inJob.kills() }
        return try job.handler.perform(session, payload)
      }
      guard let committed else { return false }
      FailPoint.afterJob.kills()
      committed()
      done(job.handler.kind.name, job.payload)
      return true
    } catch {
      await putOff(job, because: error)
      return false
    }
  }

  /// Takes the job away, so that the handler may put down the next one under the same key. When the handler fails, it is back.
  private static func claim(_ job: Due, in session: any Session) throws -> String? {
    try session.row(
      """
      DELETE FROM jobs
      WHERE id = (SELECT id FROM jobs WHERE id = $1 \(session.dialect.skipLocked)) AND state = 'queued' AND tries = $2
      RETURNING payload
      """, job.id, job.tries
    ).map { $0[0] }
  }

  private func putOff(_ job: Due, because error: any Error) async {
    let retries = job.handler.kind.retries
    let tries = job.tries + 1
    let isDead = tries >= retries.limit
    let dueAt = jobs.clock.now.adding(seconds: retries.pauseSeconds(after: tries))
    let reason = String("\(error)".filter { $0 != "\0" }.prefix(Self.errorLengthLimit))
    logger.warning("job \(job.handler.kind.name) \(job.id) failed, try \(tries) of \(retries.limit): \(reason)")
    do {
      try await store.write(urgency: .background) { session in
        try session.run(
          "UPDATE jobs SET tries = $1, due_at = $2, state = $3, last_error = $4 WHERE id = $5 AND tries = $6",
          tries, dueAt, isDead ? "dead" : "queued", reason, job.id, job.tries)
      }
    } catch {
      // It stays due, so the next round tries again.
      logger.error("job \(job.id) could not be put off: \(error)")
    }
  }
}
