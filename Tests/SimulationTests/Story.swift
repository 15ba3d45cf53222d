import Base

@testable import Payments

/// What is known of one purchase: the facts that were delivered, whatever their order, and what they come to.
struct Story: Equatable {
  enum Dispute: Int {
    case open = 1
    case won, lost
  }

  struct TheirRefund: Equatable {
    let amount: Int64
    var failed = false
  }

  struct OurRefund: Equatable {
    let units: Int64
    let amount: Int64
    var failed = false
  }

  var stage = 0
  var isPaid = false
  var theirs: [String: TheirRefund] = [:]
  var ours: [String: OurRefund] = [:]
  var disputes: [String: (amount: Int64, state: Dispute)] = [:]

  static func == (left: Self, right: Self) -> Bool { "\(left)" == "\(right)" }

  private static let stages: [PurchaseState] = [.created, .pending, .declined, .cancelled, .expired]

  mutating func hear(_ fact: PurchaseFact, price: Money) {
    switch fact {
    case .pending, .approved, .validating: stage = max(stage, 1)
    case .declined: stage = max(stage, 2)
    case .cancelled: stage = max(stage, 3)
    case .expired: stage = max(stage, 4)
    // Another amount than the one that was asked for pays nothing.
    case .paid(let money): if money == price { isPaid = true }
    case .refunded(let id, let money): if ours[id] == nil, theirs[id] == nil { theirs[id] = TheirRefund(amount: money.minor) }
    case .refundFailed(let id, let money):
      if ours[id] != nil {
        ours[id]?.failed = true
      } else {
        theirs[id] = TheirRefund(amount: theirs[id]?.amount ?? money.minor, failed: true)
      }
    case .disputed(let id, let money): hear(id, money, .open)
    case .disputeWon(let id, let money): hear(id, money, .won)
    case .disputeLost(let id, let money): hear(id, money, .lost)
    }
  }

  private mutating func hear(_ id: String, _ money: Money, _ state: Dispute) {
    let known = disputes[id]
    disputes[id] = (known?.amount ?? money.minor, (known?.state.rawValue ?? 0) > state.rawValue ? known?.state ?? state : state)
  }

  func state(price: Int64) -> PurchaseState {
    guard isPaid else { return Self.stages[stage] }
    if disputes.values.contains(where: { $0.state == .open }) { return .disputed }
    if disputes.values.contains(where: { $0.state == .lost }) { return .lost }
    let back = theirs.values.reduce(0) { $1.failed ? $0 : $0 + $1.amount } + ours.values.reduce(0) { $1.failed ? $0 : $0 + $1.amount }
    if back >= price { return .refunded }
    if back > 0 { return .partlyRefunded }
    return disputes.isEmpty ? .paid : .won
  }

  /// What a bank has or had: by name, the amount, and whether it is still there for good.
  var takings: [String: (amount: Int64, isTaken: Bool, isLost: Bool)] {
    guard isPaid else { return [:] }
    var takings: [String: (amount: Int64, isTaken: Bool, isLost: Bool)] = [:]
    for (id, refund) in theirs { takings["refund.\(id)"] = (refund.amount, !refund.failed, false) }
    for (id, dispute) in disputes { takings["dispute.\(id)"] = (dispute.amount, dispute.state != .won, dispute.state == .lost) }
    return takings
  }
}
