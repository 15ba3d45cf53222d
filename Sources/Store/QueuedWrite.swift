/// A write that waits for its turn, the type of its value hidden.
struct QueuedWrite: Sendable {
  let locks: [Lock]
  let urgency: Urgency
  /// Runs the closure and returns how to deliver its value once the transaction is committed.
  let attempt: @Sendable (any Session) throws -> @Sendable () -> Void
  let fail: @Sendable (any Error) -> Void

  init<Value: Sendable>(
    locking locks: [Lock], urgency: Urgency, _ body: @escaping @Sendable (any Session) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    self.locks = locks.count < 2 ? locks : Set(locks).sorted()
    self.urgency = urgency
    attempt = { session in
      let value = try body(session)
      return { completion(.success(value)) }
    }
    fail = { completion(.failure($0)) }
  }
}
