import Accounts
import Base
import Mail
import Notifications
import Store
import Web

extension NoticeKind {
  static let purchasePaid = NoticeKind("purchasePaid", push: true, mail: true, hasOwnLetter: true)
  static let purchaseRefunded = NoticeKind("purchaseRefunded", push: true, mail: true, hasOwnLetter: true)
}

extension LetterKind {
  static let purchasePaid = LetterKind("purchasePaid")
  static let transferCredited = LetterKind("transferCredited")
  static let purchaseRefunded = LetterKind("purchaseRefunded")
}

/// What buyers are told of (B63, B37): a notice, and a letter with what a receipt says.
extension Payments {
  func tellPaid(_ purchase: Purchase, at now: Moment, in session: any Session) throws {
    let tidings = Tidings(.purchasePaid, about: "purchase.\(purchase.id)", data: ["purchase": "\(purchase.id)"], at: now)
    try notifications.tell(tidings, to: purchase.buyer, in: session)
    try write(
      purchase.provider == .bank ? .transferCredited : .purchasePaid, .purchasePaid, about: purchase, purchase.price, purchase.units,
      key: "\(purchase.id)", in: session)
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
    notifications.add([.purchasePaid, .purchaseRefunded]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let texts = web.texts(reader.language)
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let id = notice.identity("purchase", of: Kinds.Purchase.self), let purchase = try session.purchase(id),
          purchase.buyer == account
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
