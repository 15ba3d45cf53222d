import Base
import Foundation
import Store

/// Databases of their own for tests: a folder for SQLite, a database of the private server for PostgreSQL.
public enum Databases {
  /// The moment at which the schema of a test database was made.
  public static let start = Moment(milliseconds: 1_767_258_000_000)

  /// Rolls back and reruns one closure in ten. `PARLEY_TEST_SEED` repeats the order of a run.
  public static func rerun() -> Rerun {
    Rerun(oneIn: 10, seed: ProcessInfo.processInfo.environment["PARLEY_TEST_SEED"].flatMap { UInt64($0) } ?? 1)
  }

  /// The texts in `Schema/`.
  public static func schema(for engine: Dialect.Engine) throws -> [Migration] {
    let folder = root.appendingPathComponent("Schema")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return Migration.of(
      files: try files.map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }, for: engine)
  }

  /// An open, migrated store, closed and removed afterwards.
  @discardableResult public static func withStore<Value>(
    _ engine: Dialect.Engine, rerun: Rerun? = rerun(), isolation: isolated (any Actor)? = #isolation,
    _ body: (any Store) async throws -> Value
  ) async throws -> Value {
    try await withAddress(engine) { address in
      let store: any Store =
        switch StoreAddress(address) {
        case .postgres(let address): try await PostgresStore(address: address, connections: 4, rerun: rerun)
        default: try await openStore(address: address, rerun: rerun)
        }
      do {
        if engine == .sqlite { _ = try await migrate(store, schema(for: engine), now: start) }
        let value = try await body(store)
        await store.close()
        return value
      } catch {
        await store.close()
        throw error
      }
    }
  }

  /// The address of a database, to be opened by the test or by a program that it starts: migrated on PostgreSQL, empty on SQLite.
  @discardableResult public static func withAddress<Value>(
    _ engine: Dialect.Engine, isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Value
  ) async throws -> Value {
    switch engine {
    case .sqlite:
      let name = "parley-\(UInt64.random(in: 0 ... .max))"
      let folder = place.appendingPathComponent(name).path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      return try await body("sqlite:\(folder)")
    case .postgres:
      let server = try await PrivatePostgres.shared.value()
      let name = try await server.borrow()
      do {
        let value = try await body(server.address(of: name))
        await server.giveBack(name)
        return value
      } catch {
        await server.giveBack(name)
        throw error
      }
    }
  }

  /// Where the folders of tests lie: in memory where that has room. No test outlives the computer, and every commit would wait for the disk.
  public static let place: URL = {
    let memory = "/dev/shm"
    let free = try? FileManager.default.attributesOfFileSystem(forPath: memory)[.systemFreeSize]
    let bytes = (free as? NSNumber)?.int64Value ?? (free as? any BinaryInteger).map { Int64($0) } ?? 0
    let hasRoom = FileManager.default.isWritableFile(atPath: memory) && bytes > 2 << 30
    return hasRoom ? URL(fileURLWithPath: memory, isDirectory: true) : FileManager.default.temporaryDirectory
  }()

  public static var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }
}
