import Base
import Store
import TestKit
import Testing

@Suite struct PostgresTests {
  @Test("What was acknowledged is on the disk: synchronous_commit is on, even where the database says off")
  func synchronousCommit() async throws {
    try await Databases.withAddress(.postgres) { address in
      let store = try await PostgresStore(address: address + "&options=-csynchronous_commit%3Doff", connections: 1)
      let setting = try await store.read { try $0.row("SELECT current_setting('synchronous_commit')").map { row -> String in row[0] } }
      #expect(setting == "on")
      await store.close()
    }
  }

  @Test("A node whose clock differs from the database's by more than half a second does not start", arguments: [-2000, -300, 300, 2000])
  func clocks(_ milliseconds: Int64) async throws {
    try await Databases.withAddress(.postgres) { address in
      let open = {
        let store = try await PostgresStore(address: address, connections: 1) { machineTime().adding(milliseconds: milliseconds) }
        let difference = try await store.clockDifference()
        await store.close()
        return difference
      }
      if abs(milliseconds) < ClockDiffers.limitMilliseconds {
        let difference = try await open()
        #expect(abs(difference + milliseconds) < 200, "a running node may ask as well")
        return
      }
      let refused = await #expect(throws: ClockDiffers.self) { try await open() }
      #expect(abs((refused?.milliseconds ?? 0) + milliseconds) < 200)
    }
  }

  @Test("What is written in the background under no lock shares transactions, and leaves connections to whoever waits")
  func shared() async throws {
    try await withThings(.postgres, rerun: nil) { store in
      let (answers, gate) = (Answers(), Gate())
      for name in ["one", "two"] {
        store.submit(locking: [], urgency: .background) { _ in
          gate.wait()
        } completion: {
          answers.note(name)($0)
        }
      }
      for id in 1...200 as ClosedRange<Int64> {
        store.submit(locking: [], urgency: .background) { session in
          try session.run("INSERT INTO things (id, count) SELECT $1, CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)", id)
        } completion: {
          answers.note("\(id)")($0)
        }
      }
      try await store.write { try $0.addThing(1000) }
      try await expectThings([1000], in: store)
      gate.open()
      await answers.wait(for: 202)
      let transactions: Int64? = try await store.read { try $0.row("SELECT COUNT(DISTINCT count) FROM things WHERE id <= 200")?[0] }
      #expect(try await store.thingIDs().count == 201)
      // Full ones hold 64, and none takes anybody along after some milliseconds.
      #expect(transactions.map { (1...50).contains($0) } == true)
    }
  }

  @Test(
    "What is posted is written with the next statement or at the end, and what fails in it takes nothing of others along",
    arguments: Dialect.Engine.allCases)
  func posted(_ engine: Dialect.Engine) async throws {
    try await withThings(engine, rerun: nil) { store in
      let (answers, gate) = (Answers(), Gate())
      store.submit(locking: [], urgency: .background) { _ in
        gate.wait()
      } completion: {
        answers.note("gate")($0)
      }
      for id in 1...7 as ClosedRange<Int64> {
        store.submit(locking: [], urgency: .background) { session in
          let post = { (id: Int64, name: String) in try session.post("INSERT INTO things (id, name) VALUES ($1, $2)", id, name) }
          try post(id, "thing \(id)")
          switch id {
          // Known only when it is sent.
          case 2: try post(1, "twice")
          case 3: try post(30, "a null \0 in it")
          case 4: throw Refusal(.notFound)
          case 5: #expect(try session.row("SELECT name FROM things WHERE id = $1", id)?[0] == "thing 5")
          case 6: for more in 600..<800 as Range<Int64> { try post(more, "thing \(more)") }
          default: break
          }
        } completion: {
          answers.note("\(id)")($0)
        }
      }
      gate.open()
      await answers.wait(for: 8)
      try await expectThings([1, 5, 6, 7] + Array(600..<800), in: store)
      #expect(Set(answers.failed) == ["2", "3", "4"])
    }
  }

  @Test("A write whose connection breaks before COMMIT runs again on a new one")
  func brokenWrite() async throws {
    try await withThings(.postgres, rerun: nil) { store in
      let runs = Tally()
      try await store.write { session in
        runs.add("write")
        try session.addThing(1)
        if runs["write"] == 1 { _ = try session.rows("SELECT pg_terminate_backend(pg_backend_pid())") }
      }
      #expect(runs["write"] == 2)
      try await expectThings([1], in: store)
    }
  }

