import NIOCore
import Synchronization

/// Who is here: counts connections by key, and forgives short absences, because a page that is changed goes and comes back.
///
/// A class, because connections and readers share it.
public final class Presence: Sendable {
  private struct Place {
    var connections = 0
    /// Runs from the last leaving on.
    var lingering: Scheduled<Void>?
  }

  private let places = Mutex<[String: Place]>([:])
  private let linger: TimeAmount
  private let eventLoop: any EventLoop
  private let changed: @Sendable (_ key: String, _ isHere: Bool) -> Void

  /// - Parameters:
  ///   - eventLoop: where timers run, and where `changed` is called, in order; it must not block.
  ///   - changed: told when a key appears that was not here, and when one has been gone for longer than `linger`.
  public init(linger: TimeAmount = .seconds(10), on eventLoop: any EventLoop, changed: @escaping @Sendable (String, Bool) -> Void) {
    self.linger = linger
    self.eventLoop = eventLoop
    self.changed = changed
  }

  /// How many keys are here.
  public var count: Int { places.withLock { $0.count } }

  public func isHere(_ key: String) -> Bool { places.withLock { $0[key] != nil } }

  /// A connection of this key opened. Each needs its `left`.
  public func arrived(_ key: String) {
    places.withLock { places in
      let isNew = places[key] == nil
      var place = places[key] ?? Place()
      place.connections += 1
      place.lingering?.cancel()
      place.lingering = nil
      places[key] = place
      if isNew { tell(key, isHere: true) }
    }
  }

  public func left(_ key: String) {
    places.withLock { places in
      guard var place = places[key] else { return }
      precondition(place.connections > 0, "Nobody leaves who did not arrive")
      place.connections -= 1
      if place.connections == 0 { place.lingering = eventLoop.scheduleTask(in: linger) { self.forget(key) } }
      places[key] = place
    }
  }

  /// A timer that was cancelled too late finds somebody here.
  private func forget(_ key: String) {
    places.withLock { places in
      guard let place = places[key], place.connections == 0 else { return }
      places[key] = nil
      tell(key, isHere: false)
    }
  }

  /// Called under the lock, so that the order of what is told is the order of what happened; it only queues.
  private func tell(_ key: String, isHere: Bool) {
    eventLoop.execute { [changed] in changed(key, isHere) }
  }
}
