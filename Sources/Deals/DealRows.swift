import Base
import Conversations
import Ledger
import LedgerCore
import Store

/// How a question or a tip stands.
enum DealState: String, CaseIterable, Sendable {
  case open, answered, taken, released, given, partlyRefunded, refunded
  case disputed
  /// What became of a dispute, with what was given back by then.
  case disputedWhole, disputedPart, disputedNothing

  /// How a dispute about it stands.
  enum Disputed: Hashable, Sendable {
    case never, open, decided
  }

  init(_ hold: Hold, returned: Int64, _ disputed: Disputed) {
    self.init([hold], returned: returned, disputed)
  }

  /// - Parameter parts: one, or the minutes of one chat.
  init(_ parts: [Hold], returned: Int64, _ disputed: Disputed) {
    switch disputed {
    case .never: self.init(parts, returned: returned)
    case .open: self = .disputed
    case .decided:
      switch DealState(parts, returned: returned) {
      case .refunded: self = .disputedWhole
      case .partlyRefunded: self = .disputedPart
      default: self = .disputedNothing
      }
    }
  }

  private init(_ parts: [Hold], returned: Int64) {
    let captured = parts.reduce(0) { $0 + $1.captured }
    if returned > 0 {
      self = returned < captured ? .partlyRefunded : .refunded
    } else if parts.contains(where: { $0.settledAt == nil }) {
      self = .open
    } else if captured == 0 {
      self = .released
    } else {
      switch parts.first?.kind {
      case .tip: self = .given
      case .minute, .promotion: self = .taken
      case .question, nil: self = .answered
      }
    }
  }

  var tone: String {
    switch self {
    case .answered, .taken, .given, .disputedNothing: "good"
    case .open, .partlyRefunded, .disputed, .disputedPart: "wait"
    case .released, .refunded, .disputedWhole: "plain"
    }
  }
}

/// Which deals a list shows.
struct DealFilter: Sendable {
  /// Of rows: questions by their state, tips, refunds.
  enum Kind: String, CaseIterable, Sendable {
    case open, answered, released, disputed, tip, minute, refund

    fileprivate var condition: String {
      switch self {
      case .open: "x.row = 'question' AND h.settled_at IS NULL"
      case .answered: "x.row = 'question' AND h.captured > 0"
      case .released: "x.row = 'question' AND h.settled_at IS NOT NULL AND h.captured = 0"
      case .disputed:
        """
        x.row IN ('question', 'minute') AND EXISTS (
          SELECT 1 FROM dispute_holds p JOIN disputes d ON d.id = p.dispute_id WHERE p.hold_id = h.id AND d.decided_at IS NULL)
        """
      case .tip: "x.row = 'tip'"
      case .minute: "x.row = 'minute'"
      case .refund: "x.row = 'refund'"
      }
    }
  }

  var kind: Kind?
  var site: SiteID?
  /// The identity of the row that a page before ended with.
  var below: Int64?
  var limit: Int
}

/// A question, a tip or a refund in the administrator's list.
struct DealRow: Sendable {
  let id: Int64
  /// `question`, `tip` or `refund`.
  let word: String
  let hold: Hold
  let at: Moment
  let units: Int64
  let worth: [Money]
  let returned: Int64
  let people: DealPeople
  let state: DealState
  /// The chat, where it was by the minute.
  let minutes: MinuteSessionID?
}

/// Between whom, and where.
struct DealPeople: Sendable {
  let site: String
  let customer: String?
  let expert: String
}

extension Session {
  func deals(_ filter: DealFilter) throws -> [DealRow] {
    var conditions = ["x.id < $1"]
    var values: [SQLValue] = [(filter.below ?? .max).sqlValue]
    if let kind = filter.kind { conditions.append(kind.condition) }
    if let site = filter.site {
      values.append(site.sqlValue)
      conditions.append("c.site_id = $\(values.count)")
    }
    let found = try rows(
      """
      SELECT x.id, x.row, x.hold_id, x.at, x.units, x.worth_minor, x.currency, s.name, v.name, COALESCE(g.pseudonym, a.pseudonym),
        d.opened_at, d.decided_at
      FROM (
        SELECT id, kind AS row, id AS hold_id, held_at AS at, units, 0 AS worth_minor, '' AS currency FROM holds
        -- A chat by the minute is one row, of its first minute.
        WHERE NOT EXISTS (
          SELECT 1 FROM minute_holds m JOIN minute_holds e ON e.session_id = m.session_id AND e.minute < m.minute WHERE m.hold_id = holds.id)
        UNION ALL
        SELECT id, 'refund' AS row, hold_id, at, units, worth_minor, currency FROM service_refunds) AS x
      JOIN holds h ON h.id = x.hold_id
      JOIN conversations c ON c.id = h.conversation_id
      JOIN sites s ON s.id = c.site_id
      JOIN visitors v ON v.id = c.visitor_id
      JOIN accounts a ON a.id = h.payee_id
      LEFT JOIN assignments g ON g.site_id = c.site_id AND g.account_id = h.payee_id
      LEFT JOIN dispute_holds p ON p.hold_id = h.id
      LEFT JOIN disputes d ON d.id = p.dispute_id
      WHERE \(conditions.joined(separator: " AND "))
      ORDER BY x.id DESC
      LIMIT \(filter.limit)
      """, values)
    let ids = Set(found.map { $0[2] as HoldID })
    let chats = try chats(of: ids)
    let all = ids.union(chats.values.flatMap(\.holds))
    var (holds, worth): ([HoldID: Hold], [HoldID: (worth: [Money], returned: Int64)]) = ([:], [:])
    // A chat of hours has more minutes than one list may have.
    let sorted = all.sorted()
    for start in stride(from: 0, to: sorted.count, by: SQLList.limit) {
      let some = Set(sorted[start..<min(start + SQLList.limit, sorted.count)])
      for hold in try self.holds(some) { holds[hold.id] = hold }
      worth.merge(try self.worth(of: some)) { $1 }
    }
    return found.compactMap { row in
      guard let hold = holds[row[2]] else { return nil }
      let word: String = row[1]
      let chat = word == "minute" ? chats[hold.id] : nil
      let parts = chat?.holds.compactMap { holds[$0] } ?? [hold]
      let returned = parts.reduce(0) { $0 + (worth[$1.id]?.returned ?? 0) }
      let own =
        word == "refund" ? [Money(row[5], Currency(stored: row[6]))] : Self.counted(parts).flatMap { worth[$0.id]?.worth ?? [] }.summed
      let (openedAt, decidedAt): (Moment?, Moment?) = (row[10], row[11])
      return DealRow(
        id: row[0], word: word, hold: hold, at: row[3], units: chat == nil ? row[4] : parts.reduce(0) { $0 + $1.charged }, worth: own,
        returned: returned, people: DealPeople(site: row[7], customer: row[8], expert: row[9]),
        state: DealState(parts, returned: returned, openedAt == nil ? .never : decidedAt == nil ? .open : .decided), minutes: chat?.id)
    }
  }

