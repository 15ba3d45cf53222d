import Base
import Store

/// What an administrator does to sites and assignments: checked, stored with its audit line, and told to those who listen.
extension Sites {
  /// Who did it, from where: for the audit log. The program itself (the demo, a command) has no account.
  public struct Doer: Sendable {
    public let account: AccountID?
    public let address: String

    public init(account: AccountID?, address: String) {
      self.account = account
      self.address = address
    }

    public static let program = Doer(account: nil, address: "")
  }

  /// A new site with the settings that it starts from; nothing is stored yet.
  public func draft(name: String = "", domain: String = "", origins: [Origin] = []) -> Site {
    Site(id: ids.next(), name: name, domain: domain, origins: origins, createdAt: clock.now)
  }

  /// Adds the site, or changes the one with its identity.
  public func save(_ site: Site, by doer: Doer) async throws {
    let line = auditLine(doer)
    try await store.write(locking: [.site(site.id)]) { session in
      guard try !session.isTaken(siteName: site.name, except: site.id) else {
        throw Refusal(.formInvalid, fields: [SiteForm.Field.name.rawValue: .nameTaken])
      }
      let deed = try session.site(site.id) == nil ? "site.add" : "site.change"
      try session.save(site)
      try session.write(line, deed: deed, thing: "site \(site.id)", detail: AuditDetail(name: site.name, active: site.active))
    }
    await changed(site.id)
  }

  /// What became of a site that was to go.
  public enum Removal: Sendable {
    case removed, switchedOff
  }

  /// Removes a site that nobody has visited yet. Of any other the conversations must stay readable: it is switched off instead.
  @discardableResult
  public func remove(_ id: SiteID, by doer: Doer) async throws -> Removal {
    let line = auditLine(doer)
    let removal = try await store.write(locking: [.site(id)]) { session -> Removal in
      guard var site = try session.site(id) else { throw Refusal(.notFound) }
      if try session.hasVisitors(id) {
        site.active = false
        try session.save(site)
        try session.write(line, deed: "site.change", thing: "site \(id)", detail: AuditDetail(name: site.name, active: false))
        return .switchedOff
      }
      try session.remove(id)
      try session.write(line, deed: "site.remove", thing: "site \(id)", detail: AuditDetail(name: site.name))
      return .removed
    }
    await changed(id)
    return removal
  }

  /// Assigns an agent, or changes as whom an assigned one speaks.
  public func assign(_ assignment: Assignment, by doer: Doer) async throws {
    let line = auditLine(doer)
    try await store.write(locking: [.site(assignment.site)]) { session in
      guard try session.site(assignment.site) != nil else { throw Refusal(.notFound) }
      guard try session.isAgent(assignment.account) else {
        throw Refusal(.formInvalid, fields: [AssignmentForm.Field.account.rawValue: .optionUnknown])
      }
      try session.save(assignment)
      try session.write(
        line, deed: "site.assign", thing: "site \(assignment.site)",
        detail: AuditDetail(account: assignment.account, pseudonym: assignment.pseudonym, avatar: assignment.avatar))
    }
    await assignmentsChanged.publish(AssignmentChange(site: assignment.site, account: assignment.account))
  }

  public func unassign(_ account: AccountID, from site: SiteID, by doer: Doer) async throws {
    let line = auditLine(doer)
    try await store.write(locking: [.site(site)]) { session in
      guard try session.removeAssignment(site: site, account: account) else { throw Refusal(.notFound) }
      try session.write(line, deed: "site.unassign", thing: "site \(site)", detail: AuditDetail(account: account))
    }
    await assignmentsChanged.publish(AssignmentChange(site: site, account: account))
  }
}
