import Access
import Accounts
import Base
import Hummingbird
import Web

/// `/wallet/recharge`: the form on the page of the wallet that has it filled by itself.
struct RechargeRoutes: Sendable {
  static let path = "\(ShopRoutes.walletPath)/recharge"

  let payments: Payments
  /// What is refused is said above the form, with what was typed in it.
  let shop: ShopRoutes

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { _, _ in .redirect(ShopRoutes.walletPath) }
    routes.form(Self.path, .ownDesk) { form, request, context in
      let (me, place) = (try context.person().member.id, Whereabouts(request, context))
      guard let unit = CreditUnit(rawValue: form["unit"]), CreditUnit.spendable.contains(unit) else { throw Refusal(.notUnderstood) }
      guard form["do"] != "end" else {
        try await payments.endRecharge(in: unit, of: me, from: place)
        return .redirect("\(ShopRoutes.walletPath)?done=rechargeEnded")
      }
      let parts = form["pack"].split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2, let pack = PackID(parts[0]) else { throw Refusal(.notUnderstood) }
      let wish = RechargeWish(
        unit: unit, pack: pack, shown: ShownOffer.read(parts[1]), below: Int64(typed: form["below-\(unit.rawValue)"]) ?? 0,
        most: Int64(typed: form["most-\(unit.rawValue)"]) ?? 0)
      do {
        try await payments.setRecharge(wish, of: me, from: place)
        return .redirect("\(ShopRoutes.walletPath)?done=rechargeSet")
      } catch let refusal as Refusal
        where [.cardNotKept, .packNotOnSale, .priceChanged, .amountInvalid, .selfExcluded].contains(refusal.reason)
      {
        return try await shop.wallet(typed: form, refusal: refusal, request, context)
      }
    }
  }
}
