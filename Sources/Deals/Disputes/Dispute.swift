import Base
import Ledger
import Store

extension Kinds {
  public enum Dispute {}
}

public typealias DisputeID = ID<Kinds.Dispute>

/// A customer says that something was not worth its price (P17). Until it is decided nobody is paid for it.
struct Dispute: Hashable, Sendable {
  enum Outcome: String, CaseIterable, Sendable {
    case whole, part, nothing
  }

  let id: DisputeID
  let hold: HoldID
  /// In the words of the customer; empty once they are erased.
  let reason: String
  let openedAt: Moment
  let decision: Decision?

  struct Decision: Hashable, Sendable {
    let outcome: Outcome
    /// How many came back.
    let units: Int64
    /// In the words of who decided.
    let answer: String
    let at: Moment
  }
}

extension Session {
  func dispute(about hold: HoldID) throws -> Dispute? {
    try row(
      "SELECT id, hold_id, reason, opened_at, outcome, units, answer, decided_at FROM disputes WHERE hold_id = $1", hold
    ).map { row in
      let decision = (row[4] as String?).map { word in
        guard let outcome = Dispute.Outcome(rawValue: word) else { preconditionFailure("A dispute ends in a way of ours") }
        return Dispute.Decision(outcome: outcome, units: row[5], answer: row[6], at: row[7])
      }
      return Dispute(id: row[0], hold: row[1], reason: row[2], openedAt: row[3], decision: decision)
    }
  }

  /// Until when something can be disputed; nil for what cannot: it was not paid, or cost nothing, or is a tip, which nobody has to give, or the
  /// website takes none.
  func disputableUntil(_ hold: Hold) throws -> Moment? {
    guard let settled = hold.settledAt, hold.captured > 0, hold.kind != .tip, hold.subscription == nil,
      try features(ofThread: hold.conversation).contains(.disputes)
    else { return nil }
    return settled.adding(seconds: 3600 * (try disputeHours(of: hold)))
  }

  func openDisputes() throws -> Int64 { try row("SELECT COUNT(*) FROM disputes WHERE decided_at IS NULL")?[0] ?? 0 }
}
