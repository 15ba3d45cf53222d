import Availability
import Base
import Sites
import Store

extension Conversations {
  /// On every node: what it keeps of somebody, and what its pages show of them, follow.
  func tellAvailability(of account: AccountID) async {
    await trying("tell what somebody can be reached by") { [self] in
      let now = clock.now
      desk.set(try await store.read { try $0.acceptance(of: account, at: now) }, of: account)
      try await showAvailability(of: account)
    }
  }

  /// A report that ends is told by nobody: each node looks for itself.
  func endReports() async {
    await withTaskGroup(of: Void.self) { group in
      let (moments, next) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      clock.onMove { next.yield() }
      group.addTask { await self.every(seconds: 1) { next.yield() } }
      for await _ in moments {
        for account in desk.takeEnded() { await trying("tell that a report ended") { [self] in try await showAvailability(of: account) } }
      }
      group.cancelAll()
    }
  }

  private func showAvailability(of account: AccountID) async throws {
    for site in desk.sites(of: account) { tellStatus(of: site) }
    try await tellChats(of: account)
  }
}
