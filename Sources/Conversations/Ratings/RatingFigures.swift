import Base
import Store
import Wire

/// Ratings of chats as figures, and each of them: both are read from the same rows.
struct RatingSum: Hashable, Sendable {
  private(set) var count: Int64 = 0
  private(set) var stars: Int64 = 0
  /// With four stars or five.
  private(set) var good: Int64 = 0

  init() {}

  init(count: Int64, stars: Int64, good: Int64) {
    self.count = count
    self.stars = stars
    self.good = good
  }

  /// The average with one decimal, rounded half up: `48` is 4.8.
  var tenths: Int64 { count == 0 ? 0 : (stars * 20 + count) / (2 * count) }

  /// How many of a hundred are good, rounded half up.
  var goodPercent: Int64 { count == 0 ? 0 : (good * 200 + count) / (2 * count) }

  static func + (left: Self, right: Self) -> Self {
    Self(count: left.count + right.count, stars: left.stars + right.stars, good: left.good + right.good)
  }
}

struct GivenRating: Sendable {
  let chat: ChatID
  let place: ChatPlace
  let site: SiteID
  let stars: Int64
  /// Empty for none.
  let text: String
  let visitor: String?
}

struct RatingFigures: Sendable {
  let sites: [SiteID: RatingSum]
  let agents: [AccountID: RatingSum]
  /// One more than a page holds where there is another one.
  let given: [GivenRating]
  let agentsOfChats: [ChatID: [AccountID]]
  let names: [AccountID: String]
}

extension Session {
  func ratingFigures(_ filter: RatingFilter, within reach: ChatReach, at now: Moment, limit: Int) throws -> RatingFigures {
    let (from, seen) = (filter.from(at: now), Set(reach.sites))
    let given = try ratings(filter, within: reach, from: from, limit: limit)
    let agents = try ratedAgents(from: from, seen)
    let ofChats = try ratedAgents(of: given.map(\.chat))
    let named = Set(agents.keys).union(ofChats.values.joined())
    return RatingFigures(
      sites: try ratedSites(from: from, seen), agents: agents, given: given, agentsOfChats: ofChats, names: try ratedNames(named))
  }

  private func ratedSites(from: Moment, _ seen: Set<SiteID>) throws -> [SiteID: RatingSum] {
    let found = try rows("SELECT r.site_id, \(Self.sums) FROM chat_ratings r WHERE r.rated_at >= $1 GROUP BY r.site_id", from)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0] as SiteID, RatingSum($0, at: 1)) }).filter { seen.contains($0.key) }
  }

  private func ratedAgents(from: Moment, _ seen: Set<SiteID>) throws -> [AccountID: RatingSum] {
    let found = try rows(
      """
      SELECT a.account_id, r.site_id, \(Self.sums)
      FROM chat_ratings r
      JOIN rated_agents a ON a.chat_id = r.chat_id
      WHERE r.rated_at >= $1
      GROUP BY a.account_id, r.site_id
      """, from)
    return found.reduce(into: [:]) { sums, row in
      guard seen.contains(row[1]) else { return }
      sums[row[0], default: RatingSum()] = sums[row[0], default: RatingSum()] + RatingSum(row, at: 2)
    }
  }

  private static var sums: String {
    """
    COUNT(*), CAST(SUM(r.stars) AS BIGINT),
      CAST(SUM(CASE WHEN r.stars >= \(Rating.goodStars) THEN 1 ELSE 0 END) AS BIGINT)
    """
  }

  /// The newest first, of as many websites at a time as a list takes.
  private func ratings(_ filter: RatingFilter, within reach: ChatReach, from: Moment, limit: Int) throws -> [GivenRating] {
    let sites = reach.sites.filter { filter.site == nil || filter.site == $0 }
    var found: [GivenRating] = []
    for start in stride(from: 0, to: sites.count, by: SQLList.limit) {
      found += try ratings(at: Array(sites[start..<min(start + SQLList.limit, sites.count)]), filter, from: from, limit: limit)
    }
    return Array(found.sorted { $0.place > $1.place }.prefix(limit))
  }

  private func ratings(at sites: [SiteID], _ filter: RatingFilter, from: Moment, limit: Int) throws -> [GivenRating] {
    var (conditions, values) = (["r.rated_at >= $1"], [from.sqlValue])
    if let place = filter.place {
      conditions.append("(r.rated_at, r.conversation_id) < ($2, $3)")
      values += [place.at.sqlValue, place.id.sqlValue]
    }
    if let agent = filter.agent {
      values.append(agent.sqlValue)
      conditions.append("EXISTS (SELECT 1 FROM rated_agents a WHERE a.chat_id = r.chat_id AND a.account_id = $\(values.count))")
    }
    let list = SQLList(sites, from: values.count + 1)
    conditions.append("r.site_id \(list.sql)")
    return try rows(
      """
      SELECT r.chat_id, r.conversation_id, r.site_id, r.stars, r.rated_at, e.kind, e.body, v.name
      FROM chat_ratings r
      JOIN entries e ON e.conversation_id = r.conversation_id AND e.n = r.entry_n
      JOIN conversations c ON c.id = r.conversation_id
      JOIN visitors v ON v.id = c.visitor_id
      WHERE \(conditions.joined(separator: " AND "))
      ORDER BY r.rated_at DESC, r.conversation_id DESC
      LIMIT \(limit)
      """, values + list.values
    ).map { try GivenRating($0) }
  }

  private func ratedAgents(of chats: [ChatID]) throws -> [ChatID: [AccountID]] {
    let list = SQLList(chats, from: 1)
    let found = try rows("SELECT chat_id, account_id FROM rated_agents WHERE chat_id \(list.sql) ORDER BY account_id", list.values)
    return Dictionary(grouping: found) { $0[0] as ChatID }.mapValues { $0.map { $0[1] } }
  }

  /// Under which names visitors know them; an account that was erased has none.
  private func ratedNames(_ accounts: Set<AccountID>) throws -> [AccountID: String] {
    let all = accounts.sorted()
    var names: [AccountID: String] = [:]
    for start in stride(from: 0, to: all.count, by: SQLList.limit) {
      let list = SQLList(Array(all[start..<min(start + SQLList.limit, all.count)]), from: 1)
      for row in try rows("SELECT id, pseudonym FROM accounts WHERE id \(list.sql)", list.values) { names[row[0]] = row[1] }
    }
    return names
  }
}

extension RatingSum {
  fileprivate init(_ row: Row, at first: Int) { self.init(count: row[first], stars: row[first + 1], good: row[first + 2]) }
}

extension GivenRating {
  fileprivate init(_ row: Row) throws {
    let words = try Rating(event: row[5], body: row[6])?.text
    self.init(
      chat: row[0], place: ChatPlace(at: row[4], id: row[1]), site: row[2], stars: row[3], text: words ?? "", visitor: row[7])
  }
}
