import Base
import Store

/// "Stop after so many more" in one thread: what is asked there counts from when it was set.
public struct ThreadStop: Hashable, Sendable {
  /// How many more may be spent; nil for no stop.
  public let left: Int64?
  /// A looser one that waits.
  public let change: Cap.Waiting?

  static let none = ThreadStop(left: nil, change: nil)
}

extension Session {
  func stop(in conversation: ConversationID, of payer: AccountID, unit: CreditUnit, at now: Moment) throws -> ThreadStop {
    let newest = try row(
      """
      SELECT id, units, then_units, then_from
      FROM spending_caps
      WHERE account_id = $1 AND unit = $2 AND span = 'thread' AND conversation_id = $3
      ORDER BY id DESC
      LIMIT 1
      """, payer, unit.rawValue, conversation)
    guard let newest else { return .none }
    let cap = Cap(units: newest[1], waiting: Cap.Waiting(newest, at: 2))
    guard let limit = cap.limit(at: now) else { return ThreadStop(left: nil, change: cap.change(at: now)) }
    let spent: Int64
    if let begun = cap.waiting?.from, begun <= now {
      spent = try self.spent(by: payer, in: unit, on: conversation, since: begun)
    } else {
      // Identities grow, so that what was asked in the same millisecond before is told from what was asked after.
      spent = try self.spent(by: payer, in: unit, on: conversation, after: newest[0])
    }
    return ThreadStop(left: max(0, limit - spent), change: cap.change(at: now))
  }

  private func spent(by payer: AccountID, in unit: CreditUnit, on conversation: ConversationID, after cap: CapID) throws -> Int64 {
    try row(
      """
      SELECT CAST(COALESCE(SUM(units - released), 0) AS BIGINT)
      FROM holds
      WHERE conversation_id = $1 AND payer_id = $2 AND unit = $3 AND id > $4 AND subscription_id IS NULL AND kind <> 'promotion'
      """, conversation, payer, unit.rawValue, cap)?[0] ?? 0
  }
}

extension Brakes {
  /// - Parameter wanted: how many more; nil for no stop.
  func stop(
    after wanted: Int64?, in conversation: ConversationID, unit: CreditUnit, by payer: AccountID
  ) async throws {
    let (id, now): (CapID, Moment) = (ids.next(), clock.now)
    try await store.write(locking: [Lock(table: "conversations", id: conversation.rawValue)]) { session in
      let stop = try session.stop(in: conversation, of: payer, unit: unit, at: now)
      let cap = Cap(units: stop.left, waiting: stop.change)
      guard cap.wanted != wanted || cap.waiting != nil else { return }
      try session.write(
        cap.asking(for: wanted, at: now), "thread", of: payer, in: unit, conversation: conversation, id: id, at: now)
    }
  }
}
