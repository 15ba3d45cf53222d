import Base
import LedgerCore
import Store

extension Session {
  /// How many accounts what was typed may mean.
  private static var meantLimit: Int { 20 }

  /// Entries of the books, the newest first, with what their lines say.
  func transactions(_ filter: TransactionFilter, limit: Int) throws -> [Transaction] {
    var (conditions, values) = (["t.line = 0"], [SQLValue]())
    func place(_ value: some SQLEncodable) -> String {
      values.append(value.sqlValue)
      return "$\(values.count)"
    }
    if let below = filter.below { conditions.append("(t.at, t.entry_id) < (\(place(below.at)), \(place(below.id)))") }
    if let kind = filter.kind { conditions.append("t.kind = \(place(kind.rawValue))") }
    if let start = filter.start { conditions.append("t.at >= \(place(start))") }
    if let end = filter.end { conditions.append("t.at < \(place(end))") }
    if let site = filter.site { conditions.append("c.site_id = \(place(site))") }
    if !filter.person.isEmpty {
      let accounts = try accounts(called: filter.person).flatMap(Transaction.accounts)
      let list = SQLList(accounts.map(\.name), from: values.count + 1)
      values += list.values
      conditions.append(
        """
        t.entry_id IN (SELECT entry_id FROM transfers WHERE debit \(list.sql)
          UNION SELECT entry_id FROM transfers WHERE credit \(list.sql))
        """)
    }
    let found = try rows(
      """
      SELECT t.entry_id, t.kind, t.at, t.about, t.hold_id, s.name
      FROM transfers t
      LEFT JOIN holds h ON h.id = t.hold_id
      LEFT JOIN conversations c ON c.id = h.conversation_id
      LEFT JOIN sites s ON s.id = c.site_id
      WHERE \(conditions.joined(separator: " AND "))
      ORDER BY t.at DESC, t.entry_id DESC
      LIMIT \(limit)
      """, values)
    return try withLines(
      found.map { Transaction(id: $0[0], kind: $0[1], at: $0[2], about: $0[3], hold: $0[4], site: $0[5]) })
  }

  /// Whom somebody means: by their address, or by how their name begins.
  private func accounts(called typed: String) throws -> [AccountID] {
    let key = typed.lowercased()
    let pattern = key.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_") + "%"
    return try rows(
      "SELECT id FROM accounts WHERE email_key = $1 OR name_key LIKE $2 ESCAPE '!' ORDER BY id LIMIT $3", key, pattern, Self.meantLimit
    ).map { $0[0] }
  }

  private func withLines(_ transactions: [Transaction]) throws -> [Transaction] {
    var found = transactions
    let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1.id, $0) })
    for start in stride(from: 0, to: found.count, by: SQLList.limit) {
      let list = SQLList(transactions[start..<min(start + SQLList.limit, found.count)].map(\.id), from: 1)
      let lines = try rows(
        "SELECT entry_id, unit, debit, credit, amount FROM transfers WHERE entry_id \(list.sql) ORDER BY entry_id, line", list.values)
      for line in lines {
        guard let place = places[line[0]] else { continue }
        found[place].add(unit: line[1], debit: line[2], credit: line[3], amount: line[4])
      }
    }
    return found
  }

  /// In which batches payouts are, which have pages.
  func batches(of payouts: [Int64]) throws -> [Int64: Int64] {
    let list = SQLList(payouts, from: 1)
    return Dictionary(
      uniqueKeysWithValues: try rows("SELECT id, batch_id FROM payouts WHERE id \(list.sql)", list.values).map { ($0[0], $0[1]) })
  }

  func siteNames() throws -> [(id: SiteID, name: String)] {
    try rows("SELECT id, name FROM sites ORDER BY name, id LIMIT 500").map { ($0[0], $0[1]) }
  }
}
