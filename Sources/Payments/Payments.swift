import Accounts
import Base
import Ledger
import Logging
import Mail
import Notifications
import Store
import Web

/// Payments: what is for sale, buying it, and what becomes of a purchase afterwards.
///
/// - `Packs/` are price lists, which an administrator edits; `buy` copies a pack and its price into a `Purchase`.
/// - `Providers/` take the money: Stripe, a bank transfer that an administrator credits, and a test provider that says that it is one.
/// - `record` is the one place where a purchase moves: an event that was proved to be the provider's is written down once, and in the same
///   transaction the books follow (`PurchaseFacts`). A browser that comes back moves nothing.
///
/// From here on look at `PurchaseFacts` (the rules), `Recording` (events), `Buying` and `Pages/`. docs/payments.md tells the life of a payment.
///
/// A class, because everybody shares its providers.
public final class Payments: Sendable {
  /// What an owner decides.
  public struct Terms: Sendable {
    /// Where a transfer goes, as buyers read it; empty for no transfers.
    public let bankAccount: String
    /// Whether transfers are offered.
    var takesTransfers: Bool { !bankAccount.isEmpty }

    /// For how many days after paying buyers may give back what they have not used.
    public let refundDays: Int64

    public init(bankAccount: String, refundDays: Int64) {
      self.bankAccount = bankAccount
      self.refundDays = refundDays
    }
  }

  let store: any Store
  let jobs: Jobs
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  let mail: Mail
  let notifications: Notifications
  let ledger: Ledger
  let providers: [any PaymentProvider]
  let terms: Terms
  let logger: Logger

  /// - Parameter providers: those that take money over their own page, in the order in which buyers see them.
  public init(
    store: any Store, jobs: Jobs, ids: IDMaker, clock: WallClock, web: WebFront, mail: Mail, notifications: Notifications, ledger: Ledger,
    providers: [any PaymentProvider], terms: Terms, logger: Logger
  ) {
    self.store = store
    self.jobs = jobs
    self.ids = ids
    self.clock = clock
    self.web = web
    self.mail = mail
    self.notifications = notifications
    self.ledger = ledger
    self.providers = providers
    self.terms = terms
    self.logger = logger
    registerNotices()
    tellSubscribers()
  }

  public func register(on routes: Routes) {
    ShopRoutes(payments: self, web: web).register(on: routes)
    PurchaseRoutes(payments: self, web: web).register(on: routes)
    WebhookRoutes(payments: self).register(on: routes)
    AdminPaymentRoutes(payments: self, web: web).register(on: routes)
    AdminPackRoutes(payments: self, web: web).register(on: routes)
    if let test = provider(as: TestProvider.self) { TestPages(payments: self, provider: test, web: web).register(on: routes) }
  }

  public var jobHandlers: [JobHandler] { [askHandler, refundHandler, cardHandler, closeHandler, forgetHandler, testHandler, renewHandler] }

  func provider(_ name: ProviderName) -> (any PaymentProvider)? { providers.first { $0.name == name } }

  private func provider<Kind: PaymentProvider>(as kind: Kind.Type) -> Kind? { providers.lazy.compactMap { $0 as? Kind }.first }

  /// The ways to pay that are open, in the order in which they are shown.
  var ways: [ProviderName] { providers.map(\.name) + (terms.takesTransfers ? [.bank] : []) }

  func audit(_ by: AccountID?, _ deed: String, _ thing: String, _ place: Whereabouts, _ detail: [String: String] = [:]) -> (
    line: AuditLine, id: AuditLineID
  ) {
    (AuditLine(by: by, deed: deed, thing: thing, address: place.address.text, detail: detail), ids.next())
  }
}
