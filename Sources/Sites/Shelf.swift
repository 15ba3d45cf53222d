import Base
import Store
import Synchronization

/// All sites and their goals in memory, because every page view and every line of a visitor asks for one.
///
/// Read whole at the first question, let go of at every change, of this node or another (`clear`), and after a minute.
final class Shelf: Sendable {
  static let lifetimeSeconds: Int64 = 60

  private struct Content {
    var byID: [SiteID: Site] = [:]
    var byKey: [String: Site] = [:]
    var goals: [SiteID: [Goal]] = [:]
    var readAt: Moment?
    /// Counts the changes, so that a reading that began before one does not put the old state back.
    var edition = 0
  }

  private let store: any Store
  private let clock: WallClock
  private let content = Mutex(Content())

  init(store: any Store, clock: WallClock) {
    self.store = store
    self.clock = clock
  }

  func site(_ id: SiteID) async throws -> Site? { try await current().byID[id] }

  func site(key: String) async throws -> Site? { try await current().byKey[key] }

  func goals(of id: SiteID) async throws -> [Goal] { try await current().goals[id] ?? [] }

  func clear() {
    content.withLock { content in
      content.readAt = nil
      content.edition += 1
    }
  }

  private func current() async throws -> Content {
    let now = clock.now
    let held = content.withLock { $0 }
    if let readAt = held.readAt, now.milliseconds(since: readAt) < Self.lifetimeSeconds * 1000 { return held }
    let (sites, goals) = try await store.read { session in (try session.sites(), try session.goals()) }
    var fresh = Content(goals: goals, readAt: now, edition: held.edition)
    for site in sites {
      fresh.byID[site.id] = site
      fresh.byKey[site.key] = site
    }
    return content.withLock { content in
      if content.edition == fresh.edition { content = fresh }
      return fresh
    }
  }
}
