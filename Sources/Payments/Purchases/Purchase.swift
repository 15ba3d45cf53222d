import Base
import Web

extension Kinds {
  public enum Purchase {}
  public enum Refund {}
}

public typealias PurchaseID = ID<Kinds.Purchase>
public typealias RefundID = ID<Kinds.Refund>

/// Who takes the money.
public enum ProviderName: String, CaseIterable, Codable, Sendable {
  case stripe, test, bank, paypal

  /// Of its row, by which what it tells is put in order.
  var number: Int64 {
    switch self {
    case .stripe: 1
    case .test: 2
    case .bank: 3
    case .paypal: 4
    }
  }

  /// Whether cards are kept there, which pay the next time and every month.
  var keepsCards: Bool { self == .stripe || self == .test }

  /// Whether a buyer agrees there, and the money is taken when we ask for it.
  var isCaptured: Bool { self == .paypal }
}

/// Somebody buys a pack: a copy of the pack and its price, and all that became of it.
public struct Purchase: Hashable, Sendable {
  enum Attention: String, Sendable {
    /// Another amount came than the one that was asked for: nothing was credited.
    case amountDiffers
    /// Money came a second time for it.
    case paidTwice
    /// The provider did not pay a refund out.
    case refundFailed
  }

  public let id: PurchaseID
  public let buyer: AccountID
  let formKey: String
  public let reference: String
  let pack: PackID
  public let offer: Offer
  let validDays: Int64?
  public let provider: ProviderName
  let keepsCard: Bool
  /// Paid with the card that is kept.
  let byCard: Bool
  var facts = PurchaseFacts()
  var attempt: Int64 = 1
  var checkout: Checkout?
  var payment: String?
  var receivedMinor: Int64?
  var creditedUnits: Int64?
  var lot: LotID?
  /// The subscription that it began, or of which it is a month.
  var subscription: SubscriptionID?
  /// Made by a wallet that fills itself.
  var isRecharge = false
  var attention: Attention?
  let language: Language
  public let createdAt: Moment
  var changedAt: Moment
  public var paidAt: Moment?

  /// What was paid, or is to be.
  public var price: Money { Money(receivedMinor ?? offer.price.minor, offer.price.currency) }
  /// What it brings.
  public var units: Int64 { creditedUnits ?? offer.total }
  /// As the books name it.
  var about: String { "purchase.\(id)" }
  public var state: PurchaseState { facts.state(of: price.minor) }
  var refunded: Money { Money(facts.refundedMinor, price.currency) }
  /// Somebody paid, and the provider has not said yet that the money is there.
  var isValidating: Bool { state == .pending && facts.isValidating }
}

extension Purchase {
  /// A fact with no more money in it than can still go back: at PayPal a dispute and a refund may be about the same money, told by two events.
  ///
  /// - Returns: nil when nothing is left of it.
  func capped(_ fact: PurchaseFact) -> PurchaseFact? {
    guard provider.isCaptured else { return fact }
    guard fact.takesBack.map({ $0.currency == price.currency }) ?? true else { return nil }
    let taken = facts.disputes.values.filter { $0.state != .won }.reduce(0) { $0 + $1.amountMinor }
    let left = Money(max(0, price.minor - facts.refundedMinor - taken), price.currency)
    switch fact {
    case .refunded(let id, let money) where facts.refunds[id] == nil && money > left:
      return left.minor > 0 ? .refunded(id, left) : nil
    case .disputed(let id, let money) where facts.disputes[id] == nil && money > left:
      return left.minor > 0 ? .disputed(id, left) : nil
    case .disputeLost(let id, let money) where facts.disputes[id] == nil && money > left:
      return left.minor > 0 ? .disputeLost(id, left) : nil
    default: return fact
    }
  }

  /// Whether a dispute that is known is told with another amount.
  func contradicts(_ fact: PurchaseFact) -> Bool {
    guard provider.isCaptured else { return false }
    return switch fact {
    case .disputed(let id, let money), .disputeLost(let id, let money):
      facts.disputes[id].map { $0.amountMinor != money.minor } ?? false
    default: false
    }
  }
}

/// The page on which something is paid.
public struct Checkout: Hashable, Sendable {
  /// The provider's name for it.
  let session: String
  /// Where it is; nil when there is nothing to be done there.
  let address: String?
}

/// What people read aloud and write on a transfer: eight letters and digits that are not taken for each other.
enum PurchaseReference {
  private static let letters = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")

  static func new() -> String {
    var generator = SystemRandomNumberGenerator()
    let drawn = (0..<8).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] }
    return String(drawn[..<4]) + "-" + String(drawn[4...])
  }
}
