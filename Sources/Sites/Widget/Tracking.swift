import Base
import Places
import Store

/// Bare visits: what a page with the widget tells before anybody has said a word (E6–E8, E49–E51).
extension Sites {
  /// A page came on the screen of the browser with this key.
  ///
  /// - Parameters:
  ///   - isPrivate: the browser asks not to be followed: the page is counted, and nothing is kept of where somebody comes from.
  ///   - admitNew: asked before a visitor is made; refuses when too many come from one place.
  public func view(
    _ page: SeenPage, at site: Site, key: Secret, from sender: Sender, referrer: String, isPrivate: Bool = false,
    admitNew: @Sendable () throws -> Void
  ) async throws -> (visitor: VisitorID, view: PageViewID) {
    let digest = key.digest
    let siteID = site.id
    let known = try await store.read { session in try session.visitor(site: siteID, keyDigest: digest)?.id }
    if known == nil { try admitNew() }
    let (page, sender) = isPrivate ? (page.withoutCampaign, sender.withoutAddress) : (page, sender)
    let way = isPrivate ? WayIn() : await wayIn(to: page, at: site, from: sender, referrer: referrer)
    let newVisitor: VisitorID = ids.next()
    let new = NewIDs(visit: ids.next(), view: ids.next())
    // Behind everything that somebody waits for: a visit that is counted a moment later loses nothing.
    let visitor = try await store.write(urgency: .background) { session in
      let visitor = try known ?? session.createVisitor(newVisitor, site: siteID, keyDigest: digest, from: sender, at: page.at).id
      try session.view(page, of: visitor, from: sender, by: way, ids: new)
      return visitor
    }
    await pageChanged.publish(PageChange(site: siteID, visitor: visitor, page: page))
    return (visitor, new.view)
  }

  /// The page has been in sight for so long in all, and what was done on it.
  func beat(_ beat: Beat, at site: Site, key: Secret) async throws -> VisitorID {
    let digest = key.digest
    let siteID = site.id
    let now = clock.now
    let seen = try await store.write(urgency: .background) { session -> VisitorID? in
      guard let visitor = try session.visitor(site: siteID, keyDigest: digest) else { return nil }
      return try session.beat(beat, of: visitor.id, at: now) ? visitor.id : nil
    }
    guard let seen else { throw Refusal(.notFound) }
    await pageSeen.publish(Sight(site: siteID, visitor: seen, isLast: beat.isLast))
    return seen
  }

  private func wayIn(to page: SeenPage, at site: Site, from sender: Sender, referrer: String) async -> WayIn {
    WayIn(
      referrer: referrer, source: VisitSource(landing: page.url, referrer: referrer, own: site.origins),
      place: await places?.place(of: sender.address))
  }
}

/// How somebody came to a website, as far as it is known and may be kept.
struct WayIn: Sendable {
  var referrer = ""
  var source: VisitSource?
  var place: Place?
}
