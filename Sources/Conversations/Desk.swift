import Base
import Live
import Sites
import Store
import Synchronization
import Wire

/// Who of the teams is there: what somebody says (`accounts.status`) together with whether a connection of theirs was there lately.
///
/// Kept in memory, because every message of a visitor asks whether the site is online. A class, because all connections share it.
final class Desk: Sendable {
  private struct Knowledge {
    var teams: [SiteID: [Face]] = [:]
    var statuses: [AccountID: AgentStatus] = [:]
    var loadedAt: Moment?
    /// Something changed that could not be read since.
    var isStale = false
  }

  private let store: any Store
  private let presence: Presence
  private let knowledge = Mutex(Knowledge())

  private let clock: WallClock

  init(store: any Store, presence: Presence, clock: WallClock) {
    self.store = store
    self.presence = presence
    self.clock = clock
  }

  var memory: Conversations.Memory {
    knowledge.withLock { known in
      Conversations.Memory(
        teams: known.teams.count, people: known.statuses.count, here: presence.count, loadedAt: known.loadedAt, isStale: known.isStale)
    }
  }

  static func key(_ account: AccountID) -> String { "account.\(account)" }

  /// Reads all teams anew: at the start, and after somebody changed sites, assignments or accounts.
  func reload() async throws {
    knowledge.withLock { $0.isStale = true }
    let now = clock.now
    let read = try await store.read { session in
      var found = Knowledge()
      for site in try session.sites() { found.teams[site.id] = try session.team(of: site.id) }
      for (account, status) in try session.statusesOfAccounts() { found.statuses[account] = status }
      found.loadedAt = now
      return found
    }
    knowledge.withLock { $0 = read }
  }

  func set(_ status: AgentStatus, of account: AccountID) { knowledge.withLock { $0.statuses[account] = status } }

  /// What others see: nobody is online or away without a connection in the last seconds.
  func status(of account: AccountID) -> AgentStatus {
    presence.isHere(Self.key(account)) ? chosenStatus(of: account) : .offline
  }

  /// Whether somebody has a console open, or had until some seconds ago.
  func isConnected(_ account: AccountID) -> Bool { presence.isHere(Self.key(account)) }

  func chosenStatus(of account: AccountID) -> AgentStatus { knowledge.withLock { $0.statuses[account] } ?? .offline }

  /// Whether somebody answers for the site now. Who is away comes back: only offline is offline for the form.
  func isOnline(_ site: SiteID) -> Bool { team(of: site).contains { status(of: $0.account) != .offline } }

  /// The agents that a visitor of the site is shown.
  func online(at site: SiteID) -> [Face] { team(of: site).filter { status(of: $0.account) != .offline } }

  func sites(of account: AccountID) -> [SiteID] {
    knowledge.withLock { $0.teams.filter { $0.value.contains { $0.account == account } }.map(\.key) }
  }

  private func team(of site: SiteID) -> [Face] { knowledge.withLock { $0.teams[site] } ?? [] }
}

extension Session {
  fileprivate func statusesOfAccounts() throws -> [(AccountID, AgentStatus)] {
    try rows("SELECT id, status FROM accounts WHERE active").map { ($0[0], AgentStatus(column: $0[1])) }
  }
}
