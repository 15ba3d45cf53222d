import Base
import Store
import Synchronization
import TestKit
import Testing

/// A table of the tests with one column of each type.
let thingsMigration = Migration(
  name: "9999-things",
  sql: """
    CREATE TABLE things (
      id BIGINT NOT NULL PRIMARY KEY,
      name TEXT UNIQUE,
      count BIGINT NOT NULL DEFAULT 0 CHECK (count >= 0),
      share DOUBLE PRECISION,
      active BOOLEAN,
      content BYTEA,
      detail JSON,
      parent_id BIGINT REFERENCES things (id)
    );
    """)

@discardableResult func withThings<Value>(
  _ engine: Dialect.Engine, rerun: Rerun? = Databases.rerun(), isolation: isolated (any Actor)? = #isolation,
  _ body: (any Store) async throws -> Value
) async throws -> Value {
  try await Databases.withStore(engine, rerun: rerun) { store in
    _ = try await migrate(store, Databases.schema(for: engine) + [thingsMigration], now: Databases.start)
    return try await body(store)
  }
}

extension Lock {
  static func thing(_ id: Int64) -> Lock { Lock(table: "things", id: id) }
}

extension Session {
  func addThing(_ id: Int64, _ name: String? = nil) throws {
    try run("INSERT INTO things (id, name) VALUES ($1, $2)", id, name)
  }
}

extension Store {
  func thingIDs() async throws -> [Int64] {
    try await read { session in try session.rows("SELECT id FROM things ORDER BY id").map { $0[0] } }
  }
}

func expectThings(_ ids: [Int64], in store: any Store, at location: SourceLocation = #_sourceLocation) async throws {
  let found = try await store.thingIDs()
  #expect(found == ids, sourceLocation: location)
}

/// What writes answered, in the order of the answers.
final class Answers: Sendable {
  private let results = Mutex<[(name: String, error: (any Error)?)]>([])
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func note<Value>(_ name: String) -> @Sendable (Result<Value, any Error>) -> Void {
    { result in
      self.results.withLock { results in
        switch result {
        case .success: results.append((name, nil))
        case .failure(let error): results.append((name, error))
        }
      }
      self.continuation.yield()
    }
  }

  func wait(for count: Int) async {
    var seen = 0
    for await _ in stream {
      seen += 1
      if seen == count { return }
    }
  }

  var names: [String] { results.withLock { $0.map(\.name) } }
  var failed: [String] { results.withLock { $0.filter { $0.error != nil }.map(\.name) } }
  func error(of name: String) -> (any Error)? { results.withLock { $0.first { $0.name == name }?.error } }
}

/// Counts what a closure may not know: how often it ran.
final class Tally: Sendable {
  private let counts = Mutex<[String: Int]>([:])
  func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
  subscript(name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
}
