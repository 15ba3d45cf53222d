import Base
import Web

/// One purchase, as its buyer sees it.
struct PurchasePage: Page {
  struct Transfer: Sendable {
    let account: String
    let reference: String
    let amount: String
  }

  struct Refunded: Sendable {
    let what: String
    let amount: String
    let word: String
  }

  /// What can be given back, by its buyer.
  struct GivingBack: Sendable {
    let text: String
    let giveBackURL: SafeURL?
  }

  static let template = "purchase"
  let notice: String?
  let givingBack: GivingBack?
  let title: String
  let reference: String
  let what: String
  let amount: String
  let way: String
  let time: ShownMoment
  let state: StateTag
  let heading: String
  let text: String
  let problem: String?
  let transfer: Transfer?
  let isWaiting: Bool
  let mayPay: Bool
  let payURL: SafeURL?
  let pay: String
  let mayCancel: Bool
  let cancelURL: SafeURL?
  let isPaid: Bool
  /// Back to where the credit was missing.
  let threadURL: SafeURL?
  let receiptURL: SafeURL?
  let paperURL: SafeURL?
  let refunds: [Refunded]
  let hasRefunds: Bool
  let isTest: Bool

  init(
    _ purchase: Purchase, back: String, left: (units: Int64, worth: Money, until: Moment)?, isGivenBack: Bool, waits: Bool, isTired: Bool,
    bankAccount: String, thread: ComingThread? = nil, _ texts: Texts
  ) {
    let money = MoneyWords(texts.language)
    notice = isGivenBack ? texts["payments.giveBack.done"] : nil
    givingBack = left.map { left in
      let words = [
        "day": String(left.until.isoText.prefix(10)), "units": UnitWords(texts)[left.units, purchase.offer.unit],
        "amount": money[left.worth],
      ]
      return GivingBack(
        text: texts["payments.giveBack.text", words], giveBackURL: SafeURL("\(PurchaseRoutes.path)/\(purchase.id)/give-back"))
    }
    title = texts["payments.purchase.title", ["reference": purchase.reference]]
    reference = purchase.reference
    what = purchase.what(texts)
    amount = money[purchase.price]
    way = purchase.provider.title(texts)
    time = ShownMoment(purchase.createdAt)
    state = StateTag(purchase, texts)
    let isOpen = purchase.state.isOpen
    let isBank = purchase.provider == .bank && isOpen
    let story =
      if isBank { "transfer" } else if purchase.isValidating { "validating" } else if isTired { "tired" } else if waits {
        "waiting"
      } else if isOpen, back == "cancelled" { "back" } else {
        purchase.state.rawValue
      }
    heading = texts["payments.purchase.\(story).heading"]
    text = texts["payments.purchase.\(story).text", ["units": what, "amount": money[purchase.price]]]
    problem = Refusal.Reason(rawValue: back).flatMap { reason in
      [.paymentUnavailable, .cardDeclined].contains(reason) && isOpen || [.notRefundable, .creditUsed].contains(reason)
        ? texts[reason] : nil
    }
    transfer = isBank ? Transfer(account: bankAccount, reference: purchase.reference, amount: money[purchase.price]) : nil
    isWaiting = waits && !isTired
    mayPay = isOpen && !isBank && !waits && !purchase.isValidating
    payURL = SafeURL("\(PurchaseRoutes.path)/\(purchase.id)/pay")
    pay = texts["payments.buy.pay", ["price": money[purchase.price]]]
    mayCancel = isOpen && !waits && !purchase.isValidating
    cancelURL = SafeURL("\(PurchaseRoutes.path)/\(purchase.id)/cancel")
    isPaid = purchase.facts.isPaid
    threadURL = isPaid ? thread.flatMap { SafeURL($0.address) } : nil
    receiptURL = SafeURL("\(PurchaseRoutes.path)/\(purchase.id)/receipt")
    paperURL = SafeURL("\(PurchaseRoutes.path)/\(purchase.id)/receipt.pdf")
    refunds = purchase.facts.refunds.sorted { $0.key < $1.key }.map { _, refund in
      Refunded(
        what: UnitWords(texts)[refund.units, purchase.offer.unit], amount: money[Money(refund.amountMinor, purchase.price.currency)],
        word: texts["payments.refund.\(refund.state.rawValue)"])
    }
    hasRefunds = !refunds.isEmpty
    isTest = purchase.provider == .test
  }
}

/// Between us and the provider's page.
struct LeavingPage: Page {
  static let template = "leaving"
  let title: String
  let text: String
  let goURL: SafeURL?

  init(_ purchase: Purchase, to address: String, _ texts: Texts) {
    title = texts["payments.leaving.title"]
    text = texts["payments.leaving.text", ["provider": purchase.provider.title(texts)]]
    goURL = SafeURL(address)
  }
}
