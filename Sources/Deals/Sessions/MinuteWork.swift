import Base
import Conversations
import Ledger
import Meter
import Store

/// What keeps the clocks going: the node's heartbeat, who fell silent, other nodes that did.
extension Deals {
  static let lookMilliseconds: Int64 = 1000
  static let beatSeconds: Int64 = 5
  /// Rows of runs that nobody is with any more.
  static let runSeconds: Int64 = 86_400
  static let lookAtOnce = 500

  var minuteHandlers: [JobHandler] {
    [
      conversations.minuteJob(.lookAtMeter) { [toll] session, conversation, now in
        try toll.minutes.look(in: conversation, at: now, in: session)
      }
    ]
  }

  /// What ran when the program ended is looked at anew.
  func prepareMinutes(at now: Moment) async throws {
    await compareClocks()
    let now = toll.minutes.heartbeats.shared(now)
    try await store.write { [toll] session in
      try session.beat(toll.minutes.heartbeats.run, at: now)
      for conversation in try session.conversationsWithClock() { try toll.minutes.expectLook(at: conversation, from: now, in: session) }
    }
  }

  /// Works until the task is cancelled.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in await credited.run { await self.look(whereMoreCreditHas: Array($0.keys)) } }
      group.addTask { [self] in
        var round: Int64 = 0
        while !Task.isCancelled {
          do { try await Task.sleep(for: .milliseconds(Self.lookMilliseconds)) } catch { return }
          toll.minutes.heartbeats.look(at: clock.now)
          round += 1
          if round % Self.beatSeconds == 0 {
            await compareClocks()
            await beat(toll.minutes, at: clock.now)
          }
        }
      }
      await group.waitForAll()
    }
  }

  /// What bills is written down by the clock that nodes share. One that cannot be asked now has not gone astray since.
  func compareClocks() async {
    if let difference = try? await store.clockDifference() { toll.minutes.heartbeats.compare(aheadMilliseconds: -difference) }
  }

  /// Vouches for everybody who is heard here, and looks at those for whom nobody vouches any more.
  func beat(_ desk: MinuteDesk, at own: Moment) async {
    let (run, now) = (desk.heartbeats.run, desk.heartbeats.shared(own))
    let isQuiet = desk.heartbeats.isQuiet
    // A heartbeat that could not be written is one that was not: the next one is tried again.
    try? await store.write(urgency: .background) { session in
      if !isQuiet { try session.beat(run, at: now) }
      for conversation in try session.conversationsOfDead(at: now, own: run) {
        try desk.expectLook(at: conversation, from: now, in: session)
      }
    }
  }

  private func look(whereMoreCreditHas accounts: [AccountID]) async {
    let found = try? await store.read { session in
      let list = SQLList(accounts.sorted(), from: 1)
      return try session.rows(
        "SELECT conversation_id FROM minute_sessions WHERE waits_above IS NOT NULL AND customer_id \(list.sql)", list.values
      ).map { $0[0] as ConversationID }
    }
    for conversation in found ?? [] {
      conversations.minutes(in: conversation) { [toll, clock] session, _ in
        // Not when it was asked for: the clock goes on from where the credit is seen, and it may have come meanwhile.
        try toll.minutes.credited(in: conversation, at: clock.now, in: session)
      } then: { _ in
      }
    }
  }

  /// Writes down who came and who is gone. Called from event loops, so it only queues.
  func note(_ events: [MeterEvent], of place: Heartbeats.Place) {
    conversations.minutes(in: place.conversation) { [toll] session, now in
      try toll.minutes.note(events, of: place, at: now, in: session)
    } then: { [toll] result in
      if case .failure = result { toll.minutes.heartbeats.untold(events, of: place) }
    }
  }
}

extension Session {
  fileprivate func beat(_ run: MeterRunID, at now: Moment) throws {
    try self.run(
      "INSERT INTO meter_runs (id, beat_at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at", run, now)
    try self.run(
      "DELETE FROM meter_runs WHERE beat_at < $1 AND id NOT IN (SELECT run FROM minute_presences)",
      now.adding(seconds: -Deals.runSeconds))
  }

  fileprivate func conversationsWithClock() throws -> [ConversationID] {
    try rows("SELECT conversation_id FROM minute_sessions WHERE state <> 'over' ORDER BY id LIMIT 100000").map { $0[0] }
  }

  /// Where somebody is vouched for by a run that beats no more.
  fileprivate func conversationsOfDead(at now: Moment, own: MeterRunID) throws -> [ConversationID] {
    try rows(
      """
      SELECT DISTINCT s.conversation_id
      FROM meter_runs r
      JOIN minute_presences p ON p.run = r.id
      JOIN minute_sessions s ON s.id = p.session_id
      WHERE r.beat_at < $1 AND r.id <> $2
      LIMIT $3
      """, now.adding(seconds: -MinuteDesk.vouchSeconds), own, Deals.lookAtOnce
    ).map { $0[0] }
  }
}
