import Base
import LedgerCore
import Store

extension Session {
  func payoutProfile(of account: AccountID) throws -> PayoutProfile? {
    try row("SELECT method, charges_vat, hint, sealed, changed_at FROM payout_data WHERE account_id = $1", account).map { row in
      PayoutProfile(method: PayoutMethod(stored: row[0]), chargesVAT: row[1], hint: row[2], sealed: row[3], changedAt: row[4])
    }
  }

  func save(_ profile: PayoutProfile, of account: AccountID) throws {
    try run(
      """
      INSERT INTO payout_data (account_id, method, charges_vat, hint, sealed, changed_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (account_id) DO UPDATE
      SET method = excluded.method, charges_vat = excluded.charges_vat, hint = excluded.hint, sealed = excluded.sealed,
        changed_at = excluded.changed_at
      """, account, profile.method.rawValue, profile.chargesVAT, profile.hint, profile.sealed, profile.changedAt)
  }
}

extension PayoutMethod {
  init(stored word: String) {
    guard let method = PayoutMethod(rawValue: word) else { preconditionFailure("\(word) is no way of paying out") }
    self = method
  }
}
