import Base
import Meter
import Synchronization

/// Who says that they are there, on this node. Written down is only when somebody comes or is gone; in between the node's own heartbeat
/// vouches for all of them.
///
/// A class, because the connections and the loop that looks share it.
final class Heartbeats: Sendable {
  /// Whoever was not heard for so long is gone, since they were last heard (C12).
  static let silenceSeconds: Int64 = 10
  static let typingSeconds: Int64 = 15
  /// A browser says it every four seconds: who paused for longer may have been with another node, which would find them silent.
  static let pauseSeconds: Int64 = 6
  /// Two clocks are compared no better than that.
  static let clockGrainMilliseconds: Int64 = 100

  struct Place: Hashable, Sendable {
    let session: MinuteSessionID
    let conversation: ConversationID
    let side: MinuteSide
  }

  typealias Tell = @Sendable (Place, [MeterEvent]) -> Void

  private struct Seat: Hashable {
    let conversation: ConversationID
    let side: MinuteSide
  }

  private struct Heard {
    let place: Place
    var at: Moment
    var typedAt: Moment?
    /// That they came could not be written down.
    var isUntold = false
  }

  /// This run of the program.
  let run: MeterRunID
  /// By how much this node's clock is ahead of the one that all nodes share, when it was last compared.
  private let ahead = Mutex<Int64>(0)
  private let heard = Mutex<[Seat: Heard]>([:])
  private let listener = Hook<Tell?>(nil)

  init(run: MeterRunID) { self.run = run }

  /// While the program is plugged together: who writes down what changed. It must not block.
  func onChange(_ tell: @escaping Tell) { listener.set(tell) }

  func compare(aheadMilliseconds: Int64) {
    ahead.withLock { $0 = abs(aheadMilliseconds) < Self.clockGrainMilliseconds ? 0 : aheadMilliseconds }
  }

  /// A moment of this node's clock by the one that all nodes share: what bills is written down by that.
  func shared(_ own: Moment) -> Moment { own.adding(milliseconds: -ahead.withLock { $0 }) }

  func own(_ shared: Moment) -> Moment { shared.adding(milliseconds: ahead.withLock { $0 }) }

  var isQuiet: Bool { heard.withLock { $0.isEmpty } }

  func beat(_ place: Place, isOver: Bool, at now: Moment) {
    let seat = Seat(conversation: place.conversation, side: place.side)
    let before = heard.withLock { heard -> Moment? in
      guard let before = heard[seat], before.place == place, !before.isUntold else {
        heard[seat] = Heard(place: place, at: now)
        return nil
      }
      heard[seat]?.at = now
      return before.at
    }
    guard let before else { return tell(place, [MeterEvent(.here(place.side), at: now)]) }
    if now > before.adding(seconds: Self.silenceSeconds) {
      tell(place, [MeterEvent(.gone(place.side), at: before), MeterEvent(.here(place.side), at: now)])
    } else if now > before.adding(seconds: Self.pauseSeconds) {
      tell(place, [MeterEvent(.here(place.side), at: now)])
    } else if isOver {
      tell(place, [MeterEvent(.heard(place.side), at: now)])
    }
  }

  /// Typing is written down now and then: enough for a clock that stops after two minutes without it.
  func typed(in conversation: ConversationID, by side: MinuteSide, at now: Moment) {
    let seat = Seat(conversation: conversation, side: side)
    let place = heard.withLock { heard -> Place? in
      guard let known = heard[seat], known.typedAt.map({ now >= $0.adding(seconds: Self.typingSeconds) }) ?? true else { return nil }
      heard[seat]?.typedAt = now
      return known.place
    }
    if let place { tell(place, [MeterEvent(.active(side), at: now)]) }
  }

  /// Whoever writes is there.
  func heard(_ side: MinuteSide, in conversation: ConversationID, of session: MinuteSessionID, at now: Moment) {
    let seat = Seat(conversation: conversation, side: side)
    heard.withLock { heard in
      // Somebody who was silent for too long comes back with a heartbeat.
      guard let known = heard[seat], known.place.session == session, now <= known.at.adding(seconds: Self.silenceSeconds) else { return }
      heard[seat]?.at = max(known.at, now)
    }
  }

  /// Everybody is still there.
  func hearAll(at now: Moment) {
    heard.withLock { heard in
      for seat in heard.keys { heard[seat]?.at = now }
    }
  }

  /// Something could not be written down: it is told again, that somebody is gone with the next look, that they came with their next sign.
  func untold(_ events: [MeterEvent], of place: Place) {
    let seat = Seat(conversation: place.conversation, side: place.side)
    heard.withLock { heard in
      guard heard[seat].map({ $0.place == place }) ?? true else { return }
      for event in events {
        switch event.fact {
        case .gone:
          heard[seat] = Heard(place: place, at: event.at)
          return
        case .here: heard[seat]?.isUntold = true
        default: break
        }
      }
    }
  }

  /// Who of a chat is silent, and since when: asked before anything is decided about it, because whoever writes it down may come later.
  func silent(in conversation: ConversationID, of session: MinuteSessionID, at now: Moment) -> [MeterEvent] {
    heard.withLock { heard in
      MinuteSide.allCases.compactMap { side in
        guard let known = heard[Seat(conversation: conversation, side: side)], known.place.session == session,
          now > known.at.adding(seconds: Self.silenceSeconds)
        else { return nil }
        return MeterEvent(.gone(side), at: known.at)
      }
    }
  }

  /// Finds who is silent.
  func look(at now: Moment) {
    let silent = heard.withLock { heard in
      let silent = heard.filter { now > $0.value.at.adding(seconds: Self.silenceSeconds) }
      for seat in silent.keys { heard[seat] = nil }
      return silent.values.map { ($0.place, $0.at) }
    }
    for (place, last) in silent { tell(place, [MeterEvent(.gone(place.side), at: last)]) }
  }

  private func tell(_ place: Place, _ events: [MeterEvent]) { listener.function?(place, events) }
}
