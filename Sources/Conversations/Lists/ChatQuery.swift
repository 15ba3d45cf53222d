import Base
import Store
import Wire

extension Session {
  /// Conversations of a filter, newest first: those after `place`.
  ///
  /// Of each website and state as many as a page holds are read from the index, and the newest of all are the page: so nothing is sorted
  /// that is not shown, however long the archive is.
  func places(_ filter: ChatFilter, within reach: ChatReach, after place: ChatPlace?, limit: Int) throws -> [ChatPlace] {
    let sites = reach.sites.filter { filter.sites.isEmpty || filter.sites.contains($0) }
    let sources = sites.map(ChatQuery.Source.site) + (reach.expert.map { [.expert($0)] } ?? [])
    var found: [ChatPlace] = []
    for start in stride(from: 0, to: sources.count, by: ChatQuery.sourcesAtOnce) {
      var query = ChatQuery(filter, by: reach.account, after: place, limit: limit)
      let sql = query.sql(of: sources[start..<min(start + ChatQuery.sourcesAtOnce, sources.count)])
      found += try rows(sql, query.values).map { ChatPlace(at: $0[1], id: $0[0]) }
    }
    return Array(found.sorted(by: >).prefix(limit))
  }
}

/// Writes the statement of one page.
struct ChatQuery {
  enum Source {
    case site(SiteID)
    case expert(AccountID)
  }

  /// Of these and their states a statement is put together; SQLite takes five hundred parts.
  static let sourcesAtOnce = 100

  private(set) var values: [SQLValue] = []
  private let filter: ChatFilter
  private let account: AccountID
  private let place: ChatPlace?
  private let limit: Int

  init(_ filter: ChatFilter, by account: AccountID, after place: ChatPlace?, limit: Int) {
    self.filter = filter
    self.account = account
    self.place = place
    self.limit = limit
  }

  mutating func sql(of sources: some Collection<Source>) -> String {
    let conditions = conditions()
    let states = filter.state.map { [$0] } ?? ChatState.allCases
    var parts: [String] = []
    for source in sources {
      let whose = whose(source)
      for state in states { parts.append(part(parts.count, whose, state, conditions)) }
    }
    return parts.joined(separator: "\nUNION ALL\n") + "\nORDER BY 2 DESC, 1 DESC\nLIMIT \(limit)"
  }

  private func part(_ number: Int, _ whose: String, _ state: ChatState, _ conditions: [String]) -> String {
    """
    SELECT id, active_at FROM (
      SELECT c.id, c.active_at FROM conversations c
      WHERE \(([whose, "c.state = '\(state.rawValue)'"] + conditions).joined(separator: " AND "))
      ORDER BY c.active_at DESC, c.id DESC LIMIT \(limit)) AS p\(number)
    """
  }

  private mutating func whose(_ source: Source) -> String {
    switch source {
    case .site(let site): return "c.site_id = \(put(site)) AND c.expert_id IS NULL"
    case .expert(let expert):
      let own = "c.expert_id = \(put(expert))"
      guard !filter.sites.isEmpty else { return own }
      return own + " AND c.site_id IN (" + filter.sites.sorted().map { put($0) }.joined(separator: ", ") + ")"
    }
  }

  private mutating func conditions() -> [String] {
    var conditions: [String] = []
    if let place { conditions.append("(c.active_at, c.id) < (\(put(place.at)), \(put(place.id)))") }
    if let from = filter.from { conditions.append("c.active_at >= \(put(from))") }
    if let to = filter.to { conditions.append("c.active_at < \(put(to))") }
    switch filter.answerer {
    case nil: break
    case .mine: conditions.append("EXISTS (\(answerers) AND p.account_id = \(put(account)))")
    case .one(let other): conditions.append("EXISTS (\(answerers) AND p.account_id = \(put(other)))")
    case .nobody: conditions.append("NOT EXISTS (\(answerers))")
    }
    switch filter.lead {
    case nil: break
    case .filled: conditions.append("EXISTS (\(chat) AND h.form = 'sent')")
    case .pending: conditions.append("EXISTS (\(chat) AND h.form = 'needed')")
    case .offline: conditions.append("EXISTS (\(chat) AND h.offline)")
    }
    switch filter.rating {
    case nil: break
    case .good: conditions.append("EXISTS (\(rating) AND q.stars >= \(Rating.goodStars))")
    case .bad: conditions.append("EXISTS (\(rating) AND q.stars < \(Rating.goodStars))")
    case .unrated: conditions.append("NOT EXISTS (\(rating))")
    }
    if let tag = filter.tag {
      conditions.append("EXISTS (SELECT 1 FROM chat_tags g WHERE g.conversation_id = c.id AND g.tag_id = \(put(tag)))")
    }
    switch filter.outcome {
    case nil: break
    case .won: conditions.append("EXISTS (\(outcome) AND o.kind = 'won')")
    case .handedOver: conditions.append("EXISTS (\(outcome) AND o.kind = 'handedOver')")
    case .nothing: conditions.append("NOT EXISTS (\(outcome))")
    }
    return conditions
  }

  private var outcome: String { "SELECT 1 FROM conversions o WHERE o.chat_id = c.chat_id" }

  /// Who answers the present chat, or did until it was closed.
  private var answerers: String {
    """
    SELECT 1 FROM participants p
      WHERE p.conversation_id = c.id AND p.chat_id = c.chat_id AND (p.here OR c.state = 'closed')
    """
  }

  private var rating: String { "SELECT 1 FROM chat_ratings q WHERE q.chat_id = c.chat_id" }

  private var chat: String { "SELECT 1 FROM chats h WHERE h.id = c.chat_id" }

  private mutating func put(_ value: some SQLEncodable) -> String {
    values.append(value.sqlValue)
    return "$\(values.count)"
  }
}
