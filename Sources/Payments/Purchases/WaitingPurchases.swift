import Base
import Operations
import Store
import Web

/// What of purchases waits for somebody (B75), what was begun first before the rest.
extension Payments {
  public func waiting(_ texts: Texts, in session: any Session) throws -> [Waiting] {
    let money = MoneyWords(texts.language)
    return try Self.waitingConditions.map { kind, condition in
      let found = try session.waitingPurchases(condition)
      let lines = found.lines.map { line in
        Waiting.Line(
          "\(line.name.isEmpty ? texts["pages.audit.deleted"] : line.name), \(line.reference)", amount: money[line.price],
          since: line.createdAt, path: "\(AdminPaymentRoutes.path)/\(line.id)")
      }
      return Waiting(kind, count: found.count, lines, path: AdminPaymentRoutes.path)
    }
  }

  private static let waitingConditions: [(Waiting.Kind, String)] = [
    (.payments, "p.state IN ('created', 'pending') AND (p.provider = 'bank' OR p.validating)"),
    (.chargebacks, "p.state = 'disputed'"),
    (.attention, "p.attention IS NOT NULL"),
    (.refunds, "p.id IN (SELECT purchase_id FROM purchase_refunds WHERE state = 'asked')"),
    (.purchases, "p.state IN ('created', 'pending') AND p.provider <> 'bank' AND NOT p.validating"),
  ]
}

private struct WaitingPurchase: Sendable {
  let id: PurchaseID
  let reference: String
  let name: String
  let price: Money
  let createdAt: Moment
}

extension Session {
  fileprivate func waitingPurchases(_ condition: String) throws -> (count: Int64, lines: [WaitingPurchase]) {
    let count: Int64 = try row("SELECT COUNT(*) FROM purchases p WHERE \(condition)")?[0] ?? 0
    guard count > 0 else { return (0, []) }
    let found = try rows(
      """
      SELECT p.id, p.reference, a.name, p.price_minor, p.currency, p.created_at
      FROM purchases p
      JOIN accounts a ON a.id = p.account_id
      WHERE \(condition)
      ORDER BY p.id
      LIMIT $1
      """, Waiting.named)
    return (
      count,
      found.map {
        WaitingPurchase(id: $0[0], reference: $0[1], name: $0[2], price: Money($0[3], Currency(stored: $0[4])), createdAt: $0[5])
      }
    )
  }
}
