import Base
import Foundation
import Store
import TestKit
import Testing

@Suite struct SQLiteTests {
  @Test("What was acknowledged is on the disk: synchronous is FULL, the journal is a write-ahead log, foreign keys hold")
  func pragmas() async throws {
    try await withThings(.sqlite) { store in
      let values = try await store.write { session -> [Row] in
        try ["synchronous", "foreign_keys", "journal_mode"].compactMap { try session.row("PRAGMA \($0)") }
      }
      try #require(values.count == 3)
      #expect(values[0][0] == 2)
      #expect(values[1][0] == 1)
      #expect(values[2][0] == "wal")
    }
  }

  @Test("A folder has one owner, and whoever comes second is told who that is")
  func ownership() async throws {
    try await Databases.withAddress(.sqlite) { address in
      let folder = String(address.dropFirst("sqlite:".count))
      let store = try SQLiteStore(folder: folder)
      #expect {
        _ = try SQLiteStore(folder: folder)
      } throws: { error in
        guard case StoreFailure.folderInUse(let path, let owner) = error else { return false }
        return path == folder && owner == getpid() && "\(error)".contains("process \(getpid())")
      }
      #expect(try otherProcessGetsLock(of: folder) == false)
      await store.close()
      #expect(try otherProcessGetsLock(of: folder))
      await (try SQLiteStore(folder: folder)).close()
    }
  }

  private func otherProcessGetsLock(of folder: String) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    process.arguments = ["--nonblock", folder + "/lock", "true"]
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test("E1b: nobody else on the machine can read the folder")
  func permissions() async throws {
    try await Databases.withAddress(.sqlite) { address in
      let folder = String(address.dropFirst("sqlite:".count))
      let store = try SQLiteStore(folder: folder)
      let attributes = try FileManager.default.attributesOfItem(atPath: folder)
      #expect(attributes[.posixPermissions] as? Int == 0o700)
      await store.close()
    }
  }

  @Test("What was written is there after closing and opening again")
  func reopening() async throws {
    try await Databases.withAddress(.sqlite) { address in
      for id in 1...3 as ClosedRange<Int64> {
        let store = try await openStore(address: address)
        _ = try await migrate(store, [thingsMigration], now: Databases.start)
        try await store.write { try $0.addThing(id) }
        try await expectThings(Array(1...id), in: store)
        await store.close()
      }
    }
  }

  @Test(
    "E20: a log that is written to without a rest begins anew, and what was carried over beside the writer is all there after opening again"
  )
  func longLog() async throws {
    try await Databases.withAddress(.sqlite) { address in
      let store = try await openStore(address: address)
      _ = try await migrate(store, [thingsMigration], now: Databases.start)
      let log = address.dropFirst("sqlite:".count) + "/parley.db-wal"
      var sizes: [Int] = []
      // 30 MB went through it and it is as long as before: it began anew.
      while sizes.count < 30 || sizes.count < 600 && sizes[sizes.count - 30] < sizes[sizes.count - 1] {
        let id = Int64(sizes.count + 1)
        try await store.write { session in
          let content = [UInt8](repeating: UInt8(truncatingIfNeeded: id), count: 1_000_000)
          try session.run("INSERT INTO things (id, content) VALUES ($1, $2)", id, content)
        }
        sizes.append(try FileManager.default.attributesOfItem(atPath: String(log))[.size] as? Int ?? 0)
      }
      #expect(sizes.count < 600)
      await store.close()
      let again = try await openStore(address: address)
      let found = try await again.read {
        try $0.rows("SELECT id, LENGTH(content), HEX(SUBSTR(content, 500000, 1)) FROM things ORDER BY id")
      }
      #expect(
        found.map { "\($0[0] as Int64) \($0[1] as Int64) \($0[2] as String)" }
          == sizes.indices.map { "\($0 + 1) 1000000 " + String(format: "%02X", ($0 + 1) % 256) })
      await again.close()
    }
  }

  @Test("A full disk fails the write that needs room, harms nobody else, and all goes on when there is room again")
  func fullDisk() async throws {
    try await withThings(.sqlite, rerun: nil) { store in
      try await store.write { session in
        let pages: Int = try session.row("PRAGMA page_count")?[0] ?? 0
        _ = try session.rows("PRAGMA max_page_count = \(pages + 4)")
      }
      let gate = Gate()
      let answers = Answers()
      store.submit(locking: [], urgency: .interactive) { _ in
        gate.wait()
      } completion: {
        answers.note("holder")($0)
      }
      store.submit(locking: [], urgency: .interactive) {
        try $0.addThing(1)
      } completion: {
        answers.note("small")($0)
      }
      store.submit(locking: [], urgency: .interactive) { session in
        try session.run("INSERT INTO things (id, content) VALUES ($1, $2)", 2, [UInt8](repeating: 7, count: 100_000))
      } completion: {
        answers.note("big")($0)
      }
      store.submit(locking: [], urgency: .interactive) {
        try $0.addThing(3)
      } completion: {
        answers.note("after")($0)
      }
      gate.open()
      await answers.wait(for: 4)
      #expect(answers.error(of: "small") == nil)
      #expect(answers.error(of: "big").map(kind) == "full")
      #expect(answers.error(of: "after") == nil)
      try await store.write { _ = try $0.rows("PRAGMA max_page_count = 1000000") }
      try await store.write { session in
        try session.run("INSERT INTO things (id, content) VALUES ($1, $2)", 2, [UInt8](repeating: 7, count: 100_000))
      }
      try await expectThings([1, 2, 3], in: store)
    }
  }
}
