import Base
import Synchronization

/// Work for later, put down in the transaction that makes it necessary. `JobRunner` does it.
///
/// A class, because those who put jobs down and the one who does them share an alarm clock.
public final class Jobs: Sendable {
  private let ids: IDMaker
  let clock: WallClock
  let alarm = Alarm()
  /// For those who do jobs with outside effects: they wait apart, so that a slow server holds up nobody else.
  let outsideAlarm = Alarm()
  private let round = Mutex<ContinuousClock.Instant?>(nil)

  /// When a runner of this process last looked for what is due, and could; nil before the first time.
  public var lastRound: ContinuousClock.Instant? { round.withLock { $0 } }

  func noteRound() { round.withLock { $0 = .now } }

  public init(ids: IDMaker, clock: WallClock) {
    self.ids = ids
    self.clock = clock
    clock.onMove { [alarm, outsideAlarm] in
      alarm.ring()
      outsideAlarm.ring()
    }
  }

  /// Puts a job down. Of a kind and unique key there is one at a time: another one brings the newer payload, and the earlier of both times.
  ///
  /// - Parameter payload: a JSON object.
  public func enqueue(
    _ kind: JobKind, uniqueKey: String? = nil, payload: String = "{}", dueAt: Moment, in session: any Session
  ) throws {
    precondition(payload.utf8.first == UInt8(ascii: "{"), "A payload is a JSON object")
    let (id, now): (JobID, Moment) = (ids.next(), clock.now)
    // One that waits for the same, as early, untried and in nobody's hands, is left as it is.
    let changed = try session.run(
      """
      INSERT INTO jobs (id, kind, unique_key, payload, due_at, tries, state, created_at)
      VALUES ($1, $2, $3, $4, $5, 0, 'queued', $6)
      ON CONFLICT (kind, unique_key) DO UPDATE
      SET payload = excluded.payload, tries = 0, state = 'queued', last_error = NULL, edition = jobs.edition + 1,
        due_at = CASE WHEN jobs.state = 'queued' AND jobs.due_at < excluded.due_at THEN jobs.due_at ELSE excluded.due_at END
      WHERE jobs.state <> 'queued' OR jobs.due_at > excluded.due_at OR jobs.tries > 0 OR jobs.leased_until IS NOT NULL
        OR CAST(jobs.payload AS TEXT) <> CAST(excluded.payload AS TEXT)
      """, id, kind.name, uniqueKey, payload, dueAt, now)
    guard changed > 0 else { return }
    let pause = dueAt.milliseconds(since: now)
    session.afterCommit { [alarm, outsideAlarm] in
      alarm.ring(in: pause)
      outsideAlarm.ring(in: pause)
    }
  }

  /// Takes a job back that is not needed any more.
  public func cancel(_ kind: JobKind, uniqueKey: String, in session: any Session) throws {
    try session.run("DELETE FROM jobs WHERE kind = $1 AND unique_key = $2", kind.name, uniqueKey)
  }

  /// Ends the leases of a process that was killed, so that what it had under way is not waited for. Once, before anybody runs jobs.
  ///
  /// Only where the data has one owner, which is this process now: on PostgreSQL another node may hold them.
  public func takeOver(in store: any Store) async throws {
    guard store.dialect.engine == .sqlite else { return }
    try await store.write { try $0.run("UPDATE jobs SET leased_until = NULL WHERE leased_until IS NOT NULL") }
  }

  /// Jobs that were given up, the latest first.
  public func dead(limit: Int, in session: any Session) throws -> [DeadJob] {
    try session.rows(
      "SELECT id, kind, payload, tries, last_error FROM jobs WHERE state = 'dead' ORDER BY id DESC LIMIT $1", limit
    ).map { DeadJob(id: $0[0], kind: $0[1], payload: $0[2], tries: $0[3], lastError: $0[4]) }
  }

  /// Tries a job that was given up once more, from the beginning.
  ///
  /// - Returns: false when there is no such job.
  public func revive(_ id: JobID, in session: any Session) throws -> Bool {
    let revived = try session.run(
      "UPDATE jobs SET state = 'queued', tries = 0, due_at = $1, leased_until = NULL WHERE id = $2 AND state = 'dead'", clock.now, id)
    session.afterCommit { [alarm, outsideAlarm] in
      alarm.ring()
      outsideAlarm.ring()
    }
    return revived == 1
  }
}

/// A job after its last try: kept, shown, and left alone.
public struct DeadJob: Sendable, Hashable {
  public let id: JobID
  public let kind: String
  public let payload: String
  public let tries: Int
  public let lastError: String?
}
