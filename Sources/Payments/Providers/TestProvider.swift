import Base
import Crypto
import FoundationEssentials
import Synchronization
import Web

/// A provider that takes no money: its page is ours, says so, and lets one choose how the payment ends.
///
/// It tells by signed deliveries as a real one does, and nothing is credited before one of them was proved.
public struct TestProvider: PaymentProvider {
  /// What somebody may have happen on its page.
  enum Deed: String, CaseIterable, Codable, Sendable {
    case pay, fade, delay, decline, secure, confirm, refuse, dispute, won, lost
  }

  /// A card that pays while its owner is there, and never again.
  static let fadingCard = "fading"
  static let delaySeconds: Int64 = 10

  public let name = ProviderName.test
  public let seals = ["Parley-Signature"]
  let secret: String
  private let time: @Sendable () -> Moment

  public init(key: SymmetricKey, time: @escaping @Sendable () -> Moment = machineTime) {
    secret = "whsec_" + key.withUnsafeBytes { Secret.hexadecimal(Array($0)) }
    self.time = time
  }

  /// What it sends.
  struct Note: Codable, Sendable {
    enum Kind: String, Codable, Sendable {
      case paid, declined, cancelled, refunded, disputed, disputeWon, disputeLost
    }

    let id: String
    let kind: Kind
    let purchase: PurchaseID
    let minor: Int64
    let currency: Currency
    var refund: String?
    /// Paid with the card that pays once.
    var fades: Bool?
  }

  public func begin(_ purchase: Purchase, for buyer: Buyer) async throws -> Checkout {
    Checkout(session: "test_\(purchase.id)", address: buyer.card == nil ? "\(TestPages.path)/\(purchase.id)" : nil)
  }

  public func read(_ delivery: Delivery) throws -> [ProviderEvent] {
    try WebhookSignature.check(delivery, with: [secret], at: time())
    guard let note = try? StrangersJSON.decode(Note.self, from: delivery.body) else { throw Refusal(.webhookInvalid) }
    let money = Money(note.minor, note.currency)
    let fact: PurchaseFact
    switch note.kind {
    case .paid: fact = .paid(money)
    case .declined: fact = .declined
    case .cancelled: fact = .cancelled
    case .refunded: fact = .refunded(note.refund ?? note.id, money)
    case .disputed: fact = .disputed("test", money)
    case .disputeWon: fact = .disputeWon("test", money)
    case .disputeLost: fact = .disputeLost("test", money)
    }
    return [
      ProviderEvent(
        id: note.id, kind: note.kind.rawValue, fact: fact, purchase: note.purchase,
        payment: "test_\(note.fades == true ? "fading" : "pay")_\(note.purchase)")
    ]
  }

  /// What a note looks like when it is sent.
  func delivery(of note: Note) throws -> Delivery {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let body = Array(try encoder.encode(note))
    return Delivery(signature: WebhookSignature.signature(of: body, with: secret, at: time()), body: body)
  }

  /// It remembers nothing: who never came back from its page has not paid.
  public func outcome(of purchase: Purchase) async throws -> [ProviderEvent] { [] }

  public func refund(_ refund: AskedRefund, of purchase: Purchase) async throws -> [ProviderEvent] {
    let note = Note(
      id: "test_refund_\(refund.id)", kind: .refunded, purchase: purchase.id, minor: refund.amount.minor, currency: refund.amount.currency,
      refund: "\(refund.id)")
    return try read(try delivery(of: note))
  }

  public func close(_ purchase: Purchase) async throws {}

  public func card(of payment: String) async throws -> SavedCard? {
    payment.hasPrefix("test_fading")
      ? SavedCard(customer: "test", method: Self.fadingCard, brand: "Test", lastDigits: "0341")
      : SavedCard(customer: "test", method: "test", brand: "Test", lastDigits: "4242")
  }

  public func forget(_ card: SavedCard) async throws {}
}
