import Base
import FoundationEssentials
import Outside
import Web

/// PayPal: orders that the buyer agrees to on PayPal's page and that are captured afterwards, refunds, reversals, disputes.
///
/// What moves money is a capture: told by a webhook, or the answer to our own question.
public struct PayPalProvider: PaymentProvider {
  public struct Account: Sendable {
    public static let address = "https://api-m.paypal.com"

    let address: String
    let client: String
    let secret: String
    /// PayPal's name for the webhook at which we are told.
    let webhook: String

    public init(address: String = Self.address, client: String, secret: String, webhook: String) {
      self.address = address
      self.client = client
      self.secret = secret
      self.webhook = webhook
    }
  }

  /// How a webhook is proved to be PayPal's.
  public enum Check: String, CaseIterable, Sendable {
    /// Here, with PayPal's certificate.
    case offline
    /// By asking PayPal.
    case online
  }

  /// For so long PayPal keeps an order that nobody agreed to; afterwards another one is made.
  static let openSeconds: Int64 = 6 * 3600

  /// What both PayPal and the books know with the same number of decimals.
  static let currencies: Set<String> = [
    "AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "JPY", "MXN", "NOK", "NZD", "PLN", "SEK", "SGD", "USD",
  ]

  public let name = ProviderName.paypal
  public let seals = PayPalSeal.headers
  private let line: PayPalLine
  private let check: Check
  private let certificates: PayPalCertificates
  private let time: @Sendable () -> Moment

  /// - Parameters:
  ///   - roots: a file of certificates that PayPal's must lead to; nil for the system's.
  ///   - time: the machine's, whatever the clock of the house says.
  public init(
    _ account: Account, check: Check, roots: String?, time: @escaping @Sendable () -> Moment = machineTime,
    ask: @escaping @Sendable (HTTPQuestion) async throws -> HTTPAnswer
  ) {
    line = PayPalLine(account, time: time, ask: ask)
    self.check = check
    certificates = PayPalCertificates(at: account.address, roots: roots, time: time, ask: ask)
    self.time = time
  }

  public func takes(_ currency: Currency) -> Bool { Self.currencies.contains(currency.code) }

  public func begin(_ purchase: Purchase, for buyer: Buyer) async throws -> Checkout {
    let price = purchase.offer.price
    let asked = OrderRequest(
      units: [
        OrderRequest.Unit(
          reference: "\(purchase.id)", description: String(buyer.title.prefix(127)), custom: "purchase.\(purchase.id)",
          // What buyers read at PayPal, too. Paid twice under one number it is refused there.
          invoice: purchase.attempt == 1 ? purchase.reference : "\(purchase.reference)-\(purchase.attempt)",
          amount: MoneyRequest(price))
      ],
      source: .init(
        paypal: .init(
          context: .init(locale: Self.locale(purchase.language), returnURL: buyer.returnAddress, cancelURL: buyer.cancelAddress))))
    let order: PayPalObject = try await refusing {
      try await line.post("/v2/checkout/orders", asked, key: "purchase.\(purchase.id).\(purchase.attempt)")
    }
    guard let id = order.id, let address = order.approval, SafeURL(address) != nil else {
      throw ProviderRefusal(description: "the order has no page")
    }
    return Checkout(session: id, address: address)
  }

  public func read(_ delivery: Delivery) async throws -> [ProviderEvent] {
    let seal = try PayPalSeal(delivery, webhook: line.account.webhook)
    switch check {
    case .offline: try await seal.check(with: certificates)
    case .online: try await seal.check(by: line)
    }
    guard let event = try? StrangersJSON.decode(PayPalEvent.self, from: delivery.body) else {
      // Something else that this account is told of.
      return []
    }
    return event.told.map { [$0] } ?? []
  }

  /// Captures what the buyer agreed to, and says what is known of it.
  public func outcome(of purchase: Purchase) async throws -> [ProviderEvent] {
    guard let session = purchase.checkout?.session else { return [] }
    let path = "/v2/checkout/orders/\(FormCoding.encode(session))"
    let order: PayPalObject
    do {
      order = try await line.get(path)
    } catch let refused as PayPalLine.Refused where refused.status == 404 {
      return [end(of: purchase, .expired)]
    }
    switch order.status {
    case "APPROVED": return try await capture(purchase, at: path)
    case "VOIDED": return [end(of: purchase, .expired)]
    case "COMPLETED": return order.told
    default:
      return purchase.changedAt.adding(seconds: Self.openSeconds) < time() ? [end(of: purchase, .expired)] : []
    }
  }

