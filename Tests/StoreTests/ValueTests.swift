import Base
import Store
import TestKit
import Testing

@Suite struct ValueTests {
  @Test("Every type of value comes back as it was stored", arguments: Dialect.Engine.allCases)
  func roundTrip(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let bytes: [UInt8] = [0, 1, 254, 255, 39]
      let row = try await store.write { session in
        try session.run(
          "INSERT INTO things (id, name, count, share, active, content, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
          Int64.max, "È un’idea 'così' — مرحبا 🦜", Int64(42), 0.1, true, bytes, #"{"b": 1, "a": [true, null]}"#)
        return try session.row("SELECT id, name, count, share, active, content, detail, parent_id FROM things")
      }
      let values = try #require(row)
      #expect(values[0] == Int64.max)
      #expect(values[1] == "È un’idea 'così' — مرحبا 🦜")
      #expect(values[2] == 42)
      #expect(values[3] == 0.1)
      #expect(values[4] == true)
      #expect(values[5] == bytes)
      #expect(values[6] == #"{"b": 1, "a": [true, null]}"#)
      #expect(values[7] as Int64? == nil)
    }
  }

  @Test("Extreme and empty values come back as they were stored", arguments: Dialect.Engine.allCases)
  func edges(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      try await store.write { session in
        try session.run(
          "INSERT INTO things (id, name, share, active, content) VALUES ($1, $2, $3, $4, $5)", Int64.min, "", -1.5e300, false, [UInt8]())
      }
      let row = try await store.read { try $0.row("SELECT id, name, share, active, content, share IS NULL FROM things") }
      let values = try #require(row)
      #expect(values[0] == Int64.min)
      #expect(values[1] == "")
      #expect(values[2] == -1.5e300)
      #expect(values[3] == false)
      #expect(values[4] == [UInt8]())
      #expect(values[5] == false)
    }
  }

  @Test("A null is stored for every type", arguments: Dialect.Engine.allCases)
  func nulls(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      try await store.write { session in
        try session.run(
          "INSERT INTO things (id, name, share, active, content) VALUES ($1, $2, $3, $4, $5)", 1, nil as String?, nil as Double?, nil, nil)
      }
      let row = try await store.read {
        try $0.row("SELECT name, share, active, content FROM things WHERE name IS NOT DISTINCT FROM $1", nil)
      }
      let values = try #require(row)
      #expect(values.values == [.null, .null, .null, .null])
    }
  }

  @Test("Identities and moments are columns too", arguments: Dialect.Engine.allCases)
  func identities(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let id = VisitorID(rawValue: 77)
      let moment = Moment(milliseconds: 1_767_258_000_123)
      let row = try await store.write { session in
        try session.run("INSERT INTO things (id, count) VALUES ($1, $2)", id, moment)
        return try session.row("SELECT id, count FROM things")
      }
      let values = try #require(row)
      #expect(values[0] == id)
      #expect(values[1] == moment)
    }
  }

  @Test("Parameters go by their number, in any order and repeated", arguments: Dialect.Engine.allCases)
  func numbers(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let row = try await store.read { session in
        try session.row(
          "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT) || '$1', \"c$1\" FROM (SELECT 1 AS \"c$1\") AS q -- $3",
          "first", "second")
      }
      let values = try #require(row)
      #expect(values[0] == "second")
      #expect(values[1] == "first")
      #expect(values[2] == "second$1")
      #expect(values[3] == 1)
    }
  }

  @Test("A text with U+0000 is refused instead of being cut", arguments: Dialect.Engine.allCases)
  func nullCharacter(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      await #expect {
        try await store.write { try $0.addThing(1, "before\0after") }
      } throws: { error in
        if case StoreFailure.textHasNull = error { true } else { false }
      }
      try await expectThings([], in: store)
    }
  }

  @Test("A list finds its values, and an empty one finds nothing", arguments: Dialect.Engine.allCases, [0, 1, 3, 5])
  func lists(engine: Dialect.Engine, count: Int) async throws {
    try await withThings(engine) { store in
      try await store.write { session in
        for id in 1...9 { try session.addThing(Int64(id)) }
      }
      let found = try await store.read { session -> [Int64] in
        let list = SQLList((0..<count).map { Int64($0 + 1) }, from: 2)
        return try session.rows("SELECT id FROM things WHERE id > $1 AND id \(list.sql) ORDER BY id", [0.sqlValue] + list.values).map {
          $0[0]
        }
      }
      #expect(found == (0..<count).map { Int64($0 + 1) })
    }
  }

  @Test("A statement says how many rows it changed", arguments: Dialect.Engine.allCases)
  func changes(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let counts = try await store.write { session -> [Int] in
        for id in 1...3 { try session.addThing(Int64(id)) }
        return [
          try session.run("UPDATE things SET count = count + 1 WHERE id > $1", 1),
          try session.run("UPDATE things SET count = count + 1 WHERE id > $1", 9),
          try session.run("CREATE INDEX things_by_count ON things (count)"),
          try session.run("DELETE FROM things"),
        ]
      }
      #expect(counts == [2, 0, 0, 3])
    }
  }
}
