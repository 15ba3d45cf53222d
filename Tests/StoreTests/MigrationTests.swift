import Base
import TestKit
import Testing

@testable import Store

@Suite struct MigrationTests {
  private let first = Migration(name: "0001-a", sql: "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY); INSERT INTO a VALUES (1);")
  private let second = Migration(name: "0002-b", sql: "CREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY)")
  private let broken = Migration(name: "0003-c", sql: "CREATE TABLE c (id BIGINT NOT NULL PRIMARY KEY); INSERT INTO nothing VALUES (1);")

  private func expect(_ names: [String], appliedOf migrations: [Migration], in store: any Store) async throws {
    let applied = try await migrate(store, migrations, now: Databases.start)
    #expect(applied == names)
  }

  private func expectRows(_ count: Int, _ sql: String, in store: any Store) async throws {
    let rows = try await store.read { try $0.rows(sql) }
    #expect(rows.count == count)
  }

  /// A database without tables.
  private func withEmptyStore(_ engine: Dialect.Engine, _ body: (any Store) async throws -> Void) async throws {
    try await Databases.withAddress(engine) { address in
      let store = try await openStore(address: address, rerun: Databases.rerun())
      if engine == .postgres {
        try await store.write { session in
          try session.run("DROP SCHEMA public CASCADE")
          try session.run("CREATE SCHEMA public")
        }
      }
      do {
        try await body(store)
      } catch {
        await store.close()
        throw error
      }
      await store.close()
    }
  }

  @Test("Migrations run once, in order, and the second time does nothing", arguments: Dialect.Engine.allCases)
  func twice(engine: Dialect.Engine) async throws {
    try await withEmptyStore(engine) { store in
      try await expect(["0001-a"], appliedOf: [first], in: store)
      try await expect(["0002-b"], appliedOf: [first, second], in: store)
      try await expect([], appliedOf: [first, second], in: store)
      try await expectRows(1, "SELECT id FROM a", in: store)
    }
  }

  @Test("A broken migration leaves nothing behind, and the ones before it stay", arguments: Dialect.Engine.allCases)
  func leavesNothing(engine: Dialect.Engine) async throws {
    try await withEmptyStore(engine) { store in
      await #expect(throws: StoreFailure.self) { _ = try await migrate(store, [first, broken], now: Databases.start) }
      await #expect(throws: StoreFailure.self) { try await store.read { try $0.rows("SELECT id FROM c") } }
      try await expectRows(1, "SELECT id FROM a", in: store)
      try await expect(["0002-b"], appliedOf: [first, second], in: store)
    }
  }

  @Test("A database of a newer version is refused by name", arguments: Dialect.Engine.allCases)
  func newer(engine: Dialect.Engine) async throws {
    try await withEmptyStore(engine) { store in
      _ = try await migrate(store, [first, second], now: Databases.start)
      await #expect {
        _ = try await migrate(store, [first], now: Databases.start)
      } throws: {
        "\($0)".contains("0002-b")
      }
    }
  }

  @Test("Statements prepared before a migration work after it", arguments: Dialect.Engine.allCases)
  func statements(engine: Dialect.Engine) async throws {
    try await withEmptyStore(engine) { store in
      // What `*` stands for changes; SQLite prepares that anew by itself, but only as it runs.
      let sql = engine == .postgres ? "SELECT * FROM a" : "SELECT id FROM a WHERE id > 0"
      func expectColumns(_ count: Int) async throws {
        let read = try await store.read { try $0.rows(sql) }
        let written = try await store.write { try $0.rows(sql) }
        #expect(read.map(\.values.count) == [count])
        #expect(written == read)
      }
      _ = try await migrate(store, [first], now: Databases.start)
      try await expectColumns(1)
      let more = Migration(name: "0002-more", sql: "ALTER TABLE a ADD COLUMN name TEXT")
      try await expect(["0002-more"], appliedOf: [first, more], in: store)
      try await expectColumns(engine == .postgres ? 2 : 1)
      try await store.write { try $0.run("UPDATE a SET name = $1", "new") }
    }
  }

  @Test("Nodes that start at once migrate once")
  func together() async throws {
    try await withEmptyStore(.postgres) { store in
      let (first, second) = (first, second)
      let applied = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<4 { group.addTask { try await migrate(store, [first, second], now: Databases.start) } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(applied.sorted() == ["0001-a", "0002-b"])
    }
  }

  @Test("Semicolons in strings, comments, names, functions and triggers end no statement")
  func splitting() {
    let script = """
      -- A comment; with a semicolon.
      INSERT INTO a VALUES ('it''s; here', "odd;name"); /* and; here */
      CREATE FUNCTION f() RETURNS trigger AS $body$ BEGIN x; END; $body$ LANGUAGE plpgsql;
      CREATE TRIGGER t AFTER INSERT ON a BEGIN
        UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END; DELETE FROM d;
      END;
      CREATE TRIGGER u AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
      SELECT 1 -- the last one
      """
    let statements = SQLScript.statements(script)
    #expect(statements.count == 5)
    #expect(statements.first == #"INSERT INTO a VALUES ('it''s; here', "odd;name")"#)
    #expect(statements[1].hasSuffix("LANGUAGE plpgsql"))
    #expect(statements[2].hasSuffix("END"))
    #expect(statements.last == "SELECT 1")
  }

  @Test("A companion file belongs to its engine alone")
  func companions() {
    let files = [("0002-search.postgres.sql", "p"), ("0002-search.sqlite.sql", "s"), ("0001-base.sql", "b"), ("README.md", "")]
    #expect(Migration.of(files: files, for: .sqlite).map(\.name) == ["0001-base", "0002-search.sqlite"])
    #expect(Migration.of(files: files, for: .postgres).map(\.name) == ["0001-base", "0002-search.postgres"])
  }
}
