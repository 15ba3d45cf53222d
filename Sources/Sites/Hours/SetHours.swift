import Accounts
import Base
import ConversationsCore
import Store

extension Sites {
  public func setHours(_ hours: Hours, at id: SiteID, by: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    try await store.write(locking: [.site(id)]) { session in
      guard try session.site(id) != nil else { throw Refusal(.notFound) }
      try session.save(hours, of: id)
      try session.audit(
        AuditLine(by: by, deed: "site.hours", thing: "site.\(id)", address: place.address.text, detail: [:]), id: auditID, at: now)
    }
    await changed(id)
  }
}
