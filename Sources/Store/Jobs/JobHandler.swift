/// What is done for the jobs of one kind.
public struct JobHandler: Sendable {
  let kind: JobKind
  let locks: @Sendable (_ payload: String) -> [Lock]
  let perform: @Sendable (any Session, _ payload: String) throws -> @Sendable () -> Void

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
    self.kind = kind
    self.locks = locks
    self.perform = { session, payload in
      let value = try perform(session, payload)
      return { committed(value) }
    }
  }
}
