import Base
import Store

/// Writes the statement that finds the newest texts with all terms in them, among what somebody may read.
struct HitQuery {
  enum Way: Hashable, Sendable {
    /// From the index: all texts that have the terms, however many there are.
    case index
    /// Text by text, of the newest so many.
    case newest(Int)
  }

  private(set) var sql = ""
  private(set) var values: [SQLValue] = []
  private let engine: Dialect.Engine

  init(_ terms: SearchTerms, within reach: ChatReach, by way: Way, on engine: Dialect.Engine, limit: Int) {
    self.engine = engine
    let (source, order) = source(way)
    let conditions = conditions(terms, way) + [readable(reach)]
    // Only what is shown is looked up in the log.
    sql = """
      SELECT f.conversation_id, f.n, e.at, e.kind, e.body, v.name, v.email, v.phone, f.words
      FROM (
        SELECT s.id, s.conversation_id, s.n, s.words, c.visitor_id
        FROM \(source)
        CROSS JOIN conversations c
        WHERE c.id = s.conversation_id AND \(conditions.joined(separator: " AND "))
        ORDER BY \(order) DESC
        LIMIT \(limit)) AS f
      JOIN visitors v ON v.id = f.visitor_id
      LEFT JOIN entries e ON e.conversation_id = f.conversation_id AND e.n = f.n
      ORDER BY f.id DESC
      """
  }

  private func source(_ way: Way) -> (sql: String, order: String) {
    switch (way, engine) {
    case (.newest(let count), _): ("(SELECT id, conversation_id, n, words FROM search_texts ORDER BY id DESC LIMIT \(count)) AS s", "s.id")
    case (.index, .postgres): ("search_texts s", "s.id")
    case (.index, .sqlite): ("search_words CROSS JOIN search_texts s ON s.id = search_words.rowid", "search_words.rowid")
    }
  }

  private mutating func conditions(_ terms: SearchTerms, _ way: Way) -> [String] {
    guard way == .index, engine == .sqlite else { return terms.all.map { like($0) } }
    return ["search_words MATCH \(put(Self.match(terms)))"] + terms.all.filter { !SearchTerms.isIndexed($0) }.map { like($0) }
  }

  private mutating func like(_ ways: [String]) -> String {
    "(" + ways.map { "s.words LIKE \(put("%\(Self.escaped($0))%")) ESCAPE '\\'" }.joined(separator: " OR ") + ")"
  }

  private mutating func readable(_ reach: ChatReach) -> String {
    let sites = reach.sites.map { put($0) }.joined(separator: ", ")
    let ofSites = "(c.expert_id IS NULL AND c.site_id IN (\(sites.isEmpty ? "NULL" : sites)))"
    return reach.expert.map { "(\(ofSites) OR c.expert_id = \(put($0)))" } ?? ofSites
  }

  private mutating func put(_ value: some SQLEncodable) -> String {
    values.append(value.sqlValue)
    return "$\(values.count)"
  }

  /// What FTS5 is asked: each term as a phrase, so that no sign in it means anything.
  private static func match(_ terms: SearchTerms) -> String {
    terms.all.filter(SearchTerms.isIndexed).map { ways in
      "(" + ways.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: " OR ") + ")"
    }.joined(separator: " AND ")
  }

  private static func escaped(_ term: String) -> String {
    term.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
  }
}
