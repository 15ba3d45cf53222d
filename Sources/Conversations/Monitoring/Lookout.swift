import Base
import Sites
import Synchronization

/// What a node remembers for the live pages of websites: which of them somebody has open here, and when it last heard of each visitor.
///
/// It only spares questions. Who is there is told by the rows of the visits, and by who is connected (docs/decisions/0036-the-live-page.md).
///
/// A class, because connections, requests and the loops of `run` share it.
final class Lookout: Sendable {
  /// A live page changes at most so often, however much happens.
  static let gatherMilliseconds: Int64 = 800
  static let atOnce = 500
  /// Who was not heard of for so long is there no more: three beats, of which two may get lost.
  static let silenceSeconds: Int64 = 45
  /// Rows in one snapshot; how many there are is told besides.
  static let shownAtMost = 5_000

  private struct State {
    /// With a number that rises each time somebody opens the page.
    var followed: [SiteID: Int] = [:]
    var lastOpened = 0
    var heardAt: [VisitorID: Moment] = [:]
    /// Who fell silent before was told.
    var sweptTo: Moment?
  }

  private let state = Mutex(State())

  /// The last moment of somebody who is not there any more.
  static func silence(at now: Moment) -> Moment { now.adding(seconds: -silenceSeconds) }

  func follow(_ site: SiteID) {
    state.withLock { state in
      state.lastOpened += 1
      state.followed[site] = state.lastOpened
    }
  }

  func isFollowed(_ site: SiteID) -> Bool { state.withLock { $0.followed[site] != nil } }

  var followed: [SiteID: Int] { state.withLock { $0.followed } }

  /// Unless somebody opened the page since it was looked at.
  func endFollowing(_ site: SiteID, asOf opened: Int) {
    state.withLock { if $0.followed[site] == opened { $0.followed[site] = nil } }
  }

  /// Says whether it is news that they are there.
  func heard(_ visitor: VisitorID, at now: Moment) -> Bool {
    state.withLock { $0.heardAt.updateValue(now, forKey: visitor).map { $0 <= Self.silence(at: now) } ?? true }
  }

  /// Between which moments those were last heard of who fell silent since the last sweep.
  func sweep(at now: Moment) -> ClosedRange<Moment>? {
    let silence = Self.silence(at: now)
    return state.withLock { state in
      state.heardAt = state.heardAt.filter { $0.value > silence }
      let before = state.sweptTo
      state.sweptTo = max(before ?? silence, silence)
      guard let before, before < silence, !state.followed.isEmpty else { return nil }
      return before...silence
    }
  }
}
