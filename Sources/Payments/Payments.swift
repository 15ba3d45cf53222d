import Accounts
import Base
import Crypto
import Ledger
import Logging
import Mail
import Notifications
import Operations
import Paper
import Store
import Web

/// Payments: what is for sale, buying it, and what becomes of a purchase afterwards.
///
/// - `Packs/` are price lists, which an administrator edits; `buy` copies a pack and its price into a `Purchase`.
/// - `Providers/` take the money: Stripe, PayPal, a bank transfer that an administrator credits, and a test provider that says that it is one.
/// - `Plans/` are bought anew every month, `Recharges/` when a wallet becomes low, both with a card that is kept.
/// - `Offers/` are prices for some, `Gifts/` what the house gives: with a reason, for a code, for a friend.
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
    let referral: ReferralTerms

    /// For how many days after paying buyers may give back what they have not used.
    public let refundDays: Int64
    /// From how many declined payments of one buyer within an hour on somebody is told; 0 for never.
    let fraudDeclines: Int64

    public init(bankAccount: String, refundDays: Int64, referral: ReferralTerms, fraudDeclines: Int64) {
      self.fraudDeclines = fraudDeclines
      self.bankAccount = bankAccount
      self.refundDays = refundDays
      self.referral = referral
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
  let operations: Operations
  let printer: Printer
  let providers: [any PaymentProvider]
  let terms: Terms
  /// Signs what a browser remembers of a friend's link.
  let friendKey: SymmetricKey
  let logger: Logger
  let deliveries = DeliveryWatch()

  /// - Parameter providers: those that take money over their own page, in the order in which buyers see them.
  public init(
    store: any Store, jobs: Jobs, ids: IDMaker, clock: WallClock, web: WebFront, mail: Mail, notifications: Notifications, ledger: Ledger,
    operations: Operations, printer: Printer, providers: [any PaymentProvider], terms: Terms, friendKey: SymmetricKey, logger: Logger
  ) {
    self.store = store
    self.jobs = jobs
    self.ids = ids
    self.clock = clock
    self.web = web
    self.mail = mail
    self.notifications = notifications
    self.ledger = ledger
    self.operations = operations
    self.printer = printer
    self.providers = providers
    self.terms = terms
    self.friendKey = friendKey
    self.logger = logger
    registerNotices()
    tellOffers(by: notifications)
    tellGifts(by: notifications)
    tellSubscribers()
    tellOfRecharges()
    watchWallets()
  }

  public func register(on routes: Routes) {
    let shop = ShopRoutes(payments: self, web: web)
    shop.register(on: routes)
    PurchaseRoutes(payments: self, web: web).register(on: routes)
    RechargeRoutes(payments: self, shop: shop).register(on: routes)
    WebhookRoutes(payments: self).register(on: routes)
    AdminPaymentRoutes(payments: self, web: web).register(on: routes)
    AdminPackRoutes(payments: self, web: web).register(on: routes)
    AdminOfferRoutes(payments: self, web: web).register(on: routes)
    AdminGiftRoutes(payments: self, web: web).register(on: routes)
    AdminCodeRoutes(payments: self, web: web).register(on: routes)
    FriendRoutes(payments: self, web: web).register(on: routes)
    if let test = provider(as: TestProvider.self) { TestPages(payments: self, provider: test, web: web).register(on: routes) }
  }

  public var jobHandlers: [JobHandler] {
    [askHandler, refundHandler, cardHandler, closeHandler, forgetHandler, testHandler, renewHandler, gatherHandler, rechargeHandler]
  }

  func provider(_ name: ProviderName) -> (any PaymentProvider)? { providers.first { $0.name == name } }

  private func provider<Kind: PaymentProvider>(as kind: Kind.Type) -> Kind? { providers.lazy.compactMap { $0 as? Kind }.first }

  /// The ways to pay that are open, in the order in which they are shown.
  var ways: [ProviderName] { providers.map(\.name) + (terms.takesTransfers ? [.bank] : []) }

  /// Whether somebody takes this currency. Whoever writes down transfers takes any.
  func takes(_ name: ProviderName, _ currency: Currency) -> Bool { provider(name)?.takes(currency) ?? (name == .bank) }

  /// The same for one account: whoever only tries the demo pays with test money.
  func ways(for account: AccountID, in session: any Session) throws -> [ProviderName] {
    try session.isTrial(account) ? ways.filter { $0 == .test } : ways
  }

  func audit(_ by: AccountID?, _ deed: String, _ thing: String, _ place: Whereabouts, _ detail: [String: String] = [:]) -> (
    line: AuditLine, id: AuditLineID
  ) {
    (AuditLine(by: by, deed: deed, thing: thing, address: place.address.text, detail: detail), ids.next())
  }
}
