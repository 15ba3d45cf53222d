import Base
import FoundationEssentials

/// What PayPal tells of: an order, a capture, a refund, a dispute. One type for all, because an event carries any of them.
struct PayPalObject: Decodable {
  struct Amount: Decodable {
    let currency: String
    let value: String

    private enum CodingKeys: String, CodingKey {
      case value
      case currency = "currency_code"
    }

    var money: Money? { Currency(code: currency).flatMap { Money(decimal: value, $0) } }
  }

  struct Link: Decodable {
    let href: String
    let rel: String
  }

  struct Unit: Decodable {
    struct Payments: Decodable {
      let captures: [PayPalObject]?
      let refunds: [PayPalObject]?
    }

    let custom: String?
    let payments: Payments?

    private enum CodingKeys: String, CodingKey {
      case payments
      case custom = "custom_id"
    }
  }

  /// Of a dispute: what it is about, and how it ended.
  struct Transaction: Decodable {
    let seller: String?

    private enum CodingKeys: String, CodingKey { case seller = "seller_transaction_id" }
  }

  struct Outcome: Decodable {
    let code: String?
    let refunded: Amount?

    private enum CodingKeys: String, CodingKey {
      case code = "outcome_code"
      case refunded = "amount_refunded"
    }
  }

  let id: String?
  let status: String?
  let amount: Amount?
  let custom: String?
  let links: [Link]?
  let units: [Unit]?
  let disputed: [Transaction]?
  let disputeAmount: Amount?
  let disputeStage: String?
  let outcome: Outcome?

  private enum CodingKeys: String, CodingKey {
    case id, status, amount, links
    case custom = "custom_id"
    case units = "purchase_units"
    case disputed = "disputed_transactions"
    case disputeAmount = "dispute_amount"
    case disputeStage = "dispute_life_cycle_stage"
    case outcome = "dispute_outcome"
  }

  /// Whose it is: we wrote it there.
  var purchase: PurchaseID? { Self.identity("purchase", in: custom ?? units?.first?.custom) }

  /// Our name for a refund that we asked for.
  var refund: RefundID? { Self.identity("refund", in: custom) }

  /// Where the buyer agrees to pay.
  var approval: String? { links?.first { ["payer-action", "approve"].contains($0.rel) }?.href }

  /// The capture that a refund or a reversal belongs to; a capture itself.
  var capture: String? {
    let up = links?.first { $0.rel == "up" }?.href.split(separator: "/").suffix(2).map(String.init) ?? []
    return up.first == "captures" ? up.last : id
  }

  private static func identity<Kind>(_ word: String, in custom: String?) -> ID<Kind>? {
    guard let parts = custom?.split(separator: ".", maxSplits: 1), parts.count == 2, parts[0] == word else { return nil }
    return ID<Kind>(String(parts[1]))
  }
}

/// A webhook's body.
struct PayPalEvent: Decodable {
  let id: String
  let type: String
  let resource: PayPalObject

  private enum CodingKeys: String, CodingKey {
    case id, resource
    case type = "event_type"
  }

  /// In our words; nil for what is not about a purchase of ours.
  var told: ProviderEvent? {
    let object = resource
    switch type {
    case "CHECKOUT.ORDER.APPROVED": return event(.approved, of: object.purchase)
    case "CHECKOUT.ORDER.VOIDED": return event(.expired, of: object.purchase)
    case "CHECKOUT.PAYMENT-APPROVAL.REVERSED": return event(.declined, of: object.purchase)
    case "PAYMENT.CAPTURE.REVERSED": return object.reversal(id: id, kind: type)
    case "PAYMENT.CAPTURE.REFUNDED": return object.refunded(id: id, kind: type)
    case _ where type.hasPrefix("PAYMENT.CAPTURE."): return object.captured(id: id, kind: type)
    case _ where type.hasPrefix("PAYMENT.REFUND."): return object.refunded(id: id, kind: type)
    case _ where type.hasPrefix("CUSTOMER.DISPUTE."): return object.disputed(id: id, kind: type)
    default: return nil
    }
  }

  private func event(_ fact: PurchaseFact, of purchase: PurchaseID?) -> ProviderEvent? {
    purchase.map { ProviderEvent(id: id, kind: type, fact: fact, purchase: $0, payment: nil) }
  }
}

extension PayPalObject {
  /// What a capture says. One that was given back later was paid all the same.
  func captured(id event: String, kind: String) -> ProviderEvent? {
    let fact: PurchaseFact? =
      switch status {
      case "COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED": amount?.money.map { .paid($0) }
      case "PENDING": .validating
      case "DECLINED", "FAILED": .declined
      default: nil
      }
    guard let fact, let id else { return nil }
    return ProviderEvent(id: event, kind: kind, fact: fact, purchase: purchase, payment: id)
  }

  func refunded(id event: String, kind: String) -> ProviderEvent? {
    guard let id, let money = amount?.money, let capture, capture != id else { return nil }
    let name = refund?.description ?? id
    let fact: PurchaseFact? =
      switch status {
      case "COMPLETED": .refunded(name, money)
      case "FAILED", "CANCELLED": .refundFailed(name, money)
      default: nil
      }
    return fact.map { ProviderEvent(id: event, kind: kind, fact: $0, purchase: nil, payment: capture) }
  }

  /// The money of a capture went back without our asking. A dispute about it is about the same money, so both have one name: the capture's.
  func reversal(id event: String, kind: String) -> ProviderEvent? {
    guard let capture, let money = amount?.money, money.minor > 0 else { return nil }
    return ProviderEvent(id: event, kind: kind, fact: .disputed(capture, money), purchase: nil, payment: capture)
  }

  /// As long as buyer and seller talk (`INQUIRY`) no money moves.
  func disputed(id event: String, kind: String) -> ProviderEvent? {
    guard let capture = disputed?.first?.seller, let money = disputeAmount?.money, money.minor > 0 else { return nil }
    let fact: PurchaseFact? =
      switch (outcome?.code, disputeStage) {
      case ("RESOLVED_BUYER_FAVOUR", _), ("ACCEPTED", _):
        .disputeLost(capture, outcome?.refunded?.money.flatMap { $0.minor > 0 ? $0 : nil } ?? money)
      case ("RESOLVED_SELLER_FAVOUR", _), ("RESOLVED_WITH_PAYOUT", _), ("CANCELED_BY_BUYER", _), ("DENIED", _):
        .disputeWon(capture, money)
      case (nil, "CHARGEBACK"), (nil, "PRE_ARBITRATION"), (nil, "ARBITRATION"): .disputed(capture, money)
      default: nil
      }
    return fact.map { ProviderEvent(id: event, kind: kind, fact: $0, purchase: nil, payment: capture) }
  }

  /// All that an order says of its payments, as answers to a question.
  var told: [ProviderEvent] {
    let payments = units?.compactMap(\.payments) ?? []
    let captures = payments.flatMap { $0.captures ?? [] }.compactMap { $0.captured(id: $0.askedID, kind: "asked.capture") }
    return captures + payments.flatMap { $0.refunds ?? [] }.compactMap { $0.refunded(id: $0.askedID, kind: "asked.refund") }
  }

  var askedID: String { "asked.\(id ?? "").\(status ?? "")" }
}
