import Base
import FoundationEssentials
import Store

extension Session {
  /// Notes in the audit log who did what, in the same transaction as the deed.
  func write(_ line: AuditLine, deed: String, thing: String, detail: AuditDetail) throws {
    try run(
      "INSERT INTO audit_lines (id, at, account_id, deed, thing, address, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      line.id, line.at, line.doer.account, deed, thing, line.doer.address, String(decoding: try JSONEncoder().encode(detail), as: UTF8.self)
    )
  }
}

/// Made before the transaction, because a transaction may run twice.
struct AuditLine: Sendable {
  let id: AuditLineID
  let at: Moment
  let doer: Sites.Doer
}

/// What was changed into what. An object, because a JSON column holds nothing else.
struct AuditDetail: Encodable {
  var name: String?
  var active: Bool?
  var account: AccountID?
  var pseudonym: String?
  var avatar: String?
}

extension Sites {
  func auditLine(_ doer: Doer) -> AuditLine { AuditLine(id: ids.next(), at: clock.now, doer: doer) }
}
