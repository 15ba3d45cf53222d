import Accounts
import Base
import Brakes
import Foundation
import Ledger
import Notifications
import Store
import Web

extension JobKind {
  static let recharge = JobKind("wallets.recharge", retries: .patient)
}

extension NoticeKind {
  /// A wallet is not filled by itself any more: its owner has to come.
  static let rechargeStopped = NoticeKind("rechargeStopped", push: true, mail: true)
}

/// What somebody agreed to on the page of the wallet.
struct RechargeWish: Sendable {
  let unit: CreditUnit
  let pack: PackID
  /// What the page said that it brings and costs.
  let shown: Offer?
  let below: Int64
  let most: Int64
}

/// Wallets that are filled by themselves (C9a): begun in the transaction that made them less, bought by a job, one at a time.
extension Payments {
  /// Whatever takes out of a wallet may begin one.
  func watchWallets() {
    ledger.onWalletLowered { [jobs] owner, unit, now, session in
      guard let id = try session.beginRecharge(of: owner, in: unit) else { return }
      try jobs.enqueue(.recharge, uniqueKey: "\(id)", payload: Self.payload(of: id), dueAt: now, in: session)
    }
  }

  /// Its owner switches it on, changes it, or goes on after it stopped. It looks at the wallet at once.
  ///
  /// - Throws: `cardNotKept`, `packNotOnSale`, `priceChanged`, `amountInvalid` or `selfExcluded`.
  func setRecharge(_ wish: RechargeWish, of owner: AccountID, from place: Whereabouts) async throws {
    guard (1...Recharge.belowLimit).contains(wish.below), (1...Recharge.mostLimit).contains(wish.most) else {
      throw Refusal(.amountInvalid)
    }
    let (id, now, auditID): (RechargeID, Moment, AuditLineID) = (ids.next(), clock.now, ids.next())
    try await store.write(locking: [.account(owner)]) { [self] session in
      try session.refuseExcluded(owner, at: now)
      let cards = try providers.map(\.name).filter { try $0.keepsCards && session.savedCard(of: owner, at: $0) != nil }
      guard let provider = try cards.first(where: { try ways(for: owner, in: session).contains($0) }) else {
        throw Refusal(.cardNotKept)
      }
      guard let pack = try session.pack(wish.pack), pack.plan == nil, pack.offer.unit == wish.unit,
        try session.packsOnSale().contains(where: { $0.id == pack.id })
      else { throw Refusal(.packNotOnSale) }
      guard pack.offer == wish.shown else { throw Refusal(.priceChanged) }
      let known = try session.recharge(of: owner, in: wish.unit)
      var recharge = Recharge(
        id: known?.id ?? id, owner: owner, unit: wish.unit, pack: pack.id, offer: pack.offer, provider: provider, below: wish.below,
        most: wish.most)
      // One that is under way ends as it began; one that stopped is left behind.
      if let known, known.stop == nil { (recharge.purchase, recharge.isUnderWay) = (known.purchase, known.isUnderWay) }
      try session.save(recharge, at: now)
      try notifications.settle(.rechargeStopped, about: "recharge.\(recharge.id)", in: session)
      try expect(recharge.id, of: owner, in: wish.unit, at: now, in: session)
      let detail = ["unit": wish.unit.rawValue, "below": "\(wish.below)", "most": "\(wish.most)", "price": "\(pack.offer.price)"]
      try session.audit(audit(owner, "recharge.set", "recharge.\(recharge.id)", place, detail).line, id: auditID, at: now)
    }
  }

  /// Its owner switches it off. What is under way is a purchase like any other.
  func endRecharge(in unit: CreditUnit, of owner: AccountID, from place: Whereabouts) async throws {
    let (now, auditID): (Moment, AuditLineID) = (clock.now, ids.next())
    try await store.write(locking: [.account(owner)]) { [self] session in
      guard let recharge = try session.recharge(of: owner, in: unit) else { return }
      try end(recharge, in: session)
      try session.audit(
        audit(owner, "recharge.ended", "recharge.\(recharge.id)", place, ["unit": unit.rawValue]).line, id: auditID, at: now)
    }
  }

  /// The card that pays for it is taken away.
  func endRecharges(of owner: AccountID, at provider: ProviderName, in session: any Session) throws {
    for recharge in try session.recharges(of: owner) where recharge.provider == provider { try end(recharge, in: session) }
  }

