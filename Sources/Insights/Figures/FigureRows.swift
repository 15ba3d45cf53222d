import Base
import Store

/// One row behind a figure.
struct CountedRow: Hashable, Sendable {
  let at: Moment
  let conversation: ConversationID?
  let name: String?
  let amount: Int64
  let account: AccountID?
}

extension Session {
  /// What is true now, from the rows themselves.
  func figures(at site: SiteID, in span: Range<Moment>) throws -> Figures {
    var figures = Figures()
    for figure in Figure.ofSites { figures.site[figure] = try tally(figure, at: site, in: span) }
    for figure in Figure.ofAgents {
      let found = try rows(
        """
        SELECT f.account_id, COUNT(*), CAST(SUM(f.amount) AS BIGINT)
        FROM (\(figure.rows)) AS f
        WHERE f.account_id IS NOT NULL
        GROUP BY f.account_id
        """, site, span.lowerBound, span.upperBound)
      for row in found { figures.agents[row[0], default: [:]][figure] = Tally(count: row[1], sum: row[2]) }
    }
    return figures
  }

  func tally(_ figure: Figure, at site: SiteID, in span: Range<Moment>) throws -> Tally {
    let found = try row(
      "SELECT COUNT(*), CAST(COALESCE(SUM(f.amount), 0) AS BIGINT) FROM (\(figure.rows)) AS f", site, span.lowerBound, span.upperBound)
    return found.map { Tally(count: $0[0], sum: $0[1]) } ?? Tally()
  }

  /// The newest first.
  func counted(_ figure: Figure, at site: SiteID, by account: AccountID?, in span: Range<Moment>, limit: Int) throws -> [CountedRow] {
    let condition = account == nil ? "" : "WHERE f.account_id = $4"
    let values: [SQLValue] = [site.sqlValue, span.lowerBound.sqlValue, span.upperBound.sqlValue] + (account.map { [$0.sqlValue] } ?? [])
    return try rows(
      """
      SELECT f.at, f.conversation_id, f.name, f.amount, f.account_id
      FROM (\(figure.rows)) AS f
      \(condition)
      ORDER BY f.at DESC, f.conversation_id DESC
      LIMIT \(limit)
      """, values
    ).map { CountedRow(at: $0[0], conversation: $0[1], name: $0[2], amount: $0[3], account: $0[4]) }
  }

  /// When chats began, in quarters of an hour, which every zone keeps to.
  func beginnings(at site: SiteID, in span: Range<Moment>) throws -> [(at: Moment, count: Int64)] {
    try rows(
      "SELECT f.at / 900000, COUNT(*) FROM (\(Figure.chats.rows)) AS f GROUP BY f.at / 900000", site, span.lowerBound, span.upperBound
    ).map { (Moment(milliseconds: ($0[0] as Int64) * 900_000), $0[1]) }
  }

  func namesOfAgents(_ accounts: Set<AccountID>) throws -> [AccountID: String] {
    let list = SQLList(Array(accounts.sorted().prefix(SQLList.limit)), from: 1)
    let found = try rows("SELECT id, name FROM accounts WHERE id \(list.sql)", list.values)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
  }
}
