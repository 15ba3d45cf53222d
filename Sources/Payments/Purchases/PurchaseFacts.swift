import Base

/// All that is known of how a purchase was paid.
///
/// Facts only ever add up: each has a rank, and the higher one of the same thing stays. So what providers tell may come twice, late or in any
/// order, and the end is the same.
struct PurchaseFacts: Hashable, Sendable {
  enum Stage: String, CaseIterable, Comparable, Sendable {
    case created, pending, declined, cancelled, expired

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  }

  struct Refund: Hashable, Sendable {
    enum State: String, CaseIterable, Sendable { case asked, done, failed }

    /// Asked for here, so that its units left the wallet at that moment.
    var isOurs: Bool
    var units: Int64
    var amountMinor: Int64
    var state: State
  }

  struct Dispute: Hashable, Sendable {
    enum State: String, CaseIterable, Sendable { case open, won, lost }

    var amountMinor: Int64
    var state: State
  }

  /// How far it got without being paid.
  var stage = Stage.created
  /// Its money is under way, and the provider looks at it first.
  var isValidating = false
  var isPaid = false
  /// By our identity, or for one that was made at the provider by theirs.
  var refunds: [String: Refund] = [:]
  var disputes: [String: Dispute] = [:]

  /// What a purchase of this price is called.
  func state(of priceMinor: Int64) -> PurchaseState {
    guard isPaid else { return PurchaseState(stage) }
    if disputes.values.contains(where: { $0.state == .open }) { return .disputed }
    if disputes.values.contains(where: { $0.state == .lost }) { return .lost }
    if refundedMinor >= priceMinor { return .refunded }
    if refundedMinor > 0 { return .partlyRefunded }
    return disputes.isEmpty ? .paid : .won
  }

  /// What went back or is on its way.
  var refundedMinor: Int64 { refunds.values.filter { $0.state != .failed }.reduce(0) { $0 + $1.amountMinor } }

  /// With one more fact.
  func adding(_ fact: PurchaseFact) -> PurchaseFacts {
    var facts = self
    switch fact {
    case .pending, .approved: facts.stage = max(stage, .pending)
    case .validating:
      facts.stage = max(stage, .pending)
      facts.isValidating = true
    case .declined: facts.stage = max(stage, .declined)
    case .cancelled: facts.stage = max(stage, .cancelled)
    case .expired: facts.stage = max(stage, .expired)
    case .paid: facts.isPaid = true
    case .refunded(let id, let money): facts.note(id, money.minor, .done)
    case .refundFailed(let id, let money): facts.note(id, money.minor, .failed)
    case .disputed(let id, let money): facts.note(dispute: id, money.minor, .open)
    case .disputeWon(let id, let money): facts.note(dispute: id, money.minor, .won)
    case .disputeLost(let id, let money): facts.note(dispute: id, money.minor, .lost)
    }
    return facts
  }

  private mutating func note(_ id: String, _ minor: Int64, _ state: Refund.State) {
    var refund = refunds[id] ?? Refund(isOurs: false, units: 0, amountMinor: minor, state: state)
    refund.state = higher(refund.state, state)
    refunds[id] = refund
  }

  private mutating func note(dispute id: String, _ minor: Int64, _ state: Dispute.State) {
    var dispute = disputes[id] ?? Dispute(amountMinor: minor, state: state)
    dispute.state = higher(dispute.state, state)
    disputes[id] = dispute
  }
}

private func higher<State: CaseIterable & Equatable>(_ one: State, _ other: State) -> State {
  Array(State.allCases).last { $0 == one || $0 == other } ?? one
}

/// What somebody who takes the money said about a purchase.
enum PurchaseFact: Hashable, Sendable, Codable {
  /// There is a page on which it is paid.
  case pending
  /// The buyer agreed to it, and we may take it.
  case approved
  /// The money is under way.
  case validating
  case declined, cancelled, expired
  case paid(Money)
  case refunded(String, Money)
  case refundFailed(String, Money)
  case disputed(String, Money)
  case disputeWon(String, Money)
  case disputeLost(String, Money)

  /// The money that leaves with it.
  var takesBack: Money? {
    switch self {
    case .refunded(_, let money), .disputed(_, let money), .disputeLost(_, let money): money
    default: nil
    }
  }
}

/// What a purchase is called, in the history and by its tag.
public enum PurchaseState: String, CaseIterable, Sendable {
  case created, pending, declined, cancelled, expired
  case paid, partlyRefunded, refunded, disputed, won, lost

  init(_ stage: PurchaseFacts.Stage) {
    switch stage {
    case .created: self = .created
    case .pending: self = .pending
    case .declined: self = .declined
    case .cancelled: self = .cancelled
    case .expired: self = .expired
    }
  }

  /// Whether it may still be paid on the page that was opened for it. A card that was declined may be followed by another one.
  var isOpen: Bool { self == .created || self == .pending || self == .declined }

  var isPaid: Bool {
    switch self {
    case .created, .pending, .declined, .cancelled, .expired: false
    case .paid, .partlyRefunded, .refunded, .disputed, .won, .lost: true
    }
  }
}

/// What has to be written into the books.
enum Movement: Hashable, Sendable {
  /// The units come into the wallet.
  case settle
  /// A refund that we asked for came to nothing: its units come back.
  case giveBack(refund: String)
  /// Money left without our asking: a refund made at the provider, or a dispute.
  case takeBack(String, amountMinor: Int64)
  /// And came back.
  case undo(String)
  /// And stays there: somebody has to bear it.
  case lose(String)
}

extension PurchaseFacts {
  /// What follows when more is known: the difference between what the books should say now and what they said before. Nothing moves before it
  /// is paid, and then everything that is known already.
  static func movements(from before: PurchaseFacts, to after: PurchaseFacts) -> [Movement] {
    guard after.isPaid else { return [] }
    let booked = before.isPaid ? before : PurchaseFacts()
    var movements: [Movement] = booked.isPaid ? [] : [.settle]
    for (id, refund) in after.refunds.sorted(by: { $0.key < $1.key }) {
      let earlier = booked.refunds[id]
      if refund.isOurs {
        if refund.state == .failed, earlier?.state != .failed { movements.append(.giveBack(refund: id)) }
      } else {
        movements += movement("refund.\(id)", refund.amountMinor, was: earlier?.state == .done, is: refund.state == .done)
      }
    }
    for (id, dispute) in after.disputes.sorted(by: { $0.key < $1.key }) {
      let earlier = booked.disputes[id]?.state
      // One that was won and is lost after all is another entry of the books than the first one.
      let name = earlier == .won ? "dispute.\(id).again" : "dispute.\(id)"
      movements += movement(
        name, dispute.amountMinor, was: earlier == .open || earlier == .lost, is: dispute.state == .open || dispute.state == .lost)
      if dispute.state == .lost, earlier != .lost { movements.append(.lose(name)) }
    }
    return movements
  }

  private static func movement(_ name: String, _ minor: Int64, was: Bool, is now: Bool) -> [Movement] {
    switch (was, now) {
    case (false, true): [.takeBack(name, amountMinor: minor)]
    case (true, false): [.undo(name)]
    default: []
    }
  }
}
