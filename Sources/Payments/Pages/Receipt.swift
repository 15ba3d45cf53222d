import Base
import Paper
import Web

/// What a receipt says, on the page and on paper.
struct Receipt: Sendable {
  struct Line: Sendable {
    let what: String
    let amount: String
  }

  let purchase: PurchaseID
  let house: String
  let reference: String
  let name: String
  let email: String
  let paidAt: Moment
  let way: String
  let lines: [Line]
  let total: String
  let state: StateTag
  let isTest: Bool

  init(_ purchase: Purchase, of person: SignedIn, house: String, _ texts: Texts) {
    let (money, units) = (MoneyWords(texts.language), UnitWords(texts))
    self.purchase = purchase.id
    self.house = house
    reference = purchase.reference
    name = person.name
    email = person.email
    paidAt = purchase.paidAt ?? purchase.createdAt
    way = purchase.provider.title(texts)
    var lines: [Line] = []
    if purchase.creditedUnits == nil, purchase.receivedMinor == nil {
      lines.append(Line(what: units[purchase.offer.units, purchase.offer.unit], amount: money[purchase.price]))
      if purchase.offer.bonus > 0 {
        let bonus = units[purchase.offer.bonus, purchase.offer.unit]
        lines.append(Line(what: texts["payments.receipt.bonus", ["units": bonus]], amount: money[Money(0, purchase.price.currency)]))
      }
    } else {
      lines.append(Line(what: units[purchase.units, purchase.offer.unit], amount: money[purchase.price]))
    }
    for (_, refund) in purchase.facts.refunds.sorted(by: { $0.key < $1.key }) where refund.state != .failed {
      let what = texts["payments.receipt.refund", ["units": units[refund.units, purchase.offer.unit]]]
      lines.append(Line(what: what, amount: money[Money(-refund.amountMinor, purchase.price.currency)]))
    }
    self.lines = lines
    total = money[purchase.price - purchase.refunded]
    state = StateTag(purchase, texts)
    isTest = purchase.provider == .test
  }

  /// - Parameter address: where the house is found.
  func sheet(_ texts: Texts, address: String) -> Sheet {
    var sheet = Sheet()
    sheet.name = texts["payments.receipt.title", ["reference": reference]]
    sheet.language = texts.language.code
    sheet.isRightToLeft = texts.language.direction == "rtl"
    sheet.house = house
    sheet.title = texts["payments.receipt.open"]
    sheet.warning = isTest ? texts["payments.test.label"] : nil
    sheet.facts = [
      Sheet.Fact(texts["payments.receipt.to"], "\(name)\n\(email)"), Sheet.Fact(texts["payments.list.reference"], reference),
      Sheet.Fact(texts["payments.receipt.paid"], paidAt.universalText), Sheet.Fact(texts["payments.list.way"], way),
      Sheet.Fact(texts["payments.list.state"], state.word),
    ]
    sheet.head = Sheet.Line(texts["payments.list.what"], texts["payments.list.amount"])
    sheet.lines = lines.map { Sheet.Line($0.what, $0.amount) }
    sheet.total = Sheet.Line(texts["payments.receipt.total"], total)
    sheet.foot = "\(house) · \(address)"
    sheet.time = paidAt.isoText
    return sheet
  }
}

/// What was paid, to be printed.
struct ReceiptPage: Page {
  static let template = "receipt"
  let title: String
  let house: String
  let reference: String
  let name: String
  let email: String
  let time: ShownMoment
  let way: String
  let lines: [Receipt.Line]
  let total: String
  let state: StateTag
  let isTest: Bool
  let paperURL: SafeURL?
  let backURL: SafeURL?

  init(_ receipt: Receipt, _ texts: Texts) {
    title = texts["payments.receipt.title", ["reference": receipt.reference]]
    house = receipt.house
    reference = receipt.reference
    name = receipt.name
    email = receipt.email
    time = ShownMoment(receipt.paidAt)
    way = receipt.way
    lines = receipt.lines
    total = receipt.total
    state = receipt.state
    isTest = receipt.isTest
    paperURL = SafeURL("\(PurchaseRoutes.path)/\(receipt.purchase)/receipt.pdf")
    backURL = SafeURL("\(PurchaseRoutes.path)/\(receipt.purchase)")
  }
}
