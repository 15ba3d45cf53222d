import Base
import Ledger
import Store
import Web

extension Kinds {
  public enum FreeMinutes {}
}

/// Minutes of chats by the minute that the house pays for (P15).
struct FreeMinutes: Hashable, Sendable {
  let id: ID<Kinds.FreeMinutes>
  let owner: AccountID
  /// An administrator's words; empty where they came by a code.
  let reason: String
  let minutes: Int64
  /// Of that, in seconds.
  var left: Int64
  var by: AccountID?
  var expiresAt: Moment?

  var about: String { "minutes.\(id)" }
}

extension Session {
  private static var freeColumns: String { "id, account_id, reason, seconds, used, given_by, expires_at" }

  /// - Returns: false when they were given before.
  func insert(_ free: FreeMinutes, at now: Moment) throws -> Bool {
    try run(
      """
      INSERT INTO free_minutes (id, account_id, reason, seconds, used, given_by, at, expires_at)
      VALUES ($1, $2, $3, $4, 0, $5, $6, $7)
      ON CONFLICT DO NOTHING
      """, free.id, free.owner, free.reason, free.minutes * 60, free.by, now, free.expiresAt) == 1
  }

  func freeMinutes(_ id: ID<Kinds.FreeMinutes>) throws -> FreeMinutes? {
    try row("SELECT \(Self.freeColumns) FROM free_minutes WHERE id = $1", id).map(FreeMinutes.init)
  }

  /// What somebody has of them, what ends first before the rest.
  func freeMinutes(of owner: AccountID, at now: Moment) throws -> [FreeMinutes] {
    try rows(
      """
      SELECT \(Self.freeColumns)
      FROM free_minutes
      WHERE account_id = $1 AND used < seconds AND (expires_at IS NULL OR expires_at > $2)
      ORDER BY expires_at ASC NULLS LAST, id
      LIMIT 100
      """, owner, now
    ).map(FreeMinutes.init)
  }

  /// For how many seconds somebody chats by the minute for nothing.
  public func freeSeconds(of owner: AccountID, at now: Moment) throws -> Int64 {
    try freeMinutes(of: owner, at: now).reduce(0) { $0 + $1.left }
  }

  /// Sets all that there is aside for a chat, which gives back what it does not use.
  ///
  /// - Returns: how many seconds.
  public func takeFreeSeconds(of owner: AccountID, for chat: MinuteSessionID, at now: Moment) throws -> Int64 {
    let found = try freeMinutes(of: owner, at: now)
    for free in found {
      try run("UPDATE free_minutes SET used = seconds WHERE id = $1", free.id)
      try run("INSERT INTO free_minute_uses (chat_id, free_id, seconds) VALUES ($1, $2, $3)", chat, free.id, free.left)
    }
    return found.reduce(0) { $0 + $1.left }
  }

  /// A chat is over and has used so many seconds: the rest is its customer's again, what ends last before the rest.
  public func giveBackFreeSeconds(of chat: MinuteSessionID, but used: Int64) throws {
    let uses = try rows("SELECT free_id, seconds FROM free_minute_uses WHERE chat_id = $1", chat)
    let ends = try uses.map { row in try freeMinutes(row[0])?.expiresAt ?? Moment(milliseconds: .max) }
    var left = used
    for (row, _) in zip(uses, ends).sorted(by: { ($0.1, $0.0[0] as Int64) < ($1.1, $1.0[0] as Int64) }) {
      let (free, seconds): (ID<Kinds.FreeMinutes>, Int64) = (row[0], row[1])
      let kept = min(left, seconds)
      left -= kept
      try run("UPDATE free_minutes SET used = used - $2 WHERE id = $1", free, seconds - kept)
      try run("UPDATE free_minute_uses SET seconds = $3 WHERE chat_id = $1 AND free_id = $2", chat, free, kept)
    }
  }
}

extension FreeMinutes {
  fileprivate init(_ row: Row) {
    let (seconds, used): (Int64, Int64) = (row[3], row[4])
    self.init(
      id: row[0], owner: row[1], reason: row[2], minutes: seconds / 60, left: seconds - used, by: row[5], expiresAt: row[6])
  }

  /// Why they were given.
  func why(_ texts: Texts) -> String { reason.isEmpty ? texts["payments.gifts.occasion.code"] : reason }
}
