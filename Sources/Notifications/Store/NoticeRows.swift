import Base
import Store

private let columns = "id, account_id, kind, subject, data, count, revision, at, read_at, archived_at, shown, mailed_at"

extension Session {
  /// Makes a notice, or moves the one that is unread; nil when these tidings were told before.
  func tell(_ tidings: Tidings, to account: AccountID, id: NoticeID, shown: Bool) throws -> NoticeID? {
    let known = try row(
      """
      SELECT id, at, read_at
      FROM notices
      WHERE account_id = $1 AND subject = $2 AND kind = $3
      ORDER BY at DESC, id DESC
      LIMIT 1
      """, account, tidings.subject, tidings.kind.name)
    if let known, known[1] as Moment >= tidings.at { return nil }
    if let known, known[2] as Moment? == nil {
      let notice: NoticeID = known[0]
      try run(
        """
        UPDATE notices
        SET data = $2, count = $3, at = $4, revision = revision + 1, archived_at = NULL, shown = $5, mailed_at = NULL
        WHERE id = $1
        """, notice, tidings.json, tidings.count, tidings.at, shown)
      return notice
    }
    try run(
      """
      INSERT INTO notices (id, account_id, kind, subject, data, count, revision, at, shown)
      VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8)
      """, id, account, tidings.kind.name, tidings.subject, tidings.json, tidings.count, tidings.at, shown)
    return id
  }

  /// The unread notice of tidings that were told before, where they name other rows now.
  func correct(_ tidings: Tidings, of account: AccountID) throws -> NoticeID? {
    try row(
      """
      UPDATE notices
      SET data = $5, revision = revision + 1
      WHERE account_id = $1 AND subject = $2 AND kind = $3 AND at = $4 AND read_at IS NULL AND CAST(data AS TEXT) <> $6
      RETURNING id
      """, account, tidings.subject, tidings.kind.name, tidings.at, tidings.json, tidings.json
    ).map { $0[0] }
  }

  /// Makes the notices of some accounts newer; answers which they are.
  func touchNotices(about subject: String, of accounts: [AccountID]) throws -> [(NoticeID, AccountID)] {
    try stride(from: 0, to: accounts.count, by: SQLList.limit).flatMap { start in
      let list = SQLList(Array(accounts[start..<min(start + SQLList.limit, accounts.count)]), from: 2)
      return try rows(
        """
        UPDATE notices
        SET revision = revision + 1
        WHERE subject = $1 AND archived_at IS NULL AND account_id \(list.sql)
        RETURNING id, account_id
        """, [subject.sqlValue] + list.values
      ).map { row in (row[0] as NoticeID, row[1] as AccountID) }
    }
  }

  /// The unread notices about a subject, of every account or of one.
  func unread(about subject: String, kind: NoticeKind, of account: AccountID? = nil) throws -> [Notice] {
    if let account {
      return try rows(
        "SELECT \(columns) FROM notices WHERE account_id = $1 AND kind = $2 AND subject = $3 AND read_at IS NULL", account, kind.name,
        subject
      ).map(Notice.init)
    }
    return try rows("SELECT \(columns) FROM notices WHERE subject = $1 AND kind = $2 AND read_at IS NULL LIMIT 1000", subject, kind.name)
      .map(Notice.init)
  }

  /// Everything that an account has not read, also what it is not shown.
  func unread(of account: AccountID, limit: Int) throws -> [Notice] {
    try rows(
      "SELECT \(columns) FROM notices WHERE account_id = $1 AND read_at IS NULL ORDER BY at DESC, id DESC LIMIT $2", account, limit
    ).map(Notice.init)
  }

  func notice(_ id: NoticeID) throws -> Notice? {
    try row("SELECT \(columns) FROM notices WHERE id = $1", id).map(Notice.init)
  }

  func notices(_ ids: [NoticeID]) throws -> [Notice] { try ids.compactMap { try notice($0) } }

  /// A page of what an account is shown, the newest first.
  func notices(of account: AccountID, _ shelf: NoticeShelf, skipping offset: Int = 0, limit: Int) throws -> [Notice] {
    try rows(
      """
      SELECT \(columns)
      FROM notices
      WHERE account_id = $1 AND shown AND \(shelf.condition)
      ORDER BY at DESC, id DESC
      LIMIT $2 OFFSET $3
      """, account, limit, offset
    ).map(Notice.init)
  }

  func countNotices(of account: AccountID, _ shelf: NoticeShelf) throws -> Int64 {
    try row("SELECT COUNT(*) FROM notices WHERE account_id = $1 AND shown AND \(shelf.condition)", account)?[0] ?? 0
  }

  func setRead(_ id: NoticeID, at now: Moment) throws {
    try run("UPDATE notices SET read_at = $2, revision = revision + 1 WHERE id = $1 AND read_at IS NULL", id, now)
  }

  func setArchived(_ id: NoticeID, at now: Moment) throws {
    try run(
      """
      UPDATE notices
      SET archived_at = $2, read_at = COALESCE(read_at, $2), revision = revision + 1
      WHERE id = $1 AND archived_at IS NULL
      """, id, now)
  }

  func sweepNotices(before end: Moment) throws { try run("DELETE FROM notices WHERE at < $1", end) }
}

/// What a list of notices shows.
enum NoticeShelf: String, CaseIterable, Sendable {
  case open, unread, archived

  fileprivate var condition: String {
    switch self {
    case .open: "archived_at IS NULL"
    case .unread: "archived_at IS NULL AND read_at IS NULL"
    case .archived: "archived_at IS NOT NULL"
    }
  }
}

extension Notice {
  fileprivate init(_ row: Row) {
    self.init(
      id: row[0], account: row[1], kind: row[2], subject: row[3], data: row[4], count: row[5], revision: row[6], at: row[7], readAt: row[8],
      archivedAt: row[9], shown: row[10], mailedAt: row[11])
  }
}
