import Base
import LedgerCore
import Store

/// What somebody wants set aside.
public struct HoldWish: Sendable {
  public let payer: AccountID
  public let payee: AccountID
  public let units: Units
  /// The platform's part in 1/10,000, as agreed.
  public let commission: Int64
  public let terms: TermsID?
  public let conversation: ConversationID
  /// The number of the message that it pays for.
  public let n: Int64
  public let deadline: Moment
  /// The lines of the price, as JSON: kept with the hold, for whoever asks why.
  public let quote: String?
  public let kind: Hold.Kind

  public init(
    payer: AccountID, payee: AccountID, units: Units, commission: Int64, terms: TermsID?, conversation: ConversationID, n: Int64,
    deadline: Moment, quote: String? = nil, kind: Hold.Kind = .question
  ) {
    self.kind = kind
    self.payer = payer
    self.payee = payee
    self.units = units
    self.commission = commission
    self.terms = terms
    self.conversation = conversation
    self.n = n
    self.deadline = deadline
    self.quote = quote
  }

  var about: String { Hold.about(conversation, n) }
}

/// Units that the house brings for something: a subscription includes it, or the marketing account pays for it.
public struct Inclusion: Hashable, Sendable {
  /// Nil where it is a promotion.
  public let subscription: SubscriptionID?
  /// What it counts for, and is shared between the expert and the platform.
  public let worth: Money

  public init(subscription: SubscriptionID?, worth: Money) {
    self.subscription = subscription
    self.worth = worth
  }
}

/// An amount that is set aside, or was.
public struct Hold: Hashable, Sendable {
  /// What it pays for.
  public enum Kind: String, CaseIterable, Sendable {
    case question, tip
    /// A minute of a chat by the minute.
    case minute
    /// Minutes of such a chat that the house pays for.
    case promotion
  }

  public let id: HoldID
  public let kind: Kind
  public let payer: AccountID
  public let payee: AccountID
  public let units: Units
  public let captured: Int64
  public let released: Int64
  public let commission: Int64
  public let terms: TermsID?
  public let conversation: ConversationID
  /// The number of the question, or of the answer that a tip is for.
  public let n: Int64
  /// The number of the answer that took it.
  public let answer: Int64?
  public let heldAt: Moment
  public let deadline: Moment
  public let settledAt: Moment?
  /// The subscription that included it.
  public let subscription: SubscriptionID?
  public let quote: String?

  public var open: Int64 { units.count - captured - released }
  var about: String { Self.about(conversation, n) }

  static func about(_ conversation: ConversationID, _ n: Int64) -> String { "chat.\(conversation).\(n)" }
}

extension Ledger {
  /// How long units stay that came back after the lot they belong to had ended.
  public static let graceSeconds: Int64 = 7 * 86_400

  /// Sets units aside, of those that end first.
  ///
  /// - Parameter inclusion: a subscription that brings them.
  /// - Throws: `creditMissing` when there are not enough; `count` says how many there are.
  @discardableResult public func hold(_ wish: HoldWish, from inclusion: Inclusion? = nil, at now: Moment, in session: any Session) throws
    -> HoldID
  {
    let (owner, units, id) = (wish.payer, wish.units, ids.next(Kinds.Hold.self))
    let brought = try inclusion.map { try bring($0, for: wish, hold: id, at: now, in: session) }
    let changed = try session.run(
      """
      UPDATE wallets
      SET held = held + $3, revision = revision + 1
      WHERE account_id = $1 AND unit = $2 AND posted - held >= $3
      """, owner, units.unit.rawValue, units.count)
    let lots = try brought.map { [$0] } ?? session.freeLots(of: owner, in: units.unit, at: now)
    guard changed == 1, let parts = lots.take(units.count) else {
      throw try session.missing(owner, units.unit)
    }
    try session.run(
      """
      INSERT INTO holds (id, payer_id, payee_id, unit, units, captured, released, commission, terms_id, conversation_id, n, held_at, deadline_at,
        subscription_id, quote, kind)
      VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      """, id, owner, wish.payee, units.unit.rawValue, units.count, wish.commission, wish.terms, wish.conversation, wish.n, now,
      wish.deadline, inclusion?.subscription, wish.quote, wish.kind.rawValue)
    for part in parts { try session.take(part, for: id, staysOpen: true) }
    try record(.hold(units, of: owner, key: "hold.\(id)", about: wish.about), hold: id, at: now, in: session)
    tell(owner, units.unit, in: session)
    if inclusion == nil { try follow(owner, units.unit, at: now, in: session) }
    return id
  }

