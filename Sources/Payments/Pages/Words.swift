import Base
import Web

extension PurchaseState {
  /// What its tag looks like; the word says the same.
  var tone: String {
    switch self {
    case .paid, .won: "good"
    case .created, .pending, .disputed, .partlyRefunded: "wait"
    case .declined, .lost: "bad"
    case .cancelled, .expired, .refunded: "plain"
    }
  }

  func word(_ texts: Texts) -> String { texts["payments.state.\(rawValue)"] }
}

extension ProviderName {
  func title(_ texts: Texts) -> String { texts["payments.provider.\(rawValue).title"] }
}

/// A tag with the state of a purchase.
struct StateTag: Sendable {
  let tone: String
  let word: String

  init(_ purchase: Purchase, _ texts: Texts) {
    tone = purchase.state.tone
    word = purchase.isValidating ? texts["payments.state.validating"] : purchase.state.word(texts)
  }
}

extension Purchase {
  /// What it brings, in words; the bonus is named on its own line.
  func what(_ texts: Texts) -> String { UnitWords(texts)[units, offer.unit] }
}

/// One line of a list of purchases.
struct PurchaseLine: Sendable {
  let pageURL: SafeURL?
  let reference: String
  let what: String
  let amount: String
  let state: StateTag
  let way: String
  let time: ShownMoment
  let buyer: String?
  let attention: String?
  let hasReceipt: Bool
  let receiptURL: SafeURL?

  init(_ purchase: Purchase, under path: String, buyer: String? = nil, _ texts: Texts) {
    pageURL = SafeURL("\(path)/\(purchase.id)")
    reference = purchase.reference
    what = purchase.what(texts)
    amount = MoneyWords(texts.language)[purchase.price]
    state = StateTag(purchase, texts)
    way = purchase.provider.title(texts)
    time = ShownMoment(purchase.createdAt)
    self.buyer = buyer
    attention = purchase.attention.map { texts["payments.attention.\($0.rawValue)"] }
    hasReceipt = purchase.facts.isPaid
    receiptURL = SafeURL("\(PurchaseRoutes.path)/\(purchase.id)/receipt")
  }
}

/// What a subscription is, in somebody's words: `8 message credits every month`.
struct PlanWords: Sendable {
  private let texts: Texts

  init(_ texts: Texts) { self.texts = texts }

  subscript(plan: Plan, offer: Offer) -> String {
    guard let unlimited = plan.unlimited else {
      return texts["payments.plan.monthly", ["units": UnitWords(texts)[offer.total, offer.unit]]]
    }
    return texts.counted("payments.plan.unlimited", Int(unlimited.atOnce))
  }

  /// What it costs: `20.00 EUR a month`.
  func price(of offer: Offer) -> String { texts["payments.plan.price", ["price": MoneyWords(texts.language)[offer.price]]] }
}
