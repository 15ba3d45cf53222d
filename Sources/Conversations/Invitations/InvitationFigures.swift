import Base
import Store

/// How often something was shown, how often the chat was opened with it, and how often the visitor then wrote.
struct InvitationFigures: Hashable, Sendable {
  var shown: Int64 = 0
  var opened: Int64 = 0
  var answered: Int64 = 0
}

/// Somebody who answered an invitation.
struct AnsweredInvitation: Sendable {
  let conversation: ConversationID
  let visitor: String?
  let day: String
  let text: String
}

extension Session {
  /// Who wrote an hour after opening it answered something else.
  private static var isAnswered: String {
    """
    EXISTS (
      SELECT 1 FROM chats h
      WHERE h.conversation_id = s.conversation_id AND h.written
        AND (h.id = s.chat_id OR h.opened_at >= s.opened_at AND h.opened_at < s.opened_at + 3600000))
    """
  }

  private static var counts: String { "COUNT(*), COUNT(s.opened_at), SUM(CASE WHEN \(isAnswered) THEN 1 ELSE 0 END)" }

  func invitationFigures(at site: SiteID, since start: Moment) throws -> [InvitationID: InvitationFigures] {
    let found = try rows(
      """
      SELECT s.invitation_id, \(Self.counts)
      FROM invitation_showings s
      WHERE s.site_id = $1 AND s.shown_at >= $2
      GROUP BY s.invitation_id
      """, site, start)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], InvitationFigures(shown: $0[1], opened: $0[2], answered: $0[3])) })
  }

  /// By the day of the website, the latest first.
  func days(of invitation: InvitationID, at site: SiteID, since start: Moment) throws -> [(day: String, figures: InvitationFigures)] {
    try rows(
      """
      SELECT s.local_day, \(Self.counts)
      FROM invitation_showings s
      WHERE s.site_id = $1 AND s.shown_at >= $2 AND s.invitation_id = $3
      GROUP BY s.local_day
      ORDER BY s.local_day DESC
      """, site, start, invitation
    ).map { ($0[0], InvitationFigures(shown: $0[1], opened: $0[2], answered: $0[3])) }
  }

  /// The latest first.
  func answers(to invitation: InvitationID, at site: SiteID, since start: Moment, limit: Int) throws -> [AnsweredInvitation] {
    try rows(
      """
      SELECT s.conversation_id, v.name, s.local_day, s.text
      FROM invitation_showings s
      JOIN visitors v ON v.id = s.visitor_id
      WHERE s.site_id = $1 AND s.shown_at >= $2 AND s.invitation_id = $3 AND \(Self.isAnswered)
      ORDER BY s.shown_at DESC, s.id DESC
      LIMIT \(limit)
      """, site, start, invitation
    ).map { AnsweredInvitation(conversation: $0[0], visitor: $0[1], day: $0[2], text: $0[3]) }
  }
}
