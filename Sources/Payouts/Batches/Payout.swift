import Base
import Ledger
import LedgerCore
import Store

/// What one expert gets by one batch.
struct Payout: Hashable, Sendable {
  enum State: String, CaseIterable, Sendable {
    case underWay, paid, failed

    var tone: String {
      switch self {
      case .underWay: "wait"
      case .paid: "good"
      case .failed: "bad"
      }
    }
  }

  let id: PayoutID
  let batch: PayoutBatchID
  let payee: AccountID
  /// By their name.
  let name: String
  /// What it comes to, under the terms of the day on which it was approved.
  let slip: Slip
  let method: PayoutMethod
  let hint: String
  /// Nil once its owner is erased.
  let sealed: [UInt8]?
  let state: State
  let reason: String
  let createdAt: Moment
  let settledAt: Moment?
  let seenAt: Moment?

  /// By which bank and expert know it.
  var reference: String { "PARLEY-\(id)" }

  /// As the books know it.
  var entry: Ledger.Payout { Ledger.Payout(payee: payee, share: slip.share, tax: slip.vatOnTop, key: Self.key(id)) }

  static func key(_ id: PayoutID) -> String { "payout.\(id)" }
}

/// What an administrator approved at once.
struct PayoutBatch: Hashable, Sendable {
  let id: PayoutBatchID
  let currency: Currency
  let createdAt: Moment
  let by: String
  let net: Money
  /// How many are in each state.
  let counts: [Payout.State: Int64]

  var count: Int64 { counts.values.reduce(0, +) }
}

/// Which payouts a list shows.
struct PayoutFilter: Sendable {
  var id: PayoutID?
  var batch: PayoutBatchID?
  var payee: AccountID?
  /// Those that failed and that nobody has looked at.
  var isUnseen = false
  var limit = 500
}

extension Session {
  func payouts(_ filter: PayoutFilter) throws -> [Payout] {
    var (conditions, values) = ([String](), [SQLValue]())
    func add(_ condition: String, _ value: some SQLEncodable) {
      values.append(value.sqlValue)
      conditions.append("\(condition) = $\(values.count)")
    }
    if let id = filter.id { add("p.id", id) }
    if let batch = filter.batch { add("p.batch_id", batch) }
    if let payee = filter.payee { add("p.account_id", payee) }
    if filter.isUnseen { conditions.append("p.state = 'failed' AND p.seen_at IS NULL") }
    precondition(!conditions.isEmpty, "Nobody asks for all payouts")
    let found = try rows(
      """
      SELECT p.id, p.batch_id, p.account_id, a.name, p.currency, p.gross_minor, p.commission_minor, p.method, p.charges_vat, p.terms_id,
        p.hint, p.sealed, p.state, p.reason, p.created_at, p.settled_at, p.seen_at
      FROM payouts p
      JOIN accounts a ON a.id = p.account_id
      WHERE \(conditions.joined(separator: " AND "))
      ORDER BY p.id DESC
      LIMIT \(filter.limit)
      """, values)
    var terms: [PayoutTermsID: SlipTerms] = [:]
    for id in Set(found.compactMap { $0[9] as PayoutTermsID? }) { terms[id] = try payoutTerms(id).slip }
    return found.map { row in Payout(row, under: (row[9] as PayoutTermsID?).flatMap { terms[$0] } ?? .standard) }
  }

  func payout(_ id: PayoutID) throws -> Payout? { try payouts(PayoutFilter(id: id, limit: 1)).first }

  func payoutBatches(_ id: PayoutBatchID? = nil, limit: Int) throws -> [PayoutBatch] {
    let found = try rows(
      """
      SELECT b.id, b.currency, b.created_at, a.name, p.state, COUNT(*), CAST(SUM(p.net_minor) AS BIGINT)
      FROM (SELECT id, currency, created_at, created_by FROM payout_batches WHERE id = $1 OR $1 = 0 ORDER BY id DESC LIMIT $2) AS b
      JOIN accounts a ON a.id = b.created_by
      JOIN payouts p ON p.batch_id = b.id
      GROUP BY b.id, b.currency, b.created_at, a.name, p.state
      ORDER BY b.id DESC, p.state
      """, id?.rawValue ?? 0, limit)
    var batches: [PayoutBatch] = []
    for row in found {
      guard let state = Payout.State(rawValue: row[4]) else { continue }
      let (batch, currency): (PayoutBatchID, Currency) = (row[0], Currency(stored: row[1]))
      let known = batches.last.flatMap { $0.id == batch ? $0 : nil }
      if known != nil { batches.removeLast() }
      batches.append(
        PayoutBatch(
          id: batch, currency: currency, createdAt: row[2], by: row[3], net: (known?.net ?? Money(0, currency)) + Money(row[6], currency),
          counts: (known?.counts ?? [:]).merging([state: row[5]]) { $1 }))
    }
    return batches
  }

  func payoutBatch(ofForm key: String) throws -> PayoutBatchID? {
    try row("SELECT id FROM payout_batches WHERE form_key = $1", key)?[0]
  }

  func insert(_ payout: Payout, terms: PayoutTermsID?) throws {
    try run(
      """
      INSERT INTO payouts (id, batch_id, account_id, currency, gross_minor, commission_minor, method, charges_vat, terms_id, net_minor, hint,
        sealed, state, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      """, payout.id, payout.batch, payout.payee, payout.slip.gross.currency.code, payout.slip.gross.minor, payout.slip.commission.minor,
      payout.method.rawValue, payout.slip.lines.contains { $0.step == .vat }, terms, payout.slip.net.minor, payout.hint, payout.sealed,
      payout.state.rawValue, payout.createdAt)
  }

  /// - Returns: whether it had been paid until now.
  func comeBack(_ payout: PayoutID, because reason: String, by administrator: AccountID, at now: Moment) throws -> Bool {
    try run(
      "UPDATE payouts SET state = 'failed', reason = $2, settled_at = $3, settled_by = $4 WHERE id = $1 AND state = 'paid'", payout, reason,
      now, administrator) == 1
  }

  /// - Returns: whether it was under way until now.
  func settle(_ payout: PayoutID, as state: Payout.State, because reason: String, by administrator: AccountID, at now: Moment) throws
    -> Bool
  {
    try run(
      "UPDATE payouts SET state = $2, reason = $3, settled_at = $4, settled_by = $5 WHERE id = $1 AND state = 'underWay'", payout,
      state.rawValue, reason, now, administrator) == 1
  }
}

extension Payout {
  fileprivate init(_ row: Row, under terms: SlipTerms) {
    let currency = Currency(stored: row[4])
    guard let state = State(rawValue: row[12]) else { preconditionFailure("A payout is in a state of ours") }
    let method = PayoutMethod(stored: row[7])
    let slip = Slip(gross: Money(row[5], currency), commission: Money(row[6], currency), by: method, chargesVAT: row[8], under: terms)
    self.init(
      id: row[0], batch: row[1], payee: row[2], name: row[3], slip: slip, method: method, hint: row[10], sealed: row[11], state: state,
      reason: row[13], createdAt: row[14], settledAt: row[15], seenAt: row[16])
  }
}
