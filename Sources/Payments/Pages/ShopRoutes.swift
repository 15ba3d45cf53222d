import Access
import Accounts
import Base
import Brakes
import HTTPTypes
import Hummingbird
import Ledger
import Store
import Web

/// `/wallet` and `/buy`: what somebody has, and where it comes from.
struct ShopRoutes: Sendable {
  static let walletPath = "/wallet"
  static let buyPath = "/buy"
  static let purchasesShown = 20
  static let linesShown = 30

  let payments: Payments
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.walletPath, .ownDesk) { request, context in try await wallet(request, context) }
    routes.get(Self.buyPath, .ownDesk) { request, context in
      let form = try Form(query: request)
      var response = try await shop(chosen: PackID(form["pack"]), way: "", key: Secret(), refusal: nil, request, context)
      if form.has("back"), let thread = ComingThread(form["back"]) { response.setCookie(thread.cookie(web.cookies)) }
      return response
    }
    routes.form(Self.buyPath, .ownDesk) { form, request, context in try await buy(form, request, context) }
    routes.form("\(Self.buyPath)/code", .ownDesk) { form, request, context in try await redeem(form, request, context) }
    routes.get("\(Self.buyPath)/code", .ownDesk) { _, _ in .redirect(Self.buyPath) }
    routes.form("\(Self.walletPath)/card", .ownDesk) { form, _, context in
      if let name = ProviderName(rawValue: form["provider"]) {
        try await payments.forgetCard(of: context.person().member.id, at: name)
      }
      return .redirect("\(Self.walletPath)?done=cardRemoved")
    }
    routes.form("\(Self.walletPath)/subscriptions/{id}", .ownDesk) { form, _, context in
      let goesOn = form["do"] == "goOn"
      try await payments.setRenewing(context.identity("id"), goesOn, by: context.person().member.id)
      return .redirect("\(Self.walletPath)?done=\(goesOn ? "goesOn" : "ends")")
    }
    routes.get("\(Self.walletPath)/subscriptions/{id}", .ownDesk) { _, _ in .redirect(Self.walletPath) }
    routes.get("\(Self.walletPath)/card", .ownDesk) { _, _ in .redirect(Self.walletPath) }
  }

  /// - Parameter typed: a form of the page that was refused.
  func wallet(typed: Form? = nil, refusal: Refusal? = nil, _ request: Request, _ context: WebContext) async throws -> Response {
    let me = try context.person().member.id
    let texts = web.texts(context.language)
    try await payments.noteFriend(in: request, context)
    let code = try await payments.referralCode(of: me)
    let providers = payments.providers.map(\.name)
    let found = try await payments.store.read { session in
      let wallets = try CreditUnit.spendable.map { unit in
        WalletPage.Holding(
          unit: unit, balance: try session.wallet(of: me, in: unit), lots: try session.lots(of: me, in: unit),
          lines: try session.statement(of: me, in: unit, before: nil, limit: Self.linesShown))
      }
      let cards = try providers.compactMap { name in try session.savedCard(of: me, at: name).map { (name, $0) } }
      return WalletPage.Found(
        account: me, holdings: wallets, purchases: try session.purchases(PurchaseFilter(buyer: me, limit: Self.purchasesShown)),
        cards: cards, subscriptions: try session.subscriptions(of: me),
        onSale: Set(try session.packsOnSale().map(\.offer.unit)), gifts: try session.gifts(of: me, limit: Self.linesShown).map(\.given),
        friends: try code.map { code in
          let (came, earned) = try session.friends(of: me)
          return WalletPage.Friends(
            link: "\(web.settings.baseAddress)\(FriendRoutes.path)/\(code)", terms: payments.terms.referral, came: came, earned: earned)
        },
        freeMinutes: try session.freeMinutes(of: me, at: payments.clock.now),
        recharge: try payments.rechargeCard(of: me, in: session),
        recharged: try session.recharged(me, limit: Self.linesShown * CreditUnit.spendable.count))
    }
    let done = [
      "cardRemoved": "payments.card.removed", "extended": "payments.wallet.extended", "ends": "payments.plan.endsDone",
      "goesOn": "payments.plan.goesOnDone", "code": "payments.codes.done.units", "minutes": "payments.codes.done.minutes",
      "rechargeSet": "payments.recharge.setDone",
      "rechargeEnded": "payments.recharge.ended",
    ][try Form(query: request)["done"]]
    let page = WalletPage(
      found, typed: typed, notice: done.map { texts[$0] }, problem: refusal.map { texts[$0.reason] }, at: payments.clock.now, texts)
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func shop(
    chosen: PackID?, way: String, key: Secret, code: String = "", refusal: Refusal?, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let (me, now) = (try context.person().member.id, payments.clock.now)
    try await payments.noteFriend(in: request, context)
    let providers = payments.providers.map(\.name)
    let (packs, running, own, refused, cards) = try await payments.store.read { session in
      (
        try session.packsOnSale(), Set(try session.subscriptions(of: me).map(\.plan.serves)), try session.ownCurrency(of: me),
        try Self.exclusion(of: me, at: now, in: session),
        try providers.compactMap { name in try session.savedCard(of: me, at: name).map { (name, $0) } }
      )
    }
    let thread = ComingThread(request, web.cookies)
    let (specials, waiting, ways, unit) = try await payments.store.read { session in
      (
        try session.specialOffers(for: me, at: now), try session.waitingBonuses(of: me), try payments.ways(for: me, in: session),
        try thread.flatMap { try session.unit(of: $0.id, for: me) }
      )
    }
    let texts = web.texts(context.language)
    let prices = packs.map { pack in (pack.id, PackPrice(pack, specials.filter { $0.pack == pack.id })) }
    let words = UnitWords(texts)
    let page = ShopPage(
      packs, running: running, chosen: (chosen, way), unit: unit, ways: ways, taking: payments.takes,
      cards: cards.filter { ways.contains($0.0) }, key: key,
      prices: Dictionary(uniqueKeysWithValues: prices),
      notice: try Form(query: request)["done"] == "code" ? texts["payments.codes.done.bonus"] : nil,
      bonuses: waiting.map { texts["payments.codes.waits", ["units": words[$0.units, $0.unit]]] }, code: code, refusal: refused ?? refusal,
      own,
      texts)
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  /// Whoever excluded themselves looks at prices, and is told that they do not buy.
  private static func exclusion(of account: AccountID, at now: Moment, in session: any Session) throws -> Refusal? {
    do {
      try session.refuseExcluded(account, at: now)
      return nil
    } catch let refusal as Refusal {
      return refusal
    }
  }

  private func redeem(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    do {
      let kind = try await payments.redeem(form["code"], by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect(kind == .bonus ? "\(Self.buyPath)?done=code" : "\(Self.walletPath)?done=\(kind == .minutes ? "minutes" : "code")")
    } catch let refusal as Refusal where [.codeUnknown, .codeUsed, .codeOver, .tooManyTries].contains(refusal.reason) {
      var refusal = refusal
      if refusal.reason != .tooManyTries { refusal.fields = ["code": refusal.reason] }
      return try await shop(chosen: nil, way: "", key: Secret(), code: form["code"], refusal: refusal, request, context)
    }
  }

  private func buy(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    guard let key = Secret(form["purchase"]) else { throw Refusal(.notUnderstood) }
    let parts = form["way"].split(separator: ".").map(String.init)
    guard let pack = PackID(form["pack"]), let way = parts.first.flatMap({ ProviderName(rawValue: $0) }) else {
      return try await shop(chosen: PackID(form["pack"]), way: form["way"], key: key, refusal: Refusal(.notUnderstood), request, context)
    }
    let order = Order(
      pack: pack, shown: ShownOffer.read(form["shown"]), provider: way, byCard: parts.count == 2, keepsCard: form.has("keepsCard"),
      formKey: key, special: SpecialOfferID(form["offer"]))
    do {
      let purchase = try await payments.buy(order, by: context.person().member.id, in: context.language)
      return .redirect("\(PurchaseRoutes.path)/\(purchase.id)/\(purchase.state.isPaid ? "" : "pay")".trimmingSlash)
    } catch let refusal as Refusal
      where [.priceChanged, .packNotOnSale, .cardNotKept, .subscriptionRunning, .selfExcluded].contains(refusal.reason)
    {
      // A new key: what is confirmed now is another purchase.
      return try await shop(chosen: pack, way: form["way"], key: Secret(), refusal: refusal, request, context)
    } catch let refusal as Refusal where [.paymentUnavailable, .cardDeclined].contains(refusal.reason) {
      // The purchase is there and waits for another try.
      guard let purchase = try await payments.made(order, by: context.person().member.id) else { throw refusal }
      return .redirect("\(PurchaseRoutes.path)/\(purchase.id)?back=\(refusal.reason.rawValue)")
    }
  }
}

extension String {
  fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}

/// An offer as a form carries it and brings it back: `credits.7.1.2000.EUR`.
enum ShownOffer {
  static func text(_ offer: Offer) -> String {
    "\(offer.unit.rawValue).\(offer.units).\(offer.bonus).\(offer.price.minor).\(offer.price.currency.code)"
  }

  static func read(_ text: String) -> Offer? {
    let parts = text.split(separator: ".").map(String.init)
    guard parts.count == 5, let unit = CreditUnit(rawValue: parts[0]), let units = Int64(parts[1]), let bonus = Int64(parts[2]),
      let minor = Int64(parts[3]), let currency = Currency(code: parts[4])
    else { return nil }
    return Offer(unit, units: units, bonus: bonus, price: Money(minor, currency))
  }
}
