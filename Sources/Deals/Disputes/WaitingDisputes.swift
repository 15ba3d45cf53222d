import Base
import Ledger
import Operations
import Store
import Web

/// Which disputes wait for a decision (B75), what was opened first before the rest.
extension Deals {
  public func waiting(_ texts: Texts, in session: any Session) throws -> [Waiting] {
    let found = try session.rows(
      """
      SELECT d.hold_id, d.opened_at, a.name
      FROM disputes d
      JOIN holds h ON h.id = d.hold_id
      JOIN accounts a ON a.id = h.payer_id
      WHERE d.decided_at IS NULL
      ORDER BY d.opened_at, d.id
      LIMIT $1
      """, Waiting.named)
    let lines = try found.compactMap { row -> Waiting.Line? in
      let (hold, name): (HoldID, String) = (row[0], row[2])
      guard let charge = try session.charge(of: hold) else { return nil }
      let (unit, count) = (charge.holds[0].units.unit, charge.holds.reduce(0) { $0 + $1.captured })
      return Waiting.Line(
        name.isEmpty ? texts["pages.audit.deleted"] : name, amount: texts.counted("deals.price.\(unit.rawValue)", Int(count)),
        since: row[1],
        path: charge.minutes.map { "\(MinuteRoutes.path)/\($0)" } ?? "\(DealRoutes.path)/\(hold)")
    }
    return [Waiting(.disputes, count: try session.openDisputes(), lines, path: "\(DealRoutes.path)?state=disputed")]
  }
}
