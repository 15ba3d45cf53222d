import Base

extension Kinds {
  public enum Gift {}
  public enum PromotionCode {}
}

public typealias GiftID = ID<Kinds.Gift>
typealias PromotionCodeID = ID<Kinds.PromotionCode>

/// Units that the house gave somebody, and why.
struct Given: Hashable, Sendable {
  static let reasonLimit = 200

  enum Occasion: String, Sendable {
    /// An administrator had one.
    case reason
    case code
    /// On top of a purchase, by a code.
    case bonus
    /// For having brought somebody.
    case friend
    /// For having been brought.
    case welcome
  }

  let id: GiftID
  let owner: AccountID
  let occasion: Occasion
  var reason = ""
  let units: Int64
  let unit: CreditUnit
  let worth: Money
  var purchase: PurchaseID?
  var by: AccountID?
  var expiresAt: Moment?

  /// As the books name it.
  var about: String { "gift.\(id)" }
}

/// What somebody types to get something (A45a).
struct PromotionCode: Hashable, Sendable {
  static let lengths = 4...40

  enum Kind: String, CaseIterable, Sendable {
    /// At once.
    case units
    /// On top of the next purchase.
    case bonus
    /// At once, of chats by the minute.
    case minutes
  }

  let id: PromotionCodeID
  let code: String
  let kind: Kind
  let unit: CreditUnit
  var units: Int64
  /// How many days what it gives lasts; nil for ever.
  var validDays: Int64?
  var endsAt: Moment
  var useLimit: Int64
  var uses: Int64 = 0

  func isOpen(at now: Moment) -> Bool { endsAt > now && uses < useLimit }

  /// What was typed as codes are kept; nil for what cannot be one.
  static func read(_ text: String) -> String? {
    let code = text.uppercased().filter { !$0.isWhitespace }
    let isFit = code.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || $0 == 45 }
    return isFit && lengths.contains(code.utf8.count) ? code : nil
  }
}

/// What both get when somebody brings a friend (P15).
public struct ReferralTerms: Hashable, Sendable {
  /// Message credits for who brought somebody, and for who was brought.
  let reward: Int64
  let welcome: Int64
  /// So many rewards a month get nobody more.
  let monthly: Int64
  /// How many months they last.
  let months: Int64

  public init(reward: Int64, welcome: Int64, monthly: Int64, months: Int64) {
    self.reward = reward
    self.welcome = welcome
    self.monthly = monthly
    self.months = months
  }

  var isOn: Bool { reward > 0 || welcome > 0 }
}
