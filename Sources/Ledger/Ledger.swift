import Base
import LedgerCore
import Store
import Synchronization

/// The books: wallets, lots, holds, and where every cent went.
///
/// - What may move, and how it is divided, is `LedgerCore`: an `Entry` is whole and balanced by construction.
/// - Everything here runs inside the transaction of whoever it belongs to: a paid message and its hold become true together.
/// - A customer's wallet is one row. Every deed on it begins with an update of that row, which on PostgreSQL is its lock; whoever also holds a
///   conversation took that first. Accounts of the platform have no row, so they are never hot: what they hold is a sum.
/// - An entry happens once: its key is unique.
///
/// A class, because everybody who moves money tells the same listeners.
public final class Ledger: Sendable {
  public typealias WalletMoved = @Sendable (AccountID, CreditUnit) -> Void
  public typealias WalletLowered = @Sendable (AccountID, CreditUnit, Moment, any Session) throws -> Void

  let ids: IDMaker
  let jobs: Jobs
  private let listeners = Mutex<[WalletMoved]>([])
  private let takers = Mutex<[WalletLowered]>([])

  public init(ids: IDMaker, jobs: Jobs) {
    self.ids = ids
    self.jobs = jobs
  }

  /// Tells of wallets that changed, after the commit, on a thread of the store. A signal: whoever hears it reads the wallet.
  public func onWalletMoved(_ listener: @escaping WalletMoved) { listeners.withLock { $0.append(listener) } }

  /// While the program is plugged together: does something in the transaction in which an owner spends out of a wallet.
  public func onWalletLowered(_ listener: @escaping WalletLowered) { takers.withLock { $0.append(listener) } }

  func follow(_ owner: AccountID, _ unit: CreditUnit, at now: Moment, in session: any Session) throws {
    for taker in takers.withLock({ $0 }) { try taker(owner, unit, now, session) }
  }

  func tell(_ owner: AccountID, _ unit: CreditUnit, in session: any Session) {
    session.afterCommit { [self] in for listener in listeners.withLock({ $0 }) { listener(owner, unit) } }
  }

  /// Writes an entry.
  func record(_ entry: Entry, hold: HoldID? = nil, lot: LotID? = nil, at now: Moment, in session: any Session) throws {
    let id: LedgerEntryID = ids.next()
    for (index, line) in entry.lines.enumerated() {
      try session.run(
        """
        INSERT INTO transfers (entry_id, line, key, kind, phase, unit, debit, credit, amount, hold_id, lot_id, about, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """, id, index, index == 0 ? entry.key : nil, entry.kind.rawValue, line.phase.rawValue, line.unit, line.debit.name,
        line.credit.name,
        line.amount, hold, lot, entry.about, now)
    }
  }
}

/// What a customer has.
public struct WalletBalance: Hashable, Sendable {
  public let units: Int64
  /// Of that, set aside.
  public let held: Int64
  /// How often it changed: a later one goes before an earlier one.
  public let revision: Int64

  /// What can be used now, not counting that some of it may have ended a moment ago.
  public var free: Int64 { units - held }
}

extension Session {
  public func wallet(of owner: AccountID, in unit: CreditUnit) throws -> WalletBalance {
    try row("SELECT posted, held, revision FROM wallets WHERE account_id = $1 AND unit = $2", owner, unit.rawValue)
      .map { WalletBalance(units: $0[0], held: $0[1], revision: $0[2]) } ?? WalletBalance(units: 0, held: 0, revision: 0)
  }

  /// Whether an entry with this key was written.
  public func isRecorded(_ key: String) throws -> Bool { try row("SELECT 1 FROM transfers WHERE key = $1", key) != nil }

  /// Takes a wallet's row, which is made when there is none, for the rest of the transaction.
  func takeWallet(of owner: AccountID, in unit: CreditUnit) throws {
    try run(
      """
      INSERT INTO wallets (account_id, unit, posted, held, revision)
      VALUES ($1, $2, 0, 0, 1)
      ON CONFLICT (account_id, unit) DO UPDATE SET revision = wallets.revision + 1
      """, owner, unit.rawValue)
  }

  /// Changes a wallet that is taken. The schema refuses what would make it less than nothing.
  func move(_ owner: AccountID, _ unit: CreditUnit, posted: Int64, held: Int64) throws {
    try run(
      "UPDATE wallets SET posted = posted + $3, held = held + $4 WHERE account_id = $1 AND unit = $2", owner, unit.rawValue, posted, held)
  }
}
