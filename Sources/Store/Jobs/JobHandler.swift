/// What is done for the jobs of one kind: in the transaction that completes them, or outside of the database (`JobHandler.outside`).
public struct JobHandler: Sendable {
  let kind: JobKind
  let locks: @Sendable (_ payload: String) -> [Lock]
  let work: Work

  enum Work: Sendable {
    case inside(@Sendable (any Session, _ payload: String) throws -> @Sendable () -> Void)
    case outside(OutsideWork)
  }

  init(kind: JobKind, locks: @escaping @Sendable (_ payload: String) -> [Lock], work: Work) {
    self.kind = kind
    self.locks = locks
    self.work = work
  }

  /// - Parameters:
  ///   - locks: the rows that the handler decides about.
  ///   - perform: does the work in the transaction that completes the job. It may run twice, and is tried again when it throws.
  public init(
    _ kind: JobKind, locking locks: @escaping @Sendable (_ payload: String) -> [Lock] = { _ in [] },
    _ perform: @escaping @Sendable (any Session, _ payload: String) throws -> Void
  ) {
    self.init(kind, locking: locks, perform) { _ in }
  }

  /// - Parameter committed: publishes what was done, once that is on the disk.
  public init<Value: Sendable>(
    _ kind: JobKind, locking locks: @escaping @Sendable (_ payload: String) -> [Lock] = { _ in [] },
    _ perform: @escaping @Sendable (any Session, _ payload: String) throws -> Value,
    committed: @escaping @Sendable (Value) -> Void
  ) {
    let work: Work = .inside { session, payload in
      let value = try perform(session, payload)
      return { committed(value) }
    }
    self.init(kind: kind, locks: locks, work: work)
  }
}
