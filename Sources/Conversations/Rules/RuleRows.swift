import Base
import ConversationsCore
import Sites
import Store
import Web

extension Session {
  private static var columns: String {
    """
    id, site_id, name, active, occasion, words, page, service, language, returning_visitor, within_hours, tag_id, stars_at_most, reply_id
    """
  }

  /// In the order in which they were made, which is the order in which they are followed.
  func rules(at site: SiteID) throws -> [Rule] {
    let found = try rows("SELECT \(Self.columns) FROM rules WHERE site_id = $1 ORDER BY id LIMIT \(Rule.limit)", site)
    let people = try rows(
      "SELECT p.rule_id, p.account_id FROM rule_people p JOIN rules r ON r.id = p.rule_id WHERE r.site_id = $1", site)
    let byRule = Dictionary(grouping: people) { $0[0] as RuleID }.mapValues { Set($0.map { $0[1] as AccountID }) }
    return found.map { Rule($0, people: byRule[$0[0]] ?? []) }
  }

  func nameOfRule(_ id: RuleID) throws -> String? { try row("SELECT name FROM rules WHERE id = $1", id)?[0] }

  /// What rules that are on are for, at each website.
  func ruledOccasions() throws -> [SiteID: Set<Rule.Occasion>] {
    let found = try rows("SELECT DISTINCT site_id, occasion FROM rules WHERE active")
    return Dictionary(grouping: found) { $0[0] as SiteID }.mapValues { Set($0.map { Rule.Occasion(column: $0[1]) }) }
  }

  /// Who may be told by a rule of the website, by name: its team, and whoever watches over every team.
  func peopleForRules(at site: SiteID) throws -> [(id: AccountID, name: String)] {
    try rows(
      """
      SELECT a.id, a.name
      FROM accounts a
      WHERE a.active AND (a.is_manager OR a.is_administrator
        OR EXISTS (SELECT 1 FROM assignments s WHERE s.site_id = $1 AND s.account_id = a.id))
      ORDER BY a.name, a.id
      LIMIT 200
      """, site
    ).map { ($0[0], $0[1]) }
  }

  /// - Returns: false when it was for this chat already, or is gone.
  func begin(_ rule: RuleID, in chat: ChatID, at now: Moment) throws -> Bool {
    try run(
      """
      INSERT INTO rule_runs (chat_id, rule_id, at)
      SELECT CAST($1 AS BIGINT), r.id, CAST($3 AS BIGINT)
      FROM rules r
      WHERE r.id = $2 AND r.active
      ON CONFLICT (chat_id, rule_id) DO NOTHING
      """, chat, rule, now) > 0
  }

  /// For how many chats each was, since `start`.
  func ruleRuns(at site: SiteID, since start: Moment) throws -> [RuleID: Int64] {
    let found = try rows(
      """
      SELECT n.rule_id, COUNT(*)
      FROM rule_runs n
      JOIN rules r ON r.id = n.rule_id
      WHERE r.site_id = $1 AND n.at >= $2
      GROUP BY n.rule_id
      """, site, start)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
  }

  func save(_ rule: Rule, at now: Moment) throws {
    let asked = rule.conditions
    try run(
      """
      INSERT INTO rules (\(Self.columns), created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
      ON CONFLICT (id) DO UPDATE
      SET name = excluded.name, active = excluded.active, occasion = excluded.occasion, words = excluded.words, page = excluded.page,
        service = excluded.service, language = excluded.language, returning_visitor = excluded.returning_visitor,
        within_hours = excluded.within_hours, tag_id = excluded.tag_id, stars_at_most = excluded.stars_at_most, reply_id = excluded.reply_id
      """, rule.id, rule.site, rule.name, rule.active, rule.occasion.rawValue, asked.words.joined(separator: ", "), asked.page,
      asked.service, asked.language, asked.isReturning, asked.isWithinHours, asked.tag, asked.starsAtMost, rule.reply, now)
    try run("DELETE FROM rule_people WHERE rule_id = $1", rule.id)
    for account in rule.people.sorted() { try run("INSERT INTO rule_people (rule_id, account_id) VALUES ($1, $2)", rule.id, account) }
  }

  func remove(_ rule: RuleID) throws {
    try run("DELETE FROM rule_runs WHERE rule_id = $1", rule)
    try run("DELETE FROM rules WHERE id = $1", rule)
  }
}

extension Rule {
  /// Words are kept as they are typed: with commas between them.
  static func words(_ typed: String) -> [String] {
    typed.split(separator: ",").map { Form.trimmed(String($0)) }.filter { !$0.isEmpty }
  }

  fileprivate init(_ row: Row, people: Set<AccountID>) {
    var asked = Conditions()
    asked.words = Self.words(row[5])
    (asked.page, asked.service, asked.language) = (row[6], row[7], row[8])
    (asked.isReturning, asked.isWithinHours, asked.tag, asked.starsAtMost) = (row[9], row[10], row[11], row[12])
    self.init(
      id: row[0], site: row[1], name: row[2], active: row[3], occasion: Occasion(column: row[4]), conditions: asked, reply: row[13],
      people: people)
  }
}
