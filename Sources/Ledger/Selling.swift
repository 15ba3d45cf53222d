import Base
import LedgerCore
import Store

/// Units that were paid.
public struct Sale: Sendable {
  public let key: String
  /// What it is about, for the books: "purchase.123".
  public let about: String
  public let buyer: AccountID
  /// Bonus included.
  public let units: Units
  public let price: Money
  /// The provider whose clearing account it came through.
  public let provider: String
  public let expiresAt: Moment?

  public init(key: String, about: String, buyer: AccountID, units: Units, price: Money, provider: String, expiresAt: Moment?) {
    self.key = key
    self.about = about
    self.buyer = buyer
    self.units = units
    self.price = price
    self.provider = provider
    self.expiresAt = expiresAt
  }
}

/// Units that the house gives away.
public struct Gift: Sendable {
  public let key: String
  public let about: String
  public let owner: AccountID
  public let units: Units
  /// What an answer to them earns, together.
  public let worth: Money
  public let expiresAt: Moment?

  public init(key: String, about: String, owner: AccountID, units: Units, worth: Money, expiresAt: Moment?) {
    self.key = key
    self.about = about
    self.owner = owner
    self.units = units
    self.worth = worth
    self.expiresAt = expiresAt
  }
}

extension Ledger {
  /// Credits what was paid. The same key again changes nothing.
  ///
  /// - Precondition: something was paid.
  /// - Returns: the lot, which a refund names.
  @discardableResult public func settle(_ sale: Sale, at now: Moment, in session: any Session) throws -> LotID {
    precondition(sale.price.minor > 0, "What costs nothing is a gift")
    if let lot = try session.lot(ofEntry: sale.key) { return lot }
    try session.takeWallet(of: sale.buyer, in: sale.units.unit)
    // Looked for again under the wallet's lock: two deliveries may come at once.
    if let lot = try session.lot(ofEntry: sale.key) { return lot }
    let entry = Entry.sale(sale.units, for: sale.price, to: sale.buyer, through: sale.provider, key: sale.key, about: sale.about)
    return try add(
      entry, Lot(owner: sale.buyer, units: sale.units, worth: sale.price, origin: "purchase", about: sale.about, expiresAt: sale.expiresAt),
      at: now, in: session)
  }

  /// Gives units away. The same key again changes nothing.
  @discardableResult public func give(_ gift: Gift, at now: Moment, in session: any Session) throws -> LotID {
    if let lot = try session.lot(ofEntry: gift.key) { return lot }
    try session.takeWallet(of: gift.owner, in: gift.units.unit)
    if let lot = try session.lot(ofEntry: gift.key) { return lot }
    let entry = Entry.gift(gift.units, worth: gift.worth, to: gift.owner, key: gift.key, about: gift.about)
    return try add(
      entry, Lot(owner: gift.owner, units: gift.units, worth: gift.worth, origin: "gift", about: gift.about, expiresAt: gift.expiresAt),
      at: now, in: session)
  }

  struct Lot {
    let owner: AccountID
    let units: Units
    let worth: Money
    let origin: String
    let about: String
    let expiresAt: Moment?
  }

  /// Writes an entry that brings units, and the lot that they are.
  func add(_ entry: Entry, _ lot: Lot, hold: HoldID? = nil, at now: Moment, in session: any Session) throws -> LotID {
    let id: LotID = ids.next()
    try session.run(
      """
      INSERT INTO lots (id, account_id, unit, origin, about, units, worth_minor, currency, free_units, free_worth_minor, acquired_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $6, $7, $9, $10)
      """, id, lot.owner, lot.units.unit.rawValue, lot.origin, lot.about, lot.units.count, lot.worth.minor, lot.worth.currency.code, now,
      lot.expiresAt)
    try session.move(lot.owner, lot.units.unit, posted: lot.units.count, held: 0)
    try record(entry, hold: hold, lot: id, at: now, in: session)
    tell(lot.owner, lot.units.unit, in: session)
    return id
  }

