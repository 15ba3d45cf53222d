import Base
import LedgerCore
import Store

/// What experts earned leaves for their bank accounts, arrives or comes back. Which lines of earnings a payout is made of, the slice that pays
/// knows: each is in one payout at most.
extension Ledger {
  /// An amount on its way: `share` out of earnings, `tax` that the house adds.
  public struct Payout: Sendable {
    public let payee: AccountID
    public let share: Money
    public let tax: Money
    /// Under which it happens once; what comes of it is written under the same with an ending.
    public let key: String

    public init(payee: AccountID, share: Money, tax: Money, key: String) {
      self.payee = payee
      self.share = share
      self.tax = tax
      self.key = key
    }
  }

  public func startPayout(_ payout: Payout, at now: Moment, in session: any Session) throws {
    guard try !session.isRecorded(payout.key) else { return }
    try record(.payout(payout.share, tax: payout.tax, to: payout.payee, key: payout.key, about: payout.key), at: now, in: session)
  }

  /// It arrived, less what was withheld of it. One that failed cannot arrive, and the other way round.
  public func finishPayout(_ payout: Payout, withheld: Money, at now: Moment, in session: any Session) throws {
    guard try session.isUnderWay(payout) else { return }
    try record(
      .payoutPaid(
        payout.share + payout.tax - withheld, withheld: withheld, to: payout.payee, key: payout.key + Self.paid, about: payout.key),
      at: now,
      in: session)
  }

  public func failPayout(_ payout: Payout, at now: Moment, in session: any Session) throws {
    guard try session.isUnderWay(payout) else { return }
    try record(
      .payoutFailed(payout.share, tax: payout.tax, to: payout.payee, key: payout.key + Self.failed, about: payout.key), at: now, in: session
    )
  }

  /// It had arrived, and the bank sent it back: it is undone, and has failed.
  public func returnPayout(_ payout: Payout, withheld: Money, at now: Moment, in session: any Session) throws {
    guard try session.isRecorded(payout.key + Self.paid), try !session.isRecorded(payout.key + Self.returned) else { return }
    try record(
      .payoutReturned(
        payout.share + payout.tax - withheld, withheld: withheld, to: payout.payee, key: payout.key + Self.returned, about: payout.key),
      at: now, in: session)
    try record(
      .payoutFailed(payout.share, tax: payout.tax, to: payout.payee, key: payout.key + Self.failed, about: payout.key), at: now, in: session
    )
  }

  fileprivate static let paid = ".paid"
  fileprivate static let returned = ".returned"
  fileprivate static let failed = ".failed"
}

extension Session {
  fileprivate func isUnderWay(_ payout: Ledger.Payout) throws -> Bool {
    try isRecorded(payout.key) && !isRecorded(payout.key + Ledger.paid) && !isRecorded(payout.key + Ledger.failed)
  }
}
