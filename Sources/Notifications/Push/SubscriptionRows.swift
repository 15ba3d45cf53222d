import Base
import Store

/// A subscription as it is kept, bound to the session in which it was made: with the session it goes.
struct KeptSubscription: Hashable, Sendable {
  let id: PushSubscriptionID
  let account: AccountID
  let subscription: PushSubscription
}

extension Session {
  private static var columns: String { "id, account_id, endpoint, public_key, secret" }

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
    for old in try subscriptions(of: account).dropFirst(limit) { try dropSubscription(old.id) }
  }

  /// The newest first.
  func subscriptions(of account: AccountID) throws -> [KeptSubscription] {
    try rows("SELECT \(Self.columns) FROM push_subscriptions WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 100", account)
      .map(KeptSubscription.init)
  }

  func subscription(_ id: PushSubscriptionID) throws -> KeptSubscription? {
    try row("SELECT \(Self.columns) FROM push_subscriptions WHERE id = $1", id).map(KeptSubscription.init)
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