  /// Of several minutes those that cost something.
  private static func counted(_ parts: [Hold]) -> [Hold] { parts.count == 1 ? parts : parts.filter { $0.charged > 0 } }

  /// The chats by the minute that holds belong to, each with all of its minutes.
  private func chats(of holds: Set<HoldID>) throws -> [HoldID: (id: MinuteSessionID, holds: [HoldID])] {
    let list = SQLList(holds.sorted(), from: 1)
    var found: [HoldID: (id: MinuteSessionID, holds: [HoldID])] = [:]
    for row in try rows(
      """
      SELECT m.hold_id, m.session_id, o.hold_id
      FROM minute_holds m
      JOIN minute_holds o ON o.session_id = m.session_id
      WHERE m.hold_id \(list.sql)
      ORDER BY m.hold_id, o.minute
      """, list.values)
    {
      found[row[0], default: (row[1], [])].holds.append(row[2])
    }
    return found
  }

  /// What holds are worth in each currency, and how many units of them were given back. Of one that was taken in part that part counts: the
  /// first units of its lots, as they were taken.
  func worth(of holds: Set<HoldID>) throws -> [HoldID: (worth: [Money], returned: Int64)] {
    let list = SQLList(holds.sorted(), from: 1)
    var (found, taken): ([HoldID: (worth: [Money], returned: Int64)], [HoldID: Int64]) = ([:], [:])
    for row in try rows(
      """
      SELECT l.hold_id, o.currency, l.units, l.worth_minor, l.returned_units, h.captured, h.settled_at
      FROM hold_lots l
      JOIN lots o ON o.id = l.lot_id
      JOIN holds h ON h.id = l.hold_id
      WHERE l.hold_id \(list.sql)
      ORDER BY l.hold_id, l.lot_id
      """, list.values)
    {
      let (hold, captured, settledAt): (HoldID, Int64, Moment?) = (row[0], row[5], row[6])
      var whole = FreeUnits(units: row[2], worthMinor: row[3])
      let part = whole.take(settledAt == nil || captured == 0 ? whole.units : captured - taken[hold, default: 0])
      taken[hold, default: 0] += part.units
      found[hold, default: ([], 0)].worth.append(Money(part.worthMinor, Currency(stored: row[1])))
      found[hold, default: ([], 0)].returned += row[4]
    }
    return found.mapValues { ($0.worth.summed, $0.returned) }
  }

  func people(of hold: Hold) throws -> DealPeople? {
    try row(
      """
      SELECT s.name, v.name, COALESCE(g.pseudonym, a.pseudonym)
      FROM conversations c
      JOIN sites s ON s.id = c.site_id
      JOIN visitors v ON v.id = c.visitor_id
      JOIN accounts a ON a.id = $2
      LEFT JOIN assignments g ON g.site_id = c.site_id AND g.account_id = $2
      WHERE c.id = $1
      """, hold.conversation, hold.payee
    ).map { DealPeople(site: $0[0], customer: $0[1], expert: $0[2]) }
  }

  /// The questions that one answer was paid for.
  func questions(answeredBy n: Int64, in conversation: ConversationID) throws -> [Hold] {
    let ids: [HoldID] = try rows(
      "SELECT id FROM holds WHERE conversation_id = $1 AND answer_n = $2 AND kind = 'question' ORDER BY id LIMIT 1000", conversation, n
    ).map { $0[0] }
    return try ids.compactMap { try hold($0) }
  }
}

extension [Money] {
  /// One of each currency.
  fileprivate var summed: [Money] {
    Dictionary(map { ($0.currency, $0) }) { $0 + $1 }.values.sorted { $0.currency.code < $1.currency.code }
  }
}

extension Hold {
  /// What was taken, or is set aside for now.
  fileprivate var charged: Int64 { settledAt == nil ? units.count : captured }
}
