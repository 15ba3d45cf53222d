import Base
import Crypto
import LedgerCore
import Store

/// The hash chain over the lines of the books: each seal covers the lines that were new, and the seal before it.
extension Ledger {
  static let entriesInSeal = 5000

  /// Seals what is new; nothing where there is nothing.
  func seal(at now: Moment, in session: any Session) throws {
    let last = try session.row("SELECT number, digest FROM seals ORDER BY number DESC LIMIT 1")
    let (number, before): (Int64, [UInt8]) = (1 + (last?[0] ?? 0), last?[1] ?? [])
    // What the update returns is what it sealed: a line that is committed while this runs waits for the next seal.
    let lines = try session.rows(
      """
      UPDATE transfers
      SET seal = $1
      WHERE seal IS NULL AND entry_id IN (SELECT t.entry_id FROM transfers t WHERE t.seal IS NULL ORDER BY t.entry_id LIMIT $2)
      RETURNING \(SealedLine.columns)
      """, number, Self.entriesInSeal
    ).map(SealedLine.init)
    guard !lines.isEmpty else { return }
    try session.run(
      "INSERT INTO seals (number, at, lines, digest) VALUES ($1, $2, $3, $4)", number, now, lines.count,
      SealedLine.digest(of: lines, after: before))
  }
}

/// A line as a seal covers it.
struct SealedLine: Comparable {
  static let columns = "entry_id, line, key, kind, phase, unit, debit, credit, amount, hold_id, lot_id, about, at"

  let entry: Int64
  let line: Int64
  /// Every column, in order; none of them holds a line break.
  private let text: String

  init(_ row: Row) {
    entry = row[0]
    line = row[1]
    text = row.values.map { value in
      switch value {
      case .integer(let number): String(number)
      case .text(let text): text
      default: ""
      }
    }.joined(separator: "\u{1F}")
  }

  static func < (left: SealedLine, right: SealedLine) -> Bool { (left.entry, left.line) < (right.entry, right.line) }

  static func digest(of lines: [SealedLine], after before: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: before)
    for line in lines.sorted() { hash.update(data: Array("\(line.text)\n".utf8)) }
    return Array(hash.finalize())
  }
}
