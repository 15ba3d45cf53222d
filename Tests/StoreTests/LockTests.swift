import Base
import Store
import TestKit
import Testing

@Suite struct LockTests {
  @Test("Writes that share a lock run in the order in which they were submitted", arguments: Dialect.Engine.allCases)
  func order(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let answers = Answers()
      for value in 1...200 as ClosedRange<Int64> {
        // Every fifth is in two lanes.
        let locks = value % 5 == 0 ? [Lock.thing(2), .thing(1), .thing(1)] : [Lock.thing(1)]
        store.submit(locking: locks, urgency: .interactive) { session in
          let next: Int64 = try session.row("SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) FROM things")?[0] ?? 0
          try session.run("INSERT INTO things (id, count) VALUES ($1, $2)", next, value)
        } completion: {
          answers.note("\(value)")($0)
        }
      }
      await answers.wait(for: 200)
      #expect(answers.names == (1...200).map { "\($0)" })
      let stored = try await store.read { session -> [Int64] in
        try session.rows("SELECT count FROM things ORDER BY id").map { $0[0] }
      }
      #expect(stored == Array(1...200))
    }
  }

  @Test("No update is lost when the row is locked, though many read and then write", arguments: Dialect.Engine.allCases)
  func lostUpdates(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      try await store.write { try $0.addThing(1) }
      try await increment(through: [store], times: 200)
    }
  }

  @Test("No update is lost between two nodes on one database")
  func lostUpdatesOfNodes() async throws {
    try await Databases.withAddress(.postgres) { address in
      let first = try await PostgresStore(address: address, connections: 4, rerun: Databases.rerun())
      let second = try await PostgresStore(address: address, connections: 4, rerun: Databases.rerun())
      _ = try await migrate(first, Databases.schema(for: .postgres) + [thingsMigration], now: Databases.start)
      try await first.write { try $0.addThing(1) }
      try await increment(through: [first, second], times: 200)
      await first.close()
      await second.close()
    }
  }

  private func increment(through stores: [any Store], times: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<times {
        let store = stores[number % stores.count]
        group.addTask {
          try await store.write(locking: [.thing(1)]) { session in
            let count: Int64 = try session.row("SELECT count FROM things WHERE id = 1")?[0] ?? -1000
            try session.run("UPDATE things SET count = $1 WHERE id = 1", count + 1)
          }
        }
      }
      try await group.waitForAll()
    }
    let count = try await stores[0].read { try $0.row("SELECT count FROM things WHERE id = 1").map { row -> Int in row[0] } }
    #expect(count == times)
  }

  @Test("Writes of different lanes do not wait for each other on PostgreSQL")
  func sideBySide() async throws {
    try await withThings(.postgres, rerun: nil) { store in
      let gate = Gate()
      let answers = Answers()
      store.submit(locking: [.thing(1)], urgency: .interactive) { _ in
        gate.wait()
      } completion: {
        answers.note("held")($0)
      }
      try await store.write(locking: [.thing(2)]) { try $0.addThing(2) }
      #expect(answers.names == [])
      gate.open()
      await answers.wait(for: 1)
    }
  }

  @Test("Two writes that would each wait for the other both succeed")
  func deadlock() async throws {
    try await Databases.withAddress(.postgres) { address in
      let first = try await PostgresStore(address: address, connections: 2)
      let second = try await PostgresStore(address: address, connections: 2)
      _ = try await migrate(first, Databases.schema(for: .postgres) + [thingsMigration], now: Databases.start)
      try await first.write { session in
        try session.addThing(1)
        try session.addThing(2)
      }
      // Without locks named, the rows are taken in opposite orders: the server ends one of both, and it runs again.
      let runs = Tally()
      let gates = [Gate(), Gate()]
      func cross(_ store: PostgresStore, _ number: Int) async throws {
        try await store.write { session in
          runs.add("\(number)")
          try session.run("UPDATE things SET count = count + 1 WHERE id = $1", number + 1)
          if runs["\(number)"] == 1 {
            gates[1 - number].open()
            gates[number].wait()
          }
          try session.run("UPDATE things SET count = count + 1 WHERE id = $1", 2 - number)
        }
      }
      async let one: Void = cross(first, 0)
      async let other: Void = cross(second, 1)
      try await one
      try await other
      let counts = try await first.read { try $0.rows("SELECT count FROM things ORDER BY id").map { row -> Int in row[0] } }
      #expect(counts == [2, 2])
      // The one that was ended may be quicker than the one that waits, and meet it once more.
      #expect(runs["0"] + runs["1"] >= 3)
      await first.close()
      await second.close()
    }
  }
}