  /// Gives unused units of a purchase back at what they are worth, to where they were paid from. The same key again changes nothing and answers
  /// the same.
  ///
  /// - Throws: `creditUsed` when fewer are left: what is set aside or was used cannot go back this way.
  public func refund(
    _ lot: LotID, units: Int64, through provider: String, key: String, about: String, at now: Moment, in session: any Session
  )
    throws -> Money
  {
    guard let (owner, unit) = try session.lot(lot).map({ ($0.owner, $0.unit) }) else { throw Refusal(.notFound) }
    try session.takeWallet(of: owner, in: unit)
    // What is free of it is read under the wallet's lock.
    guard let held = try session.lot(lot) else { throw Refusal(.notFound) }
    if let known = try session.row(
      "SELECT amount FROM transfers WHERE entry_id = (SELECT entry_id FROM transfers WHERE key = $1) AND line = 1", key)
    {
      return Money(known[0], held.currency)
    }
    var free = held.free
    let part = free.take(units)
    guard part.units == units, units > 0 else { throw Refusal(.creditUsed, arguments: ["count": String(held.free.units)]) }
    try session.setFree(free, of: lot)
    try session.move(owner, unit, posted: -units, held: 0)
    let worth = Money(part.worthMinor, held.currency)
    try record(
      .refund(Units(units, unit), worth: worth, of: owner, through: provider, key: key, about: about), lot: lot, at: now, in: session)
    tell(owner, unit, in: session)
    return worth
  }

  /// A payment was taken back by its bank: what is left of the lot goes, and what was used or is set aside is owed by the customer. The same key
  /// again changes nothing.
  ///
  /// - Parameter amount: what the bank took, at most the price.
  public func chargeBack(
    _ lot: LotID, amount: Money, through provider: String, key: String, about: String, at now: Moment, in session: any Session
  ) throws {
    guard let found = try session.lot(lot) else { throw Refusal(.notFound) }
    try session.takeWallet(of: found.owner, in: found.unit)
    guard try !session.isRecorded(key), var free = try session.lot(lot)?.free else { return }
    // As many whole units as the amount covers; what they are not worth of it is owed.
    var (units, worth) = (Int64(0), Int64(0))
    while free.units > 0 {
      var rest = free
      let one = rest.take(1)
      guard worth + one.worthMinor <= amount.minor else { break }
      (units, worth, free) = (units + 1, worth + one.worthMinor, rest)
    }
    try session.setFree(free, of: lot)
    try session.move(found.owner, found.unit, posted: -units, held: 0)
    try record(
      .chargeback(
        Units(units, found.unit), worth: Money(worth, found.currency), used: Money(amount.minor - worth, found.currency), of: found.owner,
        through: provider, key: key, about: about), lot: lot, at: now, in: session)
    tell(found.owner, found.unit, in: session)
  }

  /// The bank gave the payment back: undoes exactly what `chargeBack` with the key `undoing` did. The same key again changes nothing.
  public func chargeBackWon(
    undoing: String, of lot: LotID, through provider: String, key: String, about: String, at now: Moment, in session: any Session
  ) throws {
    guard let found = try session.lot(lot) else { throw Refusal(.notFound) }
    try session.takeWallet(of: found.owner, in: found.unit)
    guard try !session.isRecorded(key), let taken = try session.taken(by: undoing), let free = try session.lot(lot)?.free else { return }
    try session.setFree(FreeUnits(units: free.units + taken.units, worthMinor: free.worthMinor + taken.worth), of: lot)
    try session.move(found.owner, found.unit, posted: taken.units, held: 0)
    try record(
      .chargebackWon(
        Units(taken.units, found.unit), worth: Money(taken.worth, found.currency), used: Money(taken.owed, found.currency), of: found.owner,
        through: provider, key: key, about: about), lot: lot, at: now, in: session)
    tell(found.owner, found.unit, in: session)
  }

  /// The bank keeps the payment: what the customer owes is borne by the experts who earned it, as far as they were not yet paid, and for the rest
  /// by the house. The same key again changes nothing.
  public func chargeBackLost(
    undoing: String, of lot: LotID, key: String, about: String, at now: Moment, in session: any Session
  ) throws {
    guard let found = try session.lot(lot) else { throw Refusal(.notFound) }
    try session.takeWallet(of: found.owner, in: found.unit)
    guard try !session.isRecorded(key), let taken = try session.taken(by: undoing), taken.owed > 0 else { return }
    var left = taken.owed
    var bearers: [(payee: AccountID, part: Money)] = []
    for earner in try session.earners(from: lot) where left > 0 {
      let part = min(left, min(earner.earned, max(0, try session.posted(.earnings(earner.payee), found.currency.code))))
      guard part > 0 else { continue }
      bearers.append((earner.payee, Money(part, found.currency)))
      left -= part
    }
    try record(
      .chargebackLost(Money(taken.owed, found.currency), by: found.owner, from: bearers, key: key, about: about), lot: lot, at: now,
      in: session)
  }
}

