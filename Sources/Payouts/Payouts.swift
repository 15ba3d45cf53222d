import Accounts
import Base
import Crypto
import Ledger
import Mail
import Notifications
import Operations
import Paper
import Store
import Web

/// Payouts: what experts earned goes to their bank accounts, and everybody can follow each cent of it.
///
/// - When an earning is due follows from the books: `Ledger/Maturing.swift`.
/// - `Data/` is where an expert is paid, sealed; `Batches/` what an administrator approves, the file for the bank, and what becomes of it.
/// - `Slip` (LedgerCore) says what is left of a gross amount, step by step; `Money/` are the expert's pages of it.
/// - `Reports/` count revenue, commissions, taxes and refunds of a period.
public final class Payouts: Sendable {
  let store: any Store
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  let mail: Mail
  let notifications: Notifications
  let accounts: Accounts
  let ledger: Ledger
  let operations: Operations
  let printer: Printer
  /// Seals where experts are paid.
  let key: @Sendable () throws -> SymmetricKey

  public init(
    store: any Store, ids: IDMaker, clock: WallClock, web: WebFront, mail: Mail, notifications: Notifications, accounts: Accounts,
    ledger: Ledger, operations: Operations, printer: Printer, key: @escaping @Sendable () throws -> SymmetricKey
  ) {
    self.store = store
    self.ids = ids
    self.clock = clock
    self.web = web
    self.mail = mail
    self.notifications = notifications
    self.accounts = accounts
    self.ledger = ledger
    self.operations = operations
    self.printer = printer
    self.key = key
    tellNotices()
    followAlerts()
  }

  public func register(on routes: Routes) {
    MoneyRoutes(payouts: self).register(on: routes)
    PayoutDataRoutes(payouts: self).register(on: routes)
    AdminPayoutRoutes(payouts: self).register(on: routes)
    AdminBatchRoutes(payouts: self).register(on: routes)
    PayoutTermsRoutes(payouts: self).register(on: routes)
    ReportRoutes(payouts: self).register(on: routes)
  }
}
