import Base
import ConversationsCore
import Sites
import Store
import Web

/// Who could be invited, as a page of theirs is looked at.
struct Onlooker: Sendable {
  let visitor: SiteVisitor
  let visit: VisitID
  let page: SeenPage
  var there: Invitation.Circumstances
}

/// An invitation that was shown.
struct Showing: Sendable {
  let visitor: VisitorID
  let text: String
  let isOpened: Bool
}

/// Invitations that were shown, as the database keeps them. These run inside anybody's transaction.
extension Session {
  /// Nil for whom nobody invites: who was shown one in this visit, is in a chat, pays an expert or was shut out.
  func onlooker(_ id: VisitorID, on view: PageViewID, from network: String, at now: Moment) throws -> Onlooker? {
    let found = try row(
      """
      SELECT w.id, w.source, w.campaign, p.url, p.title, p.at, p.seconds, (SELECT COUNT(*) FROM page_views o WHERE o.visit_id = w.id)
      FROM page_views p
      JOIN visits w ON w.id = p.visit_id
      JOIN visitors v ON v.id = w.visitor_id
      LEFT JOIN conversations c ON c.visitor_id = v.id
      WHERE p.id = $1 AND v.id = $2 AND v.erased_at IS NULL AND w.active_at > $3
        AND c.expert_id IS NULL AND COALESCE(c.state, 'empty') NOT IN ('waiting', 'active')
        AND NOT EXISTS (SELECT 1 FROM invitation_showings s WHERE s.visit_id = w.id)
        AND NOT EXISTS (
          SELECT 1 FROM bans b
          WHERE b.site_id = v.site_id AND (b.visitor_id = v.id OR b.network = $4) AND (b.ends_at IS NULL OR b.ends_at > $5))
      """, view, id, Lookout.silence(at: now), network, now)
    guard let found, let visitor = try visitor(id) else { return nil }
    var there = Invitation.Circumstances(now: now)
    (there.page, there.seconds, there.pages) = (found[3], found[6], found[7])
    (there.source, there.campaign, there.language) = (found[1], found[2], visitor.language)
    there.isReturning = visitor.visits > 1
    let shown = try rows(
      "SELECT invitation_id, MAX(shown_at) FROM invitation_showings WHERE visitor_id = $1 GROUP BY invitation_id", id)
    there.shownAt = Dictionary(uniqueKeysWithValues: shown.map { ($0[0], $0[1]) })
    return Onlooker(visitor: visitor, visit: found[0], page: SeenPage(url: found[3], title: found[4], at: found[5]), there: there)
  }

  /// - Returns: false where another tab of the same visit, on this node or another, was shown one meanwhile.
  func show(_ invitation: InvitationID, to onlooker: Onlooker, as id: ShowingID, saying text: String, at site: Site, now: Moment) throws
    -> Bool
  {
    try run(
      """
      INSERT INTO invitation_showings (id, invitation_id, site_id, visitor_id, visit_id, text, shown_at, local_day)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (visit_id) DO NOTHING
      """, id, invitation, site.id, onlooker.visitor.id, onlooker.visit, text, now, site.localTime(at: now).day) > 0
  }

  func showing(_ id: ShowingID, keyDigest: [UInt8], at site: SiteID) throws -> Showing? {
    try row(
      """
      SELECT s.visitor_id, s.text, s.opened_at IS NOT NULL
      FROM invitation_showings s
      JOIN visitors v ON v.id = s.visitor_id
      WHERE s.id = $1 AND v.site_id = $2 AND v.key_digest = $3
      """, id, site, keyDigest
    ).map { Showing(visitor: $0[0], text: $0[1], isOpened: $0[2]) }
  }

  func close(_ id: ShowingID, at now: Moment) throws {
    try run("UPDATE invitation_showings SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL AND opened_at IS NULL", id, now)
  }

  func open(_ id: ShowingID, in conversation: ConversationID, chat: ChatID, at now: Moment) throws {
    try run(
      """
      UPDATE invitation_showings SET opened_at = $2, conversation_id = $3, chat_id = $4 WHERE id = $1 AND opened_at IS NULL
      """, id, now, conversation, chat)
  }
}
