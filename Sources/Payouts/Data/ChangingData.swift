import Accounts
import Base
import LedgerCore
import Mail
import Store
import Web

extension LetterKind {
  /// Where somebody is paid has changed: told at once, because it might have been somebody else.
  static let payoutDataChanged = LetterKind("payoutDataChanged")
}

/// Where an expert is paid (B17, B34, B35).
extension Payouts {
  func profile(of account: AccountID) async throws -> PayoutProfile? { try await store.read { try $0.payoutProfile(of: account) } }

  /// - Throws: what `Accounts.confirm` throws for who cannot prove to be the owner.
  func change(
    _ data: PayoutData, method: PayoutMethod, chargesVAT: Bool, of person: SignedIn, password: String, from place: Whereabouts
  ) async throws {
    try await accounts.confirm(person, password: password)
    let (id, now): (AccountID, Moment) = (person.member.id, clock.now)
    let hint = data.account?.hint ?? ""
    let profile = PayoutProfile(
      method: method, chargesVAT: chargesVAT, hint: hint, sealed: try data.sealed(for: id, with: key()), changedAt: now)
    let letter = Letter(
      .payoutDataChanged, to: Recipient(address: person.email, name: person.name, language: person.language),
      arguments: ["account": hint, "time": now.universalText], button: "\(web.settings.baseAddress)\(PayoutDataRoutes.path)",
      key: Secret().text)
    // The audit log names what was changed and never holds what was typed.
    let (line, auditID) = (
      AuditLine(
        by: id, deed: "account.payoutDataChanged", thing: "account.\(id)", address: place.address.text, detail: ["method": method.rawValue]),
      ids.next(Kinds.AuditLine.self)
    )
    try await store.write(locking: [.account(id)]) { [mail] session in
      try session.save(profile, of: id)
      if mail.isOn { try mail.post(letter, in: session) }
      try session.audit(line, id: auditID, at: now)
    }
  }
}
