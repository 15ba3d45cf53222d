import Base

/// Where everything is kept: one embedded SQLite file, or PostgreSQL; one SQL text for both.
///
/// `read` sees one consistent snapshot. `write` is one transaction, and its result leaves only after the COMMIT is on the disk.
/// A closure touches nothing but the session it is given: it may run twice.
public protocol Store: AnyObject, Sendable {
  var dialect: Dialect { get }

  func read<Value: Sendable>(_ body: @escaping @Sendable (Session) throws -> Value) async throws -> Value

  /// Queues a write in the order of the calls that share a lock, and answers on a thread of the store.
  ///
  /// - Parameters:
  ///   - locks: the rows that the closure decides about, taken by the first statement in their sorted order.
  ///   - urgency: interactive writes go before background ones.
  func submit<Value: Sendable>(
    locking locks: [Lock], urgency: Urgency, _ body: @escaping @Sendable (Session) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void)

  /// By how many milliseconds the clock that all nodes share is ahead of this machine's.
  func clockDifference() async throws -> Int64

  /// Lets go of prepared statements: a migration changed what they were prepared for.
  func forgetStatements()

  /// Makes what was erased gone from the files of the database too, as far as the engine can. After the transactions that erased it.
  ///
  /// - Throws: `StoreFailure.busy` when readers were in the way: try again later.
  func scrub() async throws

  /// Ends after the writes that are queued.
  func close() async
}

extension Store {
  /// One program alone has no other clock.
  public func clockDifference() async throws -> Int64 { 0 }

  @discardableResult public func write<Value: Sendable>(
    locking locks: [Lock] = [], urgency: Urgency = .interactive, _ body: @escaping @Sendable (Session) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      submit(locking: locks, urgency: urgency, body) { continuation.resume(with: $0) }
    }
  }
}

public enum Urgency: Sendable {
  case interactive, background
}

/// A row that a write decides about, by its column `id`. Slices name theirs: `extension Lock { static func conversation(_:) }`.
public struct Lock: Hashable, Comparable, Sendable {
  public let table: String
  public let id: Int64

  public init(table: String, id: Int64) {
    self.table = table
    self.id = id
  }

  public static func < (left: Lock, right: Lock) -> Bool { (left.table, left.id) < (right.table, right.id) }
}
