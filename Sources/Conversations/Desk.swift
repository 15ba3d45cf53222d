import Accounts
import Availability
import Base
import ConversationsCore
import Live
import Sites
import Store
import Synchronization
import Wire

/// Who of the teams is there: what somebody says (`accounts.status`) together with whether a connection of theirs was there lately, which
/// channels they chose and what other systems report.
///
/// Kept in memory, because every message of a visitor asks whether the site is online. A class, because all connections share it.
final class Desk: Sendable {
  private struct Knowledge {
    var teams: [SiteID: [Face]] = [:]
    var statuses: [AccountID: AgentStatus] = [:]
    /// Of those who chose something or are reported about.
    var acceptances: [AccountID: Acceptance] = [:]
    /// Websites that keep hours.
    var hours: [SiteID: Site] = [:]
    /// What the rules of each website are for; none where it has none.
    var occasions: [SiteID: Set<Rule.Occasion>] = [:]
    /// Whom each website invites, in order; none where nobody is invited.
    var invitations: [SiteID: [Invitation]] = [:]
    /// Made when they are asked for, and anew when they no longer reach far enough.
    var timetables: [SiteID: Timetable] = [:]
    /// Which websites were open when somebody was last told.
    var open: Set<SiteID> = []
    var loadedAt: Moment?
    /// Something changed that could not be read since.
    var isStale = false
    /// Grows with what is set here: what was read before that is older.
    var edition = 0
    /// How many readings began, and which of them this is from: one that began before it is older.
    var (begun, reading) = (0, 0)

    mutating func timetable(of site: SiteID, at now: Moment) -> Timetable? {
      if let table = timetables[site], table.reach.contains(now), table.reach.contains(now.adding(seconds: Desk.aheadSeconds)) {
        return table
      }
      timetables[site] = hours[site]?.timetable(at: now)
      return timetables[site]
    }

    mutating func openSites(at now: Moment) -> Set<SiteID> {
      Set(hours.keys.filter { timetable(of: $0, at: now)?.isOpen(at: now) == true })
    }
  }

