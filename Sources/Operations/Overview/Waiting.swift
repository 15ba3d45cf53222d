import Base
import Web

/// What waits in a slice for somebody: how much of it, and what has waited longest.
public struct Waiting: Sendable {
  /// Its words are `operations.waiting.<name>`.
  public enum Kind: String, CaseIterable, Sendable {
    /// A transfer is awaited, or a provider looks at a payment.
    case payments
    /// Earnings that are due.
    case payouts
    /// What customers say was not worth its price.
    case disputes
    /// Payments that buyers' banks took back.
    case chargebacks
    /// Purchases that somebody has to look at: another amount, paid twice, a refund that failed.
    case attention
    /// Refunds that were asked for and that no provider has paid yet.
    case refunds
    /// Purchases that were begun and of which nothing was heard yet.
    case purchases
    /// Payouts that were approved and of which the bank has not said yet what became of them.
    case banking
  }

  public struct Line: Sendable {
    let name: String
    let amount: String
    let since: Moment?
    let path: String

    public init(_ name: String, amount: String, since: Moment?, path: String) {
      self.name = name
      self.amount = amount
      self.since = since
      self.path = path
    }
  }

  /// How many lines a slice names.
  public static let named = 5

  let kind: Kind
  let count: Int64
  let lines: [Line]
  /// The page that has all of them.
  let path: String

  public init(_ kind: Kind, count: Int64, _ lines: [Line], path: String) {
    self.kind = kind
    self.count = count
    self.lines = Array(lines.prefix(Self.named))
    self.path = path
  }
}
