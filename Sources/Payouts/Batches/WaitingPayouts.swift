import Base
import Ledger
import Operations
import Store
import Web

/// What of payouts waits for somebody (B75): what is due and was not approved, and what the bank has not settled.
extension Payouts {
  public func waiting(_ texts: Texts, in session: any Session) throws -> [Waiting] {
    let money = MoneyWords(texts.language)
    let due = try session.unpaidEarnings(at: clock.now).filter(\.isPayable).sorted {
      ($1.share.minor, $0.account) < ($0.share.minor, $1.account)
    }
    let first = due.prefix(Waiting.named)
    let names = try session.names(of: first.map(\.account.rawValue), .expert)
    func name(_ words: String?) -> String { words.flatMap { $0.isEmpty ? nil : $0 } ?? texts["payouts.reports.erased"] }
    let underWay: Int64 = try session.row("SELECT COUNT(*) FROM payouts WHERE state = 'underWay'")?[0] ?? 0
    return [
      Waiting(
        .payouts, count: Int64(due.count),
        first.map {
          Waiting.Line(name(names[$0.account.rawValue]), amount: money[$0.share], since: nil, path: AdminPayoutRoutes.path)
        }, path: AdminPayoutRoutes.path),
      Waiting(
        .banking, count: underWay,
        try session.payoutsUnderWay().map {
          Waiting.Line(
            "\(name($0.name)), \($0.reference)", amount: money[$0.slip.net], since: $0.createdAt,
            path: "\(AdminBatchRoutes.path)/\($0.batch)")
        }, path: AdminPayoutRoutes.path),
    ]
  }
}

extension Session {
  fileprivate func payoutsUnderWay() throws -> [Payout] {
    let ids: [PayoutID] = try rows("SELECT id FROM payouts WHERE state = 'underWay' ORDER BY id LIMIT $1", Waiting.named).map { $0[0] }
    return try ids.compactMap { try payout($0) }
  }
}
