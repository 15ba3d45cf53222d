import Base
import FoundationEssentials
import Store

extension Kinds {
  public enum Alert {}
}

public typealias AlertID = ID<Kinds.Alert>

/// Something that an administrator has to look at, as it is kept.
struct Alert: Hashable, Sendable {
  let id: AlertID
  let kind: AlertKind
  /// What it is about: `purchase.9`, `payout.3`.
  let subject: String
  /// Identities and figures by name.
  let detail: [String: String]
  let raisedAt: Moment
  let lastAt: Moment
  /// How often it happened while it was open.
  let count: Int64
  let acknowledgedAt: Moment?
  let acknowledgedBy: AccountID?

  /// The account that it is about, where it is about one.
  var account: AccountID? { detail["account"].flatMap { AccountID($0) } }

  var money: Money? {
    guard let minor = detail["minor"].flatMap({ Int64($0) }), let currency = detail["currency"].flatMap({ Currency(code: $0) }) else {
      return nil
    }
    return Money(minor, currency)
  }
}

extension [String: String] {
  /// An amount as an alert keeps it.
  public static func money(_ amount: Money) -> [String: String] { ["minor": "\(amount.minor)", "currency": amount.currency.code] }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let bytes = try? encoder.encode(self) else { preconditionFailure("Texts by name are always JSON") }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Session {
  func alert(_ id: AlertID) throws -> Alert? { try alerts("id = $1", [id.sqlValue], limit: 1).first }

  /// Those that nobody has acknowledged, the newest first.
  func openAlerts(limit: Int) throws -> [Alert] { try alerts("acknowledged_at IS NULL", [], limit: limit) }

  func openAlert(_ kind: AlertKind, about subject: String) throws -> Alert? {
    try alerts("kind = $1 AND subject = $2 AND acknowledged_at IS NULL", [kind.rawValue.sqlValue, subject.sqlValue], limit: 1).first
  }

  func acknowledgedAlerts(below: AlertID?, limit: Int) throws -> [Alert] {
    try alerts("id < $1 AND acknowledged_at IS NOT NULL", [(below?.rawValue ?? .max).sqlValue], limit: limit)
  }

  func countOpenAlerts() throws -> Int64 { try row("SELECT COUNT(*) FROM alerts WHERE acknowledged_at IS NULL")?[0] ?? 0 }

  private func alerts(_ condition: String, _ values: [SQLValue], limit: Int) throws -> [Alert] {
    try rows(
      """
      SELECT id, kind, subject, detail, raised_at, last_at, count, acknowledged_at, acknowledged_by
      FROM alerts
      WHERE \(condition)
      ORDER BY id DESC
      LIMIT \(limit)
      """, values
    ).map { row in
      guard let kind = AlertKind(rawValue: row[1]) else { preconditionFailure("An alert is of a kind of ours") }
      let detail = try JSONDecoder().decode([String: String].self, from: Data((row[3] as String).utf8))
      return Alert(
        id: row[0], kind: kind, subject: row[2], detail: detail, raisedAt: row[4], lastAt: row[5], count: row[6], acknowledgedAt: row[7],
        acknowledgedBy: row[8])
    }
  }

  /// What accounts are called; of one that was erased, nothing.
  func names(of accounts: Set<AccountID>) throws -> [AccountID: String] {
    var names: [AccountID: String] = [:]
    let all = accounts.sorted()
    for start in stride(from: 0, to: all.count, by: SQLList.limit) {
      let list = SQLList(Array(all[start..<min(start + SQLList.limit, all.count)]), from: 1)
      for row in try rows("SELECT id, name FROM accounts WHERE id \(list.sql)", list.values) { names[row[0]] = row[1] }
    }
    return names
  }
}
