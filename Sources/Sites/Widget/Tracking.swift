import Base
import Places
import Store

/// The chat of a visitor, which Conversations knows; nil where there is none. Asked in the transaction that counts the visit.
public typealias ChatQuestion = @Sendable (VisitorID, any Session) throws -> VisitorChat?

public struct VisitorChat: Sendable {
  public let conversation: ConversationID
  /// Somebody waits in it or answers.
  public let isOpen: Bool

  public init(conversation: ConversationID, isOpen: Bool) {
    (self.conversation, self.isOpen) = (conversation, isOpen)
  }
}

/// Who looked at a page.
public struct Seen: Sendable {
  public let visitor: VisitorID
  public let view: PageViewID
  public let chat: VisitorChat?

  var isTalking: Bool { chat?.isOpen == true }
}

/// Bare visits: what a page with the widget tells before anybody has said a word (E6–E8, E49–E51).
extension Sites {
  /// A page came on the screen of the browser with this key.
  ///
  /// - Parameters:
  ///   - isPrivate: the browser asks not to be followed: the page is counted, and nothing is kept of where somebody comes from.
  ///   - admitNew: asked before a visitor is made; refuses when too many come from one place.
  public func view(
    _ page: SeenPage, at site: Site, key: Secret, from sender: Sender, referrer: String, isPrivate: Bool = false,
    chat: @escaping ChatQuestion = { _, _ in nil }, admitNew: @Sendable () throws -> Void
  ) async throws -> Seen {
    let digest = key.digest
    let siteID = site.id
    let (page, sender) = isPrivate ? (page.withoutCampaign, sender.withoutAddress) : (page, sender)
    let way = isPrivate ? WayIn() : await wayIn(to: page, at: site, from: sender, referrer: referrer)
    let reached = try await goals(of: siteID).filter { $0.isReached(atPage: page.url) }
    let newVisitor: VisitorID = ids.next()
    let new = NewIDs(visit: ids.next(), view: ids.next())
    let count = { @Sendable (session: any Session) throws -> Seen? in
      guard let visitor = try session.returned(site: siteID, keyDigest: digest, at: page.at) else { return nil }
      let visit = try session.view(page, of: visitor, from: sender, by: way, ids: new)
      try session.reach(reached, in: visit, at: site, now: page.at)
      return Seen(visitor: visitor, view: new.view, chat: try chat(visitor, session))
    }
    // Behind everything that somebody waits for: a visit that is counted a moment later loses nothing.
    var seen = try await store.write(urgency: .background, count)
    if seen == nil {
      try admitNew()
      seen = try await store.write(urgency: .background) { session in
        _ = try session.createVisitor(newVisitor, site: siteID, keyDigest: digest, from: sender, at: page.at)
        return try count(session)
      }
    }
    // Erased a moment ago: the next page is somebody new's.
    guard let seen else { throw Refusal(.notFound) }
    await pageChanged.publish(PageChange(site: siteID, visitor: seen.visitor, conversation: seen.chat?.conversation))
    return seen
  }

  /// A browser with an open line says where it is: so is the visit that goes on, if one does. The page is counted by `view`, before or after.
  ///
  /// What tells of a campaign is left out, because only `view` knows whether the browser asks not to be followed.
  public func moved(_ visitor: VisitorID, in conversation: ConversationID, at site: SiteID, to page: SeenPage) async throws {
    let page = page.withoutCampaign
    guard try await store.read({ try $0.visitElsewhere(of: visitor, than: page) }) != nil else { return }
    let hasMoved = try await store.write(urgency: .background) { session in
      guard let visit = try session.visitElsewhere(of: visitor, than: page) else { return false }
      try session.show(page, in: visit)
      return true
    }
    if hasMoved { await pageChanged.publish(PageChange(site: site, visitor: visitor, conversation: conversation)) }
  }

  /// The page has been in sight for so long in all, and what was done on it.
  func beat(
    _ beat: Beat, at site: Site, key: Secret, chat: @escaping ChatQuestion = { _, _ in nil }
  ) async throws -> Seen {
    let digest = key.digest
    let siteID = site.id
    let now = clock.now
    let told = beat.actions.map(\.action)
    let reached = try await goals(of: siteID).filter { goal in told.contains { goal.isReached(by: $0) } }
    let seen = try await store.write(urgency: .background) { session -> Seen? in
      guard let (visitor, visit) = try session.beat(beat, site: siteID, keyDigest: digest, at: now) else { return nil }
      try session.reach(reached, in: visit, at: site, now: now)
      return Seen(visitor: visitor, view: beat.view, chat: try chat(visitor, session))
    }
    guard let seen else { throw Refusal(.notFound) }
    await pageSeen.publish(Sight(site: siteID, visitor: seen.visitor, conversation: seen.chat?.conversation, isLast: beat.isLast))
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
