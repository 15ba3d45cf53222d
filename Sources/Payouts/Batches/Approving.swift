import Accounts
import Base
import Ledger
import LedgerCore
import Notifications
import Store

/// What is due to one expert, as an administrator saw it.
struct DueClaim: Hashable, Sendable {
  let payee: AccountID
  let share: Money

  init(payee: AccountID, share: Money) {
    self.payee = payee
    self.share = share
  }

  /// As a form carries it: `3.160`.
  init?(_ text: String, in currency: Currency) {
    let parts = text.split(separator: ".").map(String.init)
    guard parts.count == 2, let payee = AccountID(parts[0]), let minor = Int64(parts[1]), minor > 0 else { return nil }
    self.init(payee: payee, share: Money(minor, currency))
  }

  var text: String { "\(payee).\(share.minor)" }
}

extension EarningSum {
  /// More than nothing, also before the platform's part: commissions that were given back may be higher than those that came in.
  var isPayable: Bool { standing == .due && share.minor > 0 && gross.minor >= 0 }
}

/// Approving what is due (B36), and what becomes of it.
extension Payouts {
  /// How many experts one batch pays.
  static let batchLimit = 200

  /// Puts what is due on its way: one transaction moves it in the books, and says to whom and where. A second press finds the batch of the first.
  ///
  /// - Throws: `payoutChanged` where something is due in another amount than was seen; then nothing has moved.
  func approve(
    _ claims: [DueClaim], in currency: Currency, dueAt until: Moment, formKey: String, by administrator: AccountID, from place: Whereabouts
  ) async throws -> PayoutBatchID {
    guard !claims.isEmpty, claims.count <= Self.batchLimit, Set(claims.map(\.payee)).count == claims.count, until <= clock.now else {
      throw Refusal(.optionUnknown)
    }
    let (now, id, auditID): (Moment, PayoutBatchID, AuditLineID) = (clock.now, ids.next(), ids.next())
    let numbered = claims.map { (claim: $0, id: ids.next(Kinds.Payout.self)) }
    let line = AuditLine(
      by: administrator, deed: "payout.approved", thing: "payoutBatch.\(id)", address: place.address.text,
      detail: ["currency": currency.code, "payouts": "\(claims.count)", "share": claims.map(\.share).reduce(Money(0, currency), +).decimal])
    return try await store.write(locking: claims.map { .account($0.payee) }) { [self] session in
      if let known = try session.payoutBatch(ofForm: formKey) { return known }
      try session.run(
        "INSERT INTO payout_batches (id, currency, form_key, until, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)", id,
        currency.code, formKey, until, now, administrator)
      let terms = try session.payoutTerms()
      for (claim, payout) in numbered {
        try start(payout, of: claim, in: id, under: terms, dueAt: until, at: now, in: session)
      }
      try session.audit(line, id: auditID, at: now)
      return id
    }
  }

  private func start(
    _ id: PayoutID, of claim: DueClaim, in batch: PayoutBatchID, under terms: PayoutTerms, dueAt until: Moment, at now: Moment,
    in session: any Session
  ) throws {
    let (payee, currency) = (claim.payee, claim.share.currency)
    guard let profile = try session.payoutProfile(of: payee) else { throw Refusal(.payoutChanged) }
    let due = try session.unpaidEarnings(of: payee, at: until).first { $0.isPayable && $0.share.currency == currency }
    guard let due, due.share == claim.share else { throw Refusal(.payoutChanged) }
    let slip = Slip(
      gross: due.gross, commission: due.commission, by: profile.method, chargesVAT: profile.chargesVAT, under: terms.slip)
    guard slip.net.minor > 0 else { throw Refusal(.payoutChanged) }
    let payout = Payout(
      id: id, batch: batch, payee: payee, name: "", slip: slip, method: profile.method, hint: profile.hint, sealed: profile.sealed,
      state: .underWay, reason: "", createdAt: now, settledAt: nil, seenAt: nil)
    try session.insert(payout, terms: terms.id)
    // What something else changed meanwhile is seen here: the lines that are taken say what is paid.
    guard try session.take(dueUntil: until, of: payee, in: currency, for: id.rawValue) == (due.share, due.commission) else {
      throw Refusal(.payoutChanged)
    }
    try ledger.startPayout(payout.entry, at: now, in: session)
    try tell(.payoutUnderWay, of: payout, at: now, in: session)
  }

  /// The bank has paid it, or could not.
  ///
  /// - Parameter reason: why not; nil where it arrived.
  func settle(_ id: PayoutID, failed reason: String?, by administrator: AccountID, from place: Whereabouts) async throws {
    guard let known = try await store.read({ try $0.payout(id) }) else { throw Refusal(.notFound) }
    let (now, auditID): (Moment, AuditLineID) = (clock.now, ids.next())
    let line = AuditLine(
      by: administrator, deed: reason == nil ? "payout.paid" : "payout.failed", thing: "payout.\(id)", address: place.address.text,
      detail: ["account": "\(known.payee)", "amount": known.slip.net.description])
    try await store.write(locking: [.account(known.payee)]) { [self] session in
      // A second press, or that of somebody else, changes nothing.
      guard try session.settle(id, as: reason == nil ? .paid : .failed, because: reason ?? "", by: administrator, at: now) else { return }
      if reason == nil {
        try ledger.finishPayout(known.entry, withheld: known.slip.withheld, at: now, in: session)
      } else {
        try ledger.failPayout(known.entry, at: now, in: session)
        try session.release(linesOf: id.rawValue)
        try alert(about: known, at: now, in: session)
      }
      try notifications.settle(.payoutUnderWay, about: Payout.key(id), in: session)
      try tell(reason == nil ? .payoutPaid : .payoutFailed, of: known, at: now, in: session)
      try session.audit(line, id: auditID, at: now)
    }
  }

  /// It had arrived, and the bank sent it back: it is due again.
  func comeBack(_ id: PayoutID, because reason: String, by administrator: AccountID, from place: Whereabouts) async throws {
    guard let known = try await store.read({ try $0.payout(id) }) else { throw Refusal(.notFound) }
    let (now, auditID): (Moment, AuditLineID) = (clock.now, ids.next())
    let line = AuditLine(
      by: administrator, deed: "payout.returned", thing: "payout.\(id)", address: place.address.text,
      detail: ["account": "\(known.payee)", "amount": known.slip.net.description])
    try await store.write(locking: [.account(known.payee)]) { [self] session in
      // A second press, or that of somebody else, changes nothing.
      guard try session.comeBack(id, because: reason, by: administrator, at: now) else { return }
      try ledger.returnPayout(known.entry, withheld: known.slip.withheld, at: now, in: session)
      try session.release(linesOf: id.rawValue)
      try alert(about: known, at: now, in: session)
      try notifications.settle(.payoutPaid, about: Payout.key(id), in: session)
      try tell(.payoutFailed, of: known, at: now, in: session)
      try session.audit(line, id: auditID, at: now)
    }
  }

  /// Somebody has looked at why it failed: the alert ends.
  func acknowledge(_ id: PayoutID, by administrator: AccountID, from place: Whereabouts) async throws {
    let (now, auditID): (Moment, AuditLineID) = (clock.now, ids.next())
    let line = AuditLine(by: administrator, deed: "payout.looked", thing: "payout.\(id)", address: place.address.text)
    try await store.write { [self] session in
      guard try session.lookAt(id, by: administrator, at: now) else { return }
      try operations.putAway(.payoutFailed, about: Payout.key(id), by: administrator, at: now, in: session)
      try session.audit(line, id: auditID, at: now)
    }
  }
}
