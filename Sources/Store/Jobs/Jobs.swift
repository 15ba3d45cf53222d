import Base

/// Work for later, put down in the transaction that makes it necessary. `JobRunner` does it.
///
/// A class, because those who put jobs down and the one who does them share an alarm clock.
public final class Jobs: Sendable {
  private let ids: IDMaker
  let clock: WallClock
  let alarm = Alarm()

  public init(ids: IDMaker, clock: WallClock) {
    self.ids = ids
    self.clock = clock
    clock.onMove { [alarm] in alarm.ring() }
  }

  /// Puts a job down. Of a kind and unique key there is one at a time: another one brings the newer payload, and the earlier of both times.
  ///
  /// - Parameter payload: a JSON object.
  public func enqueue(
    _ kind: JobKind, uniqueKey: String? = nil, payload: String = "{}", dueAt: Moment, in session: any Session
  ) throws {
    precondition(payload.utf8.first == UInt8(ascii: "{"), "A payload is a JSON object")
    let id: JobID = ids.next()
    try session.run(
      """
      INSERT INTO jobs (id, kind, unique_key, payload, due_at, tries, state, created_at)
      VALUES ($1, $2, $3, $4, $5, 0, 'queued', $6)
      ON CONFLICT (kind, unique_key) DO UPDATE
      SET payload = excluded.payload, tries = 0, state = 'queued', last_error = NULL,
        due_at = CASE WHEN jobs.state = 'queued' AND jobs.due_at < excluded.due_at THEN jobs.due_at ELSE excluded.due_at END
      """, id, kind.name, uniqueKey, payload, dueAt, clock.now)
    session.afterCommit { [alarm] in alarm.ring() }
  }

  /// Takes a job back that is not needed any more.
  public func cancel(_ kind: JobKind, uniqueKey: String, in session: any Session) throws {
    try session.run("DELETE FROM jobs WHERE kind = $1 AND unique_key = $2", kind.name, uniqueKey)
  }
}
