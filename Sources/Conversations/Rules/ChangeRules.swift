import Accounts
import Base
import Hummingbird
import Sites
import Store
import Web

extension Conversations {
  /// Changes what happens by itself on a website, and writes down who did it.
  ///
  /// - Parameter deed: under which name it stands in the record.
  func change(
    _ site: SiteID, as deed: String, by context: WebContext, from request: Request, doing detail: [String: String],
    _ work: @escaping @Sendable (any Session, Moment) throws -> Void
  ) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let line = AuditLine(
      by: context.signedIn?.member.id, deed: deed, thing: "site.\(site)", address: Whereabouts(request, context).address.text,
      detail: detail)
    try await store.write(locking: [.site(site)]) { session in
      try work(session, now)
      try session.audit(line, id: auditID, at: now)
    }
    await rulesChanged.publish(site)
  }
}