  private func end(_ recharge: Recharge, in session: any Session) throws {
    try session.removeRecharge(recharge.id)
    try jobs.cancel(.recharge, uniqueKey: "\(recharge.id)", in: session)
    try notifications.settle(.rechargeStopped, about: "recharge.\(recharge.id)", in: session)
  }

  private func expect(_ id: RechargeID, of owner: AccountID, in unit: CreditUnit, at now: Moment, in session: any Session) throws {
    guard try session.beginRecharge(of: owner, in: unit) != nil else { return }
    try jobs.enqueue(.recharge, uniqueKey: "\(id)", payload: Self.payload(of: id), dueAt: now, in: session)
  }

  private static func payload(of id: RechargeID) -> String { #"{"recharge":"\#(id)"}"# }

  private struct RechargePayload: Decodable {
    let recharge: RechargeID
  }

  var rechargeHandler: JobHandler {
    .outside(
      .recharge, leaseSeconds: 120,
      { [self] job -> Moment? in
        try await recharge(try JSONDecoder().decode(RechargePayload.self, from: Data(job.payload.utf8)).recharge)
      },
      complete: { [jobs] session, job, next in
        guard let next else { return }
        let id = try JSONDecoder().decode(RechargePayload.self, from: Data(job.payload.utf8)).recharge
        try jobs.enqueue(.recharge, uniqueKey: "\(id)", payload: job.payload, dueAt: next, in: session)
      })
  }

  /// Does what is next for a recharge.
  ///
  /// - Returns: when to look again; nil when something else will ask for it.
  private func recharge(_ id: RechargeID) async throws -> Moment? {
    let now = clock.now
    guard let seen = try await store.read({ try $0.recharge(id) }) else { return nil }
    let (fresh, reference): (PurchaseID, String) = (ids.next(), PurchaseReference.new())
    let (purchase, next) = try await store.write(locking: [.account(seen.owner), .recharge(id)]) { [self] session in
      try begin(id, as: fresh, reference, at: now, in: session)
    }
    guard let purchase else { return next }
    do {
      _ = try await open(purchase)
    } catch let refusal as Refusal where [.cardDeclined, .paymentUnavailable].contains(refusal.reason) {
      // Asked in the same way it would answer the same. A second try would be one that nobody knows of.
      try await store.write(locking: [.account(seen.owner), .recharge(id)]) { [self] session in
        guard let recharge = try session.recharge(id), recharge.purchase == purchase.id else { return }
        try stop(recharge, .declined, at: now, in: session)
      }
    } catch let refusal as Refusal where refusal.reason == .selfExcluded {
      // In this moment: what was begun waits until it is over.
      return try await store.read { try $0.exclusionEnd(of: seen.owner, at: now) }
    }
    return nil
  }

  /// Makes the purchase, or finds the one that was made before a crash, or says when to look again.
  private func begin(
    _ id: RechargeID, as fresh: PurchaseID, _ reference: String, at now: Moment, in session: any Session
  ) throws -> (Purchase?, Moment?) {
    guard var recharge = try session.recharge(id), recharge.stop == nil else { return (nil, nil) }
    if let begun = try recharge.purchase.flatMap({ try session.purchase($0) }) {
      // What was begun and asked of nobody yet is asked now; everything else is told.
      if begun.attempt > 1 || [.declined, .cancelled, .expired].contains(begun.state) {
        try stop(recharge, .declined, at: now, in: session)
        return (nil, nil)
      }
      return (begun.state == .created && begun.checkout == nil ? begun : nil, nil)
    }
    let made = try session.recharged(recharge.owner, in: recharge.unit, since: now.adding(seconds: -Recharge.daySeconds))
    let free = try session.wallet(of: recharge.owner, in: recharge.unit).free
    let braked = try session.brakedUntil(recharge.owner, in: recharge.unit, at: now)
    switch recharge.step(free: free, made: made, brakedUntil: braked, at: now) {
    case .nothing:
      try rest(recharge, at: now, in: session)
      return (nil, nil)
    case .wait(let moment):
      try rest(recharge, at: now, in: session)
      return (nil, moment)
    case .buy: break
    }
    guard let owner = try session.account(recharge.owner), owner.active,
      try session.savedCard(of: recharge.owner, at: recharge.provider) != nil
    else {
      try stop(recharge, .cardGone, at: now, in: session)
      return (nil, nil)
    }
    guard let pack = try session.packsOnSale().first(where: { $0.id == recharge.pack }), pack.offer == recharge.offer else {
      try stop(recharge, .packChanged, at: now, in: session)
      return (nil, nil)
    }
    var purchase = Purchase(
      id: fresh, buyer: recharge.owner, formKey: "recharge.\(fresh)", reference: reference, pack: recharge.pack, offer: recharge.offer,
      validDays: try session.validDays(ofPackOnSale: recharge.pack) ?? nil, provider: recharge.provider, keepsCard: true, byCard: true,
      language: owner.language, createdAt: now, changedAt: now)
    purchase.isRecharge = true
    try session.insert(purchase)
    (recharge.purchase, recharge.isUnderWay) = (fresh, true)
    try session.save(recharge, at: now)
    try jobs.enqueue(
      .askOutcome, uniqueKey: "\(fresh)", payload: Self.payload(fresh), dueAt: now.adding(seconds: Self.askPauses[0]), in: session)
    return (purchase, nil)
  }

  /// Nothing is bought now.
  private func rest(_ recharge: Recharge, at now: Moment, in session: any Session) throws {
    guard recharge.isUnderWay else { return }
    var recharge = recharge
    recharge.isUnderWay = false
    try session.save(recharge, at: now)
  }

  /// Its owner is told, and it waits for them.
  private func stop(_ recharge: Recharge, _ reason: Recharge.Stop, at now: Moment, in session: any Session) throws {
    var recharge = recharge
    guard recharge.stop == nil else { return }
    (recharge.stop, recharge.isUnderWay) = (reason, false)
    try session.save(recharge, at: now)
    try notifications.tell(
      Tidings(.rechargeStopped, about: "recharge.\(recharge.id)", data: ["recharge": "\(recharge.id)"], at: now), to: recharge.owner,
      in: session)
  }

  /// What became of a purchase that was made by itself. Paid by hand after it was refused, it goes on.
  func followRecharge(from before: Purchase, to purchase: Purchase, at now: Moment, in session: any Session) throws {
    guard var recharge = try session.recharge(behind: purchase) else { return }
    if purchase.facts.isPaid, !before.facts.isPaid {
      (recharge.purchase, recharge.stop, recharge.isUnderWay) = (nil, nil, false)
      try session.save(recharge, at: now)
      try notifications.settle(.rechargeStopped, about: "recharge.\(recharge.id)", in: session)
      // It may be less still.
      try expect(recharge.id, of: recharge.owner, in: recharge.unit, at: now, in: session)
    } else if !purchase.facts.isPaid, [.declined, .cancelled, .expired].contains(purchase.state), purchase.state != before.state {
      try stop(recharge, .declined, at: now, in: session)
    }
  }

  func tellOfRecharges() {
    notifications.add([.rechargeStopped]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let texts = web.texts(reader.language)
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let id = notice.identity("recharge", of: Kinds.Recharge.self), let found = try session.recharge(id), found.owner == account,
          let stop = found.stop
        else { continue }
        // The purchase that could not be paid is paid by hand; everything else is set right at the wallet.
        let path = found.purchase.map { "\(PurchaseRoutes.path)/\($0)" } ?? ShopRoutes.walletPath
        stories[notice.id] = Story(
          name: UnitWords(texts)[found.offer.total, found.unit], place: texts["payments.wallet.title"],
          text: texts["payments.recharge.stop.\(stop.rawValue)"], conversation: nil, path: path, acts: [])
      }
      return stories
    }
  }
}

extension Payments {
  /// What the page of the wallet says about it. Where nobody keeps cards it says nothing.
  func rechargeCard(of owner: AccountID, in session: any Session) throws -> RechargeCard.Found {
    let keepers = try ways(for: owner, in: session).filter(\.keepsCards)
    let recharges = try session.recharges(of: owner)
    var today: [CreditUnit: Int] = [:]
    for recharge in recharges {
      let since = clock.now.adding(seconds: -Recharge.daySeconds)
      today[recharge.unit] = try session.recharged(owner, in: recharge.unit, since: since).count
    }
    return RechargeCard.Found(
      recharges: recharges, packs: keepers.isEmpty ? [] : try session.packsOnSale().filter { $0.plan == nil },
      hasCard: try keepers.contains { try session.savedCard(of: owner, at: $0) != nil }, today: today)
  }
}
