import Dispatch
import Foundation
import Logging
import Store

/// The PostgreSQL of this test process: `bin/private-postgres`, started once. It ends with the process, because its input does.
///
/// A database costs most of a second to make and another one to drop, so a few are wiped and lent again.
actor PrivatePostgres {
  private let folder: String
  /// Keeps the server's input open; a pipe has no other owner.
  private let lifeline: FileHandle
  private var made = 0
  private var used: [String] = []
  private var waiting: [CheckedContinuation<String, Never>] = []

  /// More tests than these wait for each other.
  private static let databaseLimit = 8

  struct NotStarted: Error, CustomStringConvertible {
    let description: String
  }

  static let shared = Once {
    let (folder, lifeline) = try await onThread { try launch() }
    return PrivatePostgres(folder: folder, lifeline: lifeline)
  }

  private init(folder: String, lifeline: FileHandle) {
    self.folder = folder
    self.lifeline = lifeline
  }

  nonisolated func address(of database: String) -> String { "postgres://postgres@/\(database)?host=\(folder)" }

  /// - Returns: the name of a migrated database that nobody else uses.
  func borrow() async throws -> String {
    let name = try await emptyDatabase()
    do {
      let store = try await PostgresStore(address: address(of: name), connections: 1)
      _ = try await migrate(store, Databases.schema(for: .postgres), now: Databases.start)
      await store.close()
      return name
    } catch {
      giveBack(name)
      throw error
    }
  }

  /// Empty, whatever the test before did to it.
  private func emptyDatabase() async throws -> String {
    if used.isEmpty, made < Self.databaseLimit {
      made += 1
      let name = "parley_\(made)"
      try await administer("postgres", ["CREATE DATABASE \(name)"])
      return name
    }
    let name: String
    if let last = used.popLast() {
      name = last
    } else {
      name = await withCheckedContinuation { waiting.append($0) }
    }
    let wiping = [
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      "DROP SCHEMA public CASCADE", "CREATE SCHEMA public",
    ]
    do {
      try await administer(name, wiping)
    } catch {
      giveBack(name)
      throw error
    }
    return name
  }

  func giveBack(_ name: String) {
    if waiting.isEmpty { used.append(name) } else { waiting.removeFirst().resume(returning: name) }
  }
  private static func launch() throws -> (folder: String, lifeline: FileHandle) {
    let input = Pipe()
    let output = Pipe()
    let process = Process()
    process.executableURL = Databases.root.appendingPathComponent("bin/private-postgres")
    process.standardInput = input
    process.standardOutput = output
    // A program that a test starts must not inherit our end, or the server would outlive us.
    for end in [input.fileHandleForWriting, output.fileHandleForReading] { _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC) }
    try process.run()
    var line = Data()
    while !line.contains(UInt8(ascii: "\n")) {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw NotStarted(description: "bin/private-postgres ended before it gave an address.") }
      line.append(more)
    }
    let address = String(decoding: line, as: UTF8.self).split(separator: "\n")[0]
    guard let folder = address.split(separator: "=").last else { throw NotStarted(description: "No address: \(address)") }
    return (String(folder), input.fileHandleForWriting)
  }

  private func administer(_ database: String, _ statements: [String]) async throws {
    let address = address(of: database)
    try await Self.onThread {
      let connection = try PostgresConnection(address, logger: Logger(label: "private-postgres"))
      for sql in statements { try connection.execute(sql) }
    }
  }

  /// Not on a thread of the tasks, because it blocks.
  @discardableResult private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
  }
}
