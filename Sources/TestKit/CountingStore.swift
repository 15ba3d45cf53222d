import Store
import Synchronization

/// A store that counts what is asked of it: what a thing costs must not grow unnoticed, and not with the length of a list.
///
/// A class, because the program and the test that counts share it.
public final class CountingStore: Store {
  public struct Cost: Hashable, Sendable {
    public var reads = 0
    /// Writes that somebody waits for.
    public var writes = 0
    public var statementsRead = 0
    public var statementsWritten = 0

    public init(reads: Int = 0, writes: Int = 0, statementsRead: Int = 0, statementsWritten: Int = 0) {
      self.reads = reads
      self.writes = writes
      self.statementsRead = statementsRead
      self.statementsWritten = statementsWritten
    }
  }

  private let inner: any Store
  private let count = Counter()

  public init(_ inner: any Store) { self.inner = inner }

  public var dialect: Dialect { inner.dialect }

  /// What `act` costs, once nobody else asks anything: the least of three times, because what is gathered in the background comes in between.
  public func cost(of act: () async throws -> Void) async throws -> Cost {
    var costs: [Cost] = []
    for _ in 1...3 {
      try await Task.sleep(for: .milliseconds(300))
      count.take()
      try await act()
      costs.append(count.take())
    }
    return Cost(
      reads: costs.map(\.reads).min() ?? 0, writes: costs.map(\.writes).min() ?? 0,
      statementsRead: costs.map(\.statementsRead).min() ?? 0, statementsWritten: costs.map(\.statementsWritten).min() ?? 0)
  }

  public func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
    count.add { $0.reads += 1 }
    return try await inner.read { [count] session in try body(CountingSession(inner: session) { count.add { $0.statementsRead += 1 } }) }
  }

  public func submit<Value: Sendable>(
    locking locks: [Lock], urgency: Urgency, _ body: @escaping @Sendable (any Session) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    guard urgency == .interactive else { return inner.submit(locking: locks, urgency: urgency, body, completion: completion) }
    count.add { $0.writes += 1 }
    inner.submit(
      locking: locks, urgency: urgency,
      { [count] session in try body(CountingSession(inner: session) { count.add { $0.statementsWritten += 1 } }) }, completion: completion)
  }

  public func forgetStatements() { inner.forgetStatements() }
  public func scrub() async throws { try await inner.scrub() }
  public func close() async { await inner.close() }

  private final class Counter: Sendable {
    private let cost = Mutex(Cost())
    func add(_ change: (inout Cost) -> Void) { cost.withLock { change(&$0) } }
    @discardableResult func take() -> Cost {
      cost.withLock { cost in
        defer { cost = Cost() }
        return cost
      }
    }
  }
}

private struct CountingSession: Session {
  let inner: any Session
  let note: () -> Void

  var dialect: Dialect { inner.dialect }

  func rows(_ sql: String, _ values: [SQLValue]) throws -> [Row] {
    note()
    return try inner.rows(sql, values)
  }

  func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
    note()
    return try inner.run(sql, values)
  }

  func post(_ sql: String, _ values: [SQLValue]) throws {
    note()
    try inner.post(sql, values)
  }

  func afterCommit(_ note: @escaping @Sendable () -> Void) { inner.afterCommit(note) }
}
