import Base
import Ledger
import Meter
import Store

/// A chat by the minute run over again from what was recorded (X2): the bill that the meter makes, beside what the books have.
struct MinuteReplay: Sendable {
  struct Minute: Sendable {
    let number: Int64
    /// What the meter says, and what was taken.
    let price: Int64
    let hold: Hold
  }

  let session: MinuteSession
  let events: [MeterEvent]
  let reading: Reading
  let minutes: [Minute]

  /// What was taken, as the books have it.
  var taken: Int64 { minutes.reduce(0) { $0 + $1.hold.captured } }

  /// What does not fit; nothing as long as the program is right.
  var findings: [String] {
    var findings: [String] = []
    if reading.phase != .over { findings.append("is over, but its meter is not") }
    if reading.seconds != session.bill.seconds { findings.append("bills \(session.bill.seconds) s, but its meter \(reading.seconds) s") }
    if reading.units != session.bill.units.count { findings.append("bills \(session.bill.units.count), but its meter \(reading.units)") }
    if session.gifted(ran: reading.ran) != session.giftUsed {
      findings.append("used \(session.giftUsed) s that the house pays for, but its meter \(session.gifted(ran: reading.ran))")
    }
    if taken != reading.units { findings.append("costs \(reading.units), but \(taken) was taken") }
    for minute in minutes where minute.hold.captured != minute.price || minute.hold.open > 0 {
      findings.append(
        "costs \(minute.price) in minute \(minute.number), but \(minute.hold.captured) was taken and \(minute.hold.open) waits")
    }
    if reading.neededMinutes > Int64(minutes.count) { findings.append("ran for longer than was set aside") }
    return findings
  }
}

extension Session {
  func minuteReplay(_ id: MinuteSessionID, at now: Moment) throws -> MinuteReplay? {
    guard let session = try minuteSession(id) else { return nil }
    let events = try meterEvents(of: id)
    let reading = Meter.read(session.agreed, events, until: session.endedAt ?? now)
    let minutes = try rows("SELECT minute, hold_id FROM minute_holds WHERE session_id = $1 ORDER BY minute", id).compactMap {
      row -> MinuteReplay.Minute? in
      guard let hold = try hold(row[1] as HoldID) else { return nil }
      return MinuteReplay.Minute(number: row[0], price: session.agreed.price(ofMinute: row[0], ran: reading.ran), hold: hold)
    }
    return MinuteReplay(session: session, events: events, reading: reading, minutes: minutes)
  }
}

/// What `parley doctor` looks at: every chat by the minute that is over, run over again.
extension Deals {
  private static let sessionsAtOnce = 200

  /// - Returns: how many there are, and what is wrong with which.
  public static func examineMinutes(_ store: any Store, at now: Moment) async throws -> (count: Int, findings: [String]) {
    var (count, findings, last) = (0, [String](), Int64(0))
    while true {
      let above = last
      let (ids, found) = try await store.read { session -> ([MinuteSessionID], [String]) in
        let ids: [MinuteSessionID] = try session.rows(
          "SELECT id FROM minute_sessions WHERE state = 'over' AND id > $1 ORDER BY id LIMIT $2", above, Self.sessionsAtOnce
        ).map { $0[0] }
        let found = try ids.flatMap { id in
          try session.minuteReplay(id, at: now)?.findings.map { "chat by the minute \(id): \($0)" } ?? []
        }
        return (ids, found)
      }
      count += ids.count
      findings += found
      guard let end = ids.last, ids.count == Self.sessionsAtOnce else { return (count, findings) }
      last = end.rawValue
    }
  }
}
