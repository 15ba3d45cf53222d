import Accounts
import Base
import Store

/// Asked in the transaction of whatever costs something, before it does.
extension Session {
  /// Stops what a payer does not want to spend.
  ///
  /// - Parameter conversation: the thread in which it is spent; its own row is locked already.
  /// - Throws: `selfExcluded`, `stopReached`, `sessionLimitReached`, `dayLimitReached` or `monthLimitReached`, with what is left and until when.
  public func brake(_ units: Units, of payer: AccountID, in conversation: ConversationID, at now: Moment) throws {
    try refuseExcluded(payer, at: now)
    guard units.count > 0 else { return }
    // The wallet's row is its lock: two threads of one payer are counted one after the other.
    try run("UPDATE wallets SET held = held WHERE account_id = $1 AND unit = $2", payer, units.unit.rawValue)
    if let left = try stop(in: conversation, of: payer, unit: units.unit, at: now).left, left < units.count {
      throw Refusal(.stopReached, arguments: ["left": String(left)])
    }
    let caps = try caps(of: payer, in: units.unit)
    guard !caps.isEmpty else { return }
    let zone = try zone(of: payer)
    for span in CapSpan.allCases {
      guard let limit = caps[span]?.limit(at: now) else { continue }
      let window = span.window(at: now, in: zone)
      let spent =
        if let window {
          try self.spent(by: payer, in: units.unit, since: window.start)
        } else if let began = try roundBegan(in: conversation) {
          try self.spent(by: payer, in: units.unit, on: conversation, since: began)
        } else {
          Int64(0)
        }
      guard spent + units.count > limit else { continue }
      throw Refusal(
        span.refusal,
        arguments: ["left": String(max(0, limit - spent)), "limit": String(limit), "until": window?.end.text(in: zone) ?? ""])
    }
  }

  /// Until when a payer wants to spend nothing: a break, or a cap of the day or the month that is used up; nil when nothing holds them back.
  /// For what is bought in their name while they look elsewhere.
  public func brakedUntil(_ payer: AccountID, in unit: CreditUnit, at now: Moment) throws -> Moment? {
    var ends = [try exclusionEnd(of: payer, at: now)].compactMap(\.self)
    let caps = try caps(of: payer, in: unit)
    let zone = try zone(of: payer)
    for span in CapSpan.allCases {
      guard let limit = caps[span]?.limit(at: now), let window = span.window(at: now, in: zone) else { continue }
      if try spent(by: payer, in: unit, since: window.start) >= limit { ends.append(window.end) }
    }
    return ends.max()
  }

  /// - Throws: `selfExcluded` with until when.
  public func refuseExcluded(_ account: AccountID, at now: Moment) throws {
    guard let end = try exclusionEnd(of: account, at: now) else { return }
    throw Refusal(.selfExcluded, arguments: ["until": end.text(in: try zone(of: account))])
  }
}

extension CapSpan {
  var refusal: Refusal.Reason {
    switch self {
    case .session: .sessionLimitReached
    case .day: .dayLimitReached
    case .month: .monthLimitReached
    }
  }
}

extension Brakes {
  /// Sets the caps of a unit, those that are named. What tightens counts at once, what loosens after a day.
  func set(_ wanted: [CapSpan: Int64?], in unit: CreditUnit, of account: AccountID) async throws {
    let now = clock.now
    let fresh: [CapSpan: CapID] = wanted.mapValues { _ in ids.next() }
    try await store.write(locking: [.account(account)]) { session in
      for (span, units) in wanted {
        guard let id = fresh[span] else { continue }
        let cap = try session.cap(span, of: account, in: unit) ?? .none
        guard cap.wanted != units else { continue }
        try session.write(cap.asking(for: units, at: now), span.rawValue, of: account, in: unit, id: id, at: now)
      }
    }
  }
}
