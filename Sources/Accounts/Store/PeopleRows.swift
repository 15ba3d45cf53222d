import Access
import Base
import Store
import Web

/// Whom a list of accounts shows.
struct PeopleQuery: Sendable {
  enum Group: String, CaseIterable, Sendable { case team, customer, expert, agent, manager, administrator, inactive }

  /// Part of a name or an address; of one character, everybody.
  var text = ""
  var group: Group?
  var page = 1

  static let textLimit = 100

  /// Conditions and their values, numbered from 1.
  fileprivate var filter: (sql: String, values: [SQLValue]) {
    var conditions = ["deleted_at IS NULL"]
    var values: [SQLValue] = []
    if text.count > 1 {
      let escaped = text.lowercased().prefix(Self.textLimit).map { "!%_".contains($0) ? "!\($0)" : String($0) }.joined()
      values.append("%\(escaped)%".sqlValue)
      conditions.append("(name_key LIKE $1 ESCAPE '!' OR email_key LIKE $1 ESCAPE '!')")
    }
    switch group {
    case nil: break
    case .team: conditions.append("(is_agent OR is_manager OR is_administrator)")
    case .customer: conditions.append("NOT (is_agent OR is_manager OR is_administrator OR is_expert)")
    case .expert: conditions.append("is_expert")
    case .agent: conditions.append("is_agent")
    case .manager: conditions.append("is_manager")
    case .administrator: conditions.append("is_administrator")
    case .inactive: conditions.append("NOT active")
    }
    return (conditions.joined(separator: " AND "), values)
  }
}

extension Session {
  /// One page of those who are meant, by name, and how many there are in all.
  func people(_ query: PeopleQuery) throws -> (accounts: [Account], total: Int) {
    let (sql, values) = query.filter
    let (limit, offset) = (Accounts.pageLength, (query.page - 1) * Accounts.pageLength)
    let found = try rows(
      "SELECT \(Account.columns) FROM accounts WHERE \(sql) ORDER BY name, id LIMIT \(limit) OFFSET \(offset)", values)
    let count = try rows("SELECT COUNT(*) FROM accounts WHERE \(sql)", values).first
    return (found.map(Account.init), count?[0] ?? 0)
  }
}
