import Dispatch
import Foundation
import Logging
import Store

/// The PostgreSQL of this test process: `bin/private-postgres`, started once. It ends with the process, because its input does.
struct PrivatePostgres: Sendable {
  private let folder: String
  /// Keeps the server's input open; a pipe has no other owner.
  private let lifeline: FileHandle
  private static let template = "parley_template"
  private static let queue = DispatchQueue(label: "private-postgres")

  struct NotStarted: Error, CustomStringConvertible {
    let description: String
  }

  static let shared = Once { try await start() }

  func address(of database: String) -> String { "postgres://postgres@/\(database)?host=\(folder)" }

  /// A copy of the migrated template.
  func makeDatabase(_ name: String) async throws { try await administer("CREATE DATABASE \(name) TEMPLATE \(Self.template)") }

  func dropDatabase(_ name: String) async throws { try await administer("DROP DATABASE \(name) WITH (FORCE)") }

  private static func start() async throws -> PrivatePostgres {
    let (folder, lifeline) = try await onQueue { try launch() }
    let server = PrivatePostgres(folder: folder, lifeline: lifeline)
    try await server.administer("CREATE DATABASE \(template)")
    let store = try await PostgresStore(address: server.address(of: template), connections: 1)
    _ = try await migrate(store, Databases.schema(for: .postgres), now: Databases.start)
    await store.close()
    return server
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

  private func administer(_ sql: String) async throws {
    let address = address(of: "postgres")
    try await Self.onQueue { try PostgresConnection(address, logger: Logger(label: "private-postgres")).execute(sql) }
  }

  /// One after the other: two copies of a template cannot be made at a time. And not on a thread of the tasks, because it blocks.
  @discardableResult private static func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: body)) }
    }
  }
}
