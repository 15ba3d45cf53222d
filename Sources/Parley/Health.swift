import Access
import Base
import Foundation
import HTTPTypes
import Hummingbird
import Store
import Web

/// `/health`: whether this node can do its work, for load balancers and for `parley` itself.
struct Health: Sendable {
  let store: any Store
  let folder: String?
  let clock: WallClock

  private struct Report: Encodable {
    let status: String
    let version: String
    let database: String
    let diskFreeBytes: Int64?
    let jobsDue: Int64?
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
    return Report(
      status: jobsDue == nil ? "failing" : "ok", version: Program.version, database: jobsDue == nil ? "unreachable" : "ok",
      diskFreeBytes: folder.flatMap(Self.freeBytes), jobsDue: jobsDue)
  }

  private static func freeBytes(in folder: String) -> Int64? {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
  }
}
