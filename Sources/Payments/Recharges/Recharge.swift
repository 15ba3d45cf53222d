import Base

extension Kinds {
  public enum Recharge {}
}

public typealias RechargeID = ID<Kinds.Recharge>

/// A wallet that is filled by itself: when less than so much is free in it, a pack is bought with the card that is kept (C9a).
///
/// Its owner agreed to this pack at this price, and to so many a day.
public struct Recharge: Hashable, Sendable {
  /// Why it waits for its owner.
  enum Stop: String, Sendable {
    /// The card was refused, or its bank wants to see its owner.
    case declined
    /// The card is not kept any more.
    case cardGone
    /// The pack is not on sale any more, or costs something else.
    case packChanged
  }

  static let belowLimit: Int64 = 10_000
  static let mostLimit: Int64 = 10
  static let daySeconds: Int64 = 86_400

  let id: RechargeID
  let owner: AccountID
  let unit: CreditUnit
  var pack: PackID
  var offer: Offer
  var provider: ProviderName
  /// It begins when less than this is free.
  var below: Int64
  /// In any 24 hours.
  var most: Int64
  var stop: Stop?
  /// It was asked for, and nobody knows yet how it ends.
  var isUnderWay = false
  /// The purchase that is under way, or the one that it stopped with.
  var purchase: PurchaseID?
}

/// What is next for a recharge.
enum RechargeStep: Hashable, Sendable {
  case nothing
  case wait(until: Moment)
  case buy
}

extension Recharge {
  /// - Parameters:
  ///   - free: what is free in the wallet.
  ///   - made: when it bought in the last 24 hours.
  ///   - brakedUntil: until when its owner wants to spend nothing.
  func step(free: Int64, made: [Moment], brakedUntil: Moment?, at now: Moment) -> RechargeStep {
    guard stop == nil, purchase == nil, free < below else { return .nothing }
    if let brakedUntil { return .wait(until: brakedUntil) }
    let recent = made.filter { $0.adding(seconds: Self.daySeconds) > now }.sorted()
    guard Int64(recent.count) >= most else { return .buy }
    // When as many as are too many are a day old.
    let first = recent[recent.count - Int(most)]
    return .wait(until: first.adding(seconds: Self.daySeconds))
  }
}
