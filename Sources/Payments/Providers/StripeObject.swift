import Base
import FoundationEssentials

/// What Stripe tells of: a session, a payment, a refund, a dispute. One type for all, because an event carries any of them.
struct StripeObject: Decodable {
  let id: String
  let object: String
  let status: String?
  let paymentStatus: String?
  let payment: Reference?
  let amount: Int64?
  let amountTotal: Int64?
  let amountReceived: Int64?
  let currency: String?
  let clientReference: String?
  let metadata: [String: String]?
  let url: String?
  let customer: Reference?
  let method: Reference?

  private enum CodingKeys: String, CodingKey {
    case id, object, status, amount, currency, metadata, url, customer
    case paymentStatus = "payment_status"
    case payment = "payment_intent"
    case amountTotal = "amount_total"
    case amountReceived = "amount_received"
    case clientReference = "client_reference_id"
    case method = "payment_method"
  }

  /// Whose it is: we wrote it there.
  var purchase: PurchaseID? { (metadata?["purchase"] ?? clientReference).flatMap { PurchaseID($0) } }

  func money(_ minor: Int64?) -> Money? {
    guard let minor, minor >= 0, let code = currency, let currency = Currency(code: code.uppercased()) else { return nil }
    return Money(minor, currency)
  }

  /// Another object: its name, or all of it where we asked to see it.
  enum Reference: Decodable {
    case id(String)
    case whole(Whole)

    struct Whole: Decodable {
      let id: String
      let card: Card?
    }

    struct Card: Decodable {
      let brand: String?
      let lastDigits: String?

      private enum CodingKeys: String, CodingKey {
        case brand
        case lastDigits = "last4"
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let id = try? container.decode(String.self) {
        self = .id(id)
      } else {
        self = .whole(try container.decode(Whole.self))
      }
    }

    var id: String {
      switch self {
      case .id(let id): id
      case .whole(let whole): whole.id
      }
    }
  }
}

struct StripeList: Decodable {
  let data: [StripeObject]
}

struct StripeEvent: Decodable {
  struct Data: Decodable {
    let object: StripeObject
  }

  let id: String
  let type: String
  let data: Data

  /// In our words; nil for what is not about a purchase of ours.
  var told: ProviderEvent? { data.object.event(id: id, kind: type, type: type) }
}

extension StripeObject {
  /// - Parameter type: of the event; for an object that we asked for, its kind decides.
  func event(id event: String, kind: String, type: String? = nil) -> ProviderEvent? {
    let fact: PurchaseFact?
    // A payment names itself, everything else names its payment.
    var payment = payment?.id
    switch object {
    case "checkout.session": fact = type == "checkout.session.async_payment_failed" ? .declined : sessionFact
    case "payment_intent":
      payment = id
      fact = paymentFact(failed: type == "payment_intent.payment_failed")
    case "refund": fact = refundFact
    case "dispute": fact = disputeFact
    default: fact = nil
    }
    return fact.map { ProviderEvent(id: event, kind: kind, fact: $0, purchase: purchase, payment: payment) }
  }

  private var sessionFact: PurchaseFact? {
    switch (status, paymentStatus) {
    case ("expired", _): .expired
    case (_, "paid"): money(amountTotal).map { .paid($0) }
    // The money is under way: a debit, a transfer.
    case ("complete", _): .validating
    default: nil
    }
  }

  private func paymentFact(failed: Bool) -> PurchaseFact? {
    switch status {
    case "succeeded": money(amountReceived ?? amount).map { .paid($0) }
    case "processing": .validating
    case "canceled": .cancelled
    default: failed ? .declined : nil
    }
  }

  private var refundFact: PurchaseFact? {
    let name = metadata?["refund"].flatMap { RefundID($0) }?.description ?? id
    guard let money = money(amount) else { return nil }
    return switch status {
    case "succeeded": .refunded(name, money)
    case "failed", "canceled": .refundFailed(name, money)
    default: nil
    }
  }

  /// A question of the bank (`warning_…`) moves no money yet.
  private var disputeFact: PurchaseFact? {
    guard let money = money(amount), money.minor > 0 else { return nil }
    return switch status {
    case "needs_response", "under_review": .disputed(id, money)
    case "won", "warning_closed", "prevented": .disputeWon(id, money)
    case "lost": .disputeLost(id, money)
    default: nil
    }
  }
}
