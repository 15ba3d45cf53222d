import Base

/// What makes a pack a subscription: it is bought anew every month, until its buyer ends it (A42).
public struct Plan: Hashable, Sendable {
  /// Answers are included, as many as somebody asks for.
  public struct Unlimited: Hashable, Sendable {
    public static let mostAtOnce: Int64 = 100

    /// What one answer counts for; the expert and the platform share it.
    public var answer: Money
    /// How many questions may wait for their answers at the same time.
    public var atOnce: Int64
  }

  /// What is asked for with it.
  public let serves: CreditUnit
  /// Nil: a month brings units.
  public var unlimited: Unlimited?
}

/// Somebody's subscription: what was agreed when it began, and how far it is paid.
public struct Subscription: Hashable, Sendable {
  public let id: SubscriptionID
  public let owner: AccountID
  let pack: PackID
  /// Where the card is kept that pays.
  let provider: ProviderName
  public let plan: Plan
  /// What a month brings and costs: a price that is changed later is for those who come later.
  public let offer: Offer
  let validDays: Int64?
  /// False: its owner ended it, and it lasts until what was paid is over.
  public var renews = true
  /// Months are counted from here, so that none gets shorter for the one before it.
  var startedAt: Moment
  var months: Int64 = 0
  public var paidUntil: Moment
  /// How often the coming month was tried to be paid.
  var tries: Int64 = 0
  var endedAt: Moment?

  /// One more month was paid. After a gap it counts from now.
  mutating func addMonth(at now: Moment) {
    if paidUntil < now { (startedAt, months) = (now, 0) }
    months += 1
    paidUntil = startedAt.adding(months: months)
    tries = 0
  }
}

/// What is next for a subscription.
enum RenewalStep: Hashable, Sendable {
  case wait(until: Moment)
  case charge
  case end
}

extension Subscription {
  /// A day before the month is over it is paid for the next one, so that nothing stops in between.
  static let leadSeconds: Int64 = 86_400
  static let tryLimit: Int64 = 3
  static let tryPauseSeconds: Int64 = 43_200
  static let lookSeconds: Int64 = 3600

  /// - Parameter isUnderWay: a payment for the coming month has begun, and nobody knows yet how it ends.
  func step(at now: Moment, isUnderWay: Bool) -> RenewalStep {
    let over: RenewalStep = now >= paidUntil ? .end : .wait(until: paidUntil)
    guard renews else { return over }
    let due = paidUntil.adding(seconds: tries * Self.tryPauseSeconds - Self.leadSeconds)
    if isUnderWay { return .wait(until: now.adding(seconds: Self.lookSeconds)) }
    guard tries < Self.tryLimit else { return over }
    return now >= due ? .charge : .wait(until: due)
  }
}
