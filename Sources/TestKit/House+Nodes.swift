import Base
import Foundation
import Logging
import NIOCore
import Parley
import Store

extension House {
  /// Two nodes on one database of PostgreSQL, with one folder of keys.
  ///
  /// - Parameters:
  ///   - exchange: what carries between them; nil for what the flags say.
  public static func openTwo(
    over exchange: Exchange? = nil, linger: TimeAmount = .milliseconds(200), flags: [String: String] = [:],
    _ body: @escaping @Sendable (House, House) async throws -> Void
  ) async throws {
    try await Databases.withAddress(.postgres) { address in
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nodes-\(UInt64.random(in: 0 ... .max))").path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      @Sendable func node(_ name: String) async throws -> Program {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        let standard = [
          "port": "0", "data": "\(folder)/\(name)", "keys": "\(folder)/keys", "database": address, "base-address": origin,
          "limits": "visitor.messages=100000/60,visitor.widget=100000/60,agent.messages=100000/60", "mail-folder": "\(folder)/mail",
        ]
        var logger = Logger(label: name) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        var hurry = Hurry()
        hurry.linger = linger
        hurry.program = Children.program
        hurry.carrier = exchange?.carrier()
        return try await Program(
          try Settings(flags: standard.merging(flags) { $1 }), rerun: Databases.rerun(), hurry: hurry, logger: logger)
      }
      let first = try await node("first")
      try await serve(first) { first in
        let second = try await node("second")
        try await serve(second) { second in try await body(first, second) }
      }
    }
  }
}
