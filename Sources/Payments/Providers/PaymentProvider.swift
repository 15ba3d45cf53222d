import Base
import Web

/// Somebody who takes money for us. They are asked over `begin`, `refund`, `outcome`; they tell by deliveries, which `read` proves to be theirs.
///
/// What they answer to a browser says nothing: a purchase is paid when a proved event says so.
public protocol PaymentProvider: Sendable {
  var name: ProviderName { get }

  /// The headers with which a delivery is proved.
  var seals: [String] { get }

  /// Whether it can be paid in this currency.
  func takes(_ currency: Currency) -> Bool

  /// The page on which a purchase is paid. Asked again for the same attempt it answers the same.
  ///
  /// - Throws: `ProviderRefusal` when asking again in the same way changes nothing.
  func begin(_ purchase: Purchase, for buyer: Buyer) async throws -> Checkout

  /// What a delivery says.
  ///
  /// - Throws: `Refusal(.webhookInvalid)` unless it is proved to be theirs.
  func read(_ delivery: Delivery) async throws -> [ProviderEvent]

  /// What became of a purchase of which nothing was heard.
  func outcome(of purchase: Purchase) async throws -> [ProviderEvent]

  /// Pays back; the same refund is paid once however often it is asked for.
  func refund(_ refund: AskedRefund, of purchase: Purchase) async throws -> [ProviderEvent]

  /// Nobody can pay there any more.
  func close(_ purchase: Purchase) async throws

  /// The card that was left there with a payment.
  func card(of payment: String) async throws -> SavedCard?

  func forget(_ card: SavedCard) async throws
}

extension PaymentProvider {
  public func takes(_ currency: Currency) -> Bool { true }
}

/// For whom a purchase is, as far as a provider has to know.
public struct Buyer: Sendable {
  /// The card that is kept; nil unless it shall pay.
  let card: SavedCard?
  let returnAddress: String
  let cancelAddress: String
  /// What is bought, in the buyer's words.
  let title: String
}

/// What a provider sent, before anybody believes it.
public struct Delivery: Sendable {
  /// By the names that its provider gave for them.
  let seals: [String: String]
  let body: [UInt8]

  /// For those who prove it with one header.
  var signature: String { seals.values.first ?? "" }

  public init(seals: [String: String], body: [UInt8]) {
    self.seals = seals
    self.body = body
  }

  public init(signature: String, body: [UInt8]) { self.init(seals: ["": signature], body: body) }
}

/// Something that a provider told, proved to be theirs.
public struct ProviderEvent: Hashable, Sendable {
  let id: String
  let kind: String
  let fact: PurchaseFact
  /// Whose it is, where they say it; otherwise the payment tells.
  let purchase: PurchaseID?
  let payment: String?
}

public struct AskedRefund: Hashable, Sendable {
  let id: RefundID
  let amount: Money
}

/// A card as its keeper calls it.
public struct SavedCard: Hashable, Sendable {
  let customer: String
  let method: String
  let brand: String
  let lastDigits: String
}

/// A provider's answer that stays as it is, however often it is asked in the same way.
struct ProviderRefusal: Error, CustomStringConvertible {
  let description: String
  /// The card was refused, or its bank wants to see its owner.
  var isAboutCard = false
}
