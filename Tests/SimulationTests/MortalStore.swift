import Store
import Synchronization

/// A store whose program can be killed at any write: before it, so that nothing of it is there, or after it, so that nobody hears that it is.
/// A program that was killed reads and writes nothing any more.
///
/// A class, because the program and the one who kills it share it.
final class MortalStore: Store {
  struct Killed: Error {}

  enum Hour: Equatable { case before, after }

  private struct Life {
    var isOver = false
    /// After so many more writes.
    var end: (writes: Int, hour: Hour)?
  }

  private let inner: any Store
  private let life = Mutex(Life())

  init(_ inner: any Store) { self.inner = inner }

  var dialect: Dialect { inner.dialect }
  var isOver: Bool { life.withLock { $0.isOver } }

  func die(after writes: Int, _ hour: Hour) { life.withLock { $0.end = (writes, hour) } }
  func live() { life.withLock { $0.end = nil } }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
    guard !isOver else { throw Killed() }
    return try await inner.read(body)
  }

  func submit<Value: Sendable>(
    locking locks: [Lock], urgency: Urgency, _ body: @escaping @Sendable (any Session) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    let hour: Hour? = life.withLock { life in
      if life.isOver { return .before }
      guard let end = life.end else { return nil }
      guard end.writes == 0 else {
        life.end = (end.writes - 1, end.hour)
        return nil
      }
      life.isOver = true
      return end.hour
    }
    switch hour {
    case nil: inner.submit(locking: locks, urgency: urgency, body, completion: completion)
    case .before: completion(.failure(Killed()))
    case .after: inner.submit(locking: locks, urgency: urgency, body) { _ in completion(.failure(Killed())) }
    }
  }

  func forgetStatements() { inner.forgetStatements() }
  func scrub() async throws { try await inner.scrub() }
  func close() async { await inner.close() }
}
