import Access
import Base
import Foundation
import HTTPTypes
import Hummingbird
import Sites
import Store
import Web

/// `/health`: whether this node can do its work, for load balancers and for `parley` itself.
struct Health: Sendable {
  let store: any Store
  let folder: String?
  /// What the files of all chats may take.
  let quotaBytes: Int64
  let clock: WallClock

  private struct Report: Encodable {
    let status: String
    let version: String
    let database: String
    let diskFreeBytes: Int64?
    let jobsDue: Int64?
    let filesBytes: Int64?
    let filesLimitBytes: Int64
    /// What somebody should look at, though everything works.
    let warnings: [String]
  }

  func register(on routes: Routes) {
    routes.get("/health", .to(.read, .publicPage)) { _, _ in
      let report = await look()
      return .json(report, status: report.status == "ok" ? .ok : .serviceUnavailable)
    }
  }

  private func look() async -> Report {
    let now = clock.now
    let jobsDue: Int64? = try? await store.read { session in
      try session.row("SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND due_at <= $1", now).map { $0[0] } ?? 0
    }
    let files = (try? await store.read { try $0.bytesOfFiles() }).map { FileUse(bytes: $0, quotaBytes: quotaBytes) }
    return Report(
      status: jobsDue == nil ? "failing" : "ok", version: Program.version, database: jobsDue == nil ? "unreachable" : "ok",
      diskFreeBytes: folder.flatMap(Self.freeBytes), jobsDue: jobsDue, filesBytes: files?.bytes, filesLimitBytes: quotaBytes,
      warnings: files?.isNearlyFull == true ? ["files"] : [])
  }

  private static func freeBytes(in folder: String) -> Int64? {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
  }
}
