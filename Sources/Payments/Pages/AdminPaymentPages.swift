import Base
import Web

/// `/admin/payments`.
struct AdminPaymentsPage: Page {
  static let template = "admin-payments"
  let title: String
  let waiting: [PurchaseLine]
  let hasWaiting: Bool
  let all: [PurchaseLine]
  let isEmpty: Bool
  let olderURL: SafeURL?
  let isFirst: Bool

  init(waiting: [Purchase], all: [Purchase], names: [AccountID: String], isFirst: Bool, _ texts: Texts) {
    title = texts["payments.admin.title"]
    func line(_ purchase: Purchase) -> PurchaseLine {
      let name = names[purchase.buyer].flatMap { $0.isEmpty ? nil : $0 } ?? texts["pages.audit.deleted"]
      return PurchaseLine(purchase, under: AdminPaymentRoutes.path, buyer: name, texts)
    }
    let page = all.prefix(AdminPaymentRoutes.shown)
    self.waiting = waiting.map(line)
    hasWaiting = !waiting.isEmpty
    self.all = page.map(line)
    isEmpty = all.isEmpty
    self.isFirst = isFirst
    olderURL = all.count > page.count ? page.last.flatMap { SafeURL("\(AdminPaymentRoutes.path)?below=\($0.id)") } : nil
  }
}

/// `/admin/payments/{id}`.
struct AdminPaymentPage: Page {
  enum Done: String, Sendable {
    case credited, refunded, lookedAt
  }

  struct Found: Sendable {
    let purchase: Purchase
    let name: String
    /// Of its units, those that can still go back.
    let free: Int64
    let events: [(kind: String, at: Moment)]
  }

  struct EventLine: Sendable {
    let kind: String
    let time: ShownMoment
  }

  struct Credit: Sendable {
    let creditURL: SafeURL?
    let received: Field
    let units: Field
  }

  struct Refund: Sendable {
    let refundURL: SafeURL?
    let units: Field
    let text: String
    let isByHand: Bool
  }

  struct Dispute: Sendable {
    let amount: String
    let word: String
  }

  static let template = "admin-payment"
  let title: String
  let notice: String?
  let problem: String?
  let attention: String?
  let lookedURL: SafeURL?
  let what: String
  let amount: String
  let buyer: String
  let buyerURL: SafeURL?
  let way: String
  let time: ShownMoment
  let state: StateTag
  let payment: String?
  let credit: Credit?
  let refund: Refund?
  let refunds: [PurchasePage.Refunded]
  let hasRefunds: Bool
  let disputes: [Dispute]
  let hasDisputes: Bool
  let events: [EventLine]
  let hasEvents: Bool

  init(_ found: Found, done: Done?, refusal: Refusal?, _ texts: Texts) {
    let purchase = found.purchase
    let money = MoneyWords(texts.language)
    let units = UnitWords(texts)
    title = texts["payments.purchase.title", ["reference": purchase.reference]]
    notice = done.map { texts["payments.admin.done.\($0.rawValue)"] }
    problem = refusal.map { texts[$0] }
    attention = purchase.attention.map { texts["payments.attention.\($0.rawValue)"] }
    lookedURL = SafeURL("\(AdminPaymentRoutes.path)/\(purchase.id)/looked")
    what = purchase.what(texts)
    amount = money[purchase.price]
    buyer = found.name.isEmpty ? texts["pages.audit.deleted"] : found.name
    buyerURL = SafeURL("/admin/agents/\(purchase.buyer)")
    way = purchase.provider.title(texts)
    time = ShownMoment(purchase.createdAt)
    state = StateTag(purchase, texts)
    payment = purchase.payment
    let mayCredit = purchase.provider == .bank && !purchase.facts.isPaid
    credit =
      mayCredit
      ? Credit(
        creditURL: SafeURL("\(AdminPaymentRoutes.path)/\(purchase.id)/credit"),
        received: Field(
          "received", label: texts["payments.admin.received", ["currency": purchase.price.currency.code]], value: purchase.price.decimal,
          autocomplete: "off"),
        units: Field(
          "units", label: texts["payments.admin.units"], type: "number", value: "\(purchase.units)",
          hint: texts["payments.admin.unitsHint"],
          autocomplete: "off"))
      : nil
    let mayRefund = [.paid, .partlyRefunded, .won].contains(purchase.state) && found.free > 0
    refund =
      mayRefund
      ? Refund(
        refundURL: SafeURL("\(AdminPaymentRoutes.path)/\(purchase.id)/refund"),
        units: Field(
          "units", label: texts["payments.admin.refundUnits"], type: "number", value: "\(found.free)", autocomplete: "off"),
        text: texts["payments.admin.refundText", ["free": units[found.free, purchase.offer.unit]]], isByHand: purchase.provider == .bank)
      : nil
    refunds = purchase.facts.refunds.sorted { $0.key < $1.key }.map { _, refund in
      PurchasePage.Refunded(
        what: units[refund.units, purchase.offer.unit], amount: money[Money(refund.amountMinor, purchase.price.currency)],
        word: texts["payments.refund.\(refund.state.rawValue)"])
    }
    hasRefunds = !refunds.isEmpty
    disputes = purchase.facts.disputes.sorted { $0.key < $1.key }.map { _, dispute in
      Dispute(amount: money[Money(dispute.amountMinor, purchase.price.currency)], word: texts["payments.dispute.\(dispute.state.rawValue)"])
    }
    hasDisputes = !disputes.isEmpty
    events = found.events.map { EventLine(kind: $0.kind, time: ShownMoment($0.at)) }
    hasEvents = !events.isEmpty
  }
}
