import Base
import ConversationsCore
import Store

/// Who waits for a team stands in a queue, and is told where (P2, X5): counted from the rows, whenever somebody came, was answered or left.
extension Conversations {
  /// More than these are not told of each step: who stands further behind reads it when they come closer, or come back.
  static let toldInQueue: Int64 = 100

  /// The people of those whose place a change may have moved, beside the ones that changed themselves.
  func queued(behind batch: [ConversationID: News], in session: any Session) throws -> [PeopleRow] {
    let changed = batch.filter { $0.value.contains(.people) }.map(\.key)
    let now = clock.now
    return try session.teamSites(of: changed).flatMap { site in
      let others = try session.queue(at: site).enumerated().filter { batch[$1]?.contains(.people) != true }
      if waits.isStale(at: site, now: now) { waits.note(try session.waitedLately(at: site, now: now), at: site, now: now) }
      return try others.compactMap { place, id in try session.held(id).map { PeopleRow($0, ahead: Int64(place)) } }
    }
  }
}

extension Session {
  /// How many wait before the visitor of a conversation; nil for who does not wait for a team: an offline message has no clock, an unsent form
  /// is no question yet, and who was handed over waits for one person. Whose turn it is makes no difference.
  func ahead(of held: Held) throws -> Int64? {
    guard held.deal == nil, let chat = held.state.chat, chat.waitsForTeam, chat.written, let since = chat.waitingSince
    else { return nil }
    return try row(
      """
      SELECT COUNT(*)
      FROM conversations c
      JOIN chats h ON h.id = c.chat_id
      WHERE \(Self.inQueue) AND (h.waiting_since < $2 OR (h.waiting_since = $2 AND h.id < $3))
      """, held.site, since, chat.id)?[0]
  }

  fileprivate func queue(at site: SiteID) throws -> [ConversationID] {
    try rows(
      """
      SELECT c.id
      FROM conversations c
      JOIN chats h ON h.id = c.chat_id
      WHERE \(Self.inQueue)
      ORDER BY h.waiting_since, h.id
      LIMIT $2
      """, site, Conversations.toldInQueue
    ).map { $0[0] }
  }

  private static var inQueue: String {
    """
    c.site_id = $1 AND c.state = 'waiting' AND c.expert_id IS NULL AND h.written AND h.waiting_since IS NOT NULL
      AND (h.transfer_to IS NULL OR h.transfer_until IS NOT NULL)
    """
  }

  fileprivate func teamSites(of ids: [ConversationID]) throws -> Set<SiteID> {
    guard !ids.isEmpty else { return [] }
    let found = try rows(
      "SELECT DISTINCT site_id FROM conversations WHERE expert_id IS NULL AND id IN (\(Self.places(ids.count, from: 1)))", Self.padded(ids))
    return Set(found.map { $0[0] })
  }

  /// How many seconds each of the last chats of a website waited for its first agent.
  fileprivate func waitedLately(at site: SiteID, now: Moment) throws -> [Int64] {
    let found = try rows(
      """
      SELECT MIN(e.at) - h.opened_at
      FROM conversations c
      JOIN chats h ON h.conversation_id = c.id AND h.opened_at >= $2
      JOIN entries e ON e.conversation_id = c.id AND e.chat_id = h.id AND e.kind = 'AgentJoinedChat'
      WHERE c.site_id = $1 AND c.expert_id IS NULL AND c.active_at >= $2 AND NOT h.offline
      GROUP BY h.id, h.opened_at
      ORDER BY h.opened_at DESC
      LIMIT $3
      """, site, now.adding(seconds: -WaitingTimes.latelySeconds), WaitingTimes.mostChats)
    return found.map { ($0[0] as Int64) / 1000 }
  }
}
