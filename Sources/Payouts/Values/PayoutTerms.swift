import Base
import LedgerCore
import Store

extension Kinds {
  public enum PayoutTerms {}
  public enum PayoutBatch {}
  public enum Payout {}
  public enum DisputeWindow {}
}

public typealias PayoutTermsID = ID<Kinds.PayoutTerms>
public typealias PayoutBatchID = ID<Kinds.PayoutBatch>
public typealias PayoutID = ID<Kinds.Payout>
typealias DisputeWindowID = ID<Kinds.DisputeWindow>

/// How payouts are reckoned, and from which account the house pays. Never changed: an administrator writes newer ones.
struct PayoutTerms: Hashable, Sendable {
  /// Nil for those that nobody wrote.
  var id: PayoutTermsID?
  var slip = SlipTerms.standard
  /// The house's account; empty until somebody typed it in.
  var holder = ""
  var iban = ""
  var bic = ""

  /// Whether there is an account that a bank can be told to pay from.
  var canPay: Bool { !iban.isEmpty }
}

extension Session {
  /// The newest, or those of a payout.
  func payoutTerms(_ id: PayoutTermsID? = nil) throws -> PayoutTerms {
    let found = try row(
      """
      SELECT id, steps, vat, vat_on_top, withholding, holder, iban, bic
      FROM payout_terms
      WHERE id = $1 OR $1 = 0
      ORDER BY id DESC
      LIMIT 1
      """, id?.rawValue ?? 0)
    return found.map(PayoutTerms.init) ?? PayoutTerms()
  }

  func write(_ terms: PayoutTerms, id: PayoutTermsID, by administrator: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO payout_terms (id, steps, vat, vat_on_top, withholding, holder, iban, bic, created_at, created_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """, id, terms.slip.steps.map(\.rawValue).joined(separator: " "), terms.slip.vat, terms.slip.isVATOnTop, terms.slip.withholding,
      terms.holder, terms.iban, terms.bic, now, administrator)
  }

  /// For how many hours what is agreed from now on may be disputed, for each website that says so.
  func disputeWindows() throws -> [SiteID: Int64] {
    let found = try rows("SELECT site_id, hours FROM dispute_windows ORDER BY id")
    return Dictionary(found.map { ($0[0], $0[1]) }) { $1 }
  }

  func setDisputeHours(_ hours: Int64, at site: SiteID, id: DisputeWindowID, by administrator: AccountID?, at now: Moment) throws {
    try run(
      "INSERT INTO dispute_windows (id, site_id, hours, created_at, created_by) VALUES ($1, $2, $3, $4, $5)", id, site, hours, now,
      administrator)
  }
}

extension PayoutTerms {
  fileprivate init(_ row: Row) {
    let steps = (row[1] as String).split(separator: " ").compactMap { SlipTerms.Step(rawValue: String($0)) }
    self.init(
      id: row[0], slip: SlipTerms(steps: steps, vat: row[2], isVATOnTop: row[3], withholding: row[4]), holder: row[5], iban: row[6],
      bic: row[7])
  }
}
