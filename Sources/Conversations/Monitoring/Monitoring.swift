import Base
import Live
import Sites
import Store
import Wire

/// The live page (E52): everybody who is on a website now, told to those who have it open.
///
/// Nothing is read while nobody looks. Each node hears of everybody who stirs, reads what is true a moment later, and tells its own connections.
extension Conversations {
  public struct Stir: Sendable {
    public let visitor: VisitorID
    public let site: SiteID

    public init(visitor: VisitorID, site: SiteID) {
      self.visitor = visitor
      self.site = site
    }
  }

  /// On every node.
  func note(_ stir: Stir) {
    if lookout.isFollowed(stir.site) { stirs.note(stir.visitor, stir.site) }
  }

  /// From where it happened, to all nodes. It may be called on an event loop.
  func stirred(_ visitor: VisitorID, at site: SiteID) {
    let stir = Stir(visitor: visitor, site: site)
    note(stir)
    visitorStirred.tellOthers(stir)
  }

  func looked(_ visitor: VisitorID, at site: SiteID) {
    _ = lookout.heard(visitor, at: clock.now)
    stirred(visitor, at: site)
  }

  /// A page is still in sight: that is news only after a silence.
  func heard(_ visitor: VisitorID, at site: SiteID) {
    if lookout.heard(visitor, at: clock.now) { stirred(visitor, at: site) }
  }

  func monitored(at site: SiteID, id: String?) async throws -> MonitoringSnapshot {
    // First, so that whatever is not in what is read now is told afterwards.
    lookout.follow(site)
    let now = clock.now
    let since = Lookout.silence(at: now)
    let connected = connectedVisitors(of: site)
    let (rows, total) = try await store.read { session in
      let (rows, total) = try session.monitored(at: site, since: since, now: now)
      guard total == Int64(rows.count) else { return (rows, total) }
      let known = Set(rows.map(\.row.visitor))
      let others = try session.monitored(Array(connected.subtracting(known).sorted().prefix(Lookout.shownAtMost - rows.count)), now: now)
      return (rows + others, total + Int64(others.count))
    }
    return MonitoringSnapshot(id: id, site: site, total: total, rows: rows.map(\.row))
  }

  func tellMonitored(_ batch: [VisitorID: SiteID]) async {
    await trying("tell who is on a website") { [self] in
      let now = clock.now
      let since = Lookout.silence(at: now)
      let found = try await store.read { try $0.monitored(Array(batch.keys), now: now) }
      let there = found.filter { $0.activeAt.map { $0 > since } == true || isConnected($0) }
      let gone = Set(batch.keys).subtracting(there.map(\.row.visitor))
      for site in Set(batch.values) {
        let change = MonitoringChanged(
          site: site, rows: there.filter { $0.site == site }.map(\.row), gone: gone.filter { batch[$0] == site }.sorted())
        hub.tellHere(.event(Topic.monitoring(site).description, json: change.json))
      }
    }
  }

  /// Every second: who fell silent is looked at once more, and pages that nobody has open any more are let go of.
  func endSilent() async throws {
    for (site, opened) in lookout.followed where try await hub.members(of: Topic.monitoring(site).description) == 0 {
      lookout.endFollowing(site, asOf: opened)
    }
    guard let span = lookout.sweep(at: clock.now) else { return }
    for stir in try await store.read({ try $0.silentVisitors(in: span) }) { note(stir) }
  }

  private func isConnected(_ seen: MonitoredRow) -> Bool {
    seen.row.conversation.map { presence.isHere(visitorKey(seen.row.visitor, list: .visitors(seen.site), conversation: $0)) } ?? false
  }

  private func connectedVisitors(of site: SiteID) -> Set<VisitorID> {
    let list = Topic.visitors(site).description
    return Set(
      presence.keys.compactMap { key in
        let parts = key.split(separator: ".")
        return parts.count == 5 && "\(parts[2]).\(parts[3])" == list ? VisitorID(String(parts[1])) : nil
      })
  }
}
