import Base

/// What was agreed for a chat by the minute: copied into it when it is asked for, so that nothing that changes later changes its bill.
public struct MeterTerms: Codable, Hashable, Sendable {
  public enum Increment: String, CaseIterable, Codable, Sendable {
    /// By the second, rounded down to whole units.
    case second
    /// By the minute that was begun.
    case minute
  }

  /// Units for a minute.
  public let rate: Int64
  public var increment = Increment.second
  /// The first seconds of the clock cost nothing.
  public var freeSeconds: Int64 = 0
  /// A request that nobody takes is over.
  public var offerSeconds: Int64 = 120
  /// Who is gone for longer does not come back into the same chat.
  public var graceSeconds: Int64 = 60
  /// Nobody wrote: said, the clock stops, it is over.
  public var idleNoticeSeconds: Int64 = 60
  public var idleStopSeconds: Int64 = 120
  public var idleEndSeconds: Int64 = 300
  /// For how long, and how often, an expert waits for somebody who buys credit.
  public var rechargeSeconds: Int64 = 120
  public var rechargeLimit: Int64 = 3
  /// So long before a minute begins it is set aside.
  public var leadSeconds: Int64 = 10
  /// After so long nothing is found out any more about who was there: what ran is taken then.
  public var certainSeconds: Int64 = 30

  public init(rate: Int64, increment: Increment = .second, freeSeconds: Int64 = 0) {
    precondition(rate > 0 && freeSeconds >= 0, "A minute costs something")
    self.rate = rate
    self.increment = increment
    self.freeSeconds = freeSeconds
  }

  static let minute: Int64 = 60_000
  var free: Int64 { freeSeconds * 1000 }

  /// Of the time that the clock ran, what is paid for.
  func chargeable(_ ran: Int64) -> Int64 { max(0, ran - free) }

  /// What the `minute`th minute costs, 1 for the first, when the clock ran for `ran` milliseconds.
  public func price(ofMinute minute: Int64, ran: Int64) -> Int64 {
    let part = min(max(chargeable(ran) - (minute - 1) * Self.minute, 0), Self.minute)
    switch increment {
    case .second: return rate * (part / 1000) / 60
    case .minute: return part > 0 ? rate : 0
    }
  }

  /// How many minutes were begun.
  public func minutes(ran: Int64) -> Int64 { (chargeable(ran) + Self.minute - 1) / Self.minute }

  /// What the whole costs.
  public func price(ran: Int64) -> Int64 {
    let whole = chargeable(ran) / Self.minute
    return whole * rate + price(ofMinute: whole + 1, ran: ran)
  }
}
