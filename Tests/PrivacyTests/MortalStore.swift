import Store
import Synchronization

struct Killed: Error {}

/// When a node is killed. A class, because the store and the test share it.
final class Deaths: Sendable {
  private let left = Mutex<Int?>(nil)

  /// After so many writes that come through.
  func come(after writes: Int) { left.withLock { $0 = writes } }

  func end() { left.withLock { $0 = nil } }

  fileprivate func isNow() -> Bool {
    left.withLock { left in
      guard let writes = left else { return false }
      left = writes - 1
      return writes <= 0
    }
  }
}

/// A store in which a node can be killed between two writes: after its time nothing is written any more.
///
/// A class, because every store is one.
final class MortalStore: Store {
  private let inner: any Store
  private let deaths: Deaths

  init(_ inner: any Store, _ deaths: Deaths) { (self.inner, self.deaths) = (inner, deaths) }

  var dialect: Dialect { inner.dialect }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value { try await inner.read(body) }

  func submit<Value: Sendable>(
    locking locks: [Lock], urgency: Urgency, _ body: @escaping @Sendable (any Session) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    guard deaths.isNow() else {
      return inner.submit(locking: locks, urgency: urgency, body, completion: completion)
    }
    completion(.failure(Killed()))
  }

  func forgetStatements() { inner.forgetStatements() }
  func scrub() async throws { try await inner.scrub() }
  func close() async { await inner.close() }
}
