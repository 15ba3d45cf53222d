import Base

/// How many days a website keeps what it knows of its visitors; nil for ever (X7, X8). Files in chats have days of their own (`Site.fileDays`).
public struct SiteRetention: Hashable, Sendable {
  public static let days: ClosedRange<Int64> = 1...3650

  /// Visits, with the pages that were seen and what was done on them.
  public var visitDays: Int64?
  /// The address of the net, and where that is.
  public var addressDays: Int64?
  /// Whole conversations, with their visitor.
  public var chatDays: Int64?
  /// Nothing is erased before.
  public var pausedUntil: Moment?

  /// Until somebody goes on by hand: the end of the year 9999.
  public static let endless = Moment(milliseconds: 253_402_300_799_000)

  public init(visitDays: Int64?, addressDays: Int64? = nil, chatDays: Int64? = nil, pausedUntil: Moment? = nil) {
    self.visitDays = visitDays
    self.addressDays = addressDays
    self.chatDays = chatDays
    self.pausedUntil = pausedUntil
  }

  public func isPaused(at moment: Moment) -> Bool { pausedUntil.map { moment < $0 } ?? false }
}
