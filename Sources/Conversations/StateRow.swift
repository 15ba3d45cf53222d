import Base
import ConversationsCore
import Store
import Wire

extension Session {
  /// Writes what the new entries made of the conversation, its chat and its answerers.
  func save(_ after: Held, from before: Held, entries: [LoggedEntry], at now: Moment) throws {
    if let chat = after.state.chat, chat != before.state.chat { try save(chat, of: after.id) }
    try saveAnswerers(after, from: before, at: now)
    // A file that expired, a letter that was opened: no reason to look at an old chat again.
    let activeAt = entries.allSatisfy(\.isHousekeeping) ? nil : now
    let values: [(any SQLEncodable)?] = [
      after.id, after.state.head, after.state.publicHead, after.state.chat?.id, after.state.chat?.phase.rawValue ?? "empty", activeAt,
      after.state.asked, after.state.lettersSettled, after.state.lettersOpened, after.state.dealsLate, after.state.dealsReleased,
      after.state.dealsJudged,
    ]
    // What a rule said covers nothing that somebody wrote.
    let said = entries.last { $0.isMessage && $0.by != .system }
    try post(said == nil ? Self.updateState : Self.updateStateAndLast, (values + (said.map(preview) ?? [])).map { $0?.sqlValue ?? .null })
  }

  private static var updateState: String {
    """
    UPDATE conversations
    SET revision = revision + 1, head = $2, public_head = $3, chat_id = $4, state = $5, active_at = COALESCE($6, active_at), asked = $7,
      letters_settled = $8, letters_opened = $9, deals_late = $10, deals_released = $11,
      deals_judged = $12
    WHERE id = $1
    """
  }

  private static var updateStateAndLast: String {
    """
    UPDATE conversations
    SET revision = revision + 1, head = $2, public_head = $3, chat_id = $4, state = $5, active_at = COALESCE($6, active_at), asked = $7,
      letters_settled = $8, letters_opened = $9, deals_late = $10, deals_released = $11,
      deals_judged = $12, last_n = $13, last_by = $14, last_name = $15, last_text = $16, last_at = $17, last_kind = $18
    WHERE id = $1
    """
  }

  /// The columns of the last message in the lists. Nobody can read a sealed message, so it has no text.
  private func preview(_ entry: LoggedEntry) -> [(any SQLEncodable)?] {
    let name: String? =
      switch entry.by {
      case .visitor(_, let name): name
      case .agent(let agent): agent.name
      case .system: nil
      }
    return [
      entry.n, entry.by.kind.rawValue, name, entry.body.readableText.map { String($0.prefix(Self.previewCharacters)) }, entry.at,
      entry.body.messageKind?.rawValue,
    ]
  }

  /// How much of a message the lists show.
  static var previewCharacters: Int { 140 }

  private func save(_ chat: Chat, of conversation: ConversationID) throws {
    try post(
      """
      INSERT INTO chats (id, conversation_id, state, form, offline, written, opened_at, waiting_since, first_message_at, first_answer_at,
        closed_at, closed_by, closed_by_account, transfer_to, transfer_since,
        transfer_until, overdue)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
      ON CONFLICT (id) DO UPDATE
      SET state = excluded.state, form = excluded.form, offline = excluded.offline, written = excluded.written, waiting_since = excluded.waiting_since,
        first_message_at = excluded.first_message_at, first_answer_at = excluded.first_answer_at, closed_at = excluded.closed_at,
        closed_by = excluded.closed_by, closed_by_account = excluded.closed_by_account, transfer_to = excluded.transfer_to,
        transfer_since = excluded.transfer_since, transfer_until = excluded.transfer_until, overdue = excluded.overdue
      """, chat.id, conversation, chat.phase.rawValue, chat.form.rawValue, chat.offline, chat.written, chat.openedAt, chat.waitingSince,
      chat.firstMessageAt, chat.firstAnswerAt, chat.closedAt, chat.closedBy?.word, chat.closedBy?.account, chat.transfer?.to,
      chat.transfer?.since, chat.transfer.flatMap { $0.isOffer ? $0.until : nil }, chat.overdue)
  }

  private func saveAnswerers(_ after: Held, from before: Held, at now: Moment) throws {
    guard let chat = after.state.chat else { return }
    for agent in after.state.answerers where !before.state.answerers.contains(agent) {
      if agent.here {
        try post(
          """
          INSERT INTO participants (conversation_id, account_id, name, avatar, colour, here, chat_id, joined_at, left_at)
          VALUES ($1, $2, $3, $4, $5, TRUE, $6, $7, NULL)
          ON CONFLICT (conversation_id, account_id) DO UPDATE
          SET name = excluded.name, avatar = excluded.avatar, here = TRUE, chat_id = excluded.chat_id, joined_at = excluded.joined_at,
            left_at = NULL
          """, after.id, agent.id, agent.name, agent.avatar, agent.colour, chat.id, now)
      } else {
        try post(
          "UPDATE participants SET here = FALSE, left_at = $3 WHERE conversation_id = $1 AND account_id = $2", after.id, agent.id, now)
      }
    }
  }
}