  private func capture(_ purchase: Purchase, at path: String) async throws -> [ProviderEvent] {
    do {
      let order: PayPalObject = try await line.post(
        "\(path)/capture", [String: String](), key: "capture.\(purchase.id).\(purchase.attempt)")
      // The answer is about the order that we asked about, or says nothing.
      return order.id == purchase.checkout?.session ? order.told : []
    } catch let refused as PayPalLine.Refused {
      switch refused.issue {
      case "ORDER_ALREADY_CAPTURED": return (try await line.get(path) as PayPalObject).told
      case "ORDER_NOT_APPROVED": return []
      case "ORDER_EXPIRED", "ORDER_VOIDED": return [end(of: purchase, .expired)]
      // Nothing was charged; another try is another order.
      default: return [end(of: purchase, .declined)]
      }
    }
  }

  private func end(of purchase: Purchase, _ fact: PurchaseFact) -> ProviderEvent {
    let word = fact == .expired ? "expired" : "declined"
    return ProviderEvent(
      id: "asked.\(purchase.id).\(purchase.attempt).\(word)", kind: "asked.order", fact: fact, purchase: purchase.id, payment: nil)
  }

  public func refund(_ refund: AskedRefund, of purchase: Purchase) async throws -> [ProviderEvent] {
    guard let payment = purchase.payment, let session = purchase.checkout?.session else {
      throw ProviderRefusal(description: "nothing was paid")
    }
    // After some hours PayPal forgets the key, so what it has is looked at first.
    let order: PayPalObject = try await refusing { try await line.get("/v2/checkout/orders/\(FormCoding.encode(session))") }
    let known = order.units?.flatMap { $0.payments?.refunds ?? [] }.first { $0.refund == refund.id }
    let made: PayPalObject
    if let known {
      made = known
    } else {
      let asked = RefundRequest(amount: MoneyRequest(refund.amount), custom: "refund.\(refund.id)")
      made = try await refusing {
        try await line.post("/v2/payments/captures/\(FormCoding.encode(payment))/refund", asked, key: "refund.\(refund.id)")
      }
    }
    let fact: PurchaseFact
    switch made.status {
    case "COMPLETED": fact = .refunded("\(refund.id)", refund.amount)
    case "FAILED", "CANCELLED": fact = .refundFailed("\(refund.id)", refund.amount)
    default: return []
    }
    return [ProviderEvent(id: made.askedID, kind: "asked.refund", fact: fact, purchase: purchase.id, payment: payment)]
  }

  /// An order that nobody captures charges nobody: nothing is to be closed.
  public func close(_ purchase: Purchase) async throws {}

  /// Cards are kept at Stripe.
  public func card(of payment: String) async throws -> SavedCard? { nil }

  public func forget(_ card: SavedCard) async throws {}

  private func refusing<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
    do {
      return try await ask()
    } catch let refused as PayPalLine.Refused {
      throw ProviderRefusal(description: refused.description)
    }
  }

  private static func locale(_ language: Language) -> String {
    switch language {
    case .english: "en-GB"
    case .french: "fr-FR"
    case .italian: "it-IT"
    case .arabic: "ar-EG"
    }
  }
}

// MARK: What is asked

struct MoneyRequest: Encodable {
  let currency: String
  let value: String

  init(_ money: Money) {
    currency = money.currency.code
    value = money.decimal
  }

  private enum CodingKeys: String, CodingKey {
    case value
    case currency = "currency_code"
  }
}

private struct RefundRequest: Encodable {
  let amount: MoneyRequest
  let custom: String

  private enum CodingKeys: String, CodingKey {
    case amount
    case custom = "custom_id"
  }
}

private struct OrderRequest: Encodable {
  struct Unit: Encodable {
    let reference: String
    let description: String
    let custom: String
    let invoice: String
    let amount: MoneyRequest

    private enum CodingKeys: String, CodingKey {
      case description, amount
      case reference = "reference_id"
      case custom = "custom_id"
      case invoice = "invoice_id"
    }
  }

  struct Source: Encodable {
    let paypal: Wallet
  }

  struct Wallet: Encodable {
    let context: Context

    private enum CodingKeys: String, CodingKey { case context = "experience_context" }
  }

  struct Context: Encodable {
    let locale: String
    let returnURL: String
    let cancelURL: String
    /// The button there says that it pays, and what is bought is not sent anywhere.
    let action = "PAY_NOW"
    let shipping = "NO_SHIPPING"

    private enum CodingKeys: String, CodingKey {
      case locale
      case returnURL = "return_url"
      case cancelURL = "cancel_url"
      case action = "user_action"
      case shipping = "shipping_preference"
    }
  }

  let intent = "CAPTURE"
  let units: [Unit]
  let source: Source

  private enum CodingKeys: String, CodingKey {
    case intent
    case units = "purchase_units"
    case source = "payment_source"
  }
}
