import Base
import FoundationEssentials
import Outside
import Web

/// Stripe: the hosted page of Checkout (cards, Apple Pay, Google Pay and what else is switched on there), kept cards, refunds, disputes.
///
/// Card numbers never come here. Ways of paying are left to the settings at Stripe: no list of them is ever sent.
public struct StripeProvider: PaymentProvider {
  public typealias Ask = @Sendable (HTTPQuestion) async throws -> HTTPAnswer

  public struct Account: Sendable {
    public static let address = "https://api.stripe.com"

    let address: String
    let key: String
    /// Of the webhook; two while it is changed.
    let webhookSecrets: [String]

    public init(address: String = Self.address, key: String, webhookSecrets: [String]) {
      self.address = address
      self.key = key
      self.webhookSecrets = webhookSecrets
    }
  }

  /// Pinned, so that an answer means tomorrow what it means today.
  static let version = "2025-11-17.clover"
  /// How long a page of Checkout stays open: the shortest that Stripe allows is half an hour.
  static let openSeconds: Int64 = 3600

  public let name = ProviderName.stripe
  public let seals = ["Stripe-Signature"]
  private let account: Account
  private let ask: Ask
  private let time: @Sendable () -> Moment

  /// - Parameter time: the machine's, whatever the clock of the house says.
  public init(_ account: Account, time: @escaping @Sendable () -> Moment = machineTime, ask: @escaping Ask) {
    self.account = account
    self.ask = ask
    self.time = time
  }

  public func begin(_ purchase: Purchase, for buyer: Buyer) async throws -> Checkout {
    let key = "purchase.\(purchase.id).\(purchase.attempt)"
    if let card = buyer.card { return try await charge(card, for: purchase, key: key) }
    let price = purchase.offer.price
    var fields = [
      ("mode", "payment"), ("client_reference_id", "\(purchase.id)"), ("metadata[purchase]", "\(purchase.id)"),
      ("payment_intent_data[metadata][purchase]", "\(purchase.id)"), ("line_items[0][quantity]", "1"),
      ("line_items[0][price_data][currency]", price.currency.code.lowercased()),
      ("line_items[0][price_data][unit_amount]", "\(price.minor)"), ("line_items[0][price_data][product_data][name]", buyer.title),
      ("success_url", buyer.returnAddress), ("cancel_url", buyer.cancelAddress),
      // Counted from the purchase, so that asking again is asking for the same.
      ("expires_at", "\(purchase.changedAt.milliseconds / 1000 + Self.openSeconds)"),
    ]
    if let locale = Self.locale(purchase.language) { fields.append(("locale", locale)) }
    if purchase.keepsCard {
      fields += [("customer_creation", "always"), ("payment_intent_data[setup_future_usage]", "off_session")]
    }
    let session: StripeObject = try await post("/v1/checkout/sessions", fields, key: key)
    guard let address = session.url, SafeURL(address) != nil else { throw ProviderRefusal(description: "the session has no page") }
    return Checkout(session: session.id, address: address)
  }

  /// The card that is kept pays without its owner. When its bank wants to see them, they are sent to Checkout.
  private func charge(_ card: SavedCard, for purchase: Purchase, key: String) async throws -> Checkout {
    let price = purchase.offer.price
    let payment: StripeObject = try await post(
      "/v1/payment_intents",
      [
        ("amount", "\(price.minor)"), ("currency", price.currency.code.lowercased()), ("customer", card.customer),
        ("payment_method", card.method), ("off_session", "true"), ("confirm", "true"), ("metadata[purchase]", "\(purchase.id)"),
      ], key: key)
    if payment.status == "requires_action" || payment.status == "requires_payment_method" {
      // Nobody is there to confirm it; it must not be paid later.
      _ = try? await post("/v1/payment_intents/\(payment.id)/cancel", [], key: "\(key).cancel") as StripeObject
      throw ProviderRefusal(description: "the card's bank wants to see its owner", isAboutCard: true)
    }
    return Checkout(session: payment.id, address: nil)
  }

  public func read(_ delivery: Delivery) throws -> [ProviderEvent] {
    try WebhookSignature.check(delivery, with: account.webhookSecrets, at: time())
    guard let event = try? StrangersJSON.decode(StripeEvent.self, from: delivery.body) else {
      // Something else that this account is told of, and that has no amount or no name.
      return []
    }
    return event.told.map { [$0] } ?? []
  }

