import Base
import Logging
import Synchronization

/// Does the jobs with outside effects, several at a time: leases them, has them done outside of any transaction, completes them.
///
/// A class, because its tasks share the count of what is under way.
final class OutsideRunner: Sendable {
  struct Handler: Sendable {
    let kind: JobKind
    let locks: @Sendable (_ payload: String) -> [Lock]
    let work: OutsideWork
  }

  private let store: any Store
  private let jobs: Jobs
  private let handlers: [String: Handler]
  private let logger: Logger
  private let done: @Sendable (_ kind: String, _ payload: String) -> Void
  private let busy = Mutex(0)

  /// How many of one node are under way at once.
  static let atOnce = 8

  init(
    store: any Store, jobs: Jobs, handlers: [String: Handler], logger: Logger,
    done: @escaping @Sendable (_ kind: String, _ payload: String) -> Void
  ) {
    self.store = store
    self.jobs = jobs
    self.handlers = handlers
    self.logger = logger
    self.done = done
  }

  /// Runs until its task is cancelled; what is under way is cancelled with it and left to the next runner.
  func run() async {
    guard !handlers.isEmpty else { return }
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        var pause = JobRunner.pollMilliseconds
        do {
          for job in try await lease() {
            busy.withLock { $0 += 1 }
            group.addTask {
              _ = await self.perform(job)
              self.busy.withLock { $0 -= 1 }
              self.jobs.outsideAlarm.ring()
            }
          }
          // When all hands are full, the next one that is free rings.
          if free > 0, let next = try await nextDue() {
            pause = min(pause, max(JobRunner.shortestPauseMilliseconds, next.milliseconds(since: jobs.clock.now)))
          }
        } catch is CancellationError {
          return
        } catch {
          logger.error("jobs with outside effects wait: \(error)")
        }
        if !Task.isCancelled { await jobs.outsideAlarm.sleep(milliseconds: pause) }
      }
    }
  }

  /// - Returns: how many jobs were done.
  func runDue() async throws -> Int {
    guard !handlers.isEmpty else { return 0 }
    var done = 0
    while !Task.isCancelled {
      let leased = try await lease()
      if leased.isEmpty { break }
      done += await withTaskGroup(of: Bool.self) { group in
        for job in leased { group.addTask { await self.perform(job) } }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
    }
    return done
  }

  private var free: Int { Self.atOnce - busy.withLock { $0 } }

  /// Takes what is due and what another node did not finish within its lease.
  private func lease() async throws -> [OutsideJob] {
    let (now, limit) = (jobs.clock.now, free)
    guard limit > 0 else { return [] }
    let handlers = handlers
    let kinds = SQLList(handlers.keys.sorted(), from: 3)
    return try await store.write(urgency: .background) { session in
      let rows = try session.rows(
        """
        SELECT id, kind, payload, tries, fence, edition
        FROM jobs
        WHERE state = 'queued' AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1) AND kind \(kinds.sql)
        ORDER BY due_at, id
        LIMIT $2 \(session.dialect.skipLocked)
        """, [now.sqlValue, limit.sqlValue] + kinds.values)
      return try rows.compactMap { row in
        guard let handler = handlers[row[1]] else { return nil }
        let (id, edition): (JobID, Int64) = (row[0], row[5])
        let job = OutsideJob(
          id: id, kind: handler.kind, payload: row[2], key: "\(id)-\(edition)", tries: row[3] + 1, fence: row[4] + 1, edition: edition)
        // The try is counted now: a job that brings its node down must come to an end too.
        try session.run(
          "UPDATE jobs SET tries = $1, fence = $2, leased_until = $3 WHERE id = $4", job.tries, job.fence,
          now.adding(seconds: handler.work.leaseSeconds), id)
        return job
      }
    }
  }

  private func nextDue() async throws -> Moment? {
    let kinds = SQLList(handlers.keys.sorted(), from: 1)
    return try await store.read { session in
      try session.rows(
        """
        SELECT MIN(CASE WHEN leased_until IS NULL OR leased_until < due_at THEN due_at ELSE leased_until END)
        FROM jobs
        WHERE state = 'queued' AND kind \(kinds.sql)
        """, kinds.values
      ).first?[0]
    }
  }

  private func perform(_ job: OutsideJob) async -> Bool {
    guard let handler = handlers[job.kind.name] else { preconditionFailure("Only jobs with a handler are leased") }
    do {
      guard job.tries <= job.kind.retries.limit else { throw JobFailure.never(reason: "its last try did not end within its lease") }
      let learned = try await handler.work.perform(job)
      let isOurs = try await store.write(locking: handler.locks(job.payload), urgency: .background) { session in
        guard try session.finish(job) else { return false }
        try learned.complete(session)
        return true
      }
      guard isOurs else {
        logger.warning("job \(job.kind.name) \(job.id) was done after its lease; what it learned is dropped")
        return false
      }
      await learned.committed()
      done(job.kind.name, job.payload)
      return true
    } catch {
      await putOff(job, handler, because: error)
      return false
    }
  }

  private func putOff(_ job: OutsideJob, _ handler: Handler, because error: any Error) async {
    let isCancelled = error is CancellationError
    let verdict = isCancelled ? Verdict(reason: "the node ended", pauseSeconds: 0, isDead: false) : Verdict(error, of: job)
    let dueAt = jobs.clock.now.adding(seconds: verdict.pauseSeconds)
    if !isCancelled {
      logger.warning("job \(job.kind.name) \(job.id) failed, try \(job.tries) of \(job.kind.retries.limit): \(verdict.reason)")
    }
    do {
      // A write that is queued runs though its caller was cancelled.
      let publish = try await store.write(locking: handler.locks(job.payload), urgency: .background) { session in
        let isOurs = try session.run(
          """
          UPDATE jobs
          SET tries = $1, due_at = $2, state = $3, last_error = $4, leased_until = NULL
          WHERE id = $5 AND fence = $6 AND edition = $7
          """, isCancelled ? job.tries - 1 : job.tries, dueAt, verdict.isDead ? "dead" : "queued", verdict.reason, job.id, job.fence,
          job.edition)
        if isOurs == 0 { try session.giveBack(job) }
        return isOurs == 1 && verdict.isDead ? try handler.work.buried(session, job) : nil
      }
      await publish?()
    } catch {
      // It is due again when its lease ends.
      logger.error("job \(job.id) could not be put off: \(error)")
    }
  }

  private struct Verdict {
    let reason: String
    let pauseSeconds: Int64
    let isDead: Bool

    init(reason: String, pauseSeconds: Int64, isDead: Bool) {
      self.reason = String(reason.filter { $0 != "\0" }.prefix(JobRunner.errorLengthLimit))
      self.pauseSeconds = pauseSeconds
      self.isDead = isDead
    }

    init(_ error: any Error, of job: OutsideJob) {
      let pause = job.kind.retries.pauseSeconds(after: job.tries)
      switch error {
      case JobFailure.never(let reason): self.init(reason: reason, pauseSeconds: 0, isDead: true)
      case JobFailure.later(let seconds, let reason):
        self.init(reason: reason, pauseSeconds: max(seconds, pause), isDead: job.isLastTry)
      default: self.init(reason: "\(error)", pauseSeconds: pause, isDead: job.isLastTry)
      }
    }
  }
}

extension Session {
  /// Whether the job is still ours to complete. What was put down under its key meanwhile stays, to be done next.
  fileprivate func finish(_ job: OutsideJob) throws -> Bool {
    let isGone = try run("DELETE FROM jobs WHERE id = $1 AND fence = $2 AND edition = $3", job.id, job.fence, job.edition)
    return try isGone == 1 || giveBack(job)
  }

  /// - Returns: whether it was ours.
  @discardableResult fileprivate func giveBack(_ job: OutsideJob) throws -> Bool {
    try run("UPDATE jobs SET leased_until = NULL WHERE id = $1 AND fence = $2", job.id, job.fence) == 1
  }
}
