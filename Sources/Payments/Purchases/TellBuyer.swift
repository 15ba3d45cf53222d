import Accounts
import Base
import Brakes
import Mail
import Notifications
import Store
import Web

extension NoticeKind {
  static let purchasePaid = NoticeKind("purchasePaid", push: true, mail: true, hasOwnLetter: true)
  /// It was begun and not paid.
  static let purchaseWaits = NoticeKind("purchaseWaits", push: false, mail: true)
  static let purchaseRefunded = NoticeKind("purchaseRefunded", push: true, mail: true, hasOwnLetter: true)
}

extension NoticeKind {
  /// Credit is not enough for what was just paid with it, once more.
  public static let creditLow = NoticeKind("creditLow", push: false, mail: true, maySMS: true)
}

extension LetterKind {
  static let purchasePaid = LetterKind("purchasePaid")
  static let transferCredited = LetterKind("transferCredited")
  static let purchaseRefunded = LetterKind("purchaseRefunded")
}

/// What buyers are told of (B63, B37): a notice, and a letter with what a receipt says.
extension Payments {
  func tellPaid(_ purchase: Purchase, at now: Moment, in session: any Session) throws {
    try notifications.seen(.creditLow, about: "wallet.\(purchase.offer.unit.rawValue)", by: purchase.buyer, in: session)
    try notifications.settle(.purchaseWaits, about: "purchase.\(purchase.id)", in: session)
    let tidings = Tidings(.purchasePaid, about: "purchase.\(purchase.id)", data: ["purchase": "\(purchase.id)"], at: now)
    try notifications.tell(tidings, to: purchase.buyer, in: session)
    try write(
      purchase.provider == .bank ? .transferCredited : .purchasePaid, .purchasePaid, about: purchase, purchase.price, purchase.units,
      key: "\(purchase.id)", in: session)
  }

  /// Reminds of a payment that was begun (B65c), once: what was told before changes nothing. Whoever pays by transfer has been told all there is.
  func remind(of purchase: Purchase, in session: any Session) throws {
    guard purchase.state.isOpen, !purchase.isValidating, purchase.provider != .bank,
      clock.now >= purchase.createdAt.adding(seconds: Self.askPauses[0]), try session.exclusionEnd(of: purchase.buyer, at: clock.now) == nil
    else {
      return
    }
    let tidings = Tidings(
      .purchaseWaits, about: "purchase.\(purchase.id)", data: ["purchase": "\(purchase.id)"], at: purchase.createdAt)
    try notifications.tell(tidings, to: purchase.buyer, in: session)
  }

  func tellRefunded(
    _ refund: PurchaseFacts.Refund, _ id: String, of purchase: Purchase, at now: Moment, in session: any Session
  ) throws {
    let tidings = Tidings(.purchaseRefunded, about: "refund.\(purchase.id).\(id)", data: ["purchase": "\(purchase.id)"], at: now)
    try notifications.tell(tidings, to: purchase.buyer, in: session)
    try write(
      .purchaseRefunded, .purchaseRefunded, about: purchase, Money(refund.amountMinor, purchase.price.currency), refund.units, key: id,
      in: session)
  }

  private func write(
    _ kind: LetterKind, _ notice: NoticeKind, about purchase: Purchase, _ amount: Money, _ units: Int64, key: String,
    in session: any Session
  ) throws {
    guard mail.isOn, let buyer = try session.account(purchase.buyer), buyer.active,
      try notifications.wantsLetter(notice, buyer.id, in: session)
    else { return }
    let arguments = [
      "units": UnitWords(web.texts(buyer.language))[units, purchase.offer.unit], "amount": MoneyWords(buyer.language)[amount],
      "reference": purchase.reference,
    ]
    let letter = Letter(
      kind, to: Recipient(address: buyer.email, name: buyer.name, language: buyer.language), arguments: arguments,
      button: "\(web.settings.baseAddress)\(PurchaseRoutes.path)/\(purchase.id)/receipt", key: key)
    try mail.post(letter, in: session)
  }

  func registerNotices() {
    notifications.add([.creditLow]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let place = web.texts(reader.language)["payments.wallet.title"]
      let story = Story(name: nil, place: place, text: nil, conversation: nil, path: ShopRoutes.buyPath, acts: [])
      return Dictionary(uniqueKeysWithValues: notices.map { ($0.id, story) })
    }
    notifications.add([.purchasePaid, .purchaseWaits, .purchaseRefunded]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let texts = web.texts(reader.language)
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let id = notice.identity("purchase", of: Kinds.Purchase.self), let purchase = try session.purchase(id),
          purchase.buyer == account, notice.kind != NoticeKind.purchaseWaits.name || purchase.state.isOpen
        else { continue }
        stories[notice.id] = Story(
          name: UnitWords(texts)[purchase.units, purchase.offer.unit], place: texts["payments.wallet.title"],
          text: nil, conversation: nil, path: "\(PurchaseRoutes.path)/\(id)", acts: [])
      }
      return stories
    }
  }
}

/// So many of a unit, in somebody's words: `8 message credits`.
struct UnitWords: Sendable {
  private let texts: Texts

  init(_ texts: Texts) { self.texts = texts }

  subscript(count: Int64, unit: CreditUnit) -> String { texts.counted("payments.units.\(unit.rawValue)", Int(count)) }
}