  /// How far ahead the next opening is looked for, at least.
  private static let aheadSeconds: Int64 = 60 * 86_400

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
    while try await !isReloaded() {}
  }

  /// - Returns: false where somebody said something while it was read, which must not be forgotten.
  private func isReloaded() async throws -> Bool {
    let (edition, reading) = knowledge.withLock { known in
      known.isStale = true
      known.begun += 1
      return (known.edition, known.begun)
    }
    let now = clock.now
    let read = try await store.read { session in
      var found = Knowledge()
      for site in try session.sites() {
        found.teams[site.id] = try session.team(of: site.id)
        if site.hours.areKept { found.hours[site.id] = site }
      }
      for (account, status) in try session.statusesOfAccounts() { found.statuses[account] = status }
      found.occasions = try session.ruledOccasions()
      found.invitations = try session.activeInvitations()
      found.acceptances = try session.acceptances(at: now)
      found.loadedAt = now
      return found
    }
    return knowledge.withLock { known in
      guard reading > known.reading else { return true }
      guard known.edition == edition else { return false }
      let begun = known.begun
      known = read
      (known.edition, known.begun, known.reading) = (edition, begun, reading)
      known.isStale = reading < begun
      known.open = known.openSites(at: now)
      return true
    }
  }

  func set(_ status: AgentStatus, of account: AccountID) {
    knowledge.withLock { known in
      known.statuses[account] = status
      known.edition += 1
    }
  }

  func set(_ acceptance: Acceptance, of account: AccountID) {
    knowledge.withLock { known in
      known.acceptances[account] = acceptance
      known.edition += 1
    }
  }

  /// What others see: nobody is online or away without a connection in the last seconds.
  func status(of account: AccountID) -> AgentStatus { availability(of: account).status }

  /// - Parameter activity: what they do now, which only the database knows.
  func availability(of account: AccountID, doing activity: Acceptance.Activity? = nil) -> Availability {
    let now = clock.now
    let (chosen, acceptance) = knowledge.withLock { ($0.statuses[account] ?? .offline, $0.acceptances[account]) }
    return Availability.of(
      Availability.Presence(chosen: chosen, isConnected: isConnected(account)), (acceptance ?? Acceptance(at: now)).with(activity, at: now))
  }

  func availability(of account: AccountID, accepting acceptance: Acceptance) -> Availability {
    Availability.of(Availability.Presence(chosen: chosenStatus(of: account), isConnected: isConnected(account)), acceptance)
  }

  /// With the times of what was said and of the last coming or going, which are told to whoever asks why.
  func availability(of owner: Account, chosenAt: Moment?, accepting acceptance: Acceptance) -> Availability {
    Availability.of(
      Availability.Presence(
        chosen: chosenStatus(of: owner.id), chosenAt: chosenAt, isConnected: isConnected(owner.id), movedAt: owner.lastSeenAt), acceptance)
  }

  /// Whose reports ended since somebody last asked; they are forgotten.
  func takeEnded() -> [AccountID] {
    let now = clock.now
    return knowledge.withLock { known in
      let ended = known.acceptances.filter { $0.value.reports.contains { !$0.counts(at: now) } }.map(\.key)
      for account in ended { known.acceptances[account] = known.acceptances[account]?.withoutEnded(at: now) }
      return ended
    }
  }

  /// Whether somebody has a console open, or had until some seconds ago.
  func isConnected(_ account: AccountID) -> Bool { presence.isHere(Self.key(account)) }

  func chosenStatus(of account: AccountID) -> AgentStatus { knowledge.withLock { $0.statuses[account] } ?? .offline }

  /// Whether somebody answers for the site now. Who is away comes back: only offline is offline for the form.
  func isOnline(_ site: SiteID) -> Bool { isOpen(site) && team(of: site).contains { status(of: $0.account) != .offline } }

  /// The agents that a visitor of the site is shown.
  func online(at site: SiteID) -> [Face] { isOpen(site) ? team(of: site).filter { status(of: $0.account) != .offline } : [] }

  /// Whether the hours of the website say that somebody answers.
  func isOpen(_ site: SiteID) -> Bool {
    let now = clock.now
    return knowledge.withLock { $0.timetable(of: site, at: now)?.isOpen(at: now) ?? true }
  }

  /// When a website that is closed opens.
  func opening(of site: SiteID) -> Moment? {
    let now = clock.now
    return knowledge.withLock { known in
      guard let table = known.timetable(of: site, at: now), !table.isOpen(at: now) else { return nil }
      return table.nextOpening(after: now)
    }
  }

  /// Which websites opened or closed since somebody last asked.
  func takeTurned() -> Set<SiteID> {
    let now = clock.now
    return knowledge.withLock { known in
      let open = known.openSites(at: now)
      defer { known.open = open }
      return open.symmetricDifference(known.open)
    }
  }

  /// Whether a rule of the website is for one of these occasions, without asking the database: every message does.
  func hasRules(for occasions: Set<Rule.Occasion>, at site: SiteID) -> Bool {
    knowledge.withLock { $0.occasions[site]?.isDisjoint(with: occasions) == false }
  }

  /// The same for invitations: every page that is looked at asks.
  func invitations(at site: SiteID) -> [Invitation] { knowledge.withLock { $0.invitations[site] } ?? [] }

  /// Whether somebody who answers for the website is there now, and the website is open.
  func isSomebodyFree(at site: SiteID) -> Bool { isOpen(site) && team(of: site).contains { status(of: $0.account) == .online } }

  func sites(of account: AccountID) -> [SiteID] {
    knowledge.withLock { $0.teams.filter { $0.value.contains { $0.account == account } }.map(\.key) }
  }

  func team(of site: SiteID) -> [Face] { knowledge.withLock { $0.teams[site] } ?? [] }
}

extension Session {
  fileprivate func statusesOfAccounts() throws -> [(AccountID, AgentStatus)] {
    try rows("SELECT id, status FROM accounts WHERE active").map { ($0[0], AgentStatus(column: $0[1])) }
  }
}
