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
  private static var indexedCharacters: Int { 3 }

  /// The newest first, never the best: those are read from the end of the index, and a rank would have to read them all.
  func hits(_ terms: SearchTerms, within reach: ChatReach) throws -> [Hit] {
    var values: [SQLValue] = []
    func put(_ value: some SQLEncodable) -> String {
      values.append(value.sqlValue)
      return "$\(values.count)"
    }
    var conditions: [String] = []
    let isIndexed = terms.all.contains { $0.allSatisfy { $0.count >= Self.indexedCharacters } }
    var (source, order) = ("search_texts s", "s.id")
    if !isIndexed {
      source = "(SELECT id, conversation_id, n, words FROM search_texts ORDER BY id DESC LIMIT \(Self.shortLimit)) AS s"
    } else if dialect.engine == .sqlite {
      (source, order) = ("search_words CROSS JOIN search_texts s ON s.id = search_words.rowid", "search_words.rowid")
      conditions.append("search_words MATCH \(put(Self.match(terms)))")
    }
    for term in terms.all where dialect.engine == .postgres || !isIndexed || term.contains(where: { $0.count < Self.indexedCharacters }) {
      let ways = term.map { "s.words LIKE \(put("%\(Self.escaped($0))%")) ESCAPE '\\'" }
      conditions.append("(\(ways.joined(separator: " OR ")))")
    }
    let sites = reach.sites.map { put($0) }.joined(separator: ", ")
    let ofSites = "(c.expert_id IS NULL AND c.site_id IN (\(sites.isEmpty ? "NULL" : sites)))"
    conditions.append(reach.expert.map { "(\(ofSites) OR c.expert_id = \(put($0)))" } ?? ofSites)
    // What is searched for decides which way is quick: a plan for any words would be made for none.
    if dialect.engine == .postgres { try run("SET LOCAL plan_cache_mode = 'force_custom_plan'") }
    return try rows(
      """
      SELECT s.conversation_id, s.n, e.at, e.kind, e.body, v.name, v.email, v.phone, s.words
      FROM \(source)
      CROSS JOIN conversations c
      JOIN visitors v ON v.id = c.visitor_id
      LEFT JOIN entries e ON e.conversation_id = s.conversation_id AND e.n = s.n
      WHERE c.id = s.conversation_id AND \(conditions.joined(separator: " AND "))
      ORDER BY \(order) DESC
      LIMIT \(Self.hitLimit)
      """, values
    ).compactMap { row in
      guard var hit = try Hit(row) else { return nil }
      let words: String = row[8]
      guard hit.n > 0, SearchWords.folded(hit.text) != words else { return hit }
      hit.text = try revisions(of: hit.conversation, above: hit.n).last { $0.of == hit.n }?.text ?? hit.text
      return hit
    }
  }

  /// What FTS5 is asked: each term as a phrase, so that no sign in it means anything.
  private static func match(_ terms: SearchTerms) -> String {
    let indexed = terms.all.filter { $0.allSatisfy { $0.count >= indexedCharacters } }
    return indexed.map { ways in
      "(" + ways.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: " OR ") + ")"
    }.joined(separator: " AND ")
  }

  private static func escaped(_ term: String) -> String {
    term.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
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
