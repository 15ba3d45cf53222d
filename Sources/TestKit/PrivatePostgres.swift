import Dispatch
import Foundation
import Logging
import Store

/// The PostgreSQL of this test process: `bin/private-postgres`, started once. It ends with the process, because its input does.
///
/// Every test gets a copy of one migrated database, or one that was emptied to be like it. Nothing waits for the disk: what a dead computer would
/// lose is gone with the process anyway.
actor PrivatePostgres {
  private let folder: String
  /// Keeps the server's input open; a pipe has no other owner.
  private let lifeline: FileHandle
  /// How often each database was lent since it was copied.
  private var lent: [String: Int] = [:]
  private var used: [String] = []
  private var waiting: [CheckedContinuation<String, Never>] = []

  /// More tests than these wait for each other.
  private static let databaseLimit = 8
  private static let usesOfCopy = 40
  private static let template = "parley_schema"

  struct NotStarted: Error, CustomStringConvertible {
    let description: String
  }

  static let shared = Once {
    let (folder, lifeline) = try await onThread { try launch() }
    let server = PrivatePostgres(folder: folder, lifeline: lifeline)
    try await server.makeTemplate()
    return server
  }

  private init(folder: String, lifeline: FileHandle) {
    self.folder = folder
    self.lifeline = lifeline
  }

  nonisolated func address(of database: String) -> String { "postgres://postgres@/\(database)?host=\(folder)" }

  /// - Returns: the name of a migrated database that nobody else uses, whatever the test before did to it.
  func borrow() async throws -> String {
    let name = await freeName()
    do {
      try await beginAgain(name)
      return name
    } catch {
      giveBack(name)
      throw error
    }
  }

  /// Empties it; or makes it anew where it was not there, where a test changed its tables, and where too many dead rows have gathered.
  private func beginAgain(_ name: String) async throws {
    let uses = lent[name] ?? 0
    if uses % Self.usesOfCopy > 0, (try? await administer(name, Lending.empty)) != nil {
      lent[name] = uses + 1
      return
    }
    try await administer("postgres", ["DROP DATABASE IF EXISTS \(name) WITH (FORCE)", "CREATE DATABASE \(name) TEMPLATE \(Self.template)"])
    lent[name] = 1
  }

  private func freeName() async -> String {
    if used.isEmpty, lent.count < Self.databaseLimit {
      let name = "parley_\(lent.count + 1)"
      lent[name] = 0
      return name
    }
    if let last = used.popLast() { return last }
    return await withCheckedContinuation { waiting.append($0) }
  }

  /// What the migrations make, once.
  private func makeTemplate() async throws {
    try await administer("postgres", ["CREATE DATABASE \(Self.template)"])
    let store = try await PostgresStore(address: address(of: Self.template), connections: 1)
    _ = try await migrate(store, Databases.schema(for: .postgres), now: Databases.start)
    await store.close()
    try await administer(Self.template, Lending.prepare)
  }

  func giveBack(_ name: String) {
    if waiting.isEmpty { used.append(name) } else { waiting.removeFirst().resume(returning: name) }
  }

  private static func launch() throws -> (folder: String, lifeline: FileHandle) {
    let input = Pipe()
    let output = Pipe()
    let process = Process()
    process.executableURL = Databases.root.appendingPathComponent("bin/private-postgres")
    process.arguments = ["-c", "fsync=off", "-c", "full_page_writes=off"]
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