  @Test("A read whose connection breaks runs again on a new one")
  func brokenRead() async throws {
    try await withThings(.postgres) { store in
      let runs = Tally()
      let one = try await store.read { session -> Int in
        runs.add("read")
        if runs["read"] == 1 { _ = try session.rows("SELECT pg_terminate_backend(pg_backend_pid())") }
        return try session.row("SELECT 1")?[0] ?? 0
      }
      #expect(one == 1)
      #expect(runs["read"] == 2)
    }
  }

  @Test("A COMMIT whose answer was lost is not repeated: the caller learns that the outcome is unknown")
  func lostAnswer() async throws {
    try await withThings(.postgres, rerun: nil) { store in
      try await store.write { session in
        try session.run(
          """
          CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END; $$
          """)
        try session.run(
          "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut()")
      }
      let runs = Tally()
      await #expect {
        try await store.write { session in
          runs.add("write")
          try session.addThing(1)
        }
      } throws: {
        kind(of: $0) == "outcomeUnknown"
      }
      #expect(runs["write"] == 1)
      try await expectThings([], in: store)
    }
  }

  @Test("A plan that a migration of another node made stale is prepared anew")
  func stalePlan() async throws {
    try await Databases.withAddress(.postgres) { address in
      let first = try await PostgresStore(address: address, connections: 1)
      let second = try await PostgresStore(address: address, connections: 1)
      _ = try await migrate(first, Databases.schema(for: .postgres) + [thingsMigration], now: Databases.start)
      func columns() async throws -> Int {
        try await second.read { try $0.rows("SELECT * FROM things")[0].values.count }
      }
      try await first.write { try $0.addThing(1) }
      let before = try await columns()
      try await first.write { try $0.run("ALTER TABLE things ADD COLUMN colour TEXT") }
      #expect(try await columns() == before + 1)
      await first.close()
      await second.close()
    }
  }

  @Test("A40: scrubbing takes dead rows out of the tables about people, and says so when somebody is in the way")
  func scrub() async throws {
    try await Databases.withStore(.postgres, rerun: nil) { store in
      try await store.write { session in
        try session.run("CREATE EXTENSION pgstattuple")
        try session.run("ALTER TABLE tries SET (autovacuum_enabled = FALSE)")
        try session.run("INSERT INTO tries (key, count, window_ends_at) SELECT 'zugvogel ' || n, 1, 1 FROM generate_series(1, 500) AS n")
      }
      try await store.write { try $0.run("DELETE FROM tries") }
      func dead() async throws -> Int { try await store.read { try $0.row("SELECT dead_tuple_count FROM pgstattuple('tries')")?[0] ?? -1 } }
      #expect(try await dead() == 500)
      async let inTheWay: Void = store.write { session in
        try session.run("LOCK TABLE tries IN SHARE UPDATE EXCLUSIVE MODE")
        _ = try session.rows("SELECT pg_sleep(5)")
      }
      try await Task.sleep(for: .milliseconds(500))
      await #expect {
        try await store.scrub()
      } throws: {
        kind(of: $0) == "busy"
      }
      try await inTheWay
      try await store.scrub()
      #expect(try await dead() == 0)
    }
  }

  @Test("A column of a type that would lose its value is refused, not guessed")
  func numeric() async throws {
    try await withThings(.postgres) { store in
      await #expect {
        try await store.read { _ = try $0.rows("SELECT SUM(count) FROM (SELECT CAST(1 AS BIGINT) AS count) AS q") }
      } throws: {
        kind(of: $0) == "other"
      }
    }
  }

  @Test("Slow statements hold up neither other reads nor the tasks of the program")
  func notBlocking() async throws {
    try await withThings(.postgres) { store in
      let clock = ContinuousClock()
      let duration = try await clock.measure {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<3 { group.addTask { try await store.read { _ = try $0.rows("SELECT pg_sleep(0.5)") } } }
          group.addTask { _ = try await store.thingIDs() }
          try await group.waitForAll()
        }
      }
      #expect(duration < .milliseconds(1400))
    }
  }
}