  /// Gives units on top of what was agreed: what is taken is earned at once. The same key again changes nothing.
  ///
  /// - Parameter wish: its `n` is the number of the answer.
  /// - Throws: `creditMissing` when there are not enough; `count` says how many there are.
  /// - Returns: nil when it was given before.
  @discardableResult public func tip(_ wish: HoldWish, key: String, at now: Moment, in session: any Session) throws -> HoldID? {
    let (owner, units) = (wish.payer, wish.units)
    try session.takeWallet(of: owner, in: units.unit)
    guard try !session.isRecorded(key) else { return nil }
    guard try session.wallet(of: owner, in: units.unit).free >= units.count,
      let parts = try session.freeLots(of: owner, in: units.unit, at: now).take(units.count)
    else { throw try session.missing(owner, units.unit) }
    let id: HoldID = ids.next()
    try session.run(
      """
      INSERT INTO holds (id, payer_id, payee_id, unit, units, captured, released, commission, terms_id, conversation_id, n, held_at, deadline_at,
        settled_at, kind, answer_n)
      VALUES ($1, $2, $3, $4, $5, $5, 0, $6, $7, $8, $9, $10, $10, $10, 'tip', $9)
      """, id, owner, wish.payee, units.unit.rawValue, units.count, wish.commission, wish.terms, wish.conversation, wish.n, now)
    for part in parts { try session.take(part, for: id, staysOpen: false) }
    try session.move(owner, units.unit, posted: -units.count, held: 0)
    try record(
      .tip(
        units, of: owner, worth: Self.worth(of: parts), to: wish.payee, commission: wish.commission, key: key, about: wish.about), hold: id,
      at: now, in: session)
    tell(owner, units.unit, in: session)
    try follow(owner, units.unit, at: now, in: session)
    return id
  }

  /// One amount for each currency.
  private static func worth(of parts: [LotPart]) -> [Money] {
    Dictionary(grouping: parts, by: \.currency).map { Money($1.reduce(0) { $0 + $1.part.worthMinor }, $0) }
      .sorted { $0.currency.code < $1.currency.code }
  }

  /// Sets something aside that the house pays for, and takes it at once: nothing of it is ever the payer's own.
  public func promote(_ wish: HoldWish, worth: Money, at now: Moment, in session: any Session) throws {
    precondition(wish.kind == .promotion, "What a payer sets aside is their own")
    let id = try hold(wish, from: Inclusion(subscription: nil, worth: worth), at: now, in: session)
    guard let hold = try session.hold(id) else { preconditionFailure("A hold that was just made is there") }
    try capture(hold, at: now, in: session)
  }

  /// The units that the house brings: a lot of which nothing is ever free.
  private func bring(_ inclusion: Inclusion, for wish: HoldWish, hold: HoldID, at now: Moment, in session: any Session) throws -> FreeLot {
    let (owner, units, worth) = (wish.payer, wish.units, inclusion.worth)
    try session.takeWallet(of: owner, in: units.unit)
    let about = inclusion.subscription.map { "subscription.\($0)" } ?? "promotion"
    let entry: Entry =
      inclusion.subscription == nil
      ? .gift(units, worth: worth, to: owner, key: "promotion.\(hold)", about: about)
      : .included(units, worth: worth, to: owner, key: "included.\(hold)", about: about)
    let lot = try add(
      entry,
      Lot(owner: owner, units: units, worth: worth, origin: "gift", about: about, expiresAt: nil), at: now, in: session)
    return FreeLot(id: lot, free: FreeUnits(units: units.count, worthMinor: worth.minor), currency: worth.currency)
  }

