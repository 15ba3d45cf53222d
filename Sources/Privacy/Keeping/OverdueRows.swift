import Base
import Conversations
import Store

extension Session {
  /// What a night would take.
  func tally(_ overdue: Overdue) throws -> ErasureTally {
    func count(_ kind: Overdue.Kind) throws -> Int64 {
      try number("SELECT COUNT(*) FROM (\(overdue.rows(kind))) AS d", overdue.values(for: kind))
    }
    let pages = "SELECT COUNT(*) FROM page_views AS p WHERE p.visit_id IN (SELECT d.id FROM (\(overdue.rows(.visits))) AS d)"
    return try ErasureTally(
      visits: count(.visits), pages: number(pages, overdue.values(for: .visits)), addresses: count(.addresses), chats: count(.chats),
      files: count(.files))
  }

  /// The oldest first.
  func overdueRows(_ kind: Overdue.Kind, _ overdue: Overdue, limit: Int) throws -> [OverdueRow] {
    try rows(
      "SELECT d.at, d.label, d.conversation_id FROM (\(overdue.rows(kind))) AS d ORDER BY d.at, d.id LIMIT \(limit)",
      overdue.values(for: kind)
    ).map { OverdueRow(at: $0[0], label: $0[1], conversation: $0[2], held: nil) }
  }

  /// What is old enough and stays, the oldest first.
  func heldRows(_ kind: Overdue.Kind, _ overdue: Overdue, limit: Int) throws -> [OverdueRow] {
    try rows(
      "SELECT d.at, d.label, d.conversation_id, d.held FROM (\(overdue.heldRows(kind))) AS d ORDER BY d.at, d.id LIMIT \(limit)",
      overdue.heldValues(for: kind)
    ).map { OverdueRow(at: $0[0], label: $0[1], conversation: $0[2], held: HeldReason(rawValue: $0[3])) }
  }

  func countHeld(_ overdue: Overdue) throws -> Int64 {
    try Overdue.Kind.allCases.reduce(0) { sum, kind in
      try sum + number("SELECT COUNT(*) FROM (\(overdue.heldRows(kind))) AS d", overdue.heldValues(for: kind))
    }
  }

  private func number(_ sql: String, _ values: [SQLValue]) throws -> Int64 { try rows(sql, values).first?[0] ?? 0 }

  /// The identities of what goes, those of a list alone where one is given.
  func overdue(_ kind: Overdue.Kind, _ overdue: Overdue, after last: Int64 = 0, among known: [Int64]? = nil, limit: Int) throws -> [Int64] {
    let values = overdue.values(for: kind)
    let list = known.map { SQLList($0, from: values.count + 2) }
    return try rows(
      "SELECT d.id FROM (\(overdue.rows(kind, among: list?.sql))) AS d WHERE d.id > $\(values.count + 1) ORDER BY d.id LIMIT \(limit)",
      values + [last.sqlValue] + (list?.values ?? [])
    ).map { $0[0] }
  }
}
