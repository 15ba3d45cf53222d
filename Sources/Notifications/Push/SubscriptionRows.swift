import Base
import Store

/// A subscription as it is kept, bound to the session in which it was made: with the session it goes, and while that has run out it rests.
struct KeptSubscription: Hashable, Sendable {
  let id: PushSubscriptionID
  let account: AccountID
  let subscription: PushSubscription
}

extension Session {
  private static var question: String {
    """
    SELECT push_subscriptions.id, push_subscriptions.account_id, endpoint, public_key, secret
    FROM push_subscriptions
    JOIN sessions ON sessions.token_digest = push_subscriptions.session_digest
    """
  }

  /// An endpoint is one browser's: whoever is signed in there now has it.
  func save(
    _ subscription: PushSubscription, id: PushSubscriptionID, of account: AccountID, session digest: [UInt8], at now: Moment, limit: Int
  ) throws {
    try run("DELETE FROM push_subscriptions WHERE endpoint = $1", subscription.endpoint)
    try run(
      """
      INSERT INTO push_subscriptions (id, account_id, session_digest, endpoint, public_key, secret, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """, id, account, digest, subscription.endpoint, subscription.publicKey, subscription.secret, now)
    for old in try subscriptions(of: account, at: now).dropFirst(limit) { try dropSubscription(old.id) }
  }

  /// The newest first.
  func subscriptions(of account: AccountID, at now: Moment) throws -> [KeptSubscription] {
    try rows(
      """
      \(Self.question)
      WHERE push_subscriptions.account_id = $1 AND sessions.expires_at > $2
      ORDER BY push_subscriptions.created_at DESC, push_subscriptions.id DESC
      LIMIT 100
      """, account, now
    ).map(KeptSubscription.init)
  }

  func subscription(_ id: PushSubscriptionID, at now: Moment) throws -> KeptSubscription? {
    try row("\(Self.question) WHERE push_subscriptions.id = $1 AND sessions.expires_at > $2", id, now).map(KeptSubscription.init)
  }

  func dropSubscription(_ id: PushSubscriptionID) throws { try run("DELETE FROM push_subscriptions WHERE id = $1", id) }

  func dropSubscription(endpoint: String, of account: AccountID) throws {
    try run("DELETE FROM push_subscriptions WHERE endpoint = $1 AND account_id = $2", endpoint, account)
  }
}

extension KeptSubscription {
  fileprivate init(_ row: Row) {
    self.init(id: row[0], account: row[1], subscription: PushSubscription(endpoint: row[2], publicKey: row[3], secret: row[4]))
  }
}