  /// What a subscription brought and nobody earned is the house's again: it came free a moment ago.
  private func takeBack(_ parts: [LotPart], of hold: Hold, at now: Moment, in session: any Session) throws {
    for part in parts {
      try session.setFree(FreeUnits(units: 0, worthMinor: 0), of: part.lot)
      try session.move(hold.payer, hold.units.unit, posted: -part.part.units, held: 0)
      try record(
        .includedBack(
          Units(part.part.units, hold.units.unit), worth: Money(part.part.worthMinor, part.currency), of: hold.payer,
          key: "includedBack.\(hold.id)", about: hold.about), hold: nil, lot: part.lot, at: now, in: session)
    }
  }

  /// Takes what is still open of a hold, or a part of it. What was settled already stays as it is.
  ///
  /// - Parameter answer: the number of the message that earned it.
  /// - Returns: how many units were taken.
  @discardableResult public func capture(
    _ hold: Hold, units: Int64? = nil, for answer: Int64? = nil, at now: Moment, in session: any Session
  ) throws -> Int64 {
    try session.takeWallet(of: hold.payer, in: hold.units.unit)
    guard let current = try session.hold(hold.id), current.open > 0 else { return 0 }
    let taken = min(units ?? current.open, current.open)
    guard taken > 0 else { return 0 }
    let parts = try session.takeOut(taken, of: hold.id)
    try session.settle(hold.id, captured: taken, released: 0, answer: answer, at: now)
    try session.move(hold.payer, hold.units.unit, posted: -taken, held: -taken)
    try record(
      .capture(
        Units(taken, hold.units.unit), of: hold.payer, worth: Self.worth(of: parts), to: hold.payee, commission: hold.commission,
        key: "capture.\(hold.id).\(current.captured)", about: hold.about), hold: hold.id, at: now, in: session)
    tell(hold.payer, hold.units.unit, in: session)
    return taken
  }

  /// Gives back what is still open of a hold. What was settled already stays as it is.
  ///
  /// - Returns: how many units came back.
  @discardableResult public func release(_ hold: Hold, at now: Moment, in session: any Session) throws -> Int64 {
    try session.takeWallet(of: hold.payer, in: hold.units.unit)
    guard let current = try session.hold(hold.id), current.open > 0 else { return 0 }
    let units = current.open
    let parts = try session.takeOut(units, of: hold.id)
    for part in parts { try session.putBack(part, at: now) }
    try session.settle(hold.id, captured: 0, released: units, answer: nil, at: now)
    try session.move(hold.payer, hold.units.unit, posted: 0, held: -units)
    try record(
      .release(Units(units, hold.units.unit), of: hold.payer, key: "release.\(hold.id)", about: hold.about), hold: hold.id, at: now,
      in: session)
    if current.subscription != nil { try takeBack(parts, of: current, at: now, in: session) }
    tell(hold.payer, hold.units.unit, in: session)
    return units
  }
}

extension Session {
  /// The lots of a wallet in the order in which they are used. A wallet has few that are not used up.
  public func freeLots(of owner: AccountID, in unit: CreditUnit, at now: Moment) throws -> [FreeLot] {
    try rows(
      """
      SELECT id, free_units, free_worth_minor, currency
      FROM lots
      WHERE account_id = $1 AND unit = $2 AND free_units > 0 AND (expires_at IS NULL OR expires_at > $3)
      ORDER BY expires_at ASC NULLS LAST, id
      LIMIT 100
      """, owner, unit.rawValue, now
    ).map { FreeLot(id: $0[0], free: FreeUnits(units: $0[1], worthMinor: $0[2]), currency: Currency(stored: $0[3])) }
  }

  static var holdColumns: String {
    "id, payer_id, payee_id, unit, units, captured, released, commission, terms_id, conversation_id, n, held_at, deadline_at, settled_at, "
      + "subscription_id, quote, kind, answer_n"
  }

  public func hold(_ id: HoldID) throws -> Hold? { try row("SELECT \(Self.holdColumns) FROM holds WHERE id = $1", id).map(Hold.init) }

