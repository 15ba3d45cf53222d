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

/// What can be disputed as one: an answer, or all minutes of a chat.
struct Charge: Sendable {
  let holds: [Hold]
  /// The chat, where it was by the minute.
  let minutes: MinuteSessionID?
  let dispute: Dispute?
  /// Nil for what nobody can dispute.
  let disputableUntil: Moment?
  /// How many units may still go back.
  let returnable: Int64

  var disputed: DealState.Disputed { dispute.map { $0.decision == nil ? .open : .decided } ?? .never }
}

extension Session {
  /// - Returns: nil where there is no such hold.
  func charge(of id: HoldID) throws -> Charge? {
    guard let hold = try hold(id) else { return nil }
    guard hold.kind == .minute, let chat = try minuteSession(ofHold: id) else { return try charge([hold], nil) }
    return try charge(ofChat: chat)
  }

  func charge(ofChat chat: MinuteSessionID) throws -> Charge? {
    let ids: [HoldID] = try rows("SELECT hold_id FROM minute_holds WHERE session_id = $1 ORDER BY minute", chat).map { $0[0] }
    let holds = try ids.compactMap { try hold($0) }
    return holds.isEmpty ? nil : try charge(holds, chat)
  }

  private func charge(_ holds: [Hold], _ chat: MinuteSessionID?) throws -> Charge {
    Charge(
      holds: holds, minutes: chat, dispute: try dispute(about: holds[0].id), disputableUntil: try disputableUntil(holds, chat),
      returnable: try holds.reduce(0) { $0 + (try returnableUnits(of: $1)) })
  }

  private func dispute(about hold: HoldID) throws -> Dispute? {
    try row(
      """
      SELECT d.id, d.reason, d.opened_at, d.outcome, d.units, d.answer, d.decided_at
      FROM dispute_holds p
      JOIN disputes d ON d.id = p.dispute_id
      WHERE p.hold_id = $1
      """, hold
    ).map { row in
      let decision = (row[3] as String?).map { word in
        guard let outcome = Dispute.Outcome(rawValue: word) else { preconditionFailure("A dispute ends in a way of ours") }
        return Dispute.Decision(outcome: outcome, units: row[4], answer: row[5], at: row[6])
      }
      return Dispute(id: row[0], reason: row[1], openedAt: row[2], decision: decision)
    }
  }

  /// Until when something can be disputed; nil for what cannot: it was not paid, or cost nothing, or goes on, or is a tip, which nobody has to give,
  /// or the website takes none.
  private func disputableUntil(_ holds: [Hold], _ chat: MinuteSessionID?) throws -> Moment? {
    guard let first = holds.first, first.kind != .tip, first.kind != .promotion,
      holds.contains(where: { $0.captured > 0 && $0.subscription == nil }),
      try features(ofThread: first.conversation).contains(.disputes)
    else { return nil }
    let ended = try chat.map { try minuteSession($0)?.endedAt } ?? first.settledAt
    return try ended?.adding(seconds: 3600 * disputeHours(of: first))
  }

  /// What is disputed as one.
  func write(_ dispute: DisputeID, about charge: Charge, because reason: String, by customer: AccountID, at now: Moment) throws {
    try run(
      "INSERT INTO disputes (id, hold_id, opened_by, reason, opened_at) VALUES ($1, $2, $3, $4, $5)", dispute, charge.holds[0].id, customer,
      reason, now)
    for hold in charge.holds { try run("INSERT INTO dispute_holds (hold_id, dispute_id) VALUES ($1, $2)", hold.id, dispute) }
  }

  func openDisputes() throws -> Int64 { try row("SELECT COUNT(*) FROM disputes WHERE decided_at IS NULL")?[0] ?? 0 }
}
