import Base
import Store

/// Bare visits: what a page with the widget tells before anybody has said a word (E6–E8).
extension Sites {
  /// A page came on the screen of the browser with this key.
  ///
  /// - Parameter admitNew: asked before a visitor is made; refuses when too many come from one place.
  public func view(
    _ page: SeenPage, at site: Site, key: Secret, from sender: Sender, referrer: String, admitNew: @Sendable () throws -> Void
  ) async throws -> (visitor: VisitorID, view: PageViewID) {
    let digest = key.digest
    let siteID = site.id
    let known = try await store.read { session in try session.visitor(site: siteID, keyDigest: digest)?.id }
    if known == nil { try admitNew() }
    let newVisitor: VisitorID = ids.next()
    let new = NewIDs(visit: ids.next(), view: ids.next())
    // Behind everything that somebody waits for: a visit that is counted a moment later loses nothing.
    let visitor = try await store.write(urgency: .background) { session in
      let visitor = try known ?? session.createVisitor(newVisitor, site: siteID, keyDigest: digest, from: sender, at: page.at).id
      try session.view(page, of: visitor, from: sender, referrer: referrer, ids: new)
      return visitor
    }
    await pageChanged.publish(PageChange(site: siteID, visitor: visitor, page: page))
    return (visitor, new.view)
  }

  /// The page has been in sight for so long in all.
  func beat(_ view: PageViewID, at site: Site, key: Secret, seconds: Int) async throws -> VisitorID {
    let digest = key.digest
    let siteID = site.id
    let now = clock.now
    let visitor = try await store.write(urgency: .background) { session in
      guard let visitor = try session.visitor(site: siteID, keyDigest: digest) else { return VisitorID?.none }
      return try session.beat(view, of: visitor.id, seconds: seconds, at: now) ? visitor.id : nil
    }
    guard let visitor else { throw Refusal(.notFound) }
    await visitorHeard.publish(Heard(site: siteID, visitor: visitor))
    return visitor
  }
}
