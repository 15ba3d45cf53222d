import Base
import FoundationEssentials
import Store

extension Session {
  /// Writes a line of the audit log in the transaction of what it tells about: the one is never there without the other.
  public func audit(_ line: AuditLine, id: AuditLineID, at now: Moment) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let detail = String(decoding: try encoder.encode(line.detail), as: UTF8.self)
    try run(
      "INSERT INTO audit_lines (id, at, account_id, deed, thing, address, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)", id, now, line.by,
      line.deed, line.thing, line.address, detail)
  }
}
