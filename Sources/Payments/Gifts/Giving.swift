import Accounts
import Base
import Crypto
import Ledger
import Notifications
import Store
import Web

extension NoticeKind {
  /// The house gave something.
  public static let gift = NoticeKind("gift", push: true, mail: true)
}

/// What the house gives: with a reason, for a code, for a friend (A45a, P15).
extension Payments {
  /// Books a gift and tells its owner. In the caller's transaction; one that was given before changes nothing.
  func give(_ given: Given, at now: Moment, in session: any Session) throws {
    guard try session.insert(given, at: now) else { return }
    try ledger.give(
      Gift(
        key: given.about, about: given.about, owner: given.owner, units: Units(given.units, given.unit), worth: given.worth,
        expiresAt: given.expiresAt), at: now, in: session)
    try notifications.tell(Tidings(.gift, about: given.about, data: ["gift": "\(given.id)"], at: now), to: given.owner, in: session)
  }

  /// What an administrator gives, once however often its form is sent.
  func credit(
    _ id: GiftID, _ units: Units, to owner: AccountID, because reason: String, validDays: Int64?, by: AccountID, from place: Whereabouts
  ) async throws {
    let now = clock.now
    let audit = audit(
      by, "account.credited", "account.\(owner)", place, ["units": "\(units.count) \(units.unit.rawValue)", "reason": reason])
    try await store.write(locking: [.account(owner)]) { [self] session in
      guard try session.gift(id) == nil else { return }
      guard try session.account(owner)?.active == true else { throw Refusal(.notFound) }
      guard let worth = try session.worth(of: units.count, units.unit) else { throw Refusal(.packNotOnSale) }
      let given = Given(
        id: id, owner: owner, occasion: .reason, reason: reason, units: units.count, unit: units.unit, worth: worth, by: by,
        expiresAt: validDays.map { now.adding(seconds: $0 * Self.daySeconds) })
      try give(given, at: now, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  // MARK: Minutes

  /// Gives minutes of chats by the minute and tells their owner. In the caller's transaction; what was given before changes nothing.
  func give(_ free: FreeMinutes, at now: Moment, in session: any Session) throws {
    guard try session.insert(free, at: now) else { return }
    try notifications.tell(Tidings(.gift, about: free.about, data: ["minutes": "\(free.id)"], at: now), to: free.owner, in: session)
  }

  /// What an administrator gives, once however often its form is sent.
  func giveMinutes(
    _ id: GiftID, _ minutes: Int64, to owner: AccountID, because reason: String, validDays: Int64?, by: AccountID, from place: Whereabouts
  ) async throws {
    let now = clock.now
    let audit = audit(by, "account.credited", "account.\(owner)", place, ["minutes": "\(minutes)", "reason": reason])
    let free = FreeMinutes(
      id: ID(rawValue: id.rawValue), owner: owner, reason: reason, minutes: minutes, left: minutes * 60, by: by,
      expiresAt: validDays.map { now.adding(seconds: $0 * Self.daySeconds) })
    try await store.write(locking: [.account(owner)]) { [self] session in
      guard try session.freeMinutes(free.id) == nil else { return }
      guard try session.account(owner)?.active == true else { throw Refusal(.notFound) }
      try give(free, at: now, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  // MARK: Codes

  /// Wrong codes of one customer, and from one network, in a quarter of an hour.
  static let codeTries: Int64 = 10
  static let codeTriesFromNetwork: Int64 = 60

  func save(_ code: PromotionCode, isNew: Bool, by: AccountID, from place: Whereabouts) async throws {
    let now = clock.now
    let audit = audit(by, isNew ? "promotionCode.added" : "promotionCode.changed", "code.\(code.id)", place, ["code": code.code])
    try await store.write { session in
      guard try session.save(code, at: now) else { throw Refusal(.formInvalid, fields: ["code": .nameTaken]) }
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// Somebody uses a code.
  ///
  /// - Throws: `codeUnknown`, `codeUsed` or `codeOver`; `tooManyTries` for who guesses.
  func redeem(_ text: String, by account: AccountID, from place: Whereabouts) async throws -> PromotionCode.Kind {
    let (now, gift): (Moment, GiftID) = (clock.now, ids.next())
    let keys = (own: "promotion.account.\(account)", network: "promotion.address.\(place.address.network)")
    let wait = try await store.write { session in
      try session.claimTry([(keys.own, Self.codeTries), (keys.network, Self.codeTriesFromNetwork)], at: now)
    }
    if let wait { throw Refusal(.tooManyTries, retryAfterSeconds: wait) }
    guard let typed = PromotionCode.read(text) else { throw Refusal(.codeUnknown) }
    return try await store.write(locking: [.account(account)]) { [self] session in
      guard let code = try session.promotionCode(typed: typed) else { throw Refusal(.codeUnknown) }
      let isAtOnce = code.kind == .units
      let worth = try session.worth(of: code.units, code.unit)
      guard code.isOpen(at: now), !isAtOnce || worth != nil else { throw Refusal(.codeOver) }
      // Before the use, which names it.
      if isAtOnce, let worth {
        guard try !session.hasUsed(code.id, account) else { throw Refusal(.codeUsed) }
        try give(
          Given(
            id: gift, owner: account, occasion: .code, units: code.units, unit: code.unit, worth: worth,
            expiresAt: code.validDays.map { now.adding(seconds: $0 * Self.daySeconds) }), at: now, in: session)
      }
      guard try session.insertUse(of: code.id, by: account, gift: isAtOnce ? gift : nil, at: now) else { throw Refusal(.codeUsed) }
      if code.kind == .minutes {
        let free = FreeMinutes(
          id: ID(rawValue: gift.rawValue), owner: account, reason: "", minutes: code.units, left: code.units * 60,
          expiresAt: code.validDays.map { now.adding(seconds: $0 * Self.daySeconds) })
        try give(free, at: now, in: session)
      }
      guard try session.countUse(of: code.id, at: now) else { throw Refusal(.codeOver) }
      try session.forgiveTries(account: keys.own, address: keys.network)
      return code.kind
    }
  }

  // MARK: With a purchase

  /// What a purchase that was just paid brings besides: the bonus of a code, and what both get when a friend was brought. In the transaction that
  /// records the payment, so it happens once, as that does.
  func reward(_ purchase: Purchase, at now: Moment, in session: any Session) throws {
    for code in try session.waitingBonuses(of: purchase.buyer) where code.unit == purchase.offer.unit {
      let gift: GiftID = ids.next()
      let worth = Money(purchase.price.minor * code.units / purchase.units, purchase.price.currency)
      try give(
        Given(
          id: gift, owner: purchase.buyer, occasion: .bonus, units: code.units, unit: code.unit, worth: worth, purchase: purchase.id,
          expiresAt: code.validDays.map { now.adding(seconds: $0 * Self.daySeconds) }), at: now, in: session)
      try session.setGift(gift, of: code.id, by: purchase.buyer)
    }
    try rewardFriends(with: purchase, at: now, in: session)
  }

  private func rewardFriends(with purchase: Purchase, at now: Moment, in session: any Session) throws {
    let figures = terms.referral
    guard figures.isOn, let referrer = try session.waitingReferrer(of: purchase.buyer), try session.countPaid(by: purchase.buyer) == 1
    else { return }
    let end = now.adding(seconds: figures.months * 365 * Self.daySeconds / 12)
    func give(_ units: Int64, to owner: AccountID, _ occasion: Given.Occasion) throws -> GiftID? {
      guard units > 0, let worth = try session.worth(of: units, .credits) else { return nil }
      let given = Given(
        id: ids.next(), owner: owner, occasion: occasion, units: units, unit: .credits, worth: worth, purchase: purchase.id, expiresAt: end)
      try self.give(given, at: now, in: session)
      return given.id
    }
    _ = try give(figures.welcome, to: purchase.buyer, .welcome)
    let month = now.adding(seconds: -30 * Self.daySeconds)
    let isFull = try session.countRewards(of: referrer, since: month) >= figures.monthly
    let isThere = try session.account(referrer)?.active == true
    let gift = isThere && !isFull ? try give(figures.reward, to: referrer, .friend) : nil
    try session.setCounted(purchase.buyer, with: purchase.id, gift: gift, at: now)
  }

  // MARK: Friends

  /// How long a browser remembers by whose link it came.
  static let friendSeconds: Int64 = 30 * daySeconds

  /// The code of somebody's link, which is made when it is first asked for.
  func referralCode(of account: AccountID) async throws -> String? {
    guard terms.referral.isOn else { return nil }
    if let known = try await store.read({ try $0.referralCode(of: account) }) { return known }
    let (code, now) = (PurchaseReference.new().filter { $0 != "-" }, clock.now)
    return try await store.write { session in
      guard try !session.isTrial(account) else { return nil }
      try session.insertReferralCode(code, of: account, at: now)
      return try session.referralCode(of: account)
    }
  }

  /// What a browser keeps of a link: its code, and when it was opened, signed, so that an account of before cannot be said to come from it.
  func friendMark(_ code: String) async throws -> String? {
    guard terms.referral.isOn, let code = PromotionCode.read(code), try await store.read({ try $0.owner(ofReferralCode: code) }) != nil
    else { return nil }
    let claim = "\(code).\(clock.now.milliseconds / 1000)"
    return "\(claim).\(LinkCode.of(claim, with: friendKey))"
  }

  /// Notes by whom somebody was brought whose browser remembers it.
  func noteFriend(_ mark: String, _ friend: AccountID) async throws {
    let parts = mark.split(separator: ".").map(String.init)
    guard terms.referral.isOn, parts.count == 3, let seconds = Int64(parts[1]),
      LinkCode.isRight(parts[2], of: "\(parts[0]).\(parts[1])", with: friendKey)
    else { return }
    let (now, visit) = (clock.now, Moment(milliseconds: seconds * 1000))
    guard now < visit.adding(seconds: Self.friendSeconds) else { return }
    try await store.write { session in
      guard let referrer = try session.owner(ofReferralCode: parts[0]) else { return }
      try session.insertReferral(of: friend, by: referrer, since: visit, at: now)
    }
  }

  func tellGifts(by notifications: Notifications) {
    notifications.add([.gift]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let texts = web.texts(reader.language)
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        if let id = notice.identity("minutes", of: Kinds.FreeMinutes.self), let free = try session.freeMinutes(id), free.owner == account {
          stories[notice.id] = Story(
            name: texts.counted("payments.gifts.minutes", Int(free.minutes)), place: texts["payments.wallet.title"], text: free.why(texts),
            conversation: nil, path: ShopRoutes.walletPath, acts: [])
        }
        guard let id = notice.identity("gift", of: Kinds.Gift.self), let given = try session.gift(id), given.owner == account else {
          continue
        }
        stories[notice.id] = Story(
          name: UnitWords(texts)[given.units, given.unit], place: texts["payments.wallet.title"], text: given.words(texts),
          conversation: nil, path: ShopRoutes.walletPath, acts: [])
      }
      return stories
    }
  }
}

extension Session {
  fileprivate func hasUsed(_ code: PromotionCodeID, _ account: AccountID) throws -> Bool {
    try row("SELECT 1 FROM promotion_uses WHERE code_id = $1 AND account_id = $2", code, account) != nil
  }
}

extension Given {
  /// Why it was given.
  func words(_ texts: Texts) -> String { occasion == .reason ? reason : texts["payments.gifts.occasion.\(occasion.rawValue)"] }
}
