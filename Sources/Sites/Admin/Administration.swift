import Accounts
import Base
import Store

/// What an administrator does to sites and assignments: checked, stored with its audit line, and told to those who listen.
///
/// `by` is nil when the program itself does it: a command, the demo.
extension Sites {
  /// A new site with the settings that it starts from; nothing is stored yet.
  public func draft(name: String = "", domain: String = "", origins: [Origin] = []) -> Site {
    Site(id: ids.next(), name: name, domain: domain, origins: origins, createdAt: clock.now)
  }

  /// Adds the site, or changes the one with its identity.
  public func save(_ site: Site, by: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    try await store.write(locking: [.site(site.id)]) { session in
      guard try !session.isTaken(siteName: site.name, except: site.id) else {
        throw Refusal(.formInvalid, fields: [SiteForm.Field.name.rawValue: .nameTaken])
      }
      let domain = try session.policy(at: site.id).cookieDomain
      guard site.origins.allSatisfy({ $0.isUnder(domain) }) else {
        throw Refusal(.formInvalid, fields: [SiteForm.Field.origins.rawValue: .domainUnfit])
      }
      let deed = try session.site(site.id) == nil ? "site.added" : "site.changed"
      try session.save(site)
      let line = AuditLine(by: by, deed: deed, at: site.id, place, ["active": "\(site.active)"])
      try session.audit(line, id: auditID, at: now)
    }
    await changed(site.id)
  }

  /// What became of a site that was to go.
  public enum Removal: Sendable {
    case removed, switchedOff
  }

  /// Removes a site that nobody has visited yet. Of any other the conversations must stay readable: it is switched off instead.
  @discardableResult
  public func remove(_ id: SiteID, by: AccountID?, from place: Whereabouts) async throws -> Removal {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let removal = try await store.write(locking: [.site(id)]) { session -> Removal in
      guard var site = try session.site(id) else { throw Refusal(.notFound) }
      if try session.hasVisitors(id) {
        site.active = false
        try session.save(site)
        try session.audit(AuditLine(by: by, deed: "site.changed", at: id, place, ["active": "false"]), id: auditID, at: now)
        return .switchedOff
      }
      try session.remove(id)
      try session.audit(AuditLine(by: by, deed: "site.removed", at: id, place), id: auditID, at: now)
      return .removed
    }
    await changed(id)
    return removal
  }

  /// Assigns an agent, or changes as whom an assigned one speaks.
  public func assign(_ assignment: Assignment, by: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    try await store.write(locking: [.site(assignment.site)]) { session in
      try self.assign(assignment, by: by, from: place, auditID: auditID, at: now, in: session)
    }
    await assignmentsChanged.publish(AssignmentChange(site: assignment.site, account: assignment.account))
  }

  /// The same in a transaction that has the website's lock; whoever opened it publishes the change after it.
  public func assign(
    _ assignment: Assignment, by: AccountID?, from place: Whereabouts, auditID: AuditLineID, at now: Moment, in session: any Session
  ) throws {
    guard try session.site(assignment.site) != nil else { throw Refusal(.notFound) }
    guard let account = try session.account(assignment.account), account.active, !account.roles.isDisjoint(with: [.agent, .expert]) else {
      throw Refusal(.formInvalid, fields: [AssignmentForm.Field.account.rawValue: .optionUnknown])
    }
    try session.save(assignment)
    let line = AuditLine(by: by, deed: "site.assigned", at: assignment.site, place, ["account": "\(account.id)"])
    try session.audit(line, id: auditID, at: now)
  }

  public func unassign(_ account: AccountID, at site: SiteID, by: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    try await store.write(locking: [.site(site)]) { session in
      try self.unassign(account, at: site, by: by, from: place, auditID: auditID, at: now, in: session)
    }
    await assignmentsChanged.publish(AssignmentChange(site: site, account: account))
  }

  /// In a transaction that has the website's lock; whoever opened it publishes the change after it.
  func unassign(
    _ account: AccountID, at site: SiteID, by: AccountID?, from place: Whereabouts, auditID: AuditLineID, at now: Moment,
    in session: any Session
  ) throws {
    guard try session.removeAssignment(site: site, account: account) else { throw Refusal(.notFound) }
    try session.audit(AuditLine(by: by, deed: "site.unassigned", at: site, place, ["account": "\(account)"]), id: auditID, at: now)
  }
}

extension AuditLine {
  fileprivate init(by: AccountID?, deed: String, at site: SiteID, _ place: Whereabouts, _ detail: [String: String] = [:]) {
    self.init(by: by, deed: deed, thing: "site.\(site)", address: place.address.text, detail: detail)
  }
}
