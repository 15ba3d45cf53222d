import Accounts
import Base
import Ledger
import Notifications
import Store
import Web

/// Brakes: what payers hold themselves to.
///
/// - `Limits/` are caps on a conversation, a day and a month, and the number after which somebody stops in one thread. `Session.brake` is asked in
///   the transaction of everything that costs something.
/// - `Exclusion/` is a time in which somebody neither buys nor asks, and which nobody ends early.
/// - `Rates/` says a price in the reader's own currency, roughly. Nothing is booked by it.
///
/// It stands below Payments and Deals, because both ask it.
public final class Brakes: Sendable {
  let store: any Store
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  let notifications: Notifications

  public init(store: any Store, ids: IDMaker, clock: WallClock, web: WebFront, notifications: Notifications) {
    self.store = store
    self.ids = ids
    self.clock = clock
    self.web = web
    self.notifications = notifications
  }

  public func register(on routes: Routes) {
    LimitsRoutes(brakes: self).register(on: routes)
    StopRoutes(brakes: self).register(on: routes)
    RatesRoutes(brakes: self).register(on: routes)
    ExclusionRoutes(brakes: self).register(on: routes)
  }
}
