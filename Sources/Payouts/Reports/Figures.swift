import Base
import Ledger
import LedgerCore
import Store

/// By what figures are put together.
enum FigureGroup: String, CaseIterable, Sendable {
  case expert, service, day, chat

  /// What an administrator chooses from; chats are between two people.
  static let ofReports: [FigureGroup] = [.expert, .service, .day]

  /// Of a line, as a number.
  fileprivate var key: String {
    switch self {
    case .expert: "h.payee_id"
    case .service: "c.site_id"
    case .day: "t.at / 86400000"
    case .chat: "h.conversation_id"
    }
  }
}

/// Which lines are counted.
struct FigureFilter: Hashable, Sendable {
  var group: FigureGroup
  /// From this moment on; nil for from the beginning.
  var from: Moment?
  /// Up to, and without.
  var to: Moment?
  var payee: AccountID?
}

/// What services came to: in a currency, or in units of a wallet.
struct Figure: Hashable, Sendable {
  /// The account, website or conversation, or the number of the day since 1970, in UTC.
  let key: Int64
  /// The code of a currency, or a credit unit.
  let unit: String
  /// How often something was taken.
  let transactions: Int64
  /// What was taken, and what of such was given back in the same time.
  let gross: Int64
  let refunds: Int64
  /// Less what was given back.
  let commission: Int64
  let share: Int64
}

/// What payouts of a time came to, by expert and currency.
struct PaidFigure: Hashable, Sendable {
  let payee: AccountID
  let count: Int64
  let gross: Money
  let commission: Money
  let vat: Money
  let withheld: Money
  let net: Money
}

/// What came in and what became of it otherwise, by kind of entry.
struct MovedFigure: Hashable, Sendable {
  let kind: String
  let count: Int64
  let amount: Money
}

extension Session {
  /// One query for page and export alike: lines that took something for a service, or gave it back.
  func figures(_ filter: FigureFilter) throws -> [Figure] {
    var (conditions, values) = (["t.hold_id IS NOT NULL"], [SQLValue]())
    func add(_ condition: String, _ value: (some SQLEncodable)?) {
      guard let value else { return }
      values.append(value.sqlValue)
      conditions.append("\(condition) $\(values.count)")
    }
    add("t.at >=", filter.from)
    add("t.at <", filter.to)
    add("h.payee_id =", filter.payee)
    return try rows(
      """
      SELECT x.key, x.unit, COUNT(DISTINCT CASE WHEN x.amount > 0 THEN x.entry_id END),
        CAST(COALESCE(SUM(CASE WHEN x.amount > 0 THEN x.amount END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN x.amount < 0 THEN -x.amount END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN x.part = 'commission' THEN x.amount END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN x.part = 'share' THEN x.amount END), 0) AS BIGINT)
      FROM (
        SELECT \(filter.group.key) AS key, t.unit, t.entry_id,
          CASE WHEN t.kind = 'compensation' THEN -t.amount ELSE t.amount END AS amount,
          CASE WHEN t.debit = 'revenue' OR t.credit = 'revenue' THEN 'commission' ELSE 'share' END AS part
        FROM transfers t
        JOIN holds h ON h.id = t.hold_id
        JOIN conversations c ON c.id = h.conversation_id
        WHERE \(conditions.joined(separator: " AND "))
          AND (t.debit = 'prepaid' OR t.credit = 'prepaid' OR t.unit = h.unit AND (t.phase = 'captured' OR t.kind = 'compensation'))) AS x
      GROUP BY x.key, x.unit
      ORDER BY x.key, x.unit
      LIMIT 5000
      """, values
    ).map { Figure(key: $0[0], unit: $0[1], transactions: $0[2], gross: $0[3], refunds: $0[4], commission: $0[5], share: $0[6]) }
  }

  /// Payouts that were approved in a time and did not fail.
  func paidFigures(from: Moment, to: Moment) throws -> [PaidFigure] {
    let ids: [PayoutID] = try rows(
      "SELECT id FROM payouts WHERE created_at >= $1 AND created_at < $2 AND state <> 'failed' ORDER BY id LIMIT 5000", from, to
    ).map { $0[0] }
    let slips = try ids.compactMap { try payout($0) }
    let groups = Dictionary(grouping: slips) { [$0.payee.description, $0.slip.gross.currency.code] }
    return groups.values.compactMap { payouts in
      guard let first = payouts.first else { return nil }
      func sum(_ part: (Slip) -> Money) -> Money { payouts.reduce(Money(0, first.slip.gross.currency)) { $0 + part($1.slip) } }
      return PaidFigure(
        payee: first.payee, count: Int64(payouts.count), gross: sum(\.gross), commission: sum(\.commission), vat: sum(\.vat),
        withheld: sum(\.withheld), net: sum(\.net))
    }.sorted { ($0.payee, $0.gross.currency.code) < ($1.payee, $1.gross.currency.code) }
  }

  /// Sales, refunds of purchases and what else moved what customers had paid, in money.
  func movedFigures(from: Moment, to: Moment) throws -> [MovedFigure] {
    try rows(
      """
      SELECT kind, unit, COUNT(DISTINCT entry_id), CAST(SUM(amount) AS BIGINT)
      FROM transfers
      WHERE at >= $1 AND at < $2 AND unit NOT IN ('credits', 'coins', 'months')
        AND kind IN ('sale', 'gift', 'refund', 'chargeback', 'chargebackWon', 'chargebackLost', 'expiry', 'month', 'included', 'includedBack')
      GROUP BY kind, unit
      ORDER BY kind, unit
      """, from, to
    ).map { MovedFigure(kind: $0[0], count: $0[2], amount: Money($0[3], Currency(stored: $0[1]))) }
  }
}
