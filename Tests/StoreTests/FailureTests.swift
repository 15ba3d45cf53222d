import Base
import Store
import TestKit
import Testing

@Suite struct FailureTests {
  @Test("Each broken rule of the schema has its own failure on both engines", arguments: Dialect.Engine.allCases)
  func constraints(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      try await store.write { try $0.addThing(1, "one") }
      let broken: [(String, String)] = [
        ("unique", "INSERT INTO things (id, name) VALUES (2, 'one')"),
        ("unique", "INSERT INTO things (id) VALUES (1)"),
        ("foreignKey", "INSERT INTO things (id, parent_id) VALUES (2, 99)"),
        ("notNull", "INSERT INTO things (id, count) VALUES (2, NULL)"),
        ("check", "INSERT INTO things (id, count) VALUES (2, -1)"),
        ("other", "INSERT INTO nothing (id) VALUES (2)"),
      ]
      for (expected, sql) in broken {
        await #expect {
          try await store.write { try $0.run(sql) }
        } throws: { error in
          kind(of: error) == expected
        }
      }
      try await expectThings([1], in: store)
    }
  }

  @Test("A foreign key holds from the other side too", arguments: Dialect.Engine.allCases)
  func pointedAt(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      try await store.write { session in
        try session.addThing(1)
        try session.run("INSERT INTO things (id, parent_id) VALUES (2, 1)")
      }
      await #expect {
        try await store.write { try $0.run("DELETE FROM things WHERE id = 1") }
      } throws: {
        kind(of: $0) == "foreignKey"
      }
    }
  }

  @Test("A closure that swallows a failed statement fails all the same, and nothing of it is kept", arguments: Dialect.Engine.allCases)
  func swallowed(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      try await store.write { try $0.addThing(1) }
      await #expect {
        try await store.write { session in
          try session.addThing(2)
          try? session.addThing(1)
        }
      } throws: {
        kind(of: $0) == "unique"
      }
      try await expectThings([1], in: store)
    }
  }

  @Test("A read cannot write", arguments: Dialect.Engine.allCases)
  func readOnly(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      await #expect {
        try await store.read { try $0.addThing(1) }
      } throws: {
        kind(of: $0) == "other"
      }
      try await expectThings([], in: store)
    }
  }

  @Test("A read sees one snapshot, whatever is committed meanwhile", arguments: Dialect.Engine.allCases)
  func snapshot(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let started = Gate()
      let written = Gate()
      async let counts = store.read { session -> [Int] in
        let before: Int = try session.row("SELECT COUNT(*) FROM things")?[0] ?? -1
        started.open()
        written.wait()
        return [before, try session.row("SELECT COUNT(*) FROM things")?[0] ?? -1]
      }
      await started.waitInTask()
      try await store.write { try $0.addThing(1) }
      written.open()
      #expect(try await counts == [0, 0])
      try await expectThings([1], in: store)
    }
  }

  @Test("An unreadable address is refused without repeating it")
  func address() async throws {
    #expect(StoreAddress("sqlite:data") == .sqlite(folder: "data"))
    #expect(StoreAddress("sqlite:") == nil)
    #expect(StoreAddress("mysql://x") == nil)
    await #expect(throws: StoreAddressUnknown.self) { _ = try await openStore(address: "mysql://me:secret@host") }
    await #expect {
      _ = try await openStore(address: "postgres://nobody@/nothing?host=/tmp/no-such-folder")
    } throws: {
      kind(of: $0) == "connectionLost"
    }
  }
}

func kind(of error: any Error) -> String {
  guard let failure = error as? StoreFailure else { return "\(type(of: error))" }
  return switch failure {
  case .unique: "unique"
  case .foreignKey: "foreignKey"
  case .notNull: "notNull"
  case .check: "check"
  case .busy: "busy"
  case .full: "full"
  case .connectionLost: "connectionLost"
  case .outcomeUnknown: "outcomeUnknown"
  case .textHasNull: "textHasNull"
  case .overloaded: "overloaded"
  case .closed: "closed"
  case .folderInUse: "folderInUse"
  case .other: "other"
  }
}
