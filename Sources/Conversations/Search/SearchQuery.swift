import Base
import Store
import Wire

/// A message or a visitor in which everything was found that somebody looked for.
struct Hit: Sendable {
  let conversation: ConversationID
  /// The number of the message; 0 for the visitor's own details.
  let n: Int64
  let at: Moment?
  var text: String
}

extension Session {
  static var hitLimit: Int { 30 }
  /// Two letters stand in no index: they are looked for in as many of the newest texts.
  private static var shortLimit: Int { 20_000 }
  /// PostgreSQL sorts all that its index has before it gives the first, and takes what many texts have for rare. So it looks at some of the newest
  /// first, and at more of them where these promise a page.
  private static var glance: Int { 5000 }
  private static var longLook: Int { 40_000 }

  /// The newest first, never the best: those are read from the end of the index, and a rank would have to read them all.
  func hits(_ terms: SearchTerms, within reach: ChatReach) throws -> [Hit] {
    guard terms.areIndexed else { return try hits(terms, within: reach, by: .newest(Self.shortLimit)).hits }
    if dialect.engine == .postgres {
      var found = try hits(terms, within: reach, by: .newest(Self.glance))
      if found.count < Self.hitLimit, found.count * Self.longLook / Self.glance >= Self.hitLimit {
        found = try hits(terms, within: reach, by: .newest(Self.longLook))
      }
      if found.count == Self.hitLimit { return found.hits }
    }
    return try hits(terms, within: reach, by: .index).hits
  }

  /// - Returns: also how many places were found, some of which can perhaps be read no more.
  func hits(_ terms: SearchTerms, within reach: ChatReach, by way: HitQuery.Way) throws -> (hits: [Hit], count: Int) {
    let query = HitQuery(terms, within: reach, by: way, on: dialect.engine, limit: Self.hitLimit)
    // What is searched for decides which way is quick: a plan for any words would be made for none.
    if dialect.engine == .postgres { try run("SET LOCAL plan_cache_mode = 'force_custom_plan'") }
    let found = try rows(query.sql, query.values)
    return (try found.compactMap(hit), found.count)
  }

  private func hit(_ row: Row) throws -> Hit? {
    guard var hit = try Hit(row) else { return nil }
    let words: String = row[8]
    guard hit.n > 0, SearchWords.folded(hit.text) != words else { return hit }
    hit.text = try revisions(of: hit.conversation, above: hit.n).last { $0.of == hit.n }?.text ?? hit.text
    return hit
  }
}

extension Hit {
  /// Nil for what can no longer be read: the log has the last word.
  fileprivate init?(_ row: Row) throws {
    conversation = row[0]
    n = row[1]
    at = row[2]
    if let kind: String = row[3], let body: String = row[4] {
      guard let said = try Body(event: kind, json: Array(body.utf8)).readableText else { return nil }
      text = said
    } else {
      let parts: [String?] = [row[5], row[6], row[7]]
      text = parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
    }
  }
}
