import Base
import Operations
import Store
import Web

/// Which disputes wait for a decision (B75), what was opened first before the rest.
extension Deals {
  public func waiting(_ texts: Texts, in session: any Session) throws -> [Waiting] {
    let found = try session.rows(
      """
      SELECT d.hold_id, d.opened_at, a.name, h.unit, h.captured
      FROM disputes d
      JOIN holds h ON h.id = d.hold_id
      JOIN accounts a ON a.id = h.payer_id
      WHERE d.decided_at IS NULL
      ORDER BY d.opened_at, d.id
      LIMIT $1
      """, Waiting.named)
    let lines = found.map { row in
      let (hold, name): (Int64, String) = (row[0], row[2])
      let (unit, count): (String, Int64) = (row[3], row[4])
      return Waiting.Line(
        name.isEmpty ? texts["pages.audit.deleted"] : name, amount: texts.counted("deals.price.\(unit)", Int(count)), since: row[1],
        path: "\(DealRoutes.path)/\(hold)")
    }
    return [Waiting(.disputes, count: try session.openDisputes(), lines, path: "\(DealRoutes.path)?state=disputed")]
  }
}
