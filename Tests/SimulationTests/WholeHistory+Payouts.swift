import Base
import Ledger
import LedgerCore
import Store
import TestKit

@testable import Payouts

/// Experts are paid out, while everything else goes on.
extension WholeHistory {
  struct PaidOut {
    let expert: AccountID
    let share: Money
    var state: Payout.State
  }

  /// What is due to somebody is approved, by two presses.
  func payOut() async throws {
    guard let expert = experts.randomElement(using: &dice) else { return }
    let (town, now, by) = (town, now, experts[0])
    let profile = PayoutProfile(method: .withheld, chargesVAT: true, hint: "", sealed: [0], changedAt: now)
    try await town.insist { try await town.store.write { try $0.save(profile, of: expert) } }
    let sums = try await town.insist { try await town.store.read { try $0.unpaidEarnings(of: expert, at: now) } }
    for sum in sums where sum.standing == .due && sum.share.minor > 0 {
      let currency = sum.share.currency
      let taken = paidOut.values.filter { $0.expert == expert && $0.share.currency == currency && $0.state != .failed }
      // Nobody is paid for what may still be disputed, nor twice for the same.
      guard sum.share.minor <= book.matured(of: expert, in: currency, at: now) - taken.reduce(0, { $0 + $1.share.minor }) else {
        steps.append("WRONG: \(sum.share) are due to expert \(name(expert))")
        throw WentWrong()
      }
      let (claim, key) = (DueClaim(payee: expert, share: sum.share), Secret().text)
      for _ in 0..<2 {
        let batch = try await town.insist {
          try await town.program.payouts.approve([claim], in: currency, dueAt: now, formKey: key, by: by, from: .console)
        }
        let made = try await town.insist { try await town.store.read { try $0.payouts(PayoutFilter(batch: batch)) } }
        guard made.count == 1, let payout = made.first, payout.slip.share == sum.share else { throw WentWrong() }
        steps.append("\(sum.share) are on their way to expert \(name(expert))")
        guard paidOut.updateValue(PaidOut(expert: expert, share: sum.share, state: .underWay), forKey: payout.id) == nil else { continue }
        book.earnings[expert, default: [:]][currency, default: 0] -= sum.share.minor
      }
    }
  }

  /// One that is under way arrives or fails; what is said of it later changes nothing.
  func settlePayout() async throws {
    guard let (id, payout) = paidOut.sorted(by: { $0.key < $1.key }).randomElement(using: &dice) else { return }
    let (town, by, fails) = (town, experts[0], chance(2))
    for _ in 0..<2 {
      try await town.insist {
        try await town.program.payouts.settle(id, failed: fails ? "no such account" : nil, by: by, from: .console)
      }
    }
    steps.append("what is on its way to expert \(name(payout.expert)) \(fails ? "comes back" : "arrives")")
    guard payout.state == .underWay else { return }
    paidOut[id]?.state = fails ? .failed : .paid
    if fails { book.earnings[payout.expert, default: [:]][payout.share.currency, default: 0] += payout.share.minor }
  }
}
