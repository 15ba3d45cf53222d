import Base
import FoundationEssentials
import Store

/// A line of the audit log as it is read.
struct KeptAuditLine: Sendable {
  let id: AuditLineID
  let at: Moment
  let line: AuditLine
  /// Who did it, by name; empty for a deleted account, nil for nobody who was signed in.
  let name: String?
  /// Whom it was done to, where it was an account.
  let subject: (id: AccountID, name: String)?
}

extension Session {
  /// Writes a line of the audit log in the transaction of what it tells about: the one is never there without the other.
  public func audit(_ line: AuditLine, id: AuditLineID, at now: Moment) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let detail = String(decoding: try encoder.encode(line.detail), as: UTF8.self)
    try run(
      "INSERT INTO audit_lines (id, at, account_id, deed, thing, address, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)", id, now, line.by,
      line.deed, line.thing, line.address, detail)
  }

  /// The newest lines below a line; of one account, what it did and what was done to it.
  func auditLines(below: AuditLineID?, about account: AccountID?, limit: Int) throws -> [KeptAuditLine] {
    var conditions = ["a.id < $1"]
    var values: [SQLValue] = [(below?.rawValue ?? .max).sqlValue]
    if let account {
      conditions.append("(a.account_id = $2 OR a.thing = $3)")
      values += [account.sqlValue, "account.\(account)".sqlValue]
    }
    let found = try rows(
      """
      SELECT a.id, a.at, a.account_id, a.deed, a.thing, a.address, a.detail, doer.name
      FROM audit_lines AS a LEFT JOIN accounts AS doer ON doer.id = a.account_id
      WHERE \(conditions.joined(separator: " AND "))
      ORDER BY a.id DESC
      LIMIT \(limit)
      """, values)
    return try found.map { row in
      let thing: String = row[4]
      let detail = try JSONDecoder().decode([String: String].self, from: Data((row[6] as String).utf8))
      let named = thing.hasPrefix("account.") ? String(thing.dropFirst("account.".count)) : detail["account"] ?? ""
      let subject = AccountID(named)
      let name: String? = try subject.flatMap { try self.row("SELECT name FROM accounts WHERE id = $1", $0)?[0] }
      return KeptAuditLine(
        id: row[0], at: row[1], line: AuditLine(by: row[2], deed: row[3], thing: thing, address: row[5], detail: detail), name: row[7],
        subject: subject.flatMap { id in name.map { (id, $0) } })
    }
  }
}