struct StoredLot: Sendable {
  let owner: AccountID
  let unit: CreditUnit
  let free: FreeUnits
  let currency: Currency
}

extension Session {
  func lot(_ id: LotID) throws -> StoredLot? {
    try row("SELECT account_id, unit, free_units, free_worth_minor, currency FROM lots WHERE id = $1", id).map { row in
      StoredLot(
        owner: row[0], unit: CreditUnit(stored: row[1]), free: FreeUnits(units: row[2], worthMinor: row[3]),
        currency: Currency(stored: row[4]))
    }
  }

  fileprivate func lot(ofEntry key: String) throws -> LotID? { try row("SELECT lot_id FROM transfers WHERE key = $1", key).map { $0[0] } }

  func setFree(_ free: FreeUnits, of lot: LotID) throws {
    try run("UPDATE lots SET free_units = $2, free_worth_minor = $3 WHERE id = $1", lot, free.units, free.worthMinor)
  }

  /// What a chargeback took: units, their worth, and what is owed for the rest.
  fileprivate func taken(by key: String) throws -> (units: Int64, worth: Int64, owed: Int64)? {
    let lines = try rows("SELECT debit, amount FROM transfers WHERE entry_id = (SELECT entry_id FROM transfers WHERE key = $1)", key)
    guard !lines.isEmpty else { return nil }
    func sum(_ prefix: String) -> Int64 { lines.reduce(0) { ($1[0] as String).hasPrefix(prefix) ? $0 + $1[1] : $0 } }
    return (sum("wallet."), sum(BookAccount.prepaid.name), sum("receivable."))
  }

  /// Who earned how much of a lot, the latest first. Of a hold that was taken in part that part came from the first of its lots.
  fileprivate func earners(from lot: LotID) throws -> [(payee: AccountID, earned: Int64)] {
    let found = try rows(
      """
      SELECT h.payee_id, h.commission, l.units, l.worth_minor, l.returned_worth_minor,
        h.captured - (SELECT CAST(COALESCE(SUM(e.units), 0) AS BIGINT) FROM hold_lots e WHERE e.hold_id = l.hold_id AND e.lot_id < l.lot_id)
      FROM hold_lots l
      JOIN holds h ON h.id = l.hold_id
      WHERE l.lot_id = $1 AND h.captured > 0
      ORDER BY h.settled_at DESC NULLS LAST, h.payee_id
      """, lot)
    var earners: [(payee: AccountID, earned: Int64)] = []
    for row in found {
      var whole = FreeUnits(units: row[2], worthMinor: row[3])
      let (payee, taken): (AccountID, FreeUnits) = (row[0], whole.take(row[5]))
      guard taken.units > 0 else { continue }
      let part = (taken.worthMinor - row[4] as Int64) * (10_000 - row[1] as Int64) / 10_000
      if let known = earners.firstIndex(where: { $0.payee == payee }) {
        earners[known].earned += part
      } else {
        earners.append((payee, part))
      }
    }
    return earners
  }

  /// What an account of the books holds in a unit.
  public func posted(_ account: BookAccount, _ unit: String) throws -> Int64 {
    let row = try row(
      """
      SELECT
        (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM transfers
          WHERE credit = $1 AND unit = $2 AND phase IN ('posted', 'captured'))
        - (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM transfers
          WHERE debit = $1 AND unit = $2 AND phase IN ('posted', 'captured'))
      """, account.name, unit)
    return row?[0] ?? 0
  }
}

extension CreditUnit {
  public init(stored word: String) {
    guard let unit = CreditUnit(rawValue: word) else { preconditionFailure("\(word) is no unit of ours") }
    self = unit
  }
}

extension Currency {
  public init(stored code: String) {
    guard let currency = Currency(code: code) else { preconditionFailure("\(code) is no currency of ours") }
    self = currency
  }
}
