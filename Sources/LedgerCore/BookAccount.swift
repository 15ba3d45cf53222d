import Base

/// An account of the books, by its name. Wallets count in a credit unit, all others in money.
///
/// What an account holds is what was credited to it less what was debited from it.
public struct BookAccount: Hashable, Sendable, CustomStringConvertible {
  public let name: String

  public init(name: String) { self.name = name }

  public var description: String { name }

  // Counting in credits or coins.

  /// What a customer has.
  public static func wallet(_ owner: AccountID) -> BookAccount { BookAccount(name: "wallet.\(owner)") }
  /// Where units come from, and go back to when a purchase is refunded. Never above zero.
  public static let issued = BookAccount(name: "issued")
  /// What was paid with.
  public static let spent = BookAccount(name: "spent")
  public static let expired = BookAccount(name: "expired")

  // Counting in money.

  /// What a provider of payments owes to the house or has paid out to it. Never above zero.
  public static func clearing(_ provider: String) -> BookAccount { BookAccount(name: "clearing.\(provider)") }
  /// What customers have paid and not yet used.
  public static let prepaid = BookAccount(name: "prepaid")
  /// What an expert has earned and was not yet paid.
  public static func earnings(_ owner: AccountID) -> BookAccount { BookAccount(name: "earnings.\(owner)") }
  /// The platform's commission.
  public static let revenue = BookAccount(name: "revenue")
  /// What the house gave away. Never above zero.
  public static let marketing = BookAccount(name: "marketing")
  /// What answers cost that subscriptions include. Never above zero: the months that were paid for stand in `revenue`.
  public static let included = BookAccount(name: "included")
  /// What customers had paid and let expire.
  public static let breakage = BookAccount(name: "breakage")
  /// What a customer owes, because a payment was taken back after it was used. Never above zero.
  public static func receivable(_ owner: AccountID) -> BookAccount { BookAccount(name: "receivable.\(owner)") }
  public static let losses = BookAccount(name: "losses")

  // Paying experts out.

  /// What is on its way to an expert's bank account.
  public static func underway(_ owner: AccountID) -> BookAccount { BookAccount(name: "underway.\(owner)") }
  /// What experts were paid.
  public static let paidOut = BookAccount(name: "paidOut")
  /// What was withheld from payouts, and is owed to the tax office.
  public static let withheld = BookAccount(name: "withheld")
  /// What the house paid experts on top of their share for value added tax. Never above zero.
  public static let inputTax = BookAccount(name: "inputTax")
}