  /// Several at once, in no order; at most `SQLList.limit`.
  public func holds(_ ids: Set<HoldID>) throws -> [Hold] {
    let list = SQLList(ids.sorted(), from: 1)
    return try rows("SELECT \(Self.holdColumns) FROM holds WHERE id \(list.sql)", list.values).map(Hold.init)
  }

  /// What is set aside for questions in a conversation, oldest first.
  public func openHolds(in conversation: ConversationID, limit: Int = 1000) throws -> [Hold] {
    try rows(
      "SELECT \(Self.holdColumns) FROM holds WHERE conversation_id = $1 AND settled_at IS NULL AND kind = 'question' ORDER BY n LIMIT $2",
      conversation, limit
    ).map(Hold.init)
  }

  /// The customer is told that the answer takes longer.
  ///
  /// - Returns: false when that happened before.
  public func noteLate(_ hold: HoldID, at now: Moment) throws -> Bool {
    try run("UPDATE holds SET late_at = $2 WHERE id = $1 AND late_at IS NULL", hold, now) == 1
  }

  /// Takes a part out of its lot, for a hold.
  fileprivate func take(_ part: LotPart, for hold: HoldID, staysOpen: Bool) throws {
    try run(
      "UPDATE lots SET free_units = free_units - $2, free_worth_minor = free_worth_minor - $3 WHERE id = $1", part.lot, part.part.units,
      part.part.worthMinor)
    try run(
      """
      INSERT INTO hold_lots (hold_id, lot_id, units, worth_minor, open_units, open_worth_minor)
      VALUES ($1, $2, $3, $4, $5, $6)
      """, hold, part.lot, part.part.units, part.part.worthMinor, staysOpen ? part.part.units : 0, staysOpen ? part.part.worthMinor : 0)
  }

  fileprivate func missing(_ owner: AccountID, _ unit: CreditUnit) throws -> Refusal {
    Refusal(.creditMissing, arguments: ["count": String(try wallet(of: owner, in: unit).free)])
  }

  /// Takes units out of what a hold has set aside, in the order of its lots.
  fileprivate func takeOut(_ units: Int64, of hold: HoldID) throws -> [LotPart] {
    let parts = try rows(
      """
      SELECT l.lot_id, l.open_units, l.open_worth_minor, o.currency
      FROM hold_lots l
      JOIN lots o ON o.id = l.lot_id
      WHERE l.hold_id = $1 AND l.open_units > 0
      ORDER BY l.lot_id
      """, hold
    ).map { FreeLot(id: $0[0], free: FreeUnits(units: $0[1], worthMinor: $0[2]), currency: Currency(stored: $0[3])) }
    guard let taken = parts.take(units) else { preconditionFailure("A hold has set aside what is open of it") }
    for part in taken {
      try run(
        """
        UPDATE hold_lots
        SET open_units = open_units - $3, open_worth_minor = open_worth_minor - $4
        WHERE hold_id = $1 AND lot_id = $2
        """, hold, part.lot, part.part.units, part.part.worthMinor)
    }
    return taken
  }

  fileprivate func settle(_ hold: HoldID, captured: Int64, released: Int64, answer: Int64?, at now: Moment) throws {
    try run(
      """
      UPDATE holds
      SET captured = captured + $2, released = released + $3, answer_n = COALESCE($5, answer_n),
        settled_at = CASE WHEN captured + released + $2 + $3 = units THEN $4 ELSE settled_at END
      WHERE id = $1
      """, hold, captured, released, now, answer)
  }
}

extension Hold {
  init(_ row: Row) {
    guard let kind = Kind(rawValue: row[16]) else { preconditionFailure("A hold is of a kind of ours") }
    self.init(
      id: row[0], kind: kind, payer: row[1], payee: row[2], units: Units(row[4], CreditUnit(stored: row[3])), captured: row[5],
      released: row[6], commission: row[7], terms: row[8], conversation: row[9], n: row[10], answer: row[17], heldAt: row[11],
      deadline: row[12], settledAt: row[13], subscription: row[14], quote: row[15])
  }
}