  public func outcome(of purchase: Purchase) async throws -> [ProviderEvent] {
    var found: [StripeObject] = []
    switch purchase.checkout?.session {
    case let session? where session.hasPrefix("pi_"): found = [try await get("/v1/payment_intents/\(session)")]
    case let session?: found = [try await get("/v1/checkout/sessions/\(session)")]
    case nil:
      let query = FormCoding.encode("metadata['purchase']:'\(purchase.id)'")
      let list: StripeList = try await get("/v1/payment_intents/search?query=\(query)")
      found = list.data
    }
    return found.compactMap { $0.event(id: "asked.\($0.id).\($0.status ?? "").\($0.paymentStatus ?? "")", kind: "asked.\($0.object)") }
  }

  public func refund(_ refund: AskedRefund, of purchase: Purchase) async throws -> [ProviderEvent] {
    guard let payment = purchase.payment else { throw ProviderRefusal(description: "nothing was paid") }
    // After a day Stripe forgets the key, so what it has is looked at first.
    let known: StripeList = try await get("/v1/refunds?payment_intent=\(FormCoding.encode(payment))&limit=100")
    let made: StripeObject
    if let earlier = known.data.first(where: { $0.metadata?["refund"] == "\(refund.id)" }) {
      made = earlier
    } else {
      made = try await post(
        "/v1/refunds",
        [
          ("payment_intent", payment), ("amount", "\(refund.amount.minor)"), ("metadata[refund]", "\(refund.id)"),
          ("metadata[purchase]", "\(purchase.id)"),
        ], key: "refund.\(refund.id)")
    }
    return made.event(id: "asked.\(made.id).\(made.status ?? "")", kind: "asked.refund").map { [$0] } ?? []
  }

  public func close(_ purchase: Purchase) async throws {
    guard let session = purchase.checkout?.session, session.hasPrefix("cs_") else { return }
    _ = try await post("/v1/checkout/sessions/\(session)/expire", [], key: "close.\(session)") as StripeObject
  }

  public func card(of payment: String) async throws -> SavedCard? {
    let paid: StripeObject = try await get("/v1/payment_intents/\(FormCoding.encode(payment))?expand%5B%5D=payment_method")
    guard let customer = paid.customer?.id, case .whole(let method) = paid.method, let card = method.card else { return nil }
    return SavedCard(customer: customer, method: method.id, brand: card.brand ?? "", lastDigits: card.lastDigits ?? "")
  }

  public func forget(_ card: SavedCard) async throws {
    _ = try await post("/v1/payment_methods/\(card.method)/detach", [], key: "forget.\(card.method)") as StripeObject
  }

  // MARK: Over the wire

  private struct Problem: Decodable {
    struct Detail: Decodable {
      let type: String?
      let code: String?
      let message: String?
    }

    let error: Detail
  }

  private struct Trouble: Error, CustomStringConvertible {
    let description: String
  }

  private var headers: [(name: String, value: String)] {
    [("Authorization", "Bearer \(account.key)"), ("Stripe-Version", Self.version), ("Accept", "application/json")]
  }

  private func get<Answer: Decodable>(_ path: String) async throws -> Answer {
    try read(try await ask(HTTPQuestion("GET", account.address + path, headers: headers, reach: .anywhere)))
  }

  private func post<Answer: Decodable>(_ path: String, _ fields: [(String, String)], key: String) async throws -> Answer {
    let body = fields.map { "\(FormCoding.encode($0.0))=\(FormCoding.encode($0.1))" }.joined(separator: "&")
    let all = headers + [("Content-Type", "application/x-www-form-urlencoded"), ("Idempotency-Key", key)]
    return try read(try await ask(HTTPQuestion("POST", account.address + path, headers: all, body: Array(body.utf8), reach: .anywhere)))
  }

  private func read<Answer: Decodable>(_ answer: HTTPAnswer) throws -> Answer {
    if (200..<300).contains(answer.status) { return try StrangersJSON.decode(Answer.self, from: answer.body) }
    let detail = try? StrangersJSON.decode(Problem.self, from: answer.body).error
    let words = "it answered \(answer.status): \(detail?.code ?? detail?.type ?? "") \((detail?.message ?? "").prefix(200))"
    // 409: the same is being asked at this moment; 429 and 5xx: later.
    guard (400..<500).contains(answer.status), ![409, 429].contains(answer.status) else { throw Trouble(description: words) }
    throw ProviderRefusal(description: words, isAboutCard: answer.status == 402)
  }

  private static func locale(_ language: Language) -> String? {
    switch language {
    case .english: "en"
    case .french: "fr"
    case .italian: "it"
    // Stripe's page does not speak it: the browser's choice.
    case .arabic: nil
    }
  }
}
