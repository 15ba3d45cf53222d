import Base
import Store
import TestKit

@testable import Payments

/// Wallets that are filled by themselves.
extension WholeHistory {
  /// What somebody agreed to.
  struct Standing {
    let pack: PackID
    let most: Int64
    let at: Moment
  }

  /// Somebody has the wallet filled by itself with a card that pays, or with one whose bank refuses it; or ends that.
  func setRecharge() async throws {
    guard let owner = customers.randomElement(using: &dice) else { return }
    let (town, now) = (town, now)
    if chance(4) {
      try await town.insist { try await town.program.payments.endRecharge(in: .credits, of: owner, from: .console) }
      steps.append("customer \(name(owner)) fills the wallet by hand again")
      return
    }
    let packs = packs.filter { $0.pack.offer.unit == .credits }.map(\.pack)
    guard let pack = packs.min(by: { $0.offer.total < $1.offer.total }) else { return }
    let card = SavedCard(customer: "test", method: chance(3) ? TestProvider.fadingCard : "test", brand: "Test", lastDigits: "4242")
    let wish = RechargeWish(
      unit: .credits, pack: pack.id, shown: pack.offer, below: .random(in: 1...6, using: &dice), most: .random(in: 1...3, using: &dice))
    try await town.insist {
      try await town.store.write { try $0.save(card, of: owner, at: .test, now) }
      try await town.program.payments.setRecharge(wish, of: owner, from: .console)
    }
    standing[owner, default: []].append(Standing(pack: pack.id, most: wish.most, at: now))
    steps.append("customer \(name(owner)) has the wallet filled by itself below \(wish.below), \(wish.most) times a day, by \(card.method)")
  }

  /// Somebody whose card was refused comes and pays that pack by hand, as the purchase's page lets them; what became of it the post tells.
  func confirmRecharge() async throws {
    let refused = recharged.filter { id in
      bought[id].map { !$0.story.isPaid && $0.story.stage == 2 } == true && !(post + delivered).contains { $0.payment == "payment.\(id)" }
    }
    guard let id = refused.randomElement(using: &dice), let purchase = bought[id] else { return }
    let town = town
    for _ in 0..<(chance(3) ? 2 : 1) {
      try await town.insist {
        let payments = town.program.payments
        guard let begun = try await payments.purchase(id, of: purchase.buyer) else { return }
        let again = try await payments.tryAgain(begun)
        if again.state.isOpen, again.checkout == nil { _ = try await payments.open(again) }
      }
    }
    steps.append("customer \(name(purchase.buyer)) comes to pay purchase \(name(id)) by hand")
    write(about: id, purchase.price)
  }

  /// Its buyer agreed to this pack, and it was not bought more often in a day than they ever agreed to since.
  func isRechargeAllowed(_ purchase: Purchase) -> Bool {
    let agreed = (standing[purchase.buyer] ?? []).filter { $0.at <= purchase.createdAt }
    guard agreed.contains(where: { $0.pack == purchase.pack }), let most = agreed.map(\.most).max() else { return false }
    let since = purchase.createdAt.adding(seconds: -86_400)
    return recharged.count { bought[$0]?.buyer == purchase.buyer && (bought[$0]?.at ?? since) > since } < most
  }
}
