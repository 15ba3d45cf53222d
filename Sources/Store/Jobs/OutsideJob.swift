import Base

/// A job with an effect outside of the database, as its handler sees it.
public struct OutsideJob: Sendable, Hashable {
  public let id: JobID
  public let kind: JobKind
  public let payload: String
  /// The same for every try, for those outside who can tell a repetition by it. Put down anew, a job has another one.
  public let key: String
  /// This try, the first one is 1.
  public let tries: Int
  /// Whose lease it is: only the latest one completes the job.
  public let fence: Int64
  let edition: Int64

  public var isLastTry: Bool { tries >= kind.retries.limit }
}

/// What a handler throws to say more than that it failed.
public enum JobFailure: Error, Sendable {
  /// Not before so many seconds, as somebody outside asked.
  case later(seconds: Int64, reason: String)
  /// Trying again changes nothing.
  case never(reason: String)
}

struct OutsideWork: Sendable {
  /// What a handler learned outside, and what follows from it.
  struct Learned: Sendable {
    let complete: @Sendable (any Session) throws -> Void
    let committed: @Sendable () async -> Void
  }

  let leaseSeconds: Int64
  let perform: @Sendable (OutsideJob) async throws -> Learned
  let buried: @Sendable (any Session, OutsideJob) throws -> (@Sendable () async -> Void)?
}

extension JobHandler {
  /// For work that the database cannot take back: a letter, a request to somebody else's server.
  ///
  /// The job is leased to this node, done outside of any transaction, and completed in one. It is done at least once: a node that ends in
  /// between leaves it to the next one, so those outside are given `OutsideJob.key`. A node whose lease ran out completes nothing.
  ///
  /// - Parameters:
  ///   - leaseSeconds: longer than `perform` ever takes.
  ///   - locks: the rows that `complete` and `buried` decide about.
  ///   - perform: tried again when it throws, as its kind says; `JobFailure` says more.
  ///   - complete: keeps what was learned, in the transaction that completes the job.
  ///   - buried: the job was given up, in the transaction that says so; what it returns is done after the commit.
  ///   - committed: publishes what was done.
  public static func outside<Value: Sendable>(
    _ kind: JobKind, leaseSeconds: Int64, locking locks: @escaping @Sendable (_ payload: String) -> [Lock] = { _ in [] },
    _ perform: @escaping @Sendable (OutsideJob) async throws -> Value,
    complete: @escaping @Sendable (any Session, OutsideJob, Value) throws -> Void = { _, _, _ in },
    buried: @escaping @Sendable (any Session, OutsideJob) throws -> (@Sendable () async -> Void)? = { _, _ in nil },
    committed: @escaping @Sendable (Value) async -> Void = { _ in }
  ) -> JobHandler {
    precondition(leaseSeconds > 0, "A lease lasts a while")
    let work = OutsideWork(
      leaseSeconds: leaseSeconds,
      perform: { job in
        let value = try await perform(job)
        return OutsideWork.Learned(complete: { try complete($0, job, value) }, committed: { await committed(value) })
      }, buried: buried)
    return JobHandler(kind: kind, locks: locks, work: .outside(work))
  }
}
