import Accounts
import Base
import Store

/// Many assignments in one transaction.
extension Sites {
  /// What became of a sheet.
  enum Seating: Sendable {
    case saved
    /// Somebody else changed these boxes since it was opened: nothing was written.
    case overtaken(Set<Seat>)
  }

  func seat(_ sheet: TeamSheet, by: AccountID?, from place: Whereabouts) async throws -> Seating {
    let (now, changes) = (clock.now, sheet.changes.sorted())
    let auditIDs = changes.map { _ in ids.next(Kinds.AuditLine.self) }
    let seating = try await store.write(locking: sheet.sites.map(Lock.site)) { session -> Seating in
      let current = try session.seats(of: sheet)
      guard current == sheet.was else { return .overtaken(current.symmetricDifference(sheet.was)) }
      for (seat, auditID) in zip(changes, auditIDs) {
        if sheet.on.contains(seat) {
          try self.assign(
            Assignment(site: seat.site, account: seat.account), by: by, from: place, auditID: auditID, at: now, in: session)
        } else {
          try self.unassign(seat.account, at: seat.site, by: by, from: place, auditID: auditID, at: now, in: session)
        }
      }
      return .saved
    }
    if case .saved = seating { await tell(changes, of: sheet) }
    return seating
  }

  /// Whoever hears of a change reads all teams of that person anew: of what was added one change tells of all.
  private func tell(_ changes: [Seat], of sheet: TeamSheet) async {
    for (account, seats) in Dictionary(grouping: changes, by: \.account).sorted(by: { $0.key < $1.key }) {
      let removed = seats.filter { !sheet.on.contains($0) }
      for seat in removed.isEmpty ? Array(seats.prefix(1)) : removed {
        await assignmentsChanged.publish(AssignmentChange(site: seat.site, account: account))
      }
    }
  }
}

extension Session {
  func seats(of sheet: TeamSheet) throws -> Set<Seat> { try seats(of: sheet.people, at: sheet.sites) }

  func seats(of people: [AccountID], at sites: [SiteID]) throws -> Set<Seat> {
    let people = Set(people)
    return Set(
      try sites.flatMap { site in
        try assignments(of: site).map(\.account).filter(people.contains).map { Seat(account: $0, site: site) }
      })
  }

  /// One page of those who can be assigned, by name, and how many there are in all.
  func agents(named text: String, page: Int) throws -> (agents: [Agent], total: Int) {
    let escaped = text.lowercased().map { "!%_".contains($0) ? "!\($0)" : String($0) }.joined()
    let isMeant = "(is_agent OR is_expert) AND active AND name_key LIKE $1 ESCAPE '!'"
    let found = try rows(
      "SELECT id, name, pseudonym, avatar FROM accounts WHERE \(isMeant) ORDER BY name, id LIMIT $2 OFFSET $3",
      "%\(escaped)%", TeamSheet.peopleLimit, (page - 1) * TeamSheet.peopleLimit)
    let count = try row("SELECT COUNT(*) FROM accounts WHERE \(isMeant)", "%\(escaped)%")
    return (found.map { Agent(account: $0[0], name: $0[1], pseudonym: $0[2], avatar: $0[3]) }, count?[0] ?? 0)
  }
}
