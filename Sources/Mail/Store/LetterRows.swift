import Base
import Foundation
import Store

/// A posted letter as its row keeps it.
struct PostedLetter: Sendable {
  let letter: Letter
  let postedAt: Moment
}

extension Session {
  /// - Returns: false when there is one of this kind and key.
  func insert(_ letter: Letter, id: LetterID, to address: MailAddress, at now: Moment) throws -> Bool {
    let content = String(decoding: try JSONEncoder().encode(letter), as: UTF8.self)
    return try run(
      """
      INSERT INTO letters (id, kind, letter_key, address, content, fate, posted_at)
      VALUES ($1, $2, $3, $4, $5, 'posted', $6)
      ON CONFLICT (kind, letter_key) DO NOTHING
      """, id, letter.kind.name, letter.key, address.text, content, now) == 1
  }

  /// nil when it is gone, or has left already.
  func letter(_ id: LetterID) throws -> PostedLetter? {
    try row("SELECT content, posted_at FROM letters WHERE id = $1 AND fate IN ('posted', 'abandoned') AND content IS NOT NULL", id).map {
      row in PostedLetter(letter: try JSONDecoder().decode(Letter.self, from: Data((row[0] as String).utf8)), postedAt: row[1])
    }
  }

  func settle(_ id: LetterID, _ outcome: LetterOutcome) throws {
    switch outcome.fate {
    case .delivered:
      try run(
        "UPDATE letters SET fate = 'delivered', settled_at = $1, content = NULL, code = NULL, reply = NULL WHERE id = $2", outcome.at, id)
      try run(
        "DELETE FROM undeliverable_addresses WHERE address_key = (SELECT LOWER(address) FROM letters WHERE id = $1)", id)
    case .bounced(let code, let text):
      try run(
        "UPDATE letters SET fate = 'bounced', settled_at = $1, content = NULL, code = $2, reply = $3 WHERE id = $4", outcome.at, code,
        text, id)
    // It may be tried once more by hand, so it keeps what it says until it is swept up.
    case .abandoned: try run("UPDATE letters SET fate = 'abandoned', settled_at = $1 WHERE id = $2", outcome.at, id)
    }
  }

  func refuse(_ address: MailAddress, code: Int, text: String, at now: Moment) throws {
    try run(
      """
      INSERT INTO undeliverable_addresses (address_key, code, reply, at)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (address_key) DO UPDATE SET code = excluded.code, reply = excluded.reply, at = excluded.at
      """, address.key, code, text, now)
  }

  func isPosted(_ kind: String, key: String) throws -> Bool {
    try row("SELECT 1 FROM letters WHERE kind = $1 AND letter_key = $2", kind, key) != nil
  }

  func undeliverable(_ key: String) throws -> Undeliverable? {
    try row("SELECT code, reply, at FROM undeliverable_addresses WHERE address_key = $1", key).map {
      Undeliverable(code: $0[0], text: $0[1], at: $0[2])
    }
  }

  func sweepLetters(before end: Moment) throws {
    try run("DELETE FROM letters WHERE posted_at < $1 AND fate <> 'posted'", end)
  }
}
