import Base
import ConversationsCore
import Sites
import Store
import Wire

extension Session {
  /// Gives the turn to whoever had none for longest, of those who have room for one more chat and were not asked in this wait yet.
  ///
  /// Two chats that begin at once are two turns: a turn that somebody else gave away meanwhile is not given again, the next one is looked for.
  func takeTurn(among present: [Face], in held: Held, capacity: Int64, at now: Moment) throws -> Face? {
    guard let chat = held.state.chat, chat.waitsForTeam, chat.transfer == nil, !present.isEmpty else { return nil }
    let (asked, busy) = (try asked(in: held, chat), try chatsOfEach(at: held.site))
    let free = present.filter { !asked.contains($0.account) && (busy[$0.account] ?? 0) < capacity }
    let turns = try turns(at: held.site)
    let inOrder = free.map { (face: $0, turn: turns[$0.account] ?? 0) }.sorted { ($0.turn, $0.face.account) < ($1.turn, $1.face.account) }
    for (face, turn) in inOrder {
      let taken = try run(
        """
        UPDATE assignments SET turn_at = $3 WHERE site_id = $1 AND account_id = $2 AND COALESCE(turn_at, 0) = $4
        """, held.site, face.account, max(now.milliseconds, turn + 1), turn)
      if taken > 0 { return face }
    }
    return nil
  }

  /// Since when the visitor waits for an answer of somebody who is in the chat: what they first asked after the last answer, or when the first of
  /// those who are there came, if that was later. Nil when nothing is unanswered.
  func unanswered(in held: Held) throws -> Moment? {
    guard let chat = held.state.chat else { return nil }
    let asked = try row(
      """
      SELECT MIN(at)
      FROM entries
      WHERE conversation_id = $1 AND chat_id = $2 AND by_kind = 'visitor' AND client_id IS NOT NULL AND n > (
        SELECT COALESCE(MAX(n), 0)
        FROM entries
        WHERE conversation_id = $1 AND chat_id = $2 AND by_kind = 'agent' AND client_id IS NOT NULL AND audience = 'everybody')
      """, held.id, chat.id)
    let came = try row("SELECT MIN(joined_at) FROM participants WHERE conversation_id = $1 AND here", held.id)
    let (since, arrival): (Moment?, Moment?) = (asked.flatMap { $0[0] }, came.flatMap { $0[0] })
    return since.map { max($0, arrival ?? $0) }
  }

  /// Those whose turn it was already since the visitor began to wait.
  private func asked(in held: Held, _ chat: Chat) throws -> Set<AccountID> {
    let lines = try rows(
      "SELECT kind, body FROM entries WHERE conversation_id = $1 AND chat_id = $2 AND kind = 'ChatOffered' AND at >= $3", held.id, chat.id,
      chat.waitingSince ?? chat.openedAt)
    let bodies = try lines.map { try Body(event: $0[0], json: Array(($0[1] as String).utf8)) }
    return Set(bodies.compactMap { if case .offered(let account, _, _) = $0 { account } else { nil } })
  }

  /// In how many chats, of whatever website, each of a team is, with those that are their turn.
  private func chatsOfEach(at site: SiteID) throws -> [AccountID: Int64] {
    let asked = try rows(
      """
      SELECT h.transfer_to, COUNT(*)
      FROM chats h
      JOIN assignments a ON a.account_id = h.transfer_to AND a.site_id = $1
      WHERE h.transfer_to IS NOT NULL
      GROUP BY h.transfer_to
      """, site)
    return Dictionary(asked.map { ($0[0], $0[1]) }, uniquingKeysWith: +).merging(try openChats(ofTeamAt: site), uniquingKeysWith: +)
  }

  private func turns(at site: SiteID) throws -> [AccountID: Int64] {
    let found = try rows("SELECT account_id, COALESCE(turn_at, 0) FROM assignments WHERE site_id = $1", site)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
  }
}
