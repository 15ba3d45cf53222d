import Base
import Store

@testable import Conversations
@testable import Deals

/// A node as a chat by the minute sees it: a run of its own, which hears people, and a clock of its own.
///
/// A class, because it remembers whom it heard.
final class TownNode {
  struct Seat: Hashable {
    let session: MinuteSessionID
    let side: MinuteSide
  }

  private let town: Town
  /// How far its clock is ahead of the one that is right.
  let aheadMilliseconds: Int64
  /// Nil for the node that is the town's program, which remembers for itself.
  private var own: Heartbeats?
  /// Whom it heard last when, and what it vouched for since, by the clock that is right.
  var heard: [Seat: Moment] = [:]
  var vouched: [Seat: Moment] = [:]

  init(_ town: Town, aheadMilliseconds: Int64 = 0, isOther: Bool = false) {
    self.town = town
    self.aheadMilliseconds = aheadMilliseconds
    if isOther { restart() }
  }

  var now: Moment { town.clock.now.adding(milliseconds: aheadMilliseconds) }
  var isOther: Bool { own != nil }

  /// It is another run then, and has heard nobody.
  func restart() {
    stop()
    let heartbeats = Heartbeats(run: town.program.ids.next())
    heartbeats.compare(aheadMilliseconds: aheadMilliseconds)
    own = heartbeats
  }

  /// It writes nothing down any more.
  func stop() { own?.onChange { _, _ in } }

  /// What it does is done through the program of the moment, as the run that it is.
  var desk: MinuteDesk {
    let (desk, ahead) = (town.program.deals.toll.minutes, aheadMilliseconds)
    guard let own else { return desk }
    let mine = MinuteDesk(ledger: desk.ledger, jobs: desk.jobs, ids: desk.ids, heartbeats: own)
    own.onChange { [conversations = town.program.conversations] place, events in
      conversations.minutes(in: place.conversation) { session, now in
        try mine.note(events, of: place, at: now.adding(milliseconds: ahead), in: session)
      } then: { result in
        if case .failure = result { mine.heartbeats.untold(events, of: place) }
      }
    }
    return mine
  }
}
