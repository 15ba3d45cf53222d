import Base
import Conversations
import Foundation
import Live
import Nodes
import Sites
import Store

extension Health.Organs {
  /// The parts of a program that serves.
  init(store: any Store, hub: Hub, conversations: Conversations, jobs: Jobs, folder: String, node: Int, bus: NodeBus?) {
    connections = { try await hub.connectionCount() }
    read = { now in
      try await store.read { session in
        let row = try session.row("SELECT COUNT(*), MIN(due_at) FROM jobs WHERE state = 'queued' AND due_at <= $1", now)
        return Health.Readings(due: row?[0] ?? 0, oldestDue: row?[1], filesBytes: try session.bytesOfFiles())
      }
    }
    // The own row of the nodes, which nobody else writes: as it is, but through the journal to the disk.
    write = {
      try await store.write(urgency: .background) { session in
        _ = try session.run("UPDATE nodes SET leased_until = leased_until WHERE number = $1", node)
      }
    }
    memory = { conversations.memory }
    freeBytes = {
      let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
      return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    }
    lastRound = { jobs.lastRound }
    self.bus = { bus?.isUp }
  }
}
