import Access
import Base
import Live
import Store
import Wire

/// What somebody wrote and did not send stands on the server, so that it is there on every device of theirs. The newest one counts, by
/// the time at which it was written; sending it empties it, and an empty one is kept for a while, so that a device that was away does not
/// bring the old words back ([0030](../../../docs/decisions/0030-drafts.md)).
extension Line {
  func keep(_ draft: Draft, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    guard case .agent(let account) = topic else { throw Refusal(.notUnderstood) }
    let actor = actor
    guard state.withLock({ $0.topics.contains(topic) }), actor.may(.write, .desk(account)) else { throw Refusal(.notAllowed) }
    guard draft.text.unicodeScalars.count <= Conversations.textLimit else {
      throw Refusal(.textTooLong, arguments: ["limit": String(Conversations.textLimit)])
    }
    guard !draft.text.utf8.contains(0) else { throw Refusal(.textHasNull) }
    connection.began()
    connection.eventLoop.makeFutureWithTask { [house] in try await house.keep(draft, of: account, as: actor) }
      .whenComplete(answer(id, on: connection))
  }
}

extension Conversations {
  /// In the desk's snapshot.
  static let draftLimit = 100

  fileprivate func keep(_ draft: Draft, of account: AccountID, as actor: Access.Actor) async throws {
    guard let place = try await place(of: draft.conversation), actor.may(.read, place.thing) else { throw Refusal(.notFound) }
    guard actor.may(.write, place.thing) else { throw Refusal(.readOnly) }
    // A clock that is ahead would win for as long as it is.
    let kept = Draft(conversation: draft.conversation, text: draft.text, at: min(draft.at, clock.now))
    let isNew = try await store.write(locking: [.conversation(draft.conversation)]) { session in
      // Of somebody who was erased nothing is kept any more.
      guard try !session.isErased(draft.conversation) else { throw Refusal(.notFound) }
      return try session.keep(kept, of: account)
    }
    guard isNew else { return }
    hub.publish(.event(Topic.agent(account).description, json: DraftChanged(account, kept).json))
  }
}

extension Session {
  /// - Returns: false when a newer one is there.
  fileprivate func keep(_ draft: Draft, of account: AccountID) throws -> Bool {
    try run(
      """
      INSERT INTO drafts (account_id, conversation_id, text, at)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (account_id, conversation_id) DO UPDATE
      SET text = excluded.text, at = excluded.at
      WHERE drafts.at <= excluded.at
      """, account, draft.conversation, draft.text, draft.at) > 0
  }

  func drafts(of account: AccountID) throws -> [Draft] {
    try rows(
      """
      SELECT conversation_id, text, at
      FROM drafts
      WHERE account_id = $1
      ORDER BY at DESC
      LIMIT \(Conversations.draftLimit)
      """, account
    ).map { Draft(conversation: $0[0], text: $0[1], at: $0[2]) }
  }
}
