import Base
import LedgerCore
import Store

extension JobKind {
  static let expireLots = JobKind("ledger.expire")
  static let seal = JobKind("ledger.seal")
}

/// What the books do by themselves: lots that ended go, and new lines are sealed.
extension Ledger {
  static let lotsAtOnce = 100
  static let expirySeconds: Int64 = 60
  static let sealSeconds: Int64 = 60

  public func jobHandlers(clock: WallClock) -> [JobHandler] {
    [
      JobHandler(.expireLots) { [self] session, _ in
        let now = clock.now
        try expireLots(at: now, in: session)
        try expectExpiry(after: now, in: session)
      },
      JobHandler(.seal) { [self] session, _ in
        let now = clock.now
        try seal(at: now, in: session)
        try expectSeal(after: now, in: session)
      },
    ]
  }

  /// Puts the work of every minute down, once there is none: at the start.
  public func prepare(at now: Moment, in session: any Session) throws {
    try expectExpiry(after: now, in: session)
    try expectSeal(after: now, in: session)
  }

  private func expectExpiry(after now: Moment, in session: any Session) throws {
    try jobs.enqueue(.expireLots, uniqueKey: "minute", dueAt: now.adding(seconds: Self.expirySeconds), in: session)
  }

  private func expectSeal(after now: Moment, in session: any Session) throws {
    try jobs.enqueue(.seal, uniqueKey: "minute", dueAt: now.adding(seconds: Self.sealSeconds), in: session)
  }

  /// Ends what nobody used in time: some lots a round, the oldest first.
  public func expireLots(at now: Moment, in session: any Session) throws {
    let due: [LotID] = try session.rows(
      """
      SELECT id
      FROM lots
      WHERE expires_at <= $1 AND free_units > 0
      ORDER BY account_id, expires_at, id
      LIMIT $2
      """, now, Self.lotsAtOnce
    ).map { $0[0] }
    for lot in due { try expire(lot, at: now, in: session) }
  }

  private func expire(_ lot: LotID, at now: Moment, in session: any Session) throws {
    guard let found = try session.lot(lot) else { return }
    try session.takeWallet(of: found.owner, in: found.unit)
    // Looked at again under the wallet's lock: it may have been used or extended meanwhile.
    guard let row = try session.row("SELECT free_units, free_worth_minor, expires_at FROM lots WHERE id = $1", lot) else { return }
    let (units, worth, end): (Int64, Int64, Moment?) = (row[0], row[1], row[2])
    guard units > 0, let end, end <= now else { return }
    try session.setFree(FreeUnits(units: 0, worthMinor: 0), of: lot)
    try session.move(found.owner, found.unit, posted: -units, held: 0)
    // Units may come back to a lot that ended, by a bank or an expert who did not answer, and end again.
    let about = "lot.\(lot)"
    let before: Int64 =
      try session.row("SELECT COUNT(*) FROM transfers WHERE about = $1 AND kind IN ('expiry', 'month') AND line = 0", about)?[0] ?? 0
    let (key, over, money) = ("expiry.\(lot).\(before + 1)", Units(units, found.unit), Money(worth, found.currency))
    let entry: Entry =
      found.unit == .months
      ? .month(over, worth: money, of: found.owner, key: key, about: about)
      : .expiry(over, worth: money, of: found.owner, key: key, about: about)
    try record(entry, lot: lot, at: now, in: session)
    tell(found.owner, found.unit, in: session)
  }
}
