import Base
import Store

/// A proved number, as it is kept.
struct Phone: Sendable {
  let account: AccountID
  let digest: [UInt8]
  let hint: String
  let provedAt: Moment
  let stoppedAt: Moment?
}

/// A number that waits for its code.
struct PhoneProof: Sendable {
  let digest: [UInt8]
  let sealed: [UInt8]
  let hint: String
  let codeDigest: [UInt8]
  let tries: Int64
  let sentAt: Moment
  let expiresAt: Moment
  /// Whether the gateway could not bring the code.
  let hasFailed: Bool
}

extension Session {
  func phone(of account: AccountID) throws -> Phone? {
    try row("SELECT account_id, number_digest, hint, proved_at, stopped_at FROM phones WHERE account_id = $1", account).map(Phone.init)
  }

  func phone(digest: [UInt8]) throws -> Phone? {
    try row("SELECT account_id, number_digest, hint, proved_at, stopped_at FROM phones WHERE number_digest = $1", digest).map(Phone.init)
  }

  /// Takes the number from whoever had it before: the one who holds the telephone now has it.
  func save(_ proof: PhoneProof, as account: AccountID, at now: Moment) throws {
    try dropPhone(of: account)
    try run("DELETE FROM text_pairs WHERE number_digest = $1", proof.digest)
    try run("DELETE FROM phones WHERE number_digest = $1", proof.digest)
    try run(
      """
      INSERT INTO phones (account_id, number_digest, sealed, hint, proved_at, stopped_at, used_at)
      VALUES ($1, $2, $3, $4, $5, NULL, $5)
      """, account, proof.digest, proof.sealed, proof.hint, now)
  }

  func dropPhone(of account: AccountID) throws {
    for table in ["phone_proofs", "text_pairs", "phones"] { try run("DELETE FROM \(table) WHERE account_id = $1", account) }
  }

  func setStopped(_ digest: [UInt8], at moment: Moment?) throws {
    try run("UPDATE phones SET stopped_at = $2 WHERE number_digest = $1", digest, moment)
  }

  func phoneProof(of account: AccountID) throws -> PhoneProof? {
    try row(
      """
      SELECT p.number_digest, p.sealed, p.hint, p.code_digest, p.tries, p.sent_at, p.expires_at, t.fate
      FROM phone_proofs AS p
      LEFT JOIN texts AS t ON t.id = p.text_id
      WHERE p.account_id = $1
      """, account
    ).map { row in
      let fate: String? = row[7]
      return PhoneProof(
        digest: row[0], sealed: row[1], hint: row[2], codeDigest: row[3], tries: row[4], sentAt: row[5], expiresAt: row[6],
        hasFailed: ["failed", "dropped"].contains(fate))
    }
  }

  func save(_ proof: PhoneProof, of account: AccountID, text: TextMessageID) throws {
    try run("DELETE FROM phone_proofs WHERE account_id = $1", account)
    try run(
      """
      INSERT INTO phone_proofs (account_id, number_digest, sealed, hint, code_digest, text_id, tries, sent_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)
      """, account, proof.digest, proof.sealed, proof.hint, proof.codeDigest, text, proof.sentAt, proof.expiresAt)
  }

  func countPhoneTry(of account: AccountID) throws {
    try run("UPDATE phone_proofs SET tries = tries + 1 WHERE account_id = $1", account)
  }

  func dropPhoneProof(of account: AccountID) throws { try run("DELETE FROM phone_proofs WHERE account_id = $1", account) }
}

extension Phone {
  fileprivate init(_ row: Row) { self.init(account: row[0], digest: row[1], hint: row[2], provedAt: row[3], stoppedAt: row[4]) }
}
