import Base
import Store

/// What an account wants to be told of, and by which ways.
struct Wishes: Hashable, Sendable {
  struct Wish: Hashable, Sendable {
    let kind: String
    let channel: Channel
  }

  var said: [Wish: Bool] = [:]
  var hours = QuietHours.standard

  func wants(_ kind: NoticeKind, by channel: Channel) -> Bool { said[Wish(kind: kind.name, channel: channel)] ?? kind.standard(channel) }
}

extension Session {
  func wishes(of account: AccountID) throws -> Wishes {
    var wishes = Wishes()
    for row in try rows("SELECT kind, channel, wanted FROM notice_wishes WHERE account_id = $1", account) {
      guard let channel = Channel(rawValue: row[1]) else { continue }
      wishes.said[Wishes.Wish(kind: row[0], channel: channel)] = row[2]
    }
    if let row = try row("SELECT quiet, starts_minute, ends_minute FROM notice_hours WHERE account_id = $1", account) {
      wishes.hours = QuietHours(isOn: row[0], starts: row[1], ends: row[2], zone: QuietHours.standard.zone)
    }
    let zone: String? = try row("SELECT time_zone FROM accounts WHERE id = $1", account)?[0]
    if let zone, !zone.isEmpty { wishes.hours.zone = zone }
    return wishes
  }

  func save(_ wishes: Wishes, of account: AccountID) throws {
    for (wish, wanted) in wishes.said.sorted(by: { ($0.key.kind, $0.key.channel.rawValue) < ($1.key.kind, $1.key.channel.rawValue) }) {
      try run(
        """
        INSERT INTO notice_wishes (account_id, kind, channel, wanted)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, kind, channel) DO UPDATE SET wanted = excluded.wanted
        """, account, wish.kind, wish.channel.rawValue, wanted)
    }
    try run(
      """
      INSERT INTO notice_hours (account_id, quiet, starts_minute, ends_minute)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (account_id) DO UPDATE
      SET quiet = excluded.quiet, starts_minute = excluded.starts_minute, ends_minute = excluded.ends_minute
      """, account, wishes.hours.isOn, wishes.hours.starts, wishes.hours.ends)
  }
}
