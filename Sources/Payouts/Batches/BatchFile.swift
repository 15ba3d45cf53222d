import Accounts
import Base
import Ledger
import Store

/// What goes to the bank: what was approved and is still under way, or was paid.
extension Payouts {
  /// - Throws: `payerUnknown` until somebody typed in the house's own account.
  func order(of id: PayoutBatchID, by administrator: AccountID, from place: Whereabouts) async throws -> CreditTransfer {
    let (now, auditID, key): (Moment, AuditLineID, _) = (clock.now, ids.next(), try self.key())
    let line = AuditLine(by: administrator, deed: "payout.fileTaken", thing: "payoutBatch.\(id)", address: place.address.text)
    return try await store.write { session in
      guard let batch = try session.payoutBatches(id, limit: 1).first else { throw Refusal(.notFound) }
      let terms = try session.payoutTerms()
      guard terms.canPay else { throw Refusal(.payerUnknown) }
      let items = try session.payouts(PayoutFilter(batch: id)).reversed().compactMap { payout -> CreditTransfer.Item? in
        guard payout.state != .failed, let sealed = payout.sealed else { return nil }
        let data = try PayoutData(unsealing: sealed, for: payout.payee, with: key)
        return CreditTransfer.Item(
          reference: payout.reference, to: CreditTransfer.Party(name: data.holder, iban: data.iban, bic: data.bic),
          amount: payout.slip.net, text: payout.reference)
      }
      // The schema of the format asks for one at least.
      guard !items.isEmpty else { throw Refusal(.notFound) }
      // Whoever reads accounts in the clear is written down.
      try session.audit(line, id: auditID, at: now)
      return CreditTransfer(
        id: "PARLEY-\(id)", createdAt: batch.createdAt, from: CreditTransfer.Party(name: terms.holder, iban: terms.iban, bic: terms.bic),
        currency: batch.currency, items: items)
    }
  }
}
